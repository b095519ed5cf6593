"""The rows of the markup table: what the agency sells, which markup counts, and an example of it.

Markups are compared in the statement, so that the table sorts and filters by them. The example
is the next departure that can be sold, priced for one unit of its first rate as a sale of today
would be; only the rows on screen are priced.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DecimalField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from moneyed import Money

from shared_apps.catalog.models import Product
from shared_apps.inventory.models import Departure
from shared_apps.pricing.errors import PriceError
from shared_apps.pricing.waterfall import waterfall_compute
from tenant_apps.orders.offers import PRICES, price_terms
from tenant_apps.overrides.models import MarkupOverride
from tenant_apps.overrides.queries import markup_for
from tenant_apps.selection.queries import sellable_products
from tenants.models import Agency

PERCENT: Any = DecimalField(max_digits=7, decimal_places=4)
OWN, EVERYTHING, NETWORK = "own", "everything", "network"


@dataclass(frozen=True)
class Example:
    """One unit of the next departure: its day, its sale price, what the own markup adds to it.

    Both amounts are tax-included, in the currency of the departure.
    """

    day: date
    sale: Money
    gain: Money


def markup_rows(agency: Agency, markups: Mapping[int | None, Decimal]) -> QuerySet[Product]:
    """What ``agency`` sells, with ``network``, ``own`` and ``counting`` per cent, and ``whose``."""
    everything = markups.get(None)
    own = MarkupOverride.objects.filter(product_id=OuterRef("pk")).values("percent")[:1]
    fallback = F("network") if everything is None else Value(everything, output_field=PERCENT)
    rows = sellable_products(agency).annotate(
        network=Coalesce("default_markup", Value(Decimal(0)), output_field=PERCENT),
        own=Subquery(own, output_field=PERCENT),
    )
    return (
        rows.annotate(
            counting=Coalesce("own", fallback, output_field=PERCENT),
            whose=Case(
                When(~Q(own=None), then=Value(OWN)),
                default=Value(NETWORK if everything is None else EVERYTHING),
                output_field=CharField(),
            ),
        )
        .select_related("category")
        .order_by("category__position", "reference")
    )


def examples(
    product_ids: Iterable[int], markups: Mapping[int | None, Decimal]
) -> dict[int, Example]:
    """The example of each product that has a departure to sell, by the product's id."""
    soonest = Departure.objects.filter(
        product=OuterRef("pk"), status=Departure.Status.OPEN, starts_at__gt=timezone.now()
    ).order_by("starts_at")
    products = Product.objects.filter(pk__in=list(product_ids))
    keys = products.annotate(soonest=Subquery(soonest.values("pk")[:1])).values_list("soonest")
    departures = Departure.objects.filter(pk__in=[key for (key,) in keys if key])
    found = {}
    for departure in departures.select_related("product").prefetch_related(PRICES):
        own = markup_for(dict(markups), departure.product_id)
        if example := _example(departure, own):
            found[departure.product_id] = example
    return found


def _example(departure: Departure, own: Decimal | None) -> Example | None:
    """None where nothing can be priced: no rate, or a product without its terms."""
    price = next(iter(departure.prices.all()), None)
    if price is None:
        return None
    today = timezone.localdate()
    try:
        terms = price_terms(price, departure, quantity=1, on=today, agency_markup=own, rule=None)
        waterfall = waterfall_compute(terms)
    except PriceError:
        return None
    return Example(departure.service_date, waterfall.sale, waterfall.markup_gain)
