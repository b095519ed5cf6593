"""Products as cards, categories as tiles."""

from collections.abc import Iterable, Mapping

from django.urls import reverse

from shared_apps.catalog.models import Product
from shared_apps.catalog.texts import text_in
from tenant_apps.shop.assemble.pictures import picture_named, picture_of
from tenant_apps.shop.assemble.shell import category_url
from tenant_apps.shop.assemble.words import amount_of, duration, place_line, price_unit
from tenant_apps.shop.presenters import Card, CategoryTile
from tenant_apps.shop.queries.listing import FromOffer
from tenant_apps.shop.queries.shell import CategoryCount

FEW_PLACES = 5


def cards_of(
    products: Iterable[Product], offers: Mapping[int, FromOffer], language: str
) -> tuple[Card, ...]:
    """One card a product, in order."""
    return tuple(card_of(product, offers.get(product.pk), language) for product in products)


def card_of(product: Product, offer: FromOffer | None, language: str) -> Card:
    """A product in a list; without an offer it shows no price."""
    category = product.category
    struck = offer.unit.struck if offer else None
    return Card(
        reference=product.reference,
        url=reverse("shop:product", args=[product.reference]),
        title=text_in(product.titles, language),
        picture=picture_of(product.first_picture, fallback=category.picture, language=language),
        place=place_line(product.place),
        category=text_in(category.names, language),
        duration=duration(product.duration_minutes, product.nights),
        next_date=offer.next_on if offer else None,
        price_from=amount_of(offer.unit.sale, language) if offer else None,
        struck=amount_of(struck, language) if struck is not None else None,
        places_left=offer.places if offer and offer.places <= FEW_PLACES else None,
        unit=price_unit(offer.pax_count) if offer else "",
    )


def tiles_of(categories: Iterable[CategoryCount], language: str) -> tuple[CategoryTile, ...]:
    """Categories as pictures that lead to their search."""
    return tuple(
        CategoryTile(
            label=text_in(row.names, language),
            url=category_url(row.code),
            picture=picture_named(row.picture),
            count=row.count,
        )
        for row in categories
    )
