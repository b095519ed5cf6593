"""The windows of versions: one ends the day before the next begins. Held under the book's lock.

The versions of a rule follow each other without a gap and without an overlap, in the order of
their numbers; only the newest is open. A version that another replaces on its own first day keeps
an empty window: it stood for part of a day, or, when its set was withdrawn, never.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from shared_apps.commissions.books import Book
from shared_apps.commissions.models import RuleStatus


def versions_begin(
    book: Book, drafts: Iterable[int], on: date, *, status: str = RuleStatus.ACTIVE
) -> None:
    """Turn drafts into versions for sales from ``on``; those that retire become endings."""
    rows = book.rule_model.objects.filter(pk__in=list(drafts), status=RuleStatus.DRAFT)
    rows.filter(retires=True).update(status=RuleStatus.ARCHIVED, applies_from=on)
    rows.filter(retires=False).update(status=status, applies_from=on)


def heads_close(book: Book, heads: Iterable[int], on: date) -> None:
    """Give versions their last sale date, the day before ``on``."""
    rows = book.rule_model.objects.filter(pk__in=list(heads), status=RuleStatus.ACTIVE)
    rows.update(applies_to=on - timedelta(days=1))


def heads_reopen(book: Book, heads: Iterable[int]) -> None:
    """Take the last sale date of versions away again: what followed them was withdrawn."""
    rows = book.rule_model.objects.filter(pk__in=list(heads), status=RuleStatus.ACTIVE)
    rows.update(applies_to=None)


def versions_withdraw(book: Book, versions: Iterable[int], first_day: date) -> None:
    """Empty the windows of versions whose first day, ``first_day``, has not come."""
    rows = book.rule_model.objects.filter(pk__in=list(versions))
    rows.update(applies_to=first_day - timedelta(days=1))
