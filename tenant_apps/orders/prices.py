"""Sale prices for pages and lists: the same waterfall as a sale, without the commission.

The distributor's commission never changes what a customer pays, so lists need no rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from moneyed import Money

from shared_apps.inventory.models import Departure
from shared_apps.pricing.errors import PriceError
from shared_apps.pricing.waterfall import waterfall_compute
from tenant_apps.orders.offers import price_terms
from tenant_apps.overrides.queries import markup_for


@dataclass(frozen=True)
class UnitPrice:
    """The sale price of one unit of a rate category, and the struck one while a discount runs."""

    code: str
    sale: Money
    struck: Money | None


def departure_prices(
    departure: Departure, *, on: date, markups: dict[int | None, Decimal]
) -> list[UnitPrice]:
    """Unit prices of every rate category of ``departure`` for a sale on ``on``.

    Reads ``departure.product`` and its prefetched ``prices``. Empty when the product cannot be
    priced yet (no provider commission).
    """
    agency_markup = markup_for(markups, departure.product_id)
    found = []
    for price in departure.prices.all():
        try:
            terms = price_terms(
                price, departure, quantity=1, on=on, agency_markup=agency_markup, rule=None
            )
            waterfall = waterfall_compute(terms)
        except PriceError:
            return []
        found.append(UnitPrice(price.rate_category.code, waterfall.pays, waterfall.struck))
    return found


def lowest(prices: Iterable[UnitPrice]) -> UnitPrice | None:
    """The first rate category's price: what "from" shows, so never a child's or a free one."""
    return next(iter(prices), None)
