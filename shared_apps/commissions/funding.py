"""What a special operation costs on a sale line, and who funds which part of it. Pure.

The cost is what the operation's rule gives the agency above what it would have had without the
operation, in the line's currency, never below nothing: an operation that gives less costs
nothing. The parts follow the operation's percentages by largest remainder, so that they make
the cost to the last minor unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from moneyed import Money

from shared_apps.pricing.money import money_percent, money_split, money_text, money_zero
from shared_apps.pricing.steps import Step, Value, gettext_noop

MESSAGES = {
    "operation.extra": gettext_noop(
        "The special operation “{operation}” gives the agency {cost} more than the {without} "
        "of rule “{rule}”."
    ),
    "operation.extra_alone": gettext_noop(
        "The special operation “{operation}” gives the agency {cost}; without it no rule applies."
    ),
    "operation.agency_part": gettext_noop("The agency funds {part} of it itself."),
    "operation.provider_part": gettext_noop(
        "The provider funds {part} of the operation's extra commission."
    ),
    "operation.operator_part": gettext_noop("The operator funds {part} of it."),
}


@dataclass(frozen=True, slots=True)
class Parts:
    """Who funds which part of a cost; the three are of one currency and make the cost."""

    operator: Money
    provider: Money
    agency: Money

    @property
    def cost(self) -> Money:
        """What the parts make."""
        return self.operator + self.provider + self.agency

    def to_json(self) -> dict[str, str]:
        """Write as text: what ledger, journal and sale line keep."""
        return {
            "amount": money_text(self.cost),
            "operator": money_text(self.operator),
            "provider": money_text(self.provider),
            "agency": money_text(self.agency),
        }

    @classmethod
    def from_json(cls, kept: dict[str, str], currency: str) -> "Parts":
        """Read what :meth:`to_json` wrote, in ``currency``."""
        names = ("operator", "provider", "agency")
        return cls(*(Money(Decimal(kept[name]), currency) for name in names))


def operation_cost(given: Money, without: Money) -> Money:
    """What the operation gives above ``without``: 0 when it gives less (never negative)."""
    return max(given - without, money_zero(given.currency.code))


def cost_split(cost: Money, percents: Sequence[Decimal]) -> Parts:
    """Split ``cost`` by the percentages of operator, provider and agency, which make 100.

    Raises PriceError (``bad_weights``) for percentages that are negative or all 0.
    """
    return Parts(*money_split(cost, percents))


def parts_kept(parts: Parts, fee_percent: Decimal) -> Parts:
    """What stays funded when a cancellation keeps a fee of ``fee_percent`` of the sale.

    The fee is split like the sale, so the agency keeps that much of what the operation gave it,
    and those who funded it have funded it. The rest is given back.
    """
    kept = money_percent(parts.cost, fee_percent)
    weights = [part.amount for part in (parts.operator, parts.provider, parts.agency)]
    if not kept:
        return Parts(kept, kept, kept)
    return Parts(*money_split(kept, weights))


def explain_funding(operation: str, parts: Parts, *, without: Money, rule: str) -> tuple[Step, ...]:
    """Say what the operation gives on this line, over which rule, and who funds it."""
    if rule:
        opening = _step("extra", operation=operation, cost=parts.cost, without=without, rule=rule)
    else:
        opening = _step("extra_alone", operation=operation, cost=parts.cost)
    funders = {"operator": parts.operator, "provider": parts.provider, "agency": parts.agency}
    said = [_step(f"{who}_part", part=part) for who, part in funders.items() if part]
    return (opening, *said)


def _step(name: str, **values: Value) -> Step:
    return Step(f"operation.{name}", MESSAGES[f"operation.{name}"], values)
