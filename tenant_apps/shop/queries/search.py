"""Which products answer a search, how many of which kind, and which days are near.

Four statements for a page of results whatever the catalogue's size: the keys on the page with the
total, what their cards show, the counts beside the filters, and the prices (:mod:`.listing`). Keys
come first and alone, because the total makes the database look at every match, and a match should
then be as small as possible. Text is compared without
accents, each word anywhere (a trigram index serves it); price and date order read the summary
kept per product.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from shared_apps.catalog.models import Product
from shared_apps.catalog.texts import bare_text
from shared_apps.inventory.models import Departure
from tenant_apps.overrides.models import MarkupOverride
from tenant_apps.selection.models import SelectedProduct
from tenant_apps.shop.criteria import Search
from tenant_apps.shop.queries.listing import Markups, first_picture

PAGE_SIZE = 24
MOST_WORDS = 8
NOT_FEATURED = 1_000_000
NEAR_DAYS = 21
NEAR_SHOWN = 5
PERCENT: DecimalField = DecimalField(max_digits=16, decimal_places=4)
# What a card shows and its price depends on; a row has some sixty columns with its place.
CARD_FIELDS = (
    "reference",
    "titles",
    "duration_minutes",
    "nights",
    "default_markup",
    "provider_commission",
    "transport_commissionable",
    "place__locality",
    "place__department",
    "place__region",
    "category__code",
    "category__names",
    "category__picture",
)


def on_sale(sellable: QuerySet[Product]) -> QuerySet[Product]:
    """Products with an open departure from today on, by the summary."""
    return sellable.filter(availability__last_on__gte=timezone.localdate())


def matching(sellable: QuerySet[Product], search: Search, markups: Markups) -> QuerySet[Product]:
    """The products of ``sellable`` that answer ``search``, in no order."""
    found = on_sale(sellable)
    for word in bare_text(search.q).split()[:MOST_WORDS]:
        found = found.filter(search_text__contains=word)
    if search.categories:
        found = found.filter(category__code__in=search.categories)
    if search.places:
        found = found.filter(place_condition(search.places))
    found = _by_price(found, search, markups)
    first, last = search.window
    if first or last or (search.people or 1) > 1:
        found = found.filter(Exists(open_departures(search).filter(product=OuterRef("pk"))))
    return found


def place_condition(places: tuple[str, ...]) -> Q:
    """Region, department or locality, by its name."""
    return (
        Q(place__region__in=places)
        | Q(place__department__in=places)
        | Q(place__locality__in=places)
    )


def open_departures(search: Search) -> QuerySet[Departure]:
    """Departures that could be booked for as many people on the days asked for."""
    first, last = search.window
    departures = Departure.objects.filter(
        status=Departure.Status.OPEN,
        starts_at__gt=timezone.now(),
        service_date__gte=first or timezone.localdate(),
        capacity__gte=F("held") + F("sold") + (search.people or 1),
    )
    return departures.filter(service_date__lte=last) if last else departures


def shown_price(markups: Markups) -> Any:
    """The summary's lowest price as this agency sells it, about: to sort and filter by.

    The summary holds the default markup; an agency's own replaces it.
    """
    if not markups:
        return F("availability__price_from")
    own = Coalesce(
        Subquery(MarkupOverride.objects.filter(product_id=OuterRef("pk")).values("percent")[:1]),
        Value(markups.get(None), output_field=PERCENT),
        F("default_markup"),
        output_field=PERCENT,
    )
    hundred = Value(Decimal(100), output_field=PERCENT)
    return F("availability__price_from") * (hundred + own) / (hundred + F("default_markup"))


def _by_price(products: QuerySet[Product], search: Search, markups: Markups) -> QuerySet[Product]:
    if search.price_min is None and search.price_max is None and search.sort != "price":
        return products
    products = products.alias(
        price_about=Coalesce(shown_price(markups), Value(Decimal(0)), output_field=PERCENT)
    )
    if search.price_min is not None:
        products = products.filter(price_about__gte=search.price_min)
    if search.price_max is not None:
        products = products.filter(price_about__lte=search.price_max)
    return products


def result_page(
    products: QuerySet[Product], search: Search, language: str
) -> tuple[list[Product], int]:
    """One page of ``products`` in the order asked for, and how many there are in all."""
    start = (search.page - 1) * PAGE_SIZE
    ordered = products.order_by(*_order(search.sort, language)).annotate(total=Window(Count("pk")))
    keys: list[Any] = list(ordered.values_list("pk", "total")[start : start + PAGE_SIZE])
    if keys:
        return in_order([pk for pk, _total in keys]), keys[0][1]
    if search.page > 1:  # beyond the last page
        return result_page(products, replace(search, page=1), language)
    return [], 0


def card_rows(products: QuerySet[Product]) -> QuerySet[Product]:
    """``products`` with what a card needs, in one statement."""
    return (
        products.select_related("place", "category")
        .annotate(first_picture=first_picture())
        .only(*CARD_FIELDS)
    )


def in_order(keys: Sequence[int]) -> list[Product]:
    """The products with these keys as cards need them, in this order."""
    found = {row.pk: row for row in card_rows(Product.objects.filter(pk__in=keys))}
    return [found[key] for key in keys if key in found]


def first_rows(products: QuerySet[Product], number: int, order: Sequence[Any]) -> list[Product]:
    """The first products in ``order`` as cards need them, in one statement.

    The keys are chosen inside, so that only the rows that are shown are read whole.
    """
    keys = products.order_by(*order).values("pk")[:number]
    return list(card_rows(Product.objects.filter(pk__in=keys)).order_by(*order))


def _order(sort: str, language: str) -> list[Any]:
    if sort == "price":
        return ["price_about", "reference"]
    if sort == "date":
        return ["availability__next_on", "reference"]
    if sort == "title":
        title = Coalesce(KeyTextTransform(language, "titles"), KeyTextTransform("fr", "titles"))
        return [Lower(title), "reference"]
    return [*recommended(), "availability__next_on", "reference"]


def recommended() -> list[Any]:
    """The agency's own order: its featured products first, then by position."""
    rank = F("position") + Case(When(featured=True, then=Value(0)), default=Value(NOT_FEATURED))
    selected = SelectedProduct.objects.filter(product_id=OuterRef("pk"))
    return [Subquery(selected.values(rank=rank)[:1])]


def facet_rows(
    sellable: QuerySet[Product], search: Search, markups: Markups
) -> list[tuple[str, str, str, int]]:
    """``(category code, region, department, count)`` of what the other filters leave.

    Category and place are left out of the condition, so that each option can say how many
    products it would show.
    """
    base = matching(sellable, replace(search, categories=(), places=()), markups)
    rows = base.order_by().values_list("category__code", "place__region", "place__department")
    return list(rows.annotate(count=Count("pk")))


def near_dates(
    sellable: QuerySet[Product], search: Search, markups: Markups
) -> list[tuple[date, int]]:
    """Up to five days near the ones asked for with how many products are open on each."""
    first, last = search.window
    asked = first or last
    if asked is None:
        return []
    timeless = replace(search, date_from=None, date_to=None)
    around = open_departures(timeless).filter(
        service_date__gte=asked - timedelta(days=NEAR_DAYS),
        service_date__lte=(last or asked) + timedelta(days=NEAR_DAYS),
        product__in=matching(sellable, replace(timeless, people=None), markups),
    )
    days = around.order_by().values_list("service_date").annotate(Count("product", distinct=True))
    nearest = sorted(days, key=lambda row: (abs((row[0] - asked).days), row[0]))
    return sorted(nearest[:NEAR_SHOWN])
