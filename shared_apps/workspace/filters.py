"""Filters of the workspace's tables (R89)."""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from shared_apps.journal.models import JournalLine
from shared_apps.operator.filters import DateInput, day_filter
from shared_apps.operator.listing import AnyOf, ContainsFilter
from shared_apps.workspace.queries import KINDS

STAGES = [
    ("provisional", _("Provisional")),
    ("earned", _("Earned")),
    ("settled", _("In a statement")),
]


class SaleFilters(df.FilterSet):
    occurred_at_min = day_filter("occurred_at", "gte", _("From"))
    occurred_at_max = day_filter("occurred_at", "lte", _("To"))
    service_date_min = df.DateFilter(
        "service_date", "gte", label=_("Service from"), widget=DateInput()
    )
    service_date_max = df.DateFilter(
        "service_date", "lte", label=_("Service to"), widget=DateInput()
    )
    order_reference = ContainsFilter("order_reference", label=_("Order"))
    agency = ContainsFilter("agency__name", label=_("Sold by"))
    kind = AnyOf(choices=[(kind.value, kind.label) for kind in KINDS], label=_("Movement"))
    product = ContainsFilter("product__reference", label=_("Product"))
    stage = AnyOf(choices=STAGES, label=_("Stage"))
    settled_by = ContainsFilter("settled_by", label=_("Statement"))

    class Meta:
        model = JournalLine
        fields: list[str] = []
