"""Tables of the workspace."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from shared_apps.operator.listing import AmountColumn, NumberColumn, OfficeTable
from shared_apps.operator.tables import BadgeColumn, LinkColumn, MomentColumn
from shared_apps.workspace.filters import STAGES


class SaleTable(OfficeTable):
    hidden_at_first = ["currency"]

    occurred_at = MomentColumn(verbose_name=_("When"))
    order_reference = LinkColumn(
        "record.order_reference", "'workspace_sale' record.pk", verbose_name=_("Order")
    )
    agency = tables.Column(accessor="agency__name", verbose_name=_("Sold by"))
    kind = BadgeColumn("kind", verbose_name=_("Movement"))
    product = tables.Column(accessor="product__reference", verbose_name=_("Product"))
    service_date = tables.DateColumn(format="d/m/Y", verbose_name=_("Service date"))
    quantity = NumberColumn(verbose_name=_("Qty"))
    stage = tables.Column(verbose_name=_("Stage"))
    settled_by = tables.Column(verbose_name=_("Statement"))
    currency = tables.Column(verbose_name=_("Currency"))
    provider_share = AmountColumn("provider_share", verbose_name=_("For you"))

    class Meta(OfficeTable.Meta):
        order_by = ("-occurred_at",)

    def render_stage(self, value: str) -> Any:
        """In words."""
        return dict(STAGES)[value]
