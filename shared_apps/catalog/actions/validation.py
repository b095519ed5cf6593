"""The life of catalogue rows: submit, validate, refuse, suspend, archive, delete.

Nothing is sold before the operator validated it, and the operator cannot validate what could
not be delivered: without a notification address no provider would hear of a booking (R25).
The order provider, place, product holds here too (R97, R98): imports may create drafts of
all three at once, but none is validated before its parent.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.catalog.actions.writing import Row, row_write
from shared_apps.catalog.errors import Blocker, CatalogRefused
from shared_apps.catalog.models import Place, Product, Provider, Status
from shared_apps.catalog.models.status import CatalogueRow
from shared_apps.catalog.queries import product_blockers, references_to
from shared_apps.identity.models import User

# verb → statuses it may start from
FROM: dict[str, frozenset[str]] = {
    "submit": frozenset({Status.DRAFT}),
    "validate": frozenset({Status.DRAFT, Status.SUBMITTED, Status.SUSPENDED}),
    "refuse": frozenset({Status.SUBMITTED}),
    "suspend": frozenset({Status.VALIDATED}),
    "archive": frozenset({Status.DRAFT, Status.SUBMITTED, Status.VALIDATED, Status.SUSPENDED}),
}


def _move(row: Row, *, verb: str, to: str, reason: str = "", **stamps: Any) -> Row:
    if row.status not in FROM[verb]:
        raise CatalogRefused(
            "wrong_status",
            _("“%(row)s” is %(status)s: this cannot be done now.")
            % {"row": row, "status": row.get_status_display().lower()},
        )
    changes = {"status": to, "status_reason": reason, **stamps}
    row_write(row, verb=f"{row._meta.model_name}_{verb}", changes=changes)
    return row


def _reasoned(reason: str) -> str:
    if not reason.strip():
        raise CatalogRefused("no_reason", _("Give the reason: the other side will read it."))
    return reason.strip()[:240]


def _stamps(by: User | None) -> dict[str, Any]:
    at: datetime = timezone.now()
    return {"validated_at": at, "validated_by": by}


@transaction.atomic
def provider_validate(*, provider: Provider, by: User | None = None) -> Provider:
    """The operator accepts a provider; its places can then be validated (R98)."""
    return _move(provider, verb="validate", to=Status.VALIDATED, **_stamps(by))


@transaction.atomic
def place_validate(*, place: Place, by: User | None = None) -> Place:
    """The operator accepts a place. Refused while its provider is not validated (R98)."""
    if place.provider.status != Status.VALIDATED:
        raise CatalogRefused(
            "provider_not_validated", _("The provider “%s” is not validated.") % place.provider
        )
    return _move(place, verb="validate", to=Status.VALIDATED, **_stamps(by))


@transaction.atomic
def product_submit(*, product: Product) -> Product:
    """Ask the operator to validate a draft. Refused, with every blocker, while it is not ready."""
    blockers = [
        blocker
        for blocker in product_blockers(product)
        # The operator validates the parents on the way; the submitter cannot.
        if blocker.code not in {"provider_not_validated", "place_not_validated"}
    ]
    _refuse_blocked(product, blockers)
    return _move(product, verb="submit", to=Status.SUBMITTED)


@transaction.atomic
def product_validate(*, product: Product, by: User | None = None) -> Product:
    """The operator opens a product to sale (R25). Raises CatalogRefused with every blocker."""
    _refuse_blocked(product, product_blockers(product))
    return _move(product, verb="validate", to=Status.VALIDATED, **_stamps(by))


def _refuse_blocked(product: Product, blockers: list[Blocker]) -> None:
    if blockers:
        raise CatalogRefused(
            "not_ready", _("“%s” cannot be sold yet.") % product.reference, blockers
        )


@transaction.atomic
def product_refuse(*, product: Product, reason: str) -> Product:
    """Send a submitted product back to its author as a draft, with the reason."""
    return _move(product, verb="refuse", to=Status.DRAFT, reason=_reasoned(reason))


@transaction.atomic
def product_suspend(*, product: Product, reason: str) -> Product:
    """Take a product off every shop at once (R24); past sales are untouched."""
    return _move(product, verb="suspend", to=Status.SUSPENDED, reason=_reasoned(reason))


@transaction.atomic
def provider_suspend(*, provider: Provider, reason: str) -> Provider:
    """Take everything of a provider off every shop at once (R24)."""
    return _move(provider, verb="suspend", to=Status.SUSPENDED, reason=_reasoned(reason))


@transaction.atomic
def product_archive(*, product: Product, reason: str = "") -> Product:
    """Keep a product without selling it any more (R92). For good: nothing leads back."""
    return _move(product, verb="archive", to=Status.ARCHIVED, reason=reason[:240])


@transaction.atomic
def catalogue_delete(*, row: CatalogueRow) -> None:
    """Delete a product, place or provider for good (R91), if nothing refers to it (R93).

    Raises CatalogRefused (``referred_to``) naming what refers to it, in all agencies.
    """
    blockers = [Blocker("referred_to", f"{referrer}.") for referrer in references_to(row)]
    if blockers:
        raise CatalogRefused(
            "referred_to", _("“%s” is used and can only be archived.") % row, blockers
        )
    audit_record(verb=f"{row._meta.model_name}_delete", target=row, before={"label": str(row)})
    row.delete()
