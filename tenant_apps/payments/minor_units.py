"""Money to and from the integers Stripe counts in. Pure: no Django, no network.

Stripe's minor unit is not always ISO 4217's. Yen have none; the Icelandic króna and the Ugandan
shilling have none either but are still written with two decimals that must be ``00``; five dinars
and rials have three decimals of which the last must be 0. Being wrong here means charging a
hundredth or a hundred times the price, so an amount that Stripe cannot represent is refused, never
rounded: rounding is a pricing decision, and pricing has already been done when money arrives here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from moneyed import Money

_NO_DECIMALS: Final = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG"}
    | {"RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_THREE_DECIMALS: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
_STEP: Final[dict[str, int]] = {"ISK": 100, "UGX": 100} | dict.fromkeys(_THREE_DECIMALS, 10)


class AmountNotPayable(ValueError):
    """The amount cannot be expressed in the unit Stripe charges in, or is negative."""


def exponent(currency_code: str) -> int:
    """Decimals of Stripe's minor unit for an upper-case ISO code: 0, 2 or 3."""
    if currency_code in _NO_DECIMALS:
        return 0
    return 3 if currency_code in _THREE_DECIMALS else 2


def minor_unit(currency_code: str) -> Decimal:
    """The smallest amount that can be charged: 0.01 EUR, 1 JPY, 1 ISK, 0.010 KWD."""
    return Decimal(_STEP.get(currency_code, 1)).scaleb(-exponent(currency_code))


def to_minor(amount: Money) -> int:
    """The integer to send for ``amount``: 12.34 EUR is 1234, 500 JPY is 500, 5.120 KWD is 5120.

    Raises ``AmountNotPayable`` for a negative or non-finite amount, for more decimals than Stripe
    takes, and for a fraction of a currency that is charged in whole units only (ISK, UGX) or in
    hundredths only although it has thousandths (KWD and the other dinars and rials).
    """
    code = str(amount.currency)
    if not amount.amount.is_finite() or amount.amount < 0:
        raise AmountNotPayable(f"{amount.amount} {code} is not an amount that can be paid")
    scaled = amount.amount.scaleb(exponent(code))
    minor = int(scaled)
    if minor != scaled or minor % _STEP.get(code, 1):
        raise AmountNotPayable(f"{amount.amount} {code} is finer than Stripe can charge")
    return minor


def from_minor(minor: int, currency_code: str) -> Money:
    """The money that Stripe's integer stands for; the code may be in either case."""
    code = currency_code.upper()
    return Money(Decimal(minor).scaleb(-exponent(code)), code)
