"""Tables of the office."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from shared_apps.operator.listing import AmountColumn, NumberColumn, OfficeTable
from shared_apps.operator.tables import AuditTable, BadgeColumn, LinkColumn, MomentColumn


class OrderTable(OfficeTable):
    created_at = MomentColumn(verbose_name=_("When"))
    reference = LinkColumn(
        "record.reference", "'office_order' record.reference", verbose_name=_("Order")
    )
    customer = tables.Column(
        verbose_name=_("Customer"), order_by=("customer__last_name", "customer__first_name")
    )
    status = BadgeColumn("status", verbose_name=_("Status"))
    channel = BadgeColumn("channel", verbose_name=_("Channel"))
    line_count = NumberColumn(verbose_name=_("Services"))
    currency = tables.Column(verbose_name=_("Currency"))
    total = AmountColumn("total", verbose_name=_("Total"))
    agency_share = AmountColumn("agency_share", verbose_name=_("Agency share"))

    class Meta(OfficeTable.Meta):
        order_by = ("-created_at",)


class ClientOrderTable(OrderTable):
    """The same orders for eyes that are not to see commissions; its exports neither."""

    class Meta(OrderTable.Meta):
        exclude = ("agency_share",)


class OfficeAuditTable(AuditTable):
    class Meta(AuditTable.Meta):
        exclude = ("agency", "request_id")
