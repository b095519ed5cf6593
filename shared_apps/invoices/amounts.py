"""The amounts of a commission invoice: nets, VAT, rounding (L7).

A statement says what an agency earned; whether that figure already contains the VAT is a term
of its mandate. When it does, the invoice must ask for that figure to the cent, and the VAT must
still be the rate applied to the summed base. One total in six has no such base (0.03 at 20 %:
0.02 makes 0.02, 0.03 makes 0.04), so the difference of one minor unit stands where EN 16931
provides for it: the rounding amount (BT-114). The VAT itself is never bent.

Pure: neither Django nor the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from moneyed import Money

from shared_apps.pricing.money import (
    currency_shared,
    minor_unit,
    money_check,
    money_percent,
    money_round,
    money_sum,
    money_zero,
    percent_check,
)

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Totals:
    """What an invoice adds up to, all in one currency.

    ``nets`` are the lines without VAT, in order; ``net`` is their sum, ``vat`` the rate on it,
    ``gross`` both, ``payable`` what is asked for, ``rounding`` the difference to ``gross``.
    """

    nets: tuple[Money, ...]
    net: Money
    vat: Money
    gross: Money
    rounding: Money
    payable: Money


def totals_of(amounts: Sequence[Money], *, rate: Decimal, vat_included: bool) -> Totals:
    """The totals of lines of ``amounts`` (signed, one currency) at ``rate`` percent of VAT.

    ``vat_included``: the amounts contain the VAT, and their sum is what will be asked for.

    :raises PriceError: as :func:`shared_apps.pricing.money.currency_shared`, ``money_check``
        and ``percent_check``.
    """
    percent_check(rate, "rate")
    for amount in amounts:
        money_check(amount)
    stated = money_sum(amounts)
    if not vat_included:
        vat = money_percent(stated, rate)
        gross = stated + vat
        return Totals(tuple(amounts), stated, vat, gross, money_zero(_code(amounts)), gross)
    net = money_round(Money(stated.amount * _HUNDRED / (_HUNDRED + rate), stated.currency))
    vat = money_percent(net, rate)
    gross = net + vat
    return Totals(_nets(amounts, net, rate), net, vat, gross, stated - gross, stated)


def _code(amounts: Sequence[Money]) -> str:
    return currency_shared(amounts)


def _nets(amounts: Sequence[Money], net: Money, rate: Decimal) -> tuple[Money, ...]:
    """The lines without VAT, adding up to ``net``, by largest remainder; signs may differ.

    Every exact net is cut down to whole minor units, towards minus infinity, so that what is
    left over is never negative and goes one unit each to the lines that lost most.
    """
    code = _code(amounts)
    quantum = Decimal(1).scaleb(-minor_unit(code))
    share = Fraction(100) / (100 + Fraction(rate))
    exact = [Fraction(amount.amount) / Fraction(quantum) * share for amount in amounts]
    whole = [floor(part) for part in exact]
    left = int(net.amount / quantum) - sum(whole)
    neediest = sorted(range(len(exact)), key=lambda index: whole[index] - exact[index])
    for index in neediest[:left]:
        whole[index] += 1
    return tuple(Money(units * quantum, code) for units in whole)
