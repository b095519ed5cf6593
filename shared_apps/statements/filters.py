"""Filters of the statements' tables; a filter is named like the column it stands under (R89)."""

from typing import Any

import django_filters as df
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.operator.filters import DateInput, YesNoFilter
from shared_apps.operator.listing import AnyOf, ContainsFilter
from shared_apps.statements.models import Party, Section, Statement, StatementLine


class PartyStatementFilters(df.FilterSet):
    reference = ContainsFilter("reference", label=_("Statement"))
    period_from = df.DateFilter("period_from", "gte", label=_("Period from"), widget=DateInput())
    period_to = df.DateFilter("period_to", "lte", label=_("Period to"), widget=DateInput())
    status = AnyOf(
        choices=[c for c in Statement.Status.choices if c[0] != "draft"], label=_("Status")
    )
    currency = ContainsFilter("currency", label=_("Currency"))

    class Meta:
        model = Statement
        fields: list[str] = []


class StatementFilters(PartyStatementFilters):
    party = AnyOf(choices=Party.choices, label=_("Kind"))
    party_name = df.CharFilter(method="by_name", label=_("For"))
    status = AnyOf(choices=Statement.Status.choices, label=_("Status"))
    disputes = YesNoFilter(method="by_disputes", label=_("Disputes"))

    def by_name(self, queryset: Any, _name: str, value: str) -> Any:
        """The agency's or the provider's name contains it."""
        return queryset.filter(
            Q(agency__name__unaccent__icontains=value)
            | Q(provider__name__unaccent__icontains=value)
        )

    def by_disputes(self, queryset: Any, _name: str, value: str) -> Any:
        """With an open dispute, or without."""
        wanted = {"disputes__gt": 0} if value == "true" else {"disputes": 0}
        return queryset.filter(**wanted)


class LineFilters(df.FilterSet):
    section = AnyOf(choices=Section.choices, label=_("Section"))
    order_reference = ContainsFilter("order_reference", label=_("Order"))
    what = df.CharFilter(method="by_words", label=_("What"))
    state = AnyOf(choices=StatementLine.State.choices, label=_("Answer"))

    class Meta:
        model = StatementLine
        fields: list[str] = []

    def by_words(self, queryset: Any, _name: str, value: str) -> Any:
        """Product reference, title or note contains it."""
        return queryset.filter(
            Q(product__icontains=value)
            | Q(titles__fr__icontains=value)
            | Q(titles__en__icontains=value)
            | Q(note__unaccent__icontains=value)
        )
