"""The table of markups and its filters, named like the columns they stand under (R89)."""

from collections.abc import Collection
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

import django_filters as df
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shared_apps.catalog.models import Category, Product
from shared_apps.catalog.texts import bare_text, text_in
from shared_apps.network.models import Agreement
from shared_apps.network.queries import agreement_of
from shared_apps.operator.filters import CategoryFilter
from shared_apps.operator.listing import AnyOf, NumberColumn, OfficeTable
from shared_apps.operator.rulebook.filters import FiguresFilter
from shared_apps.operator.rulebook.words import percent_words
from shared_apps.operator.templatetags.office import money
from tenant_apps.office.markups.queries import EVERYTHING, NETWORK, OWN, Example, examples
from tenant_apps.overrides.queries import agency_markups

WHOSE = {
    OWN: _("This product’s own"),
    EVERYTHING: _("Own for everything"),
    NETWORK: _("The network’s"),
}


class MarkupTable(OfficeTable):
    """One row per product sold. ``tickable`` shows the boxes, ``ticked`` are those ticked."""

    hidden_at_first = ["category"]
    tickable = False
    ticked: Collection[str] = ()

    tick = tables.Column(
        empty_values=(), verbose_name="", orderable=False, exclude_from_export=True
    )
    product = tables.Column(
        accessor="reference", verbose_name=_("Product"), order_by=("search_text", "reference")
    )
    category = tables.Column(accessor="category__names", verbose_name=_("Category"), order_by=())
    network = NumberColumn(verbose_name=_("Network’s markup"))
    own = NumberColumn(verbose_name=_("Own markup"))
    counting = NumberColumn(verbose_name=_("Counts today"))
    whose = tables.Column(verbose_name=_("Whose"))
    departs = tables.Column(verbose_name=_("Next departure"), empty_values=(), orderable=False)
    sale = NumberColumn(verbose_name=_("Sold at, one unit"), empty_values=(), orderable=False)
    gain = NumberColumn(verbose_name=_("It earns you"), empty_values=(), orderable=False)

    class Meta(OfficeTable.Meta):
        order_by = ()
        default = "—"
        sequence: ClassVar[tuple[str, ...]] = ("tick", "product", "own", "network", "...")

    @cached_property
    def markups(self) -> dict[int | None, Decimal]:
        """The agency's markups."""
        return agency_markups()

    @cached_property
    def agreement(self) -> Agreement:
        """The agreement that bounds them. Raises NoAgreement."""
        return agreement_of(self.request.agency)

    @cached_property
    def examples(self) -> dict[int, Example]:
        """Prices of the rows shown, or of all rows for an export."""
        return examples([row.record.pk for row in self.paginated_rows], self.markups)

    def render_tick(self, record: Product) -> SafeString | str:
        """A box where the reader may change something."""
        if not self.tickable:
            return ""
        return format_html(
            '<input class="form-check-input" type="checkbox" name="product" value="{}" '
            'form="change-form" data-select aria-label="{}"{}>',
            record.reference,
            gettext("Tick %(name)s") % {"name": record.reference},
            SafeString(" checked") if record.reference in self.ticked else "",
        )

    def render_product(self, record: Product) -> SafeString:
        """The title, and its reference below."""
        title = text_in(record.titles, get_language() or "fr")
        return format_html('{}<div class="text-secondary mono">{}</div>', title, record.reference)

    def value_product(self, record: Product) -> str:
        """The reference alone."""
        return str(record.reference)

    def render_category(self, value: dict[str, str]) -> str:
        """The name in the reader's language."""
        return text_in(value, get_language() or "fr")

    def render_network(self, value: Decimal) -> str:
        """Without idle zeros."""
        return percent_words(value)

    def render_own(self, value: Decimal) -> SafeString | str:
        """Without idle zeros; it says so when the bounds have moved since it was set."""
        text = percent_words(value)
        if self.agreement.markup_min <= value <= self.agreement.markup_max:
            return text
        return format_html(
            '{}<div class="rule-drafted">{}</div>', text, gettext("outside your bounds")
        )

    def render_counting(self, value: Decimal) -> str:
        """Without idle zeros."""
        return percent_words(value)

    def value_network(self, value: Decimal) -> Decimal:
        """The number."""
        return value

    value_own = value_counting = value_network

    def render_whose(self, value: str) -> str:
        """In words."""
        return str(WHOSE[value])

    def render_departs(self, record: Product) -> str:
        """The day of the next departure."""
        found = self.examples.get(record.pk)
        return date_format(found.day, "SHORT_DATE_FORMAT") if found else "—"

    def value_departs(self, record: Product) -> Any:
        """The day, as the standard writes it."""
        found = self.examples.get(record.pk)
        return found.day.isoformat() if found else ""

    def render_sale(self, record: Product) -> SafeString | str:
        """What one unit of it costs the customer now."""
        found = self.examples.get(record.pk)
        return money(found.sale.amount, found.sale.currency.code) if found else "—"

    def value_sale(self, record: Product) -> Any:
        """The plain number."""
        found = self.examples.get(record.pk)
        return found.sale.amount if found else ""

    def render_gain(self, record: Product) -> SafeString | str:
        """What the own markup adds to the agency's share of one unit, or takes away."""
        found = self.examples.get(record.pk)
        return money(found.gain.amount, found.gain.currency.code) if found else "—"

    def value_gain(self, record: Product) -> Any:
        """The plain number."""
        found = self.examples.get(record.pk)
        return found.gain.amount if found else ""


class MarkupFilters(df.FilterSet):
    """Products by words and category, markups by figures."""

    product = df.CharFilter(method="by_product", label=_("Product"))
    category = CategoryFilter(
        queryset=Category.objects.all(),
        to_field_name="code",
        empty_label=_("All"),
        label=_("Category"),
    )
    network = FiguresFilter("network", label=_("Network’s markup"))
    own = FiguresFilter("own", label=_("Own markup"))
    counting = FiguresFilter("counting", label=_("Counts today"))
    whose = AnyOf(choices=list(WHOSE.items()), label=_("Whose"))

    class Meta:
        model = Product
        fields: list[str] = []

    def by_product(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """The reference or any text of it contains the words."""
        return queryset.filter(
            Q(reference__icontains=value) | Q(search_text__contains=bare_text(value))
        )
