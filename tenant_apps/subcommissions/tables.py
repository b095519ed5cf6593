"""The ledger of sub-commissions as a table, and its filters."""

import django_filters as df
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from shared_apps.operator.filters import day_filter
from shared_apps.operator.listing import AmountColumn, AnyOf, ContainsFilter, OfficeTable
from shared_apps.operator.tables import BadgeColumn, LinkColumn, MomentColumn
from tenant_apps.subcommissions.models import SubCommissionLine

STATES = [("provisional", _("Provisional")), ("earned", _("Earned"))]
WHY = """{% load subcommissions %}{% for said in record|share_reasons %}<div>{{ said }}</div>
{% endfor %}"""


class ShareTable(OfficeTable):
    hidden_at_first = ["currency", "commission", "why"]

    occurred_at = MomentColumn(verbose_name=_("When"))
    beneficiary = tables.Column(verbose_name=_("For"))
    order = LinkColumn(
        "record.order.reference", "'office_order' record.order.reference", verbose_name=_("Order")
    )
    title = tables.Column(verbose_name=_("Product"))
    service_date = tables.DateColumn(format="d/m/Y", verbose_name=_("Service date"))
    state = tables.Column(verbose_name=_("State"))
    kind = BadgeColumn("kind", verbose_name=_("Movement"))
    currency = tables.Column(verbose_name=_("Currency"))
    commission = AmountColumn("commission", verbose_name=_("Our commission"))
    amount = AmountColumn("amount", verbose_name=_("Share"))
    why = tables.TemplateColumn(
        WHY, verbose_name=_("Why"), orderable=False, exclude_from_export=True
    )

    class Meta(OfficeTable.Meta):
        order_by = ("-occurred_at",)

    def render_state(self, value: str) -> str:
        """In words."""
        return str(dict(STATES)[value])


class ShareFilters(df.FilterSet):
    occurred_at_min = day_filter("occurred_at", "gte", _("From"))
    occurred_at_max = day_filter("occurred_at", "lte", _("To"))
    beneficiary = ContainsFilter("beneficiary", label=_("For"))
    order = ContainsFilter("order__reference", label=_("Order"))
    title = ContainsFilter("title", label=_("Product"))
    state = AnyOf(choices=STATES, label=_("State"))
    kind = AnyOf(choices=SubCommissionLine.Kind.choices, label=_("Movement"))
    currency = df.AllValuesFilter(field_name="currency", empty_label=_("All"), label=_("Currency"))

    class Meta:
        model = SubCommissionLine
        fields: list[str] = []
