"""Which rule shares the agency's commission on a line, and what it gives. Pure.

Each beneficiary of a sale (its seller, its point of sale) has at most one rule on a line: a rule
for the product beats one for its category beats one for everything, then the smaller position,
then the older rule. Percentages are of the agency's own commission on the line. Together the
shares never exceed that commission: fixed amounts that would are cut in proportion, to the last
minor unit, and the explanation says so. A line on which the agency earns nothing shares nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from moneyed import Money

from shared_apps.pricing.money import money_percent, money_round, money_split, money_sum
from shared_apps.pricing.steps import Step, Value, gettext_noop

MESSAGES = {
    "share.percent": gettext_noop(
        "{beneficiary} gets {percent} % of the agency's commission of {commission}: {amount}."
    ),
    "share.fixed": gettext_noop("{beneficiary} gets a fixed amount for each sale line: {amount}."),
    "share.cut": gettext_noop(
        "The shares would exceed the agency's commission of {commission}: {wanted} becomes "
        "{amount}."
    ),
    "share.reversal": gettext_noop("The sale was cancelled: {amount} is taken back."),
    "share.moved": gettext_noop("The sale was given to somebody else: {amount} is taken back."),
    "share.fee": gettext_noop(
        "The agency keeps {percent} % of its commission with the cancellation fee; {amount} of "
        "the share stays."
    ),
}


@dataclass(frozen=True, slots=True)
class ShareRule:
    """A rule as far as sharing needs it; ``percent`` or ``fixed``, never both.

    :param beneficiary: ``("seller", id)`` or ``("point_of_sale", id)``.
    :param product: the product's id, or None for any.
    :param category: the category's id, or None for any.
    """

    id: int
    beneficiary: tuple[str, int]
    name: str
    position: int
    valid_from: date
    valid_to: date | None = None
    product: int | None = None
    category: int | None = None
    percent: Decimal | None = None
    fixed: Money | None = None

    @property
    def rank(self) -> tuple[int, int, int]:
        """Smallest first: scope, position, age."""
        scope = 0 if self.product is not None else 1 if self.category is not None else 2
        return (scope, self.position, self.id)

    def fits(self, *, product: int, category: int, on: date, currency: str) -> bool:
        """Whether the rule is for a sale of this product, made on ``on``, in ``currency``."""
        return (
            self.product in (None, product)
            and self.category in (None, category)
            and self.valid_from <= on
            and (self.valid_to is None or on <= self.valid_to)
            and (self.fixed is None or self.fixed.currency.code == currency)
        )

    def may_meet(self, other: "ShareRule") -> bool:
        """Whether one sale line could be shared by both rules."""
        if self.beneficiary[0] == other.beneficiary[0]:
            return False
        last, first = max(self.valid_from, other.valid_from), self.valid_to or date.max
        if last > min(first, other.valid_to or date.max):
            return False
        products = {self.product, other.product} - {None}
        categories = {self.category, other.category} - {None}
        return len(products) < 2 and len(categories) < 2


@dataclass(frozen=True, slots=True)
class Share:
    """What one rule gives on one line, with the sentences that say why."""

    rule: ShareRule
    amount: Money
    steps: tuple[Step, ...]


def shares_of(
    rules: Iterable[ShareRule], *, commission: Money, product: int, category: int, on: date
) -> list[Share]:
    """Share ``commission``, what the agency earns on the line, by the rules that fit best."""
    if commission.amount <= 0:
        return []
    best: dict[tuple[str, int], ShareRule] = {}
    currency = commission.currency.code
    for rule in sorted(rules, key=lambda rule: rule.rank):
        if rule.fits(product=product, category=category, on=on, currency=currency):
            best.setdefault(rule.beneficiary, rule)
    shares = [_share(rule, commission) for _who, rule in sorted(best.items())]
    return _within(shares, commission)


def most_of(rule: ShareRule, others: Iterable[ShareRule]) -> Decimal:
    """The highest per cent of one commission that ``rule`` and a rule it may meet give away."""
    met = [other.percent for other in others if other.percent and rule.may_meet(other)]
    return (rule.percent or Decimal(0)) + max(met, default=Decimal(0))


def _share(rule: ShareRule, commission: Money) -> Share:
    if rule.fixed is not None:
        amount = money_round(rule.fixed)
        said = _step("fixed", beneficiary=rule.name, amount=amount)
    else:
        percent = rule.percent or Decimal(0)
        amount = money_percent(commission, percent)
        said = _step(
            "percent",
            beneficiary=rule.name,
            percent=percent,
            commission=commission,
            amount=amount,
        )
    return Share(rule, amount, (said,))


def _within(shares: Sequence[Share], commission: Money) -> list[Share]:
    if not shares or money_sum(share.amount for share in shares) <= commission:
        return list(shares)
    cut = money_split(commission, [share.amount.amount for share in shares])
    return [
        Share(
            share.rule,
            amount,
            (
                *share.steps,
                _step("cut", commission=commission, wanted=share.amount, amount=amount),
            ),
        )
        for share, amount in zip(shares, cut, strict=True)
    ]


def reversal_step(amount: Money, *, moved: bool = False) -> Step:
    """Say why a share is taken back."""
    return _step("moved" if moved else "reversal", amount=amount)


def fee_step(percent: Decimal, amount: Money) -> Step:
    """Say which part of a share stays with a cancellation fee."""
    return _step("fee", percent=percent, amount=amount)


def _step(name: str, **values: Value) -> Step:
    return Step(f"share.{name}", MESSAGES[f"share.{name}"], values)
