"""Filters of the office's tables; a filter is named like the column it stands under (R89)."""

from typing import Any

import django_filters as df
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.audit.models import AuditEntry
from shared_apps.operator.filters import DateInput, day_filter
from shared_apps.operator.listing import AnyOf, ContainsFilter
from tenant_apps.orders.models import Order
from tenant_apps.payments.models import Refund


class OrderFilters(df.FilterSet):
    created_from = day_filter("created_at", "gte", _("From"))
    created_to = day_filter("created_at", "lte", _("To"))
    service_from = df.DateFilter(
        "lines__service_date", "gte", label=_("Service from"), widget=DateInput(), distinct=True
    )
    service_to = df.DateFilter(
        "lines__service_date", "lte", label=_("Service to"), widget=DateInput(), distinct=True
    )
    refund = AnyOf(
        "payments__refunds__status",
        choices=Refund.Status.choices,
        label=_("Refund"),
        distinct=True,
    )
    reference = ContainsFilter("reference", label=_("Order"))
    customer = df.CharFilter(method="by_customer", label=_("Customer"))
    status = AnyOf(choices=Order.Status.choices, label=_("Status"))
    channel = AnyOf(choices=Order.Channel.choices, label=_("Channel"))
    currency = ContainsFilter("currency", label=_("Currency"))

    class Meta:
        model = Order
        fields: list[str] = []

    def by_customer(self, queryset: Any, _name: str, value: str) -> Any:
        """Either name or the e-mail address contains it."""
        return queryset.filter(
            Q(customer__last_name__unaccent__icontains=value)
            | Q(customer__first_name__unaccent__icontains=value)
            | Q(customer__email__icontains=value)
        )


class OfficeAuditFilters(df.FilterSet):
    at_min = day_filter("at", "gte", _("From"))
    at_max = day_filter("at", "lte", _("To"))
    actor_label = ContainsFilter("actor_label", label=_("Who"))
    verb = ContainsFilter("verb", label=_("What"))
    object_label = ContainsFilter("object_label", label=_("On what"))

    class Meta:
        model = AuditEntry
        fields: list[str] = []
