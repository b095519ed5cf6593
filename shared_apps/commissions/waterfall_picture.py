"""The price of one unit as bars a person can read, from what one party may see of it.

Pure: takes a :class:`~shared_apps.commissions.sight.SeenPrice` and computes only where a bar begins
and ends, never an amount. So the picture cannot show what its viewer may not see, and the table
beside it is the picture's own text. Stages that did not happen have no bar.

Bars hang at the level that the one before has reached; ``level`` is where a thin line leads on
to the next. Every party has a chain of its own: the operator and the agency from the listed price
to the shares, the provider from its tariff to its share, the client from the price to what is paid.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from shared_apps.commissions.sight import SeenPrice

WIDTH = 1000
"""Units of the picture's own scale, from its lowest amount to its highest."""

THINNEST = 4
"""A bar of nothing is still a mark one can see."""

PARTIES = ("provider", "network", "agency", "operator")
_ZERO = Decimal(0)
Span = tuple[str, Decimal, Decimal]


@dataclass(frozen=True)
class Bar:
    """One stage: its amount for one unit, where its bar lies on the scale, and where it ends."""

    name: str
    amount: Decimal
    start: int
    width: int
    level: int
    last: bool = False

    @property
    def loss(self) -> bool:
        """Whether it is the share of somebody who pays instead of earning."""
        return self.name in PARTIES and self.amount < 0


@dataclass(frozen=True)
class Slice:
    """One party's part of what the customer pays: the picture of the shares alone."""

    name: str
    amount: Decimal
    percent: Decimal
    start: int
    width: int


def bars_of(seen: SeenPrice) -> list[Bar]:
    """The bars of a unit, all on one scale that also holds negative shares."""
    spans = _spans(seen)
    ends = [end for _name, start, stop in spans for end in (start, stop)]
    low, high = min(ends, default=_ZERO), max(ends, default=_ZERO)
    scale = (high - low) or Decimal(1)

    def at(amount: Decimal) -> int:
        return int((amount - low) / scale * WIDTH)

    bars = []
    for number, (name, start, stop) in enumerate(spans, start=1):
        left, right = sorted((at(start), at(stop)))
        # Shares are taken off from the right, so the line leads on from the left end.
        level = left if name in PARTIES else at(stop)
        width = max(right - left, THINNEST)
        left = min(left, WIDTH - width)
        bars.append(Bar(name, stop - start, left, width, level, number == len(spans)))
    return bars


def _spans(seen: SeenPrice) -> list[Span]:
    unit = seen.unit
    if "listed" not in unit:
        return _client_spans(unit)
    if "pays" not in unit:
        return _provider_spans(unit)
    return [*_price_spans(unit), *_share_spans(unit)]


def _price_spans(unit: Mapping[str, Decimal]) -> list[Span]:
    listed, public, sale, pays = (unit[name] for name in ("listed", "public", "sale", "pays"))
    spans = [("listed", _ZERO, listed)]
    if public != listed:
        spans.append(("discount", listed, public))
    if sale != public:
        spans.append(("markup", public, sale))
    if pays != sale:
        spans += [("sale", _ZERO, sale), ("advantage", sale, pays)]
    spans.append(("pays", _ZERO, pays))
    return spans


def _share_spans(unit: Mapping[str, Decimal]) -> list[Span]:
    spans, left = [], unit["pays"]
    for party in PARTIES:
        if party in unit:
            spans.append((party, left - unit[party], left))
            left -= unit[party]
    return spans


def _provider_spans(unit: Mapping[str, Decimal]) -> list[Span]:
    """A discount that somebody else funds does not lower what the provider is paid on."""
    listed, basis, purchase = unit["listed"], unit["basis"], unit["purchase"]
    spans = [("listed", _ZERO, listed)]
    if basis != listed:
        spans.append(("discount", listed, basis))
    if purchase != basis:
        spans.append(("provider_commission", basis, purchase))
    if unit["provider"] != purchase:
        spans.append(("advantage", purchase, unit["provider"]))
    spans.append(("provider", _ZERO, unit["provider"]))
    return spans


def _client_spans(unit: Mapping[str, Decimal]) -> list[Span]:
    before, sale, pays = unit.get("struck", unit["sale"]), unit["sale"], unit["pays"]
    spans = []
    if before != sale:
        spans += [("undiscounted", _ZERO, before), ("discount", before, sale)]
    if pays != sale:
        spans += [("sale", _ZERO, sale), ("advantage", sale, pays)]
    spans.append(("pays", _ZERO, pays))
    return spans


def slices_of(seen: SeenPrice) -> list[Slice]:
    """How what the customer pays is shared, as parts of a whole.

    None where the viewer does not see shares, where nothing is paid, and where somebody loses:
    parts of a whole cannot be negative, and the bars show that case.
    """
    pays = seen.unit.get("pays", _ZERO)
    parts = [(party, seen.unit[party]) for party in PARTIES if party in seen.unit]
    if not pays or any(amount < 0 for _party, amount in parts):
        return []
    if sum(amount for _party, amount in parts) != pays:
        return []
    slices, start = [], 0
    for party, amount in parts:
        end = start + round(amount / pays * WIDTH)
        percent = (amount / pays * 100).quantize(Decimal("0.1"))
        slices.append(Slice(party, amount, percent, start, max(0, min(end, WIDTH) - start)))
        start = end
    return slices
