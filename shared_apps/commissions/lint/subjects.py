"""What the check reads: rules with what they give, and the facts of the catalogue around them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from moneyed import Money

from shared_apps.commissions.engine import Candidate
from shared_apps.pricing.terms import CommissionBase


@dataclass(frozen=True, slots=True, kw_only=True)
class LintRule:
    """A published version, or a draft as if it were published.

    Amounts are for one unit, in the candidate's currency.

    :param candidate: how it competes; its windows are the rule's own.
    :param applies_from: the version's first sale date, or None.
    :param applies_to: the version's last sale date, or None.
    :param certain: False when the rule may stop at any sale, because its operation has a budget.
    :param inside_corridor: None for a rule that no corridor bounds.
    """

    candidate: Candidate
    base: CommissionBase
    percent: Decimal
    fixed: Decimal = Decimal(0)
    floor: Decimal | None = None
    cap: Decimal | None = None
    applies_from: date | None = None
    applies_to: date | None = None
    certain: bool = True
    inside_corridor: bool | None = None


@dataclass(frozen=True, slots=True)
class ProductPlace:
    """Where a product stands: its provider's reference and its category's code."""

    provider: str
    category: str


@dataclass(frozen=True, slots=True)
class PricePoint:
    """A price that is on sale now, for one unit at the network's own markup, in one currency.

    :param reference: what the basis sells at; the base "sale price".
    :param basis: the tariff under the shares; the base "public tariff".
    :param purchase: what the network buys at.
    :param room: what is left to give as a commission before the operator loses money.
    """

    product: str
    reference: Money
    basis: Money
    purchase: Money
    room: Money


@dataclass(frozen=True, slots=True)
class Facts:
    """The world around the rules on the day of the check.

    :param products: every product by its reference.
    :param prices: the tightest current prices of each product; empty for whoever may not see
        what the network buys at, who is then told of no loss.
    :param channels: the channels that exist.
    """

    today: date
    products: Mapping[str, ProductPlace] = field(default_factory=dict)
    prices: Mapping[str, tuple[PricePoint, ...]] = field(default_factory=dict)
    channels: frozenset[str] = frozenset()
