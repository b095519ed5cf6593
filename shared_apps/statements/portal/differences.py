"""Explains, order by order, why a statement and the former portal do not say the same.

Every order of either side is in exactly one pair; the differences of the pairs therefore add up
to the difference of the totals, per currency, to the last decimal. An order of the portal in
another currency is a pair of that currency, where we have nothing: never converted.

A reason is the best explanation the figures allow. Where the portal gives no rate, the rate is
reckoned from its amount and says so.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from shared_apps.statements.portal.reading import PortalRow

ZERO = Decimal(0)
HUNDRED = Decimal(100)


class Reason(StrEnum):
    """Why an order differs."""

    MISSING_THERE = "missing_there"
    ADJUSTED = "adjusted"
    UNKNOWN = "unknown"
    PROVISIONAL = "provisional"
    OTHER_STATEMENT = "other_statement"
    OWN_LIABILITY = "own_liability"
    NOT_COMMISSIONED = "not_commissioned"
    CURRENCY = "currency"
    CANCELLED = "cancelled"
    ROUNDING = "rounding"
    RATE = "rate"
    BASE = "base"


@dataclass(frozen=True, kw_only=True)
class OurOrder:
    """One order on the statement, in its currency. ``sold`` is without cancellations."""

    order: str
    commission: Decimal
    sold: Decimal
    gross_sold: Decimal
    lines: int
    cancelled: bool = False
    adjusted: bool = False
    rules: tuple[str, ...] = ()

    @property
    def rate(self) -> Decimal | None:
        """Commission on what was sold, in per cent to two decimals; None when nothing was."""
        return rate_of(self.sold, self.gross_sold)


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Where an order is that the statement does not hold: ``detail`` is a day or a reference."""

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One order in one currency. ``difference`` is ours less theirs, never zero."""

    order: str
    currency: str
    ours: Decimal
    theirs: Decimal
    reason: Reason
    detail: str = ""
    our_rate: Decimal | None = None
    their_rate: Decimal | None = None
    rate_given: bool = True
    rules: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    known: bool = True
    """Whether the order is on this statement or in our journal, so that it can be opened."""

    @property
    def difference(self) -> Decimal:
        """Ours less theirs."""
        return self.ours - self.theirs


@dataclass
class CurrencyTotals:
    """Both totals of one currency and what explains the gap between them."""

    currency: str
    ours: Decimal = ZERO
    theirs: Decimal = ZERO
    agreeing: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def difference(self) -> Decimal:
        """Ours less theirs: the sum of the differences, exactly."""
        return self.ours - self.theirs


@dataclass(frozen=True)
class _Theirs:
    total: Decimal
    rate: Decimal | None
    rows: tuple[int, ...]


def rate_of(commission: Decimal, gross: Decimal) -> Decimal | None:
    """``commission`` in per cent of ``gross``, half-up to two decimals; None without gross."""
    if not gross:
        return None
    return (commission * HUNDRED / gross).quantize(Decimal("0.01"), ROUND_HALF_UP)


def compare(
    *,
    currency: str,
    unit: Decimal,
    ours: Iterable[OurOrder],
    rows: Iterable[PortalRow],
    elsewhere: Mapping[str, Elsewhere],
) -> list[CurrencyTotals]:
    """Both sides per currency, the statement's own first; ``unit`` is its smallest amount.

    ``elsewhere`` says where orders are that the statement does not hold.
    """
    mine = {order.order: order for order in ours}
    theirs = _grouped(rows)
    both = {*mine} & {order for _code, order in theirs}
    found = {currency: CurrencyTotals(currency)}
    for code, order in sorted({*theirs, *((currency, name) for name in mine)}):
        totals = found.setdefault(code, CurrencyTotals(code))
        own = mine.get(order) if code == currency else None
        other = theirs.get((code, order))
        our_amount = own.commission if own else ZERO
        their_amount = other.total if other else ZERO
        totals.ours += our_amount
        totals.theirs += their_amount
        if our_amount == their_amount:
            totals.agreeing += 1
            continue
        totals.differences.append(
            _explained(
                code,
                order,
                own,
                other,
                unit=unit,
                both=both,
                elsewhere=elsewhere,
            )
        )
    for totals in found.values():
        totals.differences.sort(key=lambda one: (-abs(one.difference), one.order))
    return [found.pop(currency), *(found[code] for code in sorted(found))]


def _grouped(rows: Iterable[PortalRow]) -> dict[tuple[str, str], _Theirs]:
    grouped: dict[tuple[str, str], _Theirs] = {}
    for row in rows:
        key = (row.currency, row.order)
        before = grouped.get(key)
        if before is None:
            grouped[key] = _Theirs(row.commission, row.rate, (row.row,))
        else:
            rate = before.rate if before.rate == row.rate else None
            total = before.total + row.commission
            grouped[key] = _Theirs(total, rate, (*before.rows, row.row))
    return grouped


def _explained(
    code: str,
    order: str,
    own: OurOrder | None,
    other: _Theirs | None,
    *,
    unit: Decimal,
    both: Set[str],
    elsewhere: Mapping[str, Elsewhere],
) -> Difference:
    found = Difference(
        order=order,
        currency=code,
        ours=own.commission if own else ZERO,
        theirs=other.total if other else ZERO,
        reason=Reason.CURRENCY,
        our_rate=own.rate if own else None,
        rows=other.rows if other else (),
        rules=own.rules if own else (),
    )
    if own is None or other is None:
        if order in both:
            return found
        if own is not None:
            return replace(found, reason=_missing_there(own))
        place = elsewhere.get(order, Elsewhere(reason=Reason.UNKNOWN))
        known = place.reason is not Reason.UNKNOWN
        return replace(found, reason=place.reason, detail=place.detail, known=known)
    rate = other.rate if other.rate is not None else rate_of(other.total, own.gross_sold)
    return replace(
        found,
        reason=_both(own, other, rate, unit),
        their_rate=rate,
        rate_given=other.rate is not None,
    )


def _missing_there(own: OurOrder) -> Reason:
    if own.cancelled:
        return Reason.CANCELLED
    return Reason.ADJUSTED if own.adjusted and not own.gross_sold else Reason.MISSING_THERE


def _both(own: OurOrder, other: _Theirs, rate: Decimal | None, unit: Decimal) -> Reason:
    gap = abs(own.commission - other.total)
    if own.cancelled and other.total == own.sold:
        return Reason.CANCELLED
    if gap <= unit * max(own.lines, len(other.rows)):
        return Reason.ROUNDING
    if own.cancelled:
        return Reason.CANCELLED
    if own.adjusted:
        return Reason.ADJUSTED
    if rate is not None and rate != own.rate:
        return Reason.RATE
    return Reason.BASE
