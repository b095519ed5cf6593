"""The product page: everything a traveller asks before paying."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shared_apps.catalog.models import Place, Product
from shared_apps.catalog.texts import text_in
from tenant_apps.shop.assemble.pictures import picture_named, picture_of
from tenant_apps.shop.assemble.shell import category_url
from tenant_apps.shop.assemble.words import (
    cancellation_lines,
    cancellation_sentence,
    duration,
    language_names,
    place_line,
)
from tenant_apps.shop.presenters import Booking, Card, Link, Picture, PlaceView, ProductPage
from tenant_apps.shop.queries.shell import ProductSeller, TermsRow

Texts = Mapping[str, Any]


def product_page_of(
    product: Product,
    *,
    booking: Booking,
    seller: ProductSeller,
    general_terms: Sequence[TermsRow],
    related: tuple[Card, ...],
    language: str,
) -> ProductPage:
    """Everything the product template prints."""
    category = product.category
    return ProductPage(
        reference=product.reference,
        title=text_in(product.titles, language),
        booking=booking,
        pictures=_pictures(product, language),
        place=place_of(product.place),
        category=Link(text_in(category.names, language), category_url(category.code)),
        summary=text_in(product.summaries, language),
        description=paragraphs(text_in(product.descriptions, language)),
        duration=duration(product.duration_minutes, product.nights),
        languages=language_names(product.languages, language),
        included=lines_in(product.included, language),
        excluded=lines_in(product.not_included, language),
        suits=lines_in(product.suits, language),
        accessibility=lines_in(product.accessibility, language),
        meeting_point=" ".join(lines_in(product.meeting_point, language)),
        cancellation=cancellation_sentence(product.cancellation_scale),
        cancellation_scale=cancellation_lines(product.cancellation_scale),
        provider=product.provider.name,
        minimum_people=minimum_words(product.min_participants),
        formalities=" ".join(lines_in(product.formalities, language)),
        own_terms=_own_terms(seller, general_terms),
        related=related,
        seller_name=seller.name,
        credits=credits_of(product),
    )


def lines_in(texts: Texts | None, language: str) -> tuple[str, ...]:
    """The lines of ``{language: text or [text, …]}`` for a reader, never a mixture of languages."""
    found: Any = text_in(texts or {}, language)
    if isinstance(found, str):
        return (found,) if found else ()
    return tuple(str(line) for line in found if line)


def paragraphs(text: str) -> tuple[str, ...]:
    """Paragraphs of plain text, split at empty lines."""
    return tuple(part.strip() for part in re.split(r"\n\s*\n", text) if part.strip())


def minimum_words(minimum: int) -> str:
    """From how many people it takes place; empty when it always does."""
    if minimum <= 1:
        return ""
    return ngettext(
        "Takes place from %(n)d person on.", "Takes place from %(n)d people on.", minimum
    ) % {"n": minimum}


def place_of(place: Place) -> PlaceView:
    """Where it happens, in words."""
    town = " ".join(part for part in (place.postal_code, place.locality) if part)
    lines = [place.street, town, place.region or place.department]
    coordinates = ""
    if place.latitude is not None and place.longitude is not None:
        coordinates = f"{place.latitude:.4f}, {place.longitude:.4f}"
    return PlaceView(
        name=place.name,
        address_lines=tuple(line for line in lines if line),
        coordinates=coordinates,
    )


def _pictures(product: Product, language: str) -> tuple[Picture, ...]:
    """Our own pictures; without any, the category's. Linked ones are credited, never loaded."""
    own = [found for found in product.pictures if found["name"]]
    fallback = product.category.picture
    if not own:
        return (picture_named(fallback),)
    return tuple(picture_of(found, fallback=fallback, language=language) for found in own)


def _own_terms(seller: ProductSeller, general: Sequence[TermsRow]) -> Link | None:
    """The terms of this product when they are not the shop's general ones (R12)."""
    if seller.terms is None or seller.terms.id in {row.id for row in general}:
        return None
    return Link(seller.terms.title, reverse("shop:terms", args=[seller.terms.id]))


def credits_of(product: Product) -> tuple[str, ...]:
    """Who wrote and pictured it: what open licences ask for, each line once."""
    lines = [product.attribution, product.provider.attribution]
    for found in product.pictures:
        said = ", ".join(part for part in (found["credit"], found["licence"]) if part)
        if said:
            lines.append(_("Picture: %(credit)s") % {"credit": said})
    return tuple(dict.fromkeys(line for line in lines if line))


def where_words(product: Product) -> str:
    """The place in one line."""
    return f"{product.place.name}, {place_line(product.place)}"
