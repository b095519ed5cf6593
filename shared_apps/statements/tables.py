"""Tables of statements and of their lines, for all three desks."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shared_apps.operator.listing import AmountColumn, NumberColumn, OfficeTable
from shared_apps.operator.tables import BadgeColumn
from shared_apps.statements.pdf import line_words


class DeskLink(tables.Column):
    """A link to a page of the desk; exports as its text."""

    def __init__(self, page: str, **extra: Any) -> None:
        super().__init__(**extra)
        self.page = page

    def render(self, value: Any, record: Any, table: Any) -> Any:
        """The text, linked."""
        url = table.link(self.page, record)
        return format_html('<a class="text-nowrap" href="{}">{}</a>', url, value)

    def value(self, **kwargs: Any) -> str:
        """The text alone."""
        return str(kwargs["value"])


class StatementTable(OfficeTable):
    hidden_at_first = ["currency", "period_from", "party", "disputes", "gross"]

    reference = DeskLink("statement", verbose_name=_("Statement"), empty_values=())
    party = tables.Column(verbose_name=_("Kind"))
    party_name = tables.Column(verbose_name=_("For"), orderable=False)
    period_from = tables.DateColumn(format="d/m/Y", verbose_name=_("From"))
    period_to = tables.DateColumn(format="d/m/Y", verbose_name=_("To"))
    status = BadgeColumn("status", verbose_name=_("Status"))
    disputes = NumberColumn(verbose_name=_("Disputes"))
    due_on = tables.DateColumn(format="d/m/Y", verbose_name=_("Due on"))
    currency = tables.Column(verbose_name=_("Currency"))
    gross = AmountColumn("gross", verbose_name=_("Gross"))
    commission = AmountColumn("commission", verbose_name=_("Commission"))
    collected = AmountColumn("collected", verbose_name=_("Collected"))
    due = AmountColumn("due", verbose_name=_("Owed by TNP"))

    class Meta(OfficeTable.Meta):
        order_by = ("-period_to",)

    def link(self, page: str, record: Any) -> str:
        """The address of the statement's own page at the desk of this request."""
        return str(self.request.desk.url(page, record.pk))

    def render_reference(self, value: Any, record: Any, column: Any) -> Any:
        """The reference, or that it is a draft, linked."""
        text = value or _now("Draft")
        return column.render(text, record, self)

    def value_reference(self, record: Any) -> str:
        """For exports."""
        return record.reference or _now("Draft")


class PartyStatementTable(StatementTable):
    """As a party sees its own."""

    class Meta(StatementTable.Meta):
        exclude = ("party", "party_name")


class LineTable(OfficeTable):
    hidden_at_first = [
        "occurred_on",
        "service_date",
        "channel",
        "rule",
        "sold_by",
        "fee",
        "settled",
    ]

    position = DeskLink("statement_line", verbose_name=_("No."))
    section = tables.Column(verbose_name=_("Section"))
    order_reference = tables.Column(verbose_name=_("Order"), attrs={"td": {"class": "text-nowrap"}})
    what = tables.Column(
        verbose_name=_("What"),
        empty_values=(),
        orderable=False,
        attrs={"td": {"class": "words"}},
    )
    occurred_on = tables.DateColumn(format="d/m/Y", verbose_name=_("Day"))
    service_date = tables.DateColumn(format="d/m/Y", verbose_name=_("Service"))
    sold_by = tables.Column(verbose_name=_("Sold by"), accessor="sold_by__name")
    channel = tables.Column(verbose_name=_("Channel"))
    rule = tables.Column(verbose_name=_("Rule"))
    state = BadgeColumn("state", verbose_name=_("Answer"))
    gross = AmountColumn("gross", currency="statement.currency", verbose_name=_("Gross"))
    commission = AmountColumn(
        "commission", currency="statement.currency", verbose_name=_("Commission")
    )
    collected = AmountColumn(
        "collected", currency="statement.currency", verbose_name=_("Collected")
    )
    fee = AmountColumn("fee", currency="statement.currency", verbose_name=_("TNP’s part"))
    settled = AmountColumn("settled", currency="statement.currency", verbose_name=_("Settled"))
    due = AmountColumn("due", currency="statement.currency", verbose_name=_("Due"))

    class Meta(OfficeTable.Meta):
        order_by = ("position",)

    def link(self, page: str, record: Any) -> str:
        """The address of the line's own page at the desk of this request."""
        return str(self.request.desk.url(page, record.statement_id, record.pk))

    def render_what(self, record: Any) -> str:
        """Product, quantity, and the rule or who sold it."""
        return line_words(record, record.statement)

    def value_what(self, record: Any) -> str:
        """The same, for exports."""
        return line_words(record, record.statement)


class ProviderLineTable(LineTable):
    """As a provider sees its lines: its tariff and what the network keeps of it."""

    class Meta(LineTable.Meta):
        exclude = ("collected", "fee", "rule")
