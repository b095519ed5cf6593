"""What a rule gives on one sale, while somebody is still writing it.

The amounts come from the price engine itself, on a price of the chosen product when it has a
departure ahead, otherwise on a round specimen. It is one unit at the network's markup, without
a discount: enough to see that 12 was meant as 12 %, not a promise of what a sale will pay.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from moneyed import Money

from shared_apps.catalog.models import Product
from shared_apps.commissions.queries import rate_read
from shared_apps.inventory.models import Departure, DeparturePrice
from shared_apps.pricing.errors import PriceError
from shared_apps.pricing.terms import DistributorRule, PriceTerms
from shared_apps.pricing.waterfall import Waterfall, waterfall_compute

SPECIMEN = {"stay": Decimal(100), "markup": Decimal(4), "commission": Decimal(20)}


@dataclass(frozen=True)
class Example:
    """One worked sale: the rule, the price, and whether the price is a real product's."""

    rule: DistributorRule
    waterfall: Waterfall
    product: Product | None

    @property
    def clamped(self) -> bool:
        """Whether the floor or the cap decided."""
        return self.waterfall.commission != self.waterfall.commission_uncapped


def example_of(values: dict[str, Any]) -> Example | None:
    """The example of a rule with these values (of a form's ``cleaned_data``), or None.

    None when the amounts make no sense together: the form says why.
    """
    product = values.get("product")
    price = _price(product)
    currency = values.get("currency") or (price.departure.currency if price else "EUR")
    if price is not None and price.departure.currency != currency:
        price = None
    try:
        rule = rate_read(
            base=values.get("base") or "sale_price",
            percent=values.get("percent") or Decimal(0),
            fixed=values.get("fixed") or Decimal(0),
            floor=values.get("floor"),
            cap=values.get("cap"),
            currency=currency,
        )
        waterfall = waterfall_compute(_terms(price, currency, rule))
    except PriceError:
        return None
    return Example(rule, waterfall, product if price else None)


def _price(product: Product | None) -> DeparturePrice | None:
    """The first price of the product's next departure; None when it has none that can be sold."""
    if product is None or product.provider_commission is None:
        return None
    ahead = DeparturePrice.objects.filter(
        departure__product=product,
        departure__status=Departure.Status.OPEN,
        departure__service_date__gte=timezone.localdate(),
    )
    return (
        ahead.select_related("departure__product")
        .order_by("departure__starts_at", "rate_category__position", "id")
        .first()
    )


def _terms(price: DeparturePrice | None, currency: str, rule: DistributorRule) -> PriceTerms:
    if price is None:
        return PriceTerms(
            stay=Money(SPECIMEN["stay"], currency),
            transport=Money(0, currency),
            provider_commission=SPECIMEN["commission"],
            default_markup=SPECIMEN["markup"],
            quantity=1,
            distributor_rule=rule,
        )
    departure, product = price.departure, price.departure.product
    own = departure.provider_commission
    commission = product.provider_commission if own is None else own
    return PriceTerms(
        stay=Money(price.stay, currency),
        transport=Money(price.transport, currency),
        provider_commission=commission if commission is not None else SPECIMEN["commission"],
        default_markup=product.default_markup if departure.markup is None else departure.markup,
        transport_commissionable=product.transport_commissionable,
        quantity=1,
        distributor_rule=rule,
    )
