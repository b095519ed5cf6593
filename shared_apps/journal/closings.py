"""Closes days, months and years of an agency's journal and keeps their totals (L8).

A closing says, per currency and kind of line, what the period added up to and what everything
since the first line adds up to (the perpetual totals). It is hashed like a journal line, follows
the closing before it, and names the head of the journal at the moment it was made: the journal
cannot be rewritten without its closings, nor the closings without the journal.

Every day since the first line is closed, also one without a sale, so a closing that is missing
shows. Days are those of the operator's time zone. A day is closed once it is over for
:data:`SETTLING`: by then no sale that began in it is still being written. The closing locks the
head besides, so a sale in the middle of its transaction is waited for and never cut in two.

What it does not do: stop a sale. A line that came into a closed period all the same is no loss;
:func:`shared_apps.journal.verify.journal_verify` names it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Min, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _
from moneyed import Money

from shared_apps.audit.actions import audit_record
from shared_apps.journal.chain import GENESIS, VERSION, canonical, link_hash
from shared_apps.journal.models import ChainHead, Closing, JournalLine
from shared_apps.pricing.money import money_text
from tenants.models import Agency

SETTLING = timedelta(minutes=10)
AMOUNTS = ("customer_pays", "provider_share", "agency_share", "operator_share")
Period = Closing.Period
# currency → kind of line → its number of lines, quantity and amounts, all as text.
Totals = dict[str, dict[str, dict[str, str]]]


class ClosingRefused(ValueError):
    """The period cannot be closed; ``code`` is stable, ``message`` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def last_day_over() -> date:
    """The last day that may be closed now: over, and given time to settle."""
    return timezone.localdate(timezone.now() - SETTLING) - timedelta(days=1)


def journal_close(*, agency: Agency, until: date | None = None) -> list[Closing]:
    """Close every day, month and year of ``agency`` that ended by ``until``; returns the new ones.

    ``until`` is the last day that can be closed when nothing is said. Repeatable: what is closed
    stays as it is. Raises ClosingRefused (``not_over``) for a day that is not over.
    """
    last = until or last_day_over()
    if last > last_day_over():
        raise ClosingRefused("not_over", _("This day is not over yet: it cannot be closed."))
    with transaction.atomic():
        # Waits for a sale that is being written, and makes the next wait for us.
        head = ChainHead.objects.select_for_update().filter(agency=agency).first()
        if head is None or not head.seq:
            return []
        made = list(_closings(agency, head, last))
        Closing.objects.bulk_create(made)
        if made:
            _audit(agency, made)
    return made


def _audit(agency: Agency, made: list[Closing]) -> None:
    after = {"closings": len(made), "until": made[-1].ends_on.isoformat(), "hash": made[-1].hash}
    audit_record(verb="journal.close", target=made[-1], label=str(agency), after=after)


def _closings(agency: Agency, head: ChainHead, last: date) -> Iterator[Closing]:
    done = Closing.objects.filter(agency=agency).order_by("-seq")
    previous = done.first()
    first = previous.ends_on + timedelta(days=1) if previous else first_day(agency)
    if first > last:
        return
    # A month or a year that ends now may have begun long before the first day to close.
    days = totals_by_day(agency, first=first.replace(month=1, day=1), last=last)
    seq, prev = (previous.seq, previous.hash) if previous else (0, GENESIS)
    perpetual = totals_of(previous, "perpetual") if previous else {}
    now = timezone.now()
    for day in days_between(first, last):
        perpetual = totals_add([perpetual, days.get(day, {})])
        for period, starts_on in periods_ending(day):
            seq += 1
            facts = {
                "period": str(period),
                "from": starts_on.isoformat(),
                "to": day.isoformat(),
                "at": now.isoformat(),
                "journal": {"seq": head.seq, "hash": head.hash},
                "totals": period_totals(days, starts_on, day),
                "perpetual": perpetual,
            }
            closing = _closing(agency, facts, seq=seq, prev=prev)
            yield closing
            prev = closing.hash


def period_totals(days: Mapping[date, Totals], first: date, last: date) -> Totals:
    """The sum of the days from ``first`` to ``last``."""
    return totals_add(days.get(day, {}) for day in days_between(first, last))


def first_day(agency: Agency) -> date:
    """The day of the agency's first line. The agency must have one."""
    first = JournalLine.objects.filter(agency=agency).aggregate(at=Min("occurred_at"))["at"]
    return timezone.localdate(first)


def days_between(first: date, last: date) -> Iterable[date]:
    """Each day from ``first`` to ``last``, both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def periods_ending(day: date) -> Iterator[tuple[str, date]]:
    """The periods that end with ``day`` and the first day of each: day, month, year."""
    yield Period.DAY, day
    tomorrow = day + timedelta(days=1)
    if tomorrow.day == 1:
        yield Period.MONTH, day.replace(day=1)
        if tomorrow.month == 1:
            yield Period.YEAR, day.replace(month=1, day=1)


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def totals_by_day(agency: Agency, *, first: date | None, last: date) -> dict[date, Totals]:
    """What the agency's lines of each day add up to, from ``first`` (or the start) to ``last``.

    Days without a line are left out.
    """
    lines = JournalLine.objects.filter(
        agency=agency, occurred_at__lt=_moment(last + timedelta(days=1))
    )
    if first is not None:
        lines = lines.filter(occurred_at__gte=_moment(first))
    sums = (
        lines.order_by()
        .annotate(day=TruncDate("occurred_at"))
        .values("day", "currency", "kind")
        .annotate(
            lines=Count("pk"),
            units=Sum("quantity"),
            **{f"sum_{name}": Sum(name) for name in AMOUNTS},
        )
    )
    days: dict[date, list[tuple[str, str, dict[str, Decimal]]]] = {}
    for row in sums:
        days.setdefault(row["day"], []).append((row["currency"], row["kind"], _row_sums(row)))
    return {day: _written(rows) for day, rows in days.items()}


def _row_sums(row: Mapping[str, Any]) -> dict[str, Decimal]:
    amounts = {name: row[f"sum_{name}"] for name in AMOUNTS}
    return {"lines": Decimal(row["lines"]), "quantity": Decimal(row["units"]), **amounts}


def totals_add(parts: Iterable[Totals]) -> Totals:
    """The sum of several totals, currency by currency and kind by kind."""
    sums: dict[tuple[str, str], dict[str, Decimal]] = {}
    for totals in parts:
        for currency, kinds in totals.items():
            for kind, values in kinds.items():
                into = sums.setdefault((currency, kind), {})
                for name, value in values.items():
                    into[name] = into.get(name, Decimal(0)) + Decimal(value)
    return _written((currency, kind, values) for (currency, kind), values in sums.items())


def _written(rows: Iterable[tuple[str, str, Mapping[str, Decimal]]]) -> Totals:
    totals: Totals = {}
    for currency, kind, values in rows:
        totals.setdefault(currency, {})[kind] = {
            name: money_text(Money(value, currency)) if name in AMOUNTS else f"{value:f}"
            for name, value in values.items()
        }
    return totals


def totals_of(closing: Closing, which: str) -> Totals:
    """The totals a closing states: ``totals`` of its period, or ``perpetual``."""
    stated: Totals = json.loads(closing.payload)[which]
    return stated


def _closing(agency: Agency, facts: Mapping[str, Any], *, seq: int, prev: str) -> Closing:
    payload = canonical(facts)
    return Closing(
        agency=agency,
        agency_schema=agency.schema_name,
        seq=seq,
        version=VERSION,
        period=facts["period"],
        starts_on=date.fromisoformat(facts["from"]),
        ends_on=date.fromisoformat(facts["to"]),
        closed_at=datetime.fromisoformat(facts["at"]),
        journal_seq=facts["journal"]["seq"],
        journal_hash=facts["journal"]["hash"],
        payload=payload,
        prev_hash=prev,
        hash=link_hash(version=VERSION, seq=seq, prev=prev, payload=payload),
    )


def sales_in(totals: Totals) -> dict[str, Decimal]:
    """What customers pay, net of cancellations and with their fees, per currency."""
    return _paid(
        totals, (JournalLine.Kind.SALE, JournalLine.Kind.CANCELLATION, JournalLine.Kind.FEE)
    )


def money_in(totals: Totals) -> dict[str, Decimal]:
    """Money that came less money that went back, per currency."""
    return _paid(totals, (JournalLine.Kind.PAYMENT, JournalLine.Kind.REFUND))


def _paid(totals: Totals, kinds: Iterable[str]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for currency, rows in sorted(totals.items()):
        found = [Decimal(rows[kind]["customer_pays"]) for kind in kinds if kind in rows]
        if found:
            sums[currency] = sum(found, Decimal(0))
    return sums
