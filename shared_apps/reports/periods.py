"""The span a dashboard shows, its steps, and the span it is compared with. Pure.

The compared span lies directly before and is as long; a whole calendar month is compared with
the calendar month before, a whole year with the year before, because that is what people mean.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

DAY, WEEK, MONTH = "day", "week", "month"
STEPS = (DAY, WEEK, MONTH)
MOST_STEPS = 400
LONGEST_DAYS = 3660
YEARS = range(2000, 2201)
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """First and last day, both inside, shown in steps of a day, a week or a month."""

    first: date
    last: date
    step: str = DAY

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("A span ends on or after its first day")
        if self.step not in STEPS:
            raise ValueError(f"{self.step!r} is no step")

    @property
    def before(self) -> "Span":
        """The span to compare with: directly before, as long."""
        last = self.first - ONE
        if _whole_months(self):
            months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
            first = _month_back(self.first, months + 1)
        else:
            first = self.first - (self.last - self.first) - ONE
        return Span(first, last, self.step)

    @property
    def starts(self) -> list[date]:
        """The first day of each step, in order; the first may lie before the span."""
        return list(_starts(self))


def start_of(day: date, step: str) -> date:
    """The first day of the step that ``day`` is in; weeks begin on Monday."""
    if step == WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == MONTH else day


def span_read(asked: Mapping[str, str], *, today: date) -> Span:
    """The span of an address: ``from``, ``to`` (ISO days) and ``step``.

    What cannot be read falls back to this month until today, by day. A span longer than
    ten years is cut, and steps that would be too many to draw are made longer.
    """
    first = _day(asked.get("from", "")) or today.replace(day=1)
    last = _day(asked.get("to", "")) or max(today, first)
    if last < first:
        first, last = last, first
    first = max(first, last - timedelta(days=LONGEST_DAYS))
    step = asked.get("step", DAY)
    step = step if step in STEPS else DAY
    days = (last - first).days + 1
    if step == DAY and days > MOST_STEPS:
        step = MONTH if days > MOST_STEPS * 7 else WEEK
    return Span(first, last, step)


def shortcuts(today: date) -> dict[str, Span]:
    """Spans people ask for every day, by code."""
    month = today.replace(day=1)
    last_month = month - ONE
    return {
        "week": Span(start_of(today, WEEK), today, DAY),
        "month": Span(month, today, DAY),
        "last_month": Span(last_month.replace(day=1), last_month, DAY),
        "year": Span(today.replace(month=1, day=1), today, MONTH),
    }


def _starts(span: Span) -> Iterator[date]:
    start = start_of(span.first, span.step)
    while start <= span.last:
        yield start
        if span.step == MONTH:
            start = (start + timedelta(days=32)).replace(day=1)
        else:
            start += ONE if span.step == DAY else timedelta(days=7)


def _whole_months(span: Span) -> bool:
    return span.first.day == 1 and (span.last + ONE).day == 1


def _month_back(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)


def _day(text: str) -> date | None:
    """The day that ``text`` names, when it is one that can be compared and drawn."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None
