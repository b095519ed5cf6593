"""Home and product: what they read, each in as few statements as they can."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from shared_apps.catalog.models import Product
from shared_apps.inventory.models import Departure, DeparturePrice
from tenant_apps.shop.queries.listing import all_pictures, all_rates
from tenant_apps.shop.queries.search import first_rows, on_sale, recommended

CHOSEN = 8
RELATED = 3
PER_PAGE_OF_DAYS = 1500


@dataclass(frozen=True)
class PricedDeparture:
    """A departure with the prices of its rate categories, in their order."""

    departure: Departure
    prices: tuple[DeparturePrice, ...]


def chosen_products(sellable: QuerySet[Product], number: int = CHOSEN) -> list[Product]:
    """What the agency puts first, with something on sale."""
    return first_rows(on_sale(sellable), number, [*recommended(), "availability__next_on", "pk"])


def product_for_page(sellable: QuerySet[Product], reference: str) -> Product | None:
    """A product that is sold here, with what its page shows; None when it is not (R6, R25)."""
    return (
        sellable.select_related("place", "category", "provider", "availability")
        .annotate(pictures=all_pictures(), rates=all_rates())
        .defer("search_text", "raw_types", "opening_hours")
        .filter(reference=reference)
        .first()
    )


def related_products(sellable: QuerySet[Product], product: Product) -> list[Product]:
    """A few others of the same kind or place."""
    near = Q(category=product.category_id) | Q(place__region=product.place.region)
    others = on_sale(sellable).filter(near).exclude(pk=product.pk)
    return first_rows(others, RELATED, ["availability__next_on", "pk"])


def priced_departures(product: Product, first: date, last: date) -> list[PricedDeparture]:
    """The departures of ``product`` from ``first`` to ``last``, open or not, in one statement."""
    rows = (
        DeparturePrice.objects.filter(
            departure__product=product,
            departure__service_date__gte=first,
            departure__service_date__lte=last,
        )
        .select_related("departure", "rate_category")
        .order_by(
            "departure__starts_at",
            "departure_id",
            "rate_category__position",
            "rate_category_id",
        )[:PER_PAGE_OF_DAYS]
    )
    return _grouped(product, rows)


def _grouped(product: Product, rows: Iterable[DeparturePrice]) -> list[PricedDeparture]:
    found: dict[int, tuple[Departure, list[DeparturePrice]]] = {}
    for row in rows:
        departure, prices = found.setdefault(row.departure_id, (row.departure, []))
        prices.append(row)
    for departure, _prices in found.values():
        departure.product = product
    return [PricedDeparture(departure, tuple(prices)) for departure, prices in found.values()]


def is_open(departure: Departure) -> bool:
    """Whether the departure can be sold as far as status and time go."""
    return departure.status == Departure.Status.OPEN and departure.starts_at > timezone.now()


def departure_on(departures: Sequence[PricedDeparture], day: date) -> tuple[PricedDeparture, ...]:
    """Those of ``day``."""
    return tuple(row for row in departures if row.departure.service_date == day)
