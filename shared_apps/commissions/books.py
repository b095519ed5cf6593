"""A book of rules: the operator's shared rules, or one agency's overrides.

Both live by the same law: versions, drafts, change sets, one undo. A book says whose rules they
are and where they stand, so that every verb is written once. The operator's book is made here;
an agency's by ``tenant_apps.overrides.books``, because shared apps never import tenant apps.

A book of an agency works inside that agency only: its corridor and its lock are the agency's, and
its tables are those of the current schema. Anywhere else it raises WrongAgency.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BigIntegerField, F, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from shared_apps.commissions.models import (
    ChangeSet,
    ChangeSetStatus,
    CommissionRule,
    RuleStatus,
)
from tenants.isolation import SHARED, WrongAgency, current_schema
from tenants.models import Agency

SERIES = Coalesce("series", "id", output_field=BigIntegerField())
"""What all versions of one rule share, in a query."""


@dataclass(frozen=True)
class Book:
    """Rules that are versioned together; ``agency`` is None for the operator's.

    ``scopes`` are the fields that say what a rule is for, most telling first.
    """

    letter: str
    agency: Agency | None
    rule_model: type[Any]
    set_model: type[Any]
    scopes: tuple[str, ...]

    @property
    def schema(self) -> str:
        """Where the rules stand; also the name of the book's lock."""
        return SHARED if self.agency is None else self.agency.schema_name

    @property
    def rules(self) -> QuerySet[Any]:
        """All versions and drafts, with their scopes. Raises WrongAgency outside the agency."""
        self.check_place()
        return self.rule_model.objects.select_related(*self.scopes)

    @property
    def change_sets(self) -> QuerySet[Any]:
        """All change sets. Raises WrongAgency outside the agency."""
        self.check_place()
        return self.set_model.objects.all()

    def check_place(self) -> None:
        """Raise WrongAgency when the current schema is not the one of the agency's book."""
        if self.agency is not None and current_schema() != self.schema:
            raise WrongAgency(f"the book of {self.schema} used in {current_schema()}")


OPERATOR_SCOPES = ("operation", "product", "provider", "category", "agency", "group")


def operator_book() -> Book:
    """The shared rules, edited by the operator and read by everybody."""
    return Book("R", None, CommissionRule, ChangeSet, OPERATOR_SCOPES)


def standing(on: date) -> Q:
    """Condition on versions: published, and in force for sales made on ``on``."""
    return (
        Q(status=RuleStatus.ACTIVE)
        & (Q(applies_from=None) | Q(applies_from__lte=on))
        & (Q(applies_to=None) | Q(applies_to__gte=on))
    )


def rules_as_of(book: Book, on: date) -> QuerySet[Any]:
    """The published versions that stand for sales made on ``on``, with their scopes.

    Any day may be asked: a past one answers what stood then, because versions are never edited.
    """
    return book.rules.filter(standing(on))


def rules_at(book: Book, moment: datetime) -> QuerySet[Any]:
    """The versions that a sale made at ``moment`` was decided by, as they were known then.

    :func:`rules_as_of` answers for a day; on the day of a publication two versions may have stood,
    one until it and one since. What was published later, or withdrawn before its first day,
    does not count here. An approval counts for the whole of its day.
    """
    day = timezone.localdate(moment)
    known = Q(change_set=None, created_at__lte=moment) | Q(change_set__published_at__lte=moment)
    begun = Q(applies_from=None) | Q(applies_from__lte=day)
    ending = Q(status=RuleStatus.ARCHIVED, retires=True)
    never_stood = Q(
        applies_to__lt=F("applies_from"),
        change_set__undone_by__published_at__date__lt=F("applies_from"),
    )
    newest = (
        book.rule_model.objects.filter(known & begun & (Q(status=RuleStatus.ACTIVE) | ending))
        .exclude(never_stood)
        .annotate(series_key=SERIES)
        .order_by("series_key", "-version", "-id")
        .distinct("series_key")
    )
    keys = [pk for pk, _series in newest.values_list("pk", "series_key")]
    return book.rules.filter(pk__in=keys, retires=False)


def series_heads(book: Book) -> QuerySet[Any]:
    """The newest published version of every rule, whenever it applies; one row a series.

    A rule that was retired is represented by the row that ended it (``retires``). Versions that
    were withdrawn before their first day, and those that wait for approval, are passed over.
    """
    return (
        book.rules.filter(published())
        .annotate(series_key=SERIES)
        .order_by("series_key", "-version", "-id")
        .distinct("series_key")
    )


def published() -> Q:
    """Condition on versions: published and never withdrawn, the endings of rules included."""
    withdrawn = Q(applies_to__lt=F("applies_from"), change_set__status=ChangeSetStatus.UNDONE)
    ending = Q(status=RuleStatus.ARCHIVED, retires=True)
    return (Q(status=RuleStatus.ACTIVE) | ending) & ~withdrawn


def of_series(rows: QuerySet[Any], series: Iterable[int]) -> QuerySet[Any]:
    """The rows that are versions or drafts of one of the rules ``series``."""
    return rows.annotate(key=SERIES).filter(key__in=list(series))


def last_versions(book: Book, series: Iterable[int]) -> dict[int, int]:
    """The highest number given to a version of each rule so far, whatever became of it."""
    rows = book.rules.select_related(None).order_by().exclude(status=RuleStatus.DRAFT)
    return dict(of_series(rows, series).values_list("key").annotate(last=Max("version")))
