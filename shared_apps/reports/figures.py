"""What a dashboard shows, as values: figures beside those of the span before. Pure.

Everything is per currency, never across. ``share`` is what the viewer earns: the agency's
commission in an agency's office, the operator's margin in the console.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
TENTH = Decimal("0.1")
SHOWN = 5
FALLING = 3


@dataclass(frozen=True)
class Figure:
    """An amount (or a count) of the span and of the span before."""

    now: Decimal = ZERO
    before: Decimal = ZERO

    @property
    def change(self) -> Decimal:
        """How much more; negative: less."""
        return self.now - self.before

    @property
    def percent(self) -> Decimal | None:
        """The change in percent of before, to a tenth; None when there was nothing before."""
        if not self.before:
            return None
        exact = self.change / abs(self.before) * 100
        return exact.quantize(TENTH, ROUND_HALF_UP)

    @property
    def percent_size(self) -> Decimal | None:
        """The percentage without its sign, which pages write as a word or a real minus."""
        return None if self.percent is None else abs(self.percent)


@dataclass(frozen=True)
class Row:
    """One product, channel, agency or provider. ``key`` is its identifier, as text."""

    key: str
    label: str
    sales: Figure
    share: Figure
    count: Figure
    url: str = ""


@dataclass(frozen=True)
class Step:
    """One day, week or month and the one at the same place of the span before."""

    start: date
    sales: Figure
    share: Figure


@dataclass(frozen=True)
class Commission:
    """Where the commission of the span's sales stands. ``earned`` includes what is paid."""

    provisional: Decimal = ZERO
    earned: Decimal = ZERO
    paid: Decimal = ZERO

    @property
    def unpaid(self) -> Decimal:
        """Earned and not paid yet."""
        return self.earned - self.paid


@dataclass
class Board:
    """All figures of one currency. ``groups`` maps a dimension to all its rows."""

    currency: str
    sales: Figure = field(default_factory=Figure)
    share: Figure = field(default_factory=Figure)
    count: Figure = field(default_factory=Figure)
    steps: list[Step] = field(default_factory=list)
    groups: dict[str, list[Row]] = field(default_factory=dict)
    commission: Commission = field(default_factory=Commission)

    @property
    def rate(self) -> Decimal | None:
        """The share in percent of sales, to a tenth; None without sales."""
        if not self.sales.now:
            return None
        return (self.share.now / self.sales.now * 100).quantize(TENTH, ROUND_HALF_UP)


def ranked(rows: Sequence[Row]) -> list[Row]:
    """Every row that sold in the span, the one that sold most first."""
    selling = [row for row in rows if row.sales.now or row.share.now]
    return sorted(selling, key=lambda row: (-row.sales.now, row.key))


def top(rows: Sequence[Row]) -> list[Row]:
    """The rows that sold most in the span, at most five: what a picture can hold."""
    return ranked(rows)[:SHOWN]


def others(rows: Sequence[Row]) -> list[Row]:
    """The rows that sold and are not among the top, in the same order."""
    return ranked(rows)[SHOWN:]


def falling(rows: Sequence[Row]) -> list[Row]:
    """The rows that lost most sales against the span before, at most three."""
    less = [row for row in rows if row.sales.change < 0]
    return sorted(less, key=lambda row: (row.sales.change, row.key))[:FALLING]
