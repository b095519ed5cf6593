"""Sales by day as bars, one picture per currency, computed from the rows a table shows.

Pure: takes (day, currency, amount) and places bars; the amounts stand in the table beside.
Days without a sale keep their place, so that a gap looks like a gap.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

DAYS = 30
STEP = 20
BAR = 14
HEIGHT = 100


@dataclass(frozen=True)
class DayBar:
    """One day: its amount and where its bar stands (``y`` from the top)."""

    day: date
    amount: Decimal
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class DayChart:
    """The last thirty days of one currency, net of cancellations."""

    currency: str
    bars: list[DayBar]
    width: int = DAYS * STEP
    height: int = HEIGHT

    @property
    def sold(self) -> list[DayBar]:
        """The days on which something moved, for the table."""
        return [bar for bar in self.bars if bar.amount]


def charts_of(rows: Iterable[tuple[date, str, Decimal]], *, last: date) -> list[DayChart]:
    """A chart per currency that moved in the thirty days up to ``last``, by currency code."""
    days = [last - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    found: dict[str, dict[date, Decimal]] = {}
    for day, currency, amount in rows:
        if days[0] <= day <= last:
            by_day = found.setdefault(currency, {})
            by_day[day] = by_day.get(day, Decimal(0)) + amount
    return [DayChart(code, _bars(days, found[code])) for code in sorted(found)]


def _bars(days: list[date], amounts: dict[date, Decimal]) -> list[DayBar]:
    top = max((abs(amount) for amount in amounts.values()), default=Decimal(0)) or Decimal(1)
    bars = []
    for place, day in enumerate(days):
        amount = amounts.get(day, Decimal(0))
        height = int(abs(amount) / top * HEIGHT)
        if amount:
            height = max(height, 2)
        bars.append(DayBar(day, amount, place * STEP + (STEP - BAR) // 2, HEIGHT - height, height))
    return bars
