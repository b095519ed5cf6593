"""The table of rules, the same in both offices, and that of change sets.

Cells are written by plain functions: a template per cell would cost a page of 250 rules more
than its two statements do.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

import django_tables2 as tables
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shared_apps.catalog.texts import text_in
from shared_apps.operator.listing import NumberColumn, OfficeTable
from shared_apps.operator.rulebook import words
from shared_apps.operator.rulebook.queries import PRECEDENCE
from shared_apps.operator.templatetags.office import badge

Row = dict[str, Any]


class RuleTable(OfficeTable):
    """Rules in their order of precedence.

    ``rule_url`` makes the address of a rule's page from its book's letter and series.
    ``drafted`` holds what the reader's open change set does to rules of this page, by letter and
    series, in words. ``tickable`` is the letter of the book whose rows may be ticked, or empty.
    """

    hidden_at_first = [
        "code", "floor", "cap", "currency", "sale", "service", "applies", "version",
    ]  # fmt: skip
    rule_url: Callable[[str, int], str]
    drafted: dict[tuple[str, int], str]
    tickable = ""

    tick = tables.Column(
        empty_values=(), verbose_name="", orderable=False, exclude_from_export=True
    )
    code = tables.Column(verbose_name=_("Number"), order_by=("letter", "series_key", "version"))
    name = tables.Column(verbose_name=_("Rule"))
    band = tables.Column(verbose_name=_("Band"), order_by=PRECEDENCE)
    product = tables.Column(accessor="product_reference", verbose_name=_("Product"))
    provider = tables.Column(accessor="provider_name", verbose_name=_("Provider"))
    category = tables.Column(accessor="category_code", verbose_name=_("Category"))
    agency = tables.Column(accessor="agency_name", verbose_name=_("Agency"))
    group = tables.Column(accessor="group_name", verbose_name=_("Group"))
    operation = tables.Column(accessor="operation_name", verbose_name=_("Operation"))
    base = tables.Column(accessor="base_seen", verbose_name=_("Base"))
    percent = NumberColumn(accessor="percent_seen", verbose_name=_("Percent"))
    fixed = NumberColumn(verbose_name=_("Fixed"))
    floor = NumberColumn(verbose_name=_("At least"))
    cap = NumberColumn(verbose_name=_("At most"))
    currency = tables.Column(verbose_name=_("Currency"))
    channels = tables.Column(verbose_name=_("Channels"), orderable=False, empty_values=())
    sale = tables.Column(
        verbose_name=_("Sold on"), order_by=("sale_from", "sale_to"), empty_values=()
    )
    service = tables.Column(
        verbose_name=_("Service on"), order_by=("service_from", "service_to"), empty_values=()
    )
    position = NumberColumn(verbose_name=_("Position"))
    state = tables.Column(verbose_name=_("State"))
    applies = tables.Column(
        verbose_name=_("Applies"), order_by=("applies_from", "applies_to"), empty_values=()
    )
    version = NumberColumn(verbose_name=_("Version"))

    class Meta(OfficeTable.Meta):
        order_by = ()
        default = "—"
        # What is read and typed most stands next to the name, before what the rule is for.
        sequence: ClassVar[tuple[str, ...]] = (
            "tick", "code", "name", "percent", "fixed", "base", "floor", "cap", "currency", "...",
        )  # fmt: skip

    @staticmethod
    def book_column(heading: Promise) -> tables.Column:
        """A column that says whose rule it is, for tables that show two books."""
        return tables.Column(accessor="letter", verbose_name=heading)

    def render_book(self, value: str) -> str:
        """In words."""
        return str(words.BOOK_WORDS[value])

    def render_tick(self, record: Row) -> SafeString | str:
        """A box for rules of the book that may be changed here."""
        if record["letter"] != self.tickable or record["state"] not in ("active", "upcoming"):
            return ""
        return format_html(
            '<input class="form-check-input" type="checkbox" name="rule" value="{}" '
            'form="change-form" data-select aria-label="{}">',
            record["pk"],
            gettext("Tick %(name)s") % {"name": record["name"]},
        )

    def render_name(self, record: Row) -> SafeString:
        """The rule's name leads to its page; below it, what the reader has drafted."""
        url = self.rule_url(record["letter"], record["series_key"])
        link = format_html('<a href="{}">{}</a>', url, record["name"])
        drafted = self.drafted.get((record["letter"], record["series_key"]))
        if not drafted or record["state"] == "draft":
            return link
        return format_html('{}<div class="rule-drafted">{}</div>', link, drafted)

    def value_name(self, record: Row) -> str:
        """The name alone."""
        return record["name"]

    def render_band(self, value: int) -> str:
        """In words."""
        return words.band_words(value)

    def render_product(self, record: Row) -> SafeString:
        """The reference, its title on hover and for screen readers."""
        title = text_in(record["product_titles"], get_language() or "fr")
        return format_html(
            '<span class="text-nowrap" title="{}">{}</span>', title, record["product_reference"]
        )

    def value_product(self, record: Row) -> str:
        """The reference alone."""
        return record["product_reference"] or ""

    def render_category(self, record: Row) -> str:
        """The name in the reader's language."""
        return text_in(record["category_names"], get_language() or "fr") or record["category_code"]

    def render_base(self, value: str) -> str | Promise:
        """In words."""
        return words.BASE_WORDS.get(value, value)

    def render_percent(self, value: Decimal) -> str:
        """Without idle zeros."""
        return words.percent_words(value)

    def value_percent(self, value: Decimal) -> Decimal:
        """The plain number, without idle zeros: ``10``, never ``1E+1``."""
        return Decimal(f"{value.normalize():f}")

    def render_fixed(self, record: Row) -> str:
        """In the rule's currency."""
        return words.amount_words(record["fixed"], record["currency"])

    def value_fixed(self, value: Decimal) -> Decimal:
        """The plain number."""
        return value

    def render_floor(self, record: Row) -> str:
        """In the rule's currency."""
        return words.amount_words(record["floor"], record["currency"])

    def value_floor(self, value: Decimal | None) -> Decimal | None:
        """The plain number."""
        return value

    def render_cap(self, record: Row) -> str:
        """In the rule's currency."""
        return words.amount_words(record["cap"], record["currency"])

    def value_cap(self, value: Decimal | None) -> Decimal | None:
        """The plain number."""
        return value

    def render_channels(self, record: Row) -> str:
        """In words; none means all."""
        return words.channel_words(record["channels"])

    def render_sale(self, record: Row) -> str:
        """First and last day of sale."""
        return words.window_words(record["sale_from"], record["sale_to"])

    def render_service(self, record: Row) -> str:
        """First and last day of the service."""
        return words.window_words(record["service_from"], record["service_to"])

    def render_state(self, value: str) -> SafeString:
        """In words, with a dot."""
        return badge("active" if value == "active" else value, words.STATE_WORDS.get(value, value))

    def value_state(self, value: str) -> str:
        """In words."""
        return str(words.STATE_WORDS.get(value, value))

    def render_applies(self, record: Row) -> str:
        """First and last sale date of this version."""
        return words.window_words(record["applies_from"], record["applies_to"])
