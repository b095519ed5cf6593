"""Sales before and during an operation as bars, computed from the rows a table shows. Pure.

At most sixty bars, each of the same number of days: a long operation is shown by weeks or
months instead of by hairlines. No bar holds days of both periods.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

BARS_A_PERIOD = 30
STEP = 20
BAR = 14
HEIGHT = 100
NARROWEST = 24  # bars' worth of width: two days are not drawn as two walls


@dataclass(frozen=True)
class PeriodBar:
    """Some days of one period: what was sold, and where the bar stands (``y`` from the top)."""

    first: date
    last: date
    during: bool
    amount: Decimal
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class PeriodChart:
    """Both periods in one currency, net of cancellations; the second begins at ``boundary``."""

    currency: str
    bars: list[PeriodBar]
    boundary: int
    width: int
    height: int = HEIGHT
    bar_width: int = BAR


def chart_of(
    rows: Iterable[tuple[date, str, Decimal]],
    *,
    currency: str,
    before: date,
    start: date,
    last: date,
) -> PeriodChart:
    """The chart of ``currency``: from ``before`` to the day before ``start``, then to ``last``."""
    amounts: dict[date, Decimal] = {}
    for day, code, amount in rows:
        if code == currency:
            amounts[day] = amounts.get(day, Decimal(0)) + amount
    days = -(-((last - start).days + 1) // BARS_A_PERIOD)
    spans = [
        *_spans(before, start - timedelta(days=1), days),
        *_spans(start, last, days),
    ]
    sums = [
        sum((amounts.get(day, Decimal(0)) for day in _days(*span)), Decimal(0)) for span in spans
    ]
    top = max((abs(amount) for amount in sums), default=Decimal(0)) or Decimal(1)
    bars = []
    for place, ((first, end), amount) in enumerate(zip(spans, sums, strict=True)):
        height = max(int(abs(amount) / top * HEIGHT), 2) if amount else 0
        x = place * STEP + (STEP - BAR) // 2
        bars.append(PeriodBar(first, end, first >= start, amount, x, HEIGHT - height, height))
    boundary = STEP * sum(not bar.during for bar in bars)
    return PeriodChart(currency, bars, boundary, STEP * max(len(bars), NARROWEST))


def _spans(first: date, last: date, days: int) -> list[tuple[date, date]]:
    spans = []
    while first <= last:
        end = min(first + timedelta(days=days - 1), last)
        spans.append((first, end))
        first = end + timedelta(days=1)
    return spans


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
