"""Providers and places: created in that order, each validated before the next (R97, R98)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.catalog.actions.searching import search_text_fill
from shared_apps.catalog.actions.writing import as_json, row_write
from shared_apps.catalog.errors import CatalogRefused
from shared_apps.catalog.models import Place, Provider, Status
from shared_apps.catalog.models.status import CatalogueRow

MANAGED = {"status", "status_reason", "validated_at", "validated_by", "version", "fingerprint"}


def refuse_managed(fields: dict[str, Any]) -> None:
    """Raise TypeError when a status field is written past the verbs that own it."""
    wrong = MANAGED & set(fields)
    if wrong:
        raise TypeError(f"{', '.join(sorted(wrong))}: written by the status verbs only")


def refuse_archived(row: CatalogueRow) -> None:
    """Raise CatalogRefused (``archived``): an archived row is kept as it was (R92)."""
    if row.status == Status.ARCHIVED:
        raise CatalogRefused("archived", _("“%s” is archived and can no longer change.") % row)


@transaction.atomic
def provider_create(*, reference: str, name: str, **fields: Any) -> Provider:
    """Create a draft provider. Raises ValidationError for bad or taken values."""
    refuse_managed(fields)
    provider = Provider(reference=reference, name=name, **fields)
    provider.full_clean()
    provider.save()
    audit_record(
        verb="provider_create",
        target=provider,
        after={key: as_json(value) for key, value in {"reference": reference, **fields}.items()},
    )
    return provider


@transaction.atomic
def provider_update(*, provider: Provider, **fields: Any) -> Provider:
    """Change a provider: contacts (R36, R37), notification address (R25), attribution."""
    refuse_managed(fields)
    refuse_archived(provider)
    if row_write(provider, verb="provider_update", changes=fields):
        search_text_fill(provider.products.select_related("provider", "place", "category"))
    return provider


@transaction.atomic
def place_create(*, provider: Provider, name: str, locality: str, **fields: Any) -> Place:
    """Create a draft place of a validated provider (R97, R98).

    Raises CatalogRefused (``provider_not_validated``), ValidationError for bad values.
    """
    refuse_managed(fields)
    if provider.status != Status.VALIDATED:
        raise CatalogRefused(
            "provider_not_validated",
            _("Validate the provider “%s” first: then its places can be created.") % provider,
        )
    place = Place(provider=provider, name=name, locality=locality, **fields)
    place.full_clean()
    place.save()
    audit_record(verb="place_create", target=place, after={"provider": provider.reference})
    return place


@transaction.atomic
def place_update(*, place: Place, **fields: Any) -> Place:
    """Change a place: address, coordinates, name."""
    refuse_managed(fields)
    refuse_archived(place)
    if row_write(place, verb="place_update", changes=fields):
        search_text_fill(place.products.select_related("provider", "place", "category"))
    return place
