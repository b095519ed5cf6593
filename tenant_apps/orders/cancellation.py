"""What cancelling costs: the fee scale frozen on the sale (L5). Pure; amounts via Money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from moneyed import Money

from shared_apps.pricing.money import money_percent, money_split

FULL = Decimal(100)


@dataclass(frozen=True)
class Fee:
    """A cancellation fee and who keeps which part of it; the parts make the fee."""

    percent: Decimal
    amount: Money
    provider: Money
    agency: Money
    operator: Money


def fee_percent(scale: Sequence[Mapping[str, object]], days_before: int) -> Decimal:
    """The fee in per cent when cancelling ``days_before`` days before the service.

    The first row, from the earliest on, whose ``days_before`` is not greater applies; later than
    every row costs 100. A sale without a scale can be cancelled free of charge until the day.
    """
    if days_before < 0:
        return FULL
    if not scale:
        return Decimal(0)
    for row in sorted(scale, key=lambda row: -int(str(row["days_before"]))):
        if int(str(row["days_before"])) <= days_before:
            return Decimal(str(row["fee_percent"]))
    return FULL


def fee_split(percent: Decimal, *, pays: Money, shares: Sequence[Money]) -> Fee:
    """The fee on ``pays``, split like the sale's ``shares`` (provider, agency, operator).

    By largest remainder, so the parts make the fee to the cent. A sale at a loss has a negative
    share; its fee then goes to the provider, whose service it pays.
    """
    amount = money_percent(pays, percent)
    weights = [max(share.amount, Decimal(0)) for share in shares]
    if any(share.amount < 0 for share in shares) or not sum(weights):
        weights = [Decimal(1), Decimal(0), Decimal(0)]
    provider, agency, operator = money_split(amount, weights)
    return Fee(percent, amount, provider, agency, operator)
