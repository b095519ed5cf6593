"""Amounts of money: how they are read, rounded, multiplied by a percentage and split.

The type is py-moneyed's ``Money`` (a Decimal and a currency). This module adds the five things a
price needs and ``Money`` leaves open: the minor unit, half-up rounding to it, exact reading of
text, splits that lose no cent, and a typed refusal when currencies meet that must not.

The minor unit is ISO 4217's (EUR 2, JPY 0, TND 3), as py-moneyed carries it. CLDR, which Babel
serves, answers another question: how many decimals people still write. It says 0 for the Serbian
dinar, whose accounts, banks and card schemes count in hundredths. Babel is asked something else
here: whether a code has ever been a country's legal tender. Gold (XAU), test codes (XTS) and
"no currency" (XXX) are codes of the standard and nothing anybody can pay with. A currency that
has been withdrawn stays known, because the sales made in it must still replay.

Why bounds: ``decimal`` silently rounds beyond 28 significant digits. An amount holds at most
15 digits (12 before the point, 3 after) and a percentage at most 8 (4 and 4), so every product
computed by the engine is exact until the one rounding that the price rules ask for.

What this module does not catch: ``Money(0.1, "EUR")``. py-moneyed accepts floats and hides them
behind their decimal text; the amounts of this product come from text and from NUMERIC columns.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

from babel.core import get_global
from moneyed import CURRENCIES, Money

from shared_apps.pricing.errors import PriceError

AMOUNT_LIMIT = Decimal(10) ** 12
"""Amounts stay below this, in major units of any currency."""

PERCENT_LIMIT = Decimal(10) ** 4
"""Percentages stay below this; narrower bounds belong to the field that holds the percentage."""

PERCENT_QUANTUM = Decimal("0.0001")

_HUNDRED = Decimal(100)
_PLAIN_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@lru_cache(maxsize=1)
def _legal_tenders() -> frozenset[str]:
    territories = get_global("territory_currencies")
    return frozenset(
        code for rows in territories.values() for code, _start, _end, is_tender in rows if is_tender
    )


@lru_cache(maxsize=512)
def minor_unit(currency: str) -> int:
    """Return how many decimals the currency's smallest payable amount has: EUR 2, JPY 0, TND 3.

    :raises PriceError: ``bad_currency`` when the code is not one somebody can or could pay with.
    """
    known = CURRENCIES.get(currency) if isinstance(currency, str) else None
    if known is None or currency not in _legal_tenders():
        raise PriceError("bad_currency", f"{currency!r} is not the code of a currency.")
    return len(str(known.sub_unit)) - 1


@lru_cache(maxsize=512)
def _quantum(currency: str) -> Decimal:
    return Decimal(1).scaleb(-minor_unit(currency))


def money_zero(currency: str) -> Money:
    """Return nothing, in that currency (``bad_currency`` when there is no such currency)."""
    return Money(_quantum(currency) * 0, currency)


def money_round(money: Money) -> Money:
    """Round half-up to the currency's minor unit, halves away from zero (L7)."""
    code = money.currency.code
    rounded = money.amount.quantize(_quantum(code), ROUND_HALF_UP)
    return Money(rounded + 0, code)  # + 0 turns the -0.00 left by a small negative into 0.00


def money_percent(money: Money, percent: Decimal) -> Money:
    """Return ``percent`` hundredths of the amount, rounded once, half-up, to the minor unit."""
    return money_round(Money(money.amount * percent / _HUNDRED, money.currency))


def money_check(money: Money, name: str = "amount") -> Money:
    """Return the amount unchanged when it can be paid: finite, bounded, in whole minor units.

    An amount finer than the minor unit is refused and not rounded: nobody can pay it, so whoever
    typed it meant something else.

    :raises PriceError: ``malformed_amount``, ``amount_too_large``, ``amount_too_precise`` or
        ``bad_currency``.
    """
    if not isinstance(money, Money):
        raise PriceError("malformed_amount", f"{name} must be Money, not {type(money).__name__}.")
    quantum = _quantum(money.currency.code)
    if not money.amount.is_finite():
        raise PriceError("malformed_amount", f"{name} is not a number: {money.amount}.")
    if abs(money.amount) >= AMOUNT_LIMIT:
        raise PriceError("amount_too_large", f"{name} must stay below {AMOUNT_LIMIT:,}.")
    if money.amount != money.amount.quantize(quantum):
        raise PriceError(
            "amount_too_precise",
            f"{name} {money.amount} is finer than {quantum} {money.currency.code}.",
        )
    return money


def money_parse(text: object, currency: str, name: str = "amount") -> Money:
    """Read an amount in major units from plain decimal text such as ``"1472.4"``.

    JSON numbers are refused along with exponents, signs other than a leading minus, and the words
    that Decimal would accept: an amount that has been a float is no longer the amount.

    :raises PriceError: as :func:`money_check`.
    """
    return money_check(Money(_decimal_parse(text, name, "amount"), _known(currency)), name)


def money_text(money: Money) -> str:
    """Write an amount as plain text with all the decimals of its currency: ``"3604.791"``.

    The inverse of :func:`money_parse`, without the currency.
    """
    return f"{money.amount.quantize(_quantum(money.currency.code)):f}"


def percent_check(percent: Decimal, name: str = "percent") -> Decimal:
    """Return the percentage unchanged when it is finite, bounded and has at most 4 decimals.

    :raises PriceError: ``malformed_percent``, ``percent_too_large`` or ``percent_too_precise``.
    """
    if not isinstance(percent, Decimal):
        kind = type(percent).__name__
        raise PriceError("malformed_percent", f"{name} must be a Decimal, not {kind}.")
    if not percent.is_finite():
        raise PriceError("malformed_percent", f"{name} is not a number: {percent}.")
    if abs(percent) >= PERCENT_LIMIT:
        raise PriceError("percent_too_large", f"{name} must stay below {PERCENT_LIMIT:,} %.")
    if percent != percent.quantize(PERCENT_QUANTUM):
        raise PriceError("percent_too_precise", f"{name} {percent} has more than 4 decimals.")
    return percent


def percent_parse(text: object, name: str = "percent") -> Decimal:
    """Read a percentage from plain decimal text such as ``"12.5"`` (12.5 %).

    :raises PriceError: as :func:`percent_check`.
    """
    return percent_check(_decimal_parse(text, name, "percent"), name)


def percent_text(percent: Decimal) -> str:
    """Write a percentage as plain text without idle zeros: ``"12.5"``, ``"100"``."""
    return f"{percent.normalize() + 0:f}"


def currency_shared(amounts: Iterable[Money]) -> str:
    """Return the one currency that all the amounts are in.

    :raises PriceError: ``currency_mismatch`` when there are two, ``nothing_to_sum`` when there is
        no amount: the sum of nothing has no currency, and a bare 0 would be a guess.
    """
    codes = {money.currency.code for money in amounts}
    if not codes:
        raise PriceError("nothing_to_sum", "There is no amount, so there is no currency.")
    if len(codes) > 1:
        raise PriceError("currency_mismatch", f"Cannot add up {' and '.join(sorted(codes))}.")
    return codes.pop()


def money_sum(amounts: Iterable[Money]) -> Money:
    """Add up amounts of one currency (``currency_mismatch``, ``nothing_to_sum``)."""
    parts = tuple(amounts)
    return sum(parts, start=money_zero(currency_shared(parts)))


def money_split(total: Money, weights: Sequence[Decimal | int]) -> tuple[Money, ...]:
    """Split an amount in proportion to the weights, to the last minor unit, by largest remainder.

    Every part is first cut down to whole minor units; the units left over go one each to the parts
    that lost most, earlier parts first when equal. A negative total splits as the mirror image of
    the positive one, so that a refund takes back exactly what the sale gave (L7).

    :raises PriceError: ``bad_weights`` when a weight is negative or all are 0, and as
        :func:`money_check` for the total.
    """
    money_check(total, "total")
    try:
        shares = [Fraction(weight) for weight in weights]
    except (ValueError, OverflowError) as error:
        raise PriceError("bad_weights", "Weights must be finite numbers.") from error
    if any(share < 0 for share in shares) or sum(shares) == 0:
        raise PriceError("bad_weights", "Weights must not be negative, and not all be 0.")
    quantum = _quantum(total.currency.code)
    units = int(abs(total.amount) / quantum)
    exact = [units * share / sum(shares) for share in shares]
    whole = [int(part) for part in exact]
    neediest = sorted(range(len(exact)), key=lambda index: whole[index] - exact[index])
    for index in neediest[: units - sum(whole)]:
        whole[index] += 1
    sign = -1 if total.amount < 0 else 1
    return tuple(Money(sign * part * quantum, total.currency) for part in whole)


def _known(currency: str) -> str:
    minor_unit(currency)
    return currency


def _decimal_parse(text: object, name: str, kind: str) -> Decimal:
    if not isinstance(text, str):
        found = type(text).__name__
        raise PriceError(f"malformed_{kind}", f"{name} must be text such as '12.50', not {found}.")
    if not _PLAIN_DECIMAL.fullmatch(text):
        shown = f"{text!r:.40}"
        raise PriceError(f"malformed_{kind}", f"{name} is not a plain decimal number: {shown}.")
    value = Decimal(text)
    return value if value else value.copy_abs()  # "-0" is 0
