"""The price of one unit as bars a person can read, from the snapshot frozen on the line.

Pure: takes the JSON of :meth:`shared_apps.pricing.waterfall.Waterfall.to_json` and computes
only where a bar begins and ends, never an amount. Each bar comes with its amount, so the table
beside the picture is the picture's own text. Stages that did not happen have no bar.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WIDTH = 1000
"""Units of the picture's own scale, from its lowest amount to its highest."""

LABELS: dict[str, str | Promise] = {
    "listed": _("Listed price"),
    "discount": _("Discount"),
    "markup": _("Markup"),
    "sale": _("Sale price"),
    "advantage": _("Advantage"),
    "pays": _("Customer pays"),
    "provider": _("Provider share"),
    "agency": _("Agency share"),
    "operator": _("Operator share"),
}


@dataclass(frozen=True)
class Bar:
    """One stage: its amount for one unit, and where its bar lies on the scale."""

    name: str
    amount: Decimal
    start: int
    width: int

    @property
    def label(self) -> str | Promise:
        """The stage in words."""
        return LABELS[self.name]


@dataclass(frozen=True)
class PricePicture:
    """The bars of one rate category, its quantity, its totals, and the sentences that explain."""

    title: str
    quantity: int
    currency: str
    bars: list[Bar]
    total: Mapping[str, Decimal | None]
    sentences: Sequence[str]


def _spans(unit: Mapping[str, Decimal]) -> list[tuple[str, Decimal, Decimal]]:
    """Stage → (from, to), in the order in which the price comes about and is then shared."""
    zero = Decimal(0)
    listed, public, sale, pays = (unit[name] for name in ("listed", "public", "sale", "pays"))
    spans = [("listed", zero, listed)]
    if public != listed:
        spans.append(("discount", listed, public))
    if sale != public:
        spans.append(("markup", public, sale))
    if pays != sale:
        spans += [("sale", zero, sale), ("advantage", sale, pays)]
    spans.append(("pays", zero, pays))
    after_provider = pays - unit["provider"]
    after_agency = after_provider - unit["agency"]
    spans += [
        ("provider", after_provider, pays),
        ("agency", after_agency, after_provider),
        ("operator", zero, after_agency),
    ]
    return spans


def bars_of(unit: Mapping[str, Decimal]) -> list[Bar]:
    """The bars of the unit's stages, all on one scale that also holds negative shares."""
    spans = _spans(unit)
    ends = [end for _name, start, stop in spans for end in (start, stop)]
    low, high = min(ends), max(ends)
    scale = (high - low) or Decimal(1)

    def at(amount: Decimal) -> int:
        return int((amount - low) / scale * WIDTH)

    bars = []
    for name, start, stop in spans:
        left, right = sorted((at(start), at(stop)))
        bars.append(Bar(name, stop - start, left, max(right - left, 4)))
    return bars


def picture_of(
    frozen: Mapping[str, Any], *, title: str, sentences: Sequence[str] = ()
) -> PricePicture:
    """The picture of one frozen waterfall (``{"quantity", "price": {...}}``).

    Raises KeyError when the snapshot lacks a stage: it is then not one of ours.
    """
    price = frozen["price"]
    unit = {name: Decimal(text) for name, text in price["unit"].items() if text is not None}
    total = {
        name: None if text is None else Decimal(text)
        for name, text in price["total"].items()
        if name not in ("margin_rate", "loss")
    }
    return PricePicture(
        title=title,
        quantity=int(frozen["quantity"]),
        currency=price["input"]["currency"],
        bars=bars_of(unit),
        total=total,
        sentences=list(sentences),
    )
