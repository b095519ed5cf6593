"""Products: created under a validated place, completed by people, found by their words.

A source or a person starts a draft and finishes it later (R96). Completing never changes the
status; only the verbs of :mod:`shared_apps.catalog.actions.validation` do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.catalog.actions.people import refuse_archived, refuse_managed
from shared_apps.catalog.actions.searching import search_text_fill, search_text_of
from shared_apps.catalog.actions.writing import as_json, row_touch, row_write
from shared_apps.catalog.errors import CatalogRefused
from shared_apps.catalog.models import (
    Category,
    Media,
    Place,
    Product,
    Provider,
    RateCategory,
    Status,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTerms:
    """A rate category to set: who may take it, and how many places one unit uses."""

    code: str
    labels: Mapping[str, str]
    age_min: int | None = None
    age_max: int | None = None
    pax_count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture to set: one of ours or a link kept with its credit.

    ``picture`` is a file name in the theme's static folder ``pictures/`` (``loi-velo-01.svg``).
    """

    picture: str = ""
    url: str = ""
    alt: Mapping[str, str] = field(default_factory=dict)
    credit: str = ""
    licence: str = ""


def _refuse_parents(provider: Provider, place: Place) -> None:
    if place.provider_id != provider.pk:
        raise CatalogRefused(
            "place_of_another", _("The place “%s” belongs to another provider.") % place
        )
    if provider.status != Status.VALIDATED:
        raise CatalogRefused(
            "provider_not_validated",
            _("Validate the provider “%s” first: then its products can be created.") % provider,
        )
    if place.status != Status.VALIDATED:
        raise CatalogRefused(
            "place_not_validated",
            _("Validate the place “%s” first: then its products can be created.") % place,
        )


@transaction.atomic
def product_create(
    *,
    place: Place,
    category: Category,
    reference: str,
    titles: Mapping[str, str],
    **fields: Any,
) -> Product:
    """Create a draft product at a validated place of a validated provider (R97 to R99).

    Raises CatalogRefused naming what must be validated first, ValidationError for bad or
    taken values.
    """
    refuse_managed(fields)
    _refuse_parents(place.provider, place)
    product = Product(
        provider=place.provider,
        place=place,
        category=category,
        reference=reference,
        titles=dict(titles),
        **fields,
    )
    product.search_text = search_text_of(product)
    product.full_clean()
    product.save()
    audit_record(
        verb="product_create",
        target=product,
        after={"titles": product.titles} | {key: as_json(value) for key, value in fields.items()},
    )
    return product


@transaction.atomic
def product_complete(*, product: Product, **fields: Any) -> Product:
    """Write what a draft still lacks, or correct a product; only differences are kept.

    The reference cannot change once the product was validated: people and past sales use it
    (R87). Raises CatalogRefused (``archived``, ``stale``, ``reference_in_use``),
    ValidationError for bad values.
    """
    refuse_managed(fields)
    refuse_archived(product)
    if fields.get("reference", product.reference) != product.reference:
        if product.validated_at is not None:
            raise CatalogRefused(
                "reference_in_use", _("The reference of a validated product cannot change.")
            )
        if Product.objects.filter(reference=fields["reference"]).exists():
            raise CatalogRefused(
                "reference_taken", _("The reference %s is taken.") % fields["reference"]
            )
    if row_write(product, verb="product_complete", changes=fields):
        search_text_fill([product])
    return product


@transaction.atomic
def rate_categories_set(*, product: Product, rates: Sequence[RateTerms]) -> list[RateCategory]:
    """Make the product's rate categories exactly ``rates``, in that order, matched by code.

    Raises CatalogRefused (``rate_in_use``) when a category to remove has departure prices.
    """
    refuse_archived(product)
    present = {rate.code: rate for rate in product.rate_categories.all()}
    wanted = {terms.code: terms for terms in rates}
    changed = False
    for code in present.keys() - wanted.keys():
        try:
            present[code].delete()
        except ProtectedError as error:
            raise CatalogRefused(
                "rate_in_use", _("Departures have prices for “%s”: it cannot be removed.") % code
            ) from error
        changed = True
    result = []
    for position, terms in enumerate(wanted.values()):
        values = {
            "labels": dict(terms.labels),
            "age_min": terms.age_min,
            "age_max": terms.age_max,
            "pax_count": terms.pax_count,
            "position": position,
        }
        rate = present.get(terms.code) or RateCategory(product=product, code=terms.code)
        if rate.pk is None or any(getattr(rate, key) != value for key, value in values.items()):
            for key, value in values.items():
                setattr(rate, key, value)
            rate.full_clean()
            rate.save()
            changed = True
        result.append(rate)
    if changed:
        row_touch(product)
        audit_record(
            verb="rate_categories_set",
            target=product,
            before={"codes": sorted(present)},
            after={"codes": list(wanted)},
        )
    return result


@transaction.atomic
def pictures_set(*, product: Product, pictures: Sequence[Picture]) -> bool:
    """Make the product's pictures exactly these, in this order; says whether they changed."""
    refuse_archived(product)
    keys = ("picture", "url", "alt", "credit", "licence")
    wanted = [
        {
            "picture": one.picture,
            "url": one.url,
            "alt": dict(one.alt),
            "credit": one.credit,
            "licence": one.licence,
        }
        for one in pictures
    ]
    if wanted == list(product.media.order_by("position", "pk").values(*keys)):
        return False
    product.media.all().delete()
    Media.objects.bulk_create(
        Media(product=product, position=position, **values)
        for position, values in enumerate(wanted)
    )
    row_touch(product)
    audit_record(verb="pictures_set", target=product, after={"count": len(wanted)})
    return True
