"""What differs between the operator's rule book and an agency's: one object per request.

A view of the rule book is written once and handed a desk. The desk knows whose book may be
changed, which rows the table shows, which words of right ask for what, and what the reader must
never see. It decides no rule: the verbs do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from shared_apps.commissions.books import Book, operator_book
from shared_apps.commissions.models import CommissionRule
from shared_apps.identity.access import can
from shared_apps.operator.rulebook.filters import RuleFilters
from shared_apps.operator.rulebook.queries import shared_rows
from shared_apps.operator.rulebook.tables import RuleTable
from tenants.models import Agency

PAGES = (
    "grid", "change_many", "rule", "rule_new", "rule_change", "rule_retire", "example", "choices",
    "sets", "set", "set_publish", "set_discard", "set_undo", "draft_drop", "requests",
    "request_act", "lint", "file_in", "file_out",
)  # fmt: skip
WITHDRAWN = Q(applies_to__lt=F("applies_from"))
"""Published, then taken back before the first day: never in force."""


@dataclass(frozen=True)
class Bounds:
    """What the operator has granted an agency, in per cent (D14, D15)."""

    commission_min: Decimal
    commission_max: Decimal
    markup_min: Decimal
    markup_max: Decimal


@dataclass(frozen=True)
class Desk:
    """One office's view of its rule book.

    ``parts`` answers the rows of the table for a day, one queryset per book, the desk's own last.
    ``readable`` answers the rules of a book, by its letter, that the reader may open.
    ``sees_margin`` says whether the reader may know what the operator buys at and earns: an
    agency never, unless its agreement grants the purchase price.
    """

    prefix: str
    book: Book
    parts: Callable[[date], Sequence[QuerySet]]
    table_class: type[RuleTable]
    filterset_class: type[RuleFilters]
    readable: Callable[[str], QuerySet]
    publish_capability: str
    sees_margin: bool
    simulator: str = ""
    agency: Agency | None = None
    bounds: Bounds | None = None
    change_capability: str = "commissions.change"

    @property
    def urls(self) -> dict[str, str]:
        """Names of this office's pages, for ``{% url desk.urls.grid %}``."""
        return {page: f"{self.prefix}_commissions_{page}" for page in PAGES}

    def url(self, page: str, *arguments: Any) -> str:
        """The address of a page of this office."""
        return reverse(f"{self.prefix}_commissions_{page}", args=arguments)

    def simulate_url(self, change_set: int) -> str:
        """Where a draft can be replayed over past sales; empty where there is no simulator."""
        return f"{reverse(self.simulator)}?set={change_set}" if self.simulator else ""

    def rule_url(self, letter: str, series: int) -> str:
        """The address of a rule's page; both books have one in an agency's office."""
        return self.url("rule", letter, series)

    def may_change(self, request: HttpRequest) -> bool:
        """Whether the person may draft here."""
        return can(request, self.change_capability)

    def may_publish(self, request: HttpRequest) -> bool:
        """Whether the person may publish here."""
        return can(request, self.publish_capability)


def operator_parts(on: date) -> Sequence[QuerySet]:
    """All shared rules; versions withdrawn before their first day are no rules."""
    return [shared_rows(CommissionRule.objects.exclude(WITHDRAWN), on=on, sees_margin=True)]


def operator_readable(letter: str) -> QuerySet:
    """The shared rules; there is no other book here."""
    book = operator_book()
    return book.rules if letter == book.letter else book.rules.none()


def operator_desk() -> Desk:
    """The operator's desk: the shared book, everything visible."""
    return Desk(
        prefix="operator",
        book=operator_book(),
        parts=operator_parts,
        readable=operator_readable,
        table_class=RuleTable,
        filterset_class=RuleFilters,
        publish_capability="commissions.publish",
        sees_margin=True,
        simulator="simulation_new",
    )
