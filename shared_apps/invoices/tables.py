"""Tables of invoices, mandates, and statements that wait for their invoice."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from shared_apps.operator.listing import AmountColumn, NumberColumn, OfficeTable
from shared_apps.operator.tables import BadgeColumn, LinkColumn

MANDATE = _("Mandate in force")
NO_MANDATE = _("No mandate in force")
SEE_MANDATES = _("See its mandates")


class InvoiceTable(OfficeTable):
    """For the operator. Amounts of credit notes are negative, so that columns add up."""

    hidden_at_first = ["currency"]

    number = LinkColumn(
        "record.number", "'operator_invoice' record.number", verbose_name=_("Number")
    )
    issued_on = tables.DateColumn(format="d/m/Y", verbose_name=_("Issued on"))
    agency = tables.Column(accessor="agency__name", verbose_name=_("Agency"))
    type_code = tables.Column(verbose_name=_("Type"))
    statement = tables.Column(accessor="statement__reference", verbose_name=_("Statement"))
    currency = tables.Column(verbose_name=_("Currency"))
    net = AmountColumn("net_signed", order_by=("net",), verbose_name=_("Without VAT"))
    vat = AmountColumn("vat_signed", order_by=("vat",), verbose_name=_("VAT"))
    payable = AmountColumn("payable_signed", order_by=("payable",), verbose_name=_("Total"))

    class Meta(OfficeTable.Meta):
        order_by = ("-issued_on", "-number")


class OwnInvoiceTable(InvoiceTable):
    """For an agency: its own."""

    agency = None
    number = LinkColumn("record.number", "'office_invoice' record.number", verbose_name=_("Number"))

    class Meta(InvoiceTable.Meta):
        pass


class MandateTable(OfficeTable):
    reference = LinkColumn(
        "record.reference",
        "'operator_mandate' record.pk",
        order_by=("pk",),
        verbose_name=_("Mandate"),
    )
    agency = tables.Column(accessor="agency__name", verbose_name=_("Agency"))
    vat_status = tables.Column(verbose_name=_("VAT status"))
    state = BadgeColumn("state", orderable=False, verbose_name=_("State"))
    signed_on = tables.DateColumn(format="d/m/Y", verbose_name=_("Signed on"))
    ended_on = tables.DateColumn(format="d/m/Y", verbose_name=_("Ended on"))
    invoice_count = NumberColumn(verbose_name=_("Invoices"))

    class Meta(OfficeTable.Meta):
        order_by = ("-reference",)


# The table stands inside the form of its filters, and forms do not nest: the button belongs to
# the form ``issue-form`` of the page.
ISSUE = """{% load i18n office %}{% allowed "invoices.issue" as may %}{% if not may %}
{% elif record.may_invoice %}<button class="btn btn-sm btn-primary" form="issue-form"
formaction="{% url 'operator_invoice_issue' record.pk %}">{% translate "Issue" %}
<span class="visually-hidden">{{ record.reference }}</span></button>{% else %}
<a class="text-nowrap"
href="{% url 'operator_mandates' %}?agency={{ record.agency.name|urlencode }}">
{{ words }}</a>{% endif %}"""


class DueTable(OfficeTable):
    """Statements whose commission is not invoiced yet."""

    reference = LinkColumn(
        "record.reference", "'operator_statement' record.pk", verbose_name=_("Statement")
    )
    agency = tables.Column(accessor="agency__name", verbose_name=_("Agency"))
    period_from = tables.DateColumn(format="d/m/Y", verbose_name=_("From"))
    period_to = tables.DateColumn(format="d/m/Y", verbose_name=_("To"))
    status = BadgeColumn("status", verbose_name=_("Status"))
    currency = tables.Column(verbose_name=_("Currency"))
    commission = AmountColumn("commission", verbose_name=_("Commission"))
    mandate = tables.Column(accessor="may_invoice", orderable=False, verbose_name=_("Mandate"))
    issue = tables.TemplateColumn(
        ISSUE,
        extra_context={"words": SEE_MANDATES},
        verbose_name=_("Invoice"),
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(OfficeTable.Meta):
        order_by = ("period_to",)

    def render_mandate(self, value: bool) -> Any:
        """In words."""
        return MANDATE if value else NO_MANDATE
