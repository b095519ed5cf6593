"""Filters of the rule book, named like the columns they stand under (R89).

Numbers are found by what is typed, as everywhere (D5): "12" finds 12 and 12.5. A comparison
sign in front asks for more: ">10", "<=5", "=12". Dates ask for windows: a rule is found
when the day lies in its window, or when it has none.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import django_filters as df
from django.db.models import F, Func, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.forms import TextInput
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shared_apps.catalog.models import Category
from shared_apps.catalog.texts import bare_text
from shared_apps.commissions.models import Base, CommissionRule
from shared_apps.operator.filters import CHANNELS, CategoryFilter, DateInput
from shared_apps.operator.listing import AnyOf, ContainsFilter
from shared_apps.operator.rulebook.queries import (
    ENDED,
    IN_FORCE,
    UPCOMING,
    rows_together,
)
from shared_apps.operator.rulebook.words import BAND_CHOICES, BOOK_WORDS

COMPARISON = re.compile(r"(<=|>=|<|>|=)\s*(-?\d{1,12}(?:[.,]\d{1,4})?)")
LOOKUPS = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte", "=": "exact"}
EVERYTHING = "all"
STATES = [
    (UPCOMING, _("Not yet begun")),
    (ENDED, _("Ended")),
    ("draft", _("Draft")),
    ("pending", _("Waiting for approval")),
    (EVERYTHING, _("Everything")),
]


class FiguresFilter(df.CharFilter):
    """Numbers that contain the figures typed, or compare as asked (">10")."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, widget=TextInput(attrs={"size": 6}), **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        """Compare as a number, or look for the figures in the number as people write it."""
        if not value:
            return qs
        text = value.strip()
        if asked := COMPARISON.fullmatch(text):
            sign, figures = asked.groups()
            number = Decimal(figures.replace(",", "."))
            return qs.filter(**{f"{self.field_name}__{LOOKUPS[sign]}": number})
        written = f"{self.field_name}_written"
        shown = Cast(Func(F(self.field_name), function="trim_scale"), TextField())
        return qs.alias(**{written: shown}).filter(
            **{f"{written}__contains": text.replace(",", ".")}
        )


def within_filter(first: str, last: str, label: str | Promise) -> df.DateFilter:
    """Rules whose window from ``first`` to ``last`` holds the day, open ends included."""

    def by_day(queryset: QuerySet, _name: str, day: Any) -> QuerySet:
        return queryset.filter(
            Q(**{first: None}) | Q(**{f"{first}__lte": day}),
            Q(**{last: None}) | Q(**{f"{last}__gte": day}),
        )

    return df.DateFilter(method=by_day, label=label, widget=DateInput())


def day_asked(data: Any) -> Any:
    """The "as of" day of a query string; today when it is absent or no date."""
    field = df.DateFilter().field
    try:
        return field.clean(data.get("as_of", "")) or timezone.localdate()
    except df.filters.forms.ValidationError:
        return timezone.localdate()


class RuleFilters(df.FilterSet):
    """What both offices can look for. Without a state: the rules in force on the day."""

    as_of = df.DateFilter(method="unfiltered", label=_("As of"), widget=DateInput())
    code = ContainsFilter("code", label=_("Number"))
    name = ContainsFilter("name", label=_("Rule"))
    band = AnyOf("band", choices=BAND_CHOICES, label=_("Band"))
    product = df.CharFilter(method="by_product", label=_("Product"))
    provider = ContainsFilter("provider_name", label=_("Provider"))
    category = CategoryFilter(
        field_name="category",
        queryset=Category.objects.all(),
        to_field_name="code",
        empty_label=_("All"),
        label=_("Category"),
    )
    agency = ContainsFilter("agency_name", label=_("Agency"))
    group = ContainsFilter("group_name", label=_("Group"))
    operation = ContainsFilter("operation_name", label=_("Operation"))
    base = AnyOf("base_seen", choices=Base.choices, label=_("Base"))
    percent = FiguresFilter("percent_seen", label=_("Percent"))
    fixed = FiguresFilter("fixed", label=_("Fixed"))
    floor = FiguresFilter("floor", label=_("At least"))
    cap = FiguresFilter("cap", label=_("At most"))
    currency = ContainsFilter("currency", label=_("Currency"))
    channels = AnyOf(choices=CHANNELS, method="by_channel", label=_("Channels"))
    sale = within_filter("sale_from", "sale_to", _("Sold on"))
    service = within_filter("service_from", "service_to", _("Service on"))
    position = FiguresFilter("position", label=_("Position"))
    state = AnyOf(choices=STATES, method="by_state", empty_label=_("In force"), label=_("State"))
    version = FiguresFilter("version", label=_("Version"))

    class Meta:
        model = CommissionRule
        fields: list[str] = []

    def __init__(self, data: Any = None, queryset: Any = None, **kwargs: Any) -> None:
        # A UNION cannot be filtered, so each book's rows are, and then they are put together.
        self.parts: Sequence[QuerySet] = (
            [queryset] if isinstance(queryset, QuerySet) else list(queryset)
        )
        super().__init__(data, queryset=self.parts[0], **kwargs)

    @staticmethod
    def book_filter(label: Promise) -> df.ChoiceFilter:
        """Whose rules, for tables that show two books."""
        return AnyOf("letter", choices=list(BOOK_WORDS.items()), label=label)

    def unfiltered(self, queryset: QuerySet, _name: str, _value: Any) -> QuerySet:
        """The day is part of what the rows are, not a condition on them."""
        return queryset

    def by_product(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """The reference or the title contains it."""
        return queryset.filter(
            Q(product_reference__icontains=value)
            | Q(product__search_text__contains=bare_text(value))
        )

    def by_channel(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Rules for the channel, and rules for every channel."""
        return queryset.filter(Q(channels=[]) | Q(channels__contains=[value]))

    def by_state(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """One state, or all of them."""
        return queryset if value == EVERYTHING else queryset.filter(state=value)

    @property
    def qs(self) -> QuerySet:
        """All books together. Without a state asked for, what is in force on the day."""
        return rows_together([self._matching(part) for part in self.parts])

    def _matching(self, rows: QuerySet) -> QuerySet:
        asked = self.form.is_valid() and self.form.cleaned_data.get("state")
        found = self.filter_queryset(rows)
        return found if asked else found.filter(state=IN_FORCE)
