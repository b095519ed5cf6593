"""A commission rule as a sale needs it: how it competes, and what it gives."""

from dataclasses import dataclass
from decimal import Decimal

from moneyed import Money

from shared_apps.commissions.engine import Candidate
from shared_apps.commissions.models import RuleTerms
from shared_apps.pricing.money import money_round
from shared_apps.pricing.terms import CommissionBase, DistributorRule


@dataclass(frozen=True)
class RatedRule:
    """A rule twice: how it competes (:class:`Candidate`) and what it gives (``rule``)."""

    candidate: Candidate
    rule: DistributorRule


def rate_read(
    *,
    base: str,
    percent: Decimal,
    fixed: Decimal,
    floor: Decimal | None,
    cap: Decimal | None,
    currency: str,
) -> DistributorRule:
    """What stored amounts give, in ``currency``. Raises PriceError when they make no sense."""

    def money(amount: Decimal | None) -> Money | None:
        return None if amount is None else money_round(Money(amount, currency))

    return DistributorRule(
        base=CommissionBase(base),
        percent=percent,
        fixed=money_round(Money(fixed, currency)),
        floor=money(floor),
        cap=money(cap),
    )


def rate_of(terms: RuleTerms, currency: str) -> DistributorRule:
    """What ``terms`` give, in ``currency``. Raises PriceError for terms that make no sense."""
    return rate_read(
        base=terms.base,
        percent=terms.percent,
        fixed=terms.fixed,
        floor=terms.floor,
        cap=terms.cap,
        currency=currency,
    )
