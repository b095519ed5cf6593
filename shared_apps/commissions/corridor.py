"""Whether an override stays inside the corridor that the operator granted (D14). No database.

The corridor bounds what an agency earns, in per cent of the sale price. Only what can be proved
for every sale is inside; the rest is the operator's to judge:

* a percentage of the sale price inside the bounds, without fixed amount or floor, is inside;
* a cap only ever lowers the commission, so with a cap the lower bound must be 0;
* nothing at all (0 %, no fixed amount, no floor) is 0 % whatever its base;
* a fixed amount, a floor, or another base weighs more on some sales than on others: outside.
"""

from dataclasses import dataclass
from decimal import Decimal

from shared_apps.commissions.models import Base, RuleTerms


@dataclass(frozen=True, slots=True)
class Corridor:
    """The lowest and the highest commission, in per cent of the sale price."""

    lowest: Decimal
    highest: Decimal

    def holds(self, terms: RuleTerms) -> bool:
        """Whether ``terms`` are inside for every sale they might ever apply to."""
        if terms.fixed or terms.floor:
            return False
        if terms.percent and terms.base != Base.SALE_PRICE:
            return False
        lowest = Decimal(0) if terms.cap is not None else terms.percent
        return self.lowest <= lowest and terms.percent <= self.highest
