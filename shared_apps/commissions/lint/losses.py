"""Finds the current price on which a rule gives away more than there is.

The amounts are those of the waterfall, to the cent: a rule is called a loss when the operator's
share would be negative on one unit of a price that is on sale now.
"""

from collections.abc import Iterator
from decimal import Decimal

from moneyed import Money

from shared_apps.commissions.lint.coverage import Reach
from shared_apps.commissions.lint.subjects import Facts, LintRule, PricePoint
from shared_apps.pricing.money import money_round
from shared_apps.pricing.terms import CommissionBase, DistributorRule
from shared_apps.pricing.waterfall import commission_base, commission_clamped, commission_uncapped

Terms = tuple[CommissionBase, Decimal, Decimal, Decimal | None, Decimal | None, str | None]


def commission_on(rule: LintRule, point: PricePoint) -> Money:
    """What ``rule`` gives on one unit at ``point``; a rule with amounts is in its currency."""
    currency = str(point.reference.currency.code)

    def money(amount: Decimal | None) -> Money | None:
        return None if amount is None else money_round(Money(amount, currency))

    terms = DistributorRule(
        base=rule.base,
        percent=rule.percent,
        fixed=money_round(Money(rule.fixed, currency)),
        floor=money(rule.floor),
        cap=money(rule.cap),
    )
    base = commission_base(terms, point.basis, point.reference, point.purchase)
    return commission_clamped(terms, commission_uncapped(terms, base))


class Losses:
    """The current prices by what rules name, the tightest first; remembers its answers."""

    def __init__(self, facts: Facts) -> None:
        points = [point for of_product in facts.prices.values() for point in of_product]
        # Of equal percentages the dearest price first: it is the one that hurts.
        points.sort(key=lambda point: point.room.amount, reverse=True)
        self._points = sorted(points, key=_tightness)
        self._facts = facts
        self._scoped: dict[tuple[str | None, ...], list[PricePoint]] = {}
        self._known: dict[tuple[object, ...], tuple[PricePoint, ...]] = {}

    def of(self, rule: LintRule, reach: Reach) -> tuple[PricePoint, ...]:
        """The prices in ``reach`` on which the rule is a loss, the tightest first."""
        scope = (reach.product, reach.provider, reach.category)
        key = (scope, rule.base, rule.percent, rule.fixed, rule.floor, rule.cap, reach.currency)
        if key not in self._known:
            self._known[key] = tuple(self._search(rule, reach, scope))
        return self._known[key]

    def _search(
        self, rule: LintRule, reach: Reach, scope: tuple[str | None, ...]
    ) -> Iterator[PricePoint]:
        plain = rule.base is CommissionBase.SALE_PRICE and not rule.fixed and not rule.floor
        for point in self._in_scope(scope):
            if reach.currency not in (None, str(point.reference.currency.code)):
                continue
            if plain and rule.percent < _tightness(point):
                return  # from here on, more is left than the rule gives
            if commission_on(rule, point) > point.room:
                yield point

    def _in_scope(self, scope: tuple[str | None, ...]) -> list[PricePoint]:
        if scope not in self._scoped:
            product, provider, category = scope
            self._scoped[scope] = [
                point
                for point in self._points
                if product in (None, point.product)
                and provider in (None, self._facts.products[point.product].provider)
                and category in (None, self._facts.products[point.product].category)
            ]
        return self._scoped[scope]


def _tightness(point: PricePoint) -> Decimal:
    """What is left in per cent of the sale price; for what is sold for nothing, everything."""
    reference, room = point.reference.amount, point.room.amount
    return room / reference * 100 if reference else Decimal(100)
