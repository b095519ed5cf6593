"""Tables of the simulations: runs, totals per agency and provider, named lines."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from shared_apps.operator.listing import AmountColumn, NumberColumn, OfficeTable
from shared_apps.operator.tables import BadgeColumn, LinkColumn, MomentColumn


class RunTable(OfficeTable):
    hidden_at_first = ["margin_floor"]

    created_at = MomentColumn(verbose_name=_("Asked on"))
    name = LinkColumn("record.name", "'simulation' record.pk", verbose_name=_("Change set"))
    author = tables.Column(accessor="author__name", verbose_name=_("Asked by"))
    period_from = tables.DateColumn(format="d/m/Y", verbose_name=_("Sales from"))
    period_to = tables.DateColumn(format="d/m/Y", verbose_name=_("Sales to"))
    margin_floor = NumberColumn(verbose_name=_("Margin floor, %"))
    status = BadgeColumn("status", verbose_name=_("Status"))
    lines = NumberColumn(verbose_name=_("Lines replayed"))

    class Meta(OfficeTable.Meta):
        order_by = ("-created_at",)


class TotalTable(OfficeTable):
    """What both kinds of totals have in common."""

    currency = tables.Column(verbose_name=_("Currency"))
    lines = NumberColumn(verbose_name=_("Lines"))
    changed_lines = NumberColumn(verbose_name=_("Changed"))
    pays = AmountColumn("pays", verbose_name=_("Customers pay"))
    paid = AmountColumn("paid", verbose_name=_("Commission at the sale"))
    present = AmountColumn("present", verbose_name=_("Commission today"))
    new = AmountColumn("new", verbose_name=_("Commission with the changes"))
    change = AmountColumn("change", verbose_name=_("Change for agencies"))
    operator_present = AmountColumn("operator_present", verbose_name=_("Operator today"))
    operator_new = AmountColumn("operator_new", verbose_name=_("Operator with the changes"))
    operator_change = AmountColumn("operator_change", verbose_name=_("Change for the operator"))
    breaches_new = NumberColumn(verbose_name=_("Under the floor"))


class AgencyTotalTable(TotalTable):
    hidden_at_first = ["currency", "paid", "operator_present", "operator_new"]

    agency = LinkColumn(
        "record.agency.name",
        "'operator_agency' record.agency.slug",
        accessor="agency__name",
        verbose_name=_("Agency"),
    )

    class Meta(OfficeTable.Meta):
        sequence = ("agency", "...")
        order_by = ("-change",)


class ProviderTotalTable(TotalTable):
    hidden_at_first = [
        "currency", "paid", "operator_present", "operator_new", "provider_present", "breaches_new",
    ]  # fmt: skip

    provider = tables.Column(accessor="provider__name", verbose_name=_("Provider"))
    provider_present = AmountColumn("provider_present", verbose_name=_("Provider today"))
    provider_new = AmountColumn("provider_new", verbose_name=_("Provider with the changes"))
    provider_change = AmountColumn("provider_change", verbose_name=_("Change for the provider"))

    class Meta(OfficeTable.Meta):
        sequence = ("provider", "currency", "lines", "changed_lines", "provider_present",
                    "provider_new", "provider_change", "...")  # fmt: skip
        order_by = ("provider",)


class NamedLineTable(OfficeTable):
    hidden_at_first = [
        "provider", "service_date", "currency", "paid", "operator_present", "operator_new",
    ]  # fmt: skip

    order_reference = LinkColumn(
        "record.order_reference",
        "'operator_sale' record.agency.slug record.order_reference",
        verbose_name=_("Order"),
    )
    agency = tables.Column(accessor="agency__name", verbose_name=_("Agency"))
    product = tables.Column(accessor="product__reference", verbose_name=_("Product"))
    provider = tables.Column(accessor="provider__name", verbose_name=_("Provider"))
    sale_date = tables.DateColumn(format="d/m/Y", verbose_name=_("Sold on"))
    service_date = tables.DateColumn(format="d/m/Y", verbose_name=_("Service date"))
    currency = tables.Column(verbose_name=_("Currency"))
    rule_present = tables.Column(verbose_name=_("Rule today"))
    rule_new = tables.Column(verbose_name=_("Rule with the changes"))
    pays = AmountColumn("pays", verbose_name=_("Customer pays"))
    paid = AmountColumn("paid", verbose_name=_("Commission at the sale"))
    present = AmountColumn("present", verbose_name=_("Commission today"))
    new = AmountColumn("new", verbose_name=_("Commission with the changes"))
    change = AmountColumn("change", verbose_name=_("Change for the agency"))
    operator_present = AmountColumn("operator_present", verbose_name=_("Operator today"))
    operator_new = AmountColumn("operator_new", verbose_name=_("Operator with the changes"))

    class Meta(OfficeTable.Meta):
        order_by = ("currency",)


class BreachTable(NamedLineTable):
    """The same lines as the operator's margin sees them."""

    hidden_at_first = ["provider", "service_date", "currency", "paid", "present", "new"]

    class Meta(NamedLineTable.Meta):
        order_by = ("currency",)
