"""Prices and dates of the products on a page, exact, in one statement.

For each product the departure with the lowest price of the first rate category is chosen by the
database, among the open ones that have enough places on the days asked for; the price shown is
then computed by the same chain as a sale, with the agency's own markup (D15). The summary that
search sorts by (:class:`~shared_apps.inventory.models.Availability`) may be minutes old; this is
not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from moneyed import Money

from shared_apps.catalog.models import Media, Product, RateCategory
from shared_apps.inventory.models import Departure, DeparturePrice
from shared_apps.pricing.errors import PriceError
from shared_apps.pricing.waterfall import waterfall_compute
from tenant_apps.orders.offers import price_terms
from tenant_apps.overrides.queries import markup_for

Markups = Mapping[int | None, Decimal]

CHEAPEST = """
WITH first_rate AS (
    SELECT DISTINCT ON (product_id) product_id, id, pax_count
    FROM shared.catalog_ratecategory WHERE product_id = ANY(%(ids)s)
    ORDER BY product_id, position, id
)
SELECT DISTINCT ON (departure.product_id) departure.*,
       price.stay, price.transport, first_rate.pax_count,
       min(departure.service_date) OVER all_days AS next_on,
       sum(departure.capacity - departure.held - departure.sold) OVER all_days AS places
FROM shared.inventory_departure AS departure
JOIN shared.catalog_product AS product ON product.id = departure.product_id
JOIN first_rate ON first_rate.product_id = departure.product_id
JOIN shared.inventory_departureprice AS price
  ON price.departure_id = departure.id AND price.rate_category_id = first_rate.id
WHERE departure.product_id = ANY(%(ids)s) AND departure.status = 'open'
  AND departure.starts_at > %(now)s
  AND departure.service_date >= %(first)s AND departure.service_date <= %(last)s
  AND departure.capacity - departure.held - departure.sold >= %(people)s
WINDOW all_days AS (PARTITION BY departure.product_id)
ORDER BY departure.product_id,
  (price.stay + price.transport - CASE
       WHEN departure.discount IS NOT NULL
        AND coalesce(departure.discount_from <= %(today)s, true)
        AND coalesce(departure.discount_to >= %(today)s, true)
       THEN least(departure.discount, price.stay) ELSE 0 END)
  * CASE WHEN departure.product_id = ANY(%(marked)s) THEN 100
         ELSE 100 + coalesce(departure.markup, product.default_markup) END,
  departure.starts_at
"""


@dataclass(frozen=True, slots=True)
class UnitOffer:
    """The sale price of one unit, and the struck one while a discount runs (R54)."""

    sale: Money
    struck: Money | None


@dataclass(frozen=True, slots=True)
class FromOffer:
    """What a card shows: the lowest price, the first day, the places left on the days asked."""

    unit: UnitOffer
    pax_count: int
    next_on: date
    places: int


def unit_offer(
    price: DeparturePrice, departure: Departure, *, on: date, markups: Markups
) -> UnitOffer | None:
    """What one unit costs on ``on`` in this agency; None when it cannot be priced yet."""
    try:
        waterfall = waterfall_compute(
            price_terms(
                price,
                departure,
                quantity=1,
                on=on,
                agency_markup=markup_for(dict(markups), departure.product_id),
                rule=None,
            )
        )
    except PriceError:
        return None
    return UnitOffer(waterfall.pays, waterfall.struck)


def from_offers(
    products: Sequence[Product],
    *,
    markups: Markups,
    first: date | None = None,
    last: date | None = None,
    people: int = 1,
) -> dict[int, FromOffer]:
    """The lowest offer of each product by product id, in one statement; absent: nothing left."""
    today = timezone.localdate()
    by_id = {product.pk: product for product in products}
    if not by_id:
        return {}
    marked = list(by_id) if None in markups else [pk for pk in by_id if pk in markups]
    rows = Departure.objects.raw(
        CHEAPEST,
        {
            "ids": list(by_id),
            "marked": marked,
            "now": timezone.now(),
            "today": today,
            "first": max(first or today, today),
            "last": last or date.max,
            "people": max(people, 1),
        },
    )
    found = {}
    for row in rows:
        row.product = by_id[row.product_id]
        price = DeparturePrice(departure=row, stay=row.stay, transport=row.transport)
        unit = unit_offer(price, row, on=today, markups=markups)
        if unit is not None:
            found[row.product_id] = FromOffer(unit, row.pax_count, row.next_on, int(row.places))
    return found


def first_picture() -> Subquery:
    """The first picture of ours of a product, as ``{name, alt, credit}``."""
    own = Media.objects.filter(product=OuterRef("pk")).exclude(picture="")
    return Subquery(
        own.order_by("position", "pk").values(
            found=JSONObject(name="picture", alt="alt", credit="credit")
        )[:1]
    )


def all_pictures() -> ArraySubquery:
    """Every media row of a product, in order."""
    rows = Media.objects.filter(product=OuterRef("pk")).order_by("position", "pk")
    return ArraySubquery(
        rows.values(
            found=JSONObject(
                name="picture", alt="alt", credit="credit", licence="licence", url="url"
            )
        )
    )


def all_rates() -> ArraySubquery:
    """The rate categories of a product, in order."""
    rows = RateCategory.objects.filter(product=OuterRef("pk")).order_by("position", "pk")
    return ArraySubquery(
        rows.values(
            found=JSONObject(
                code="code", labels="labels", age_min="age_min", age_max="age_max", pax="pax_count"
            )
        )
    )
