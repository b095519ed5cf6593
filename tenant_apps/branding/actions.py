"""Changes an agency's brand: whole, readable, and never over somebody else's change (R32).

A brand below WCAG AA is refused with every failing pair (L10): there is no "save anyway".
The seller's identity is not here and cannot be changed from here (D10, L3).
"""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from tenant_apps.branding.errors import BrandRefused
from tenant_apps.branding.models import Theme
from tenant_apps.branding.tokens import BrandTokens, check_tokens

TOKENS = ("primary", "accent", "surface", "text", "radius", "heading_font", "text_font")
CHANGEABLE = frozenset(
    [
        *TOKENS,
        "header_layout",
        "hero_layout",
        "card_layout",
        "hero_picture",
        "logo",
        "hero_upload",
        "tagline",
        "intro",
        "contact_email",
        "contact_phone",
        "contact_address",
    ]
)
FILES = ("logo", "hero_upload")


def tokens_of(values: dict[str, Any]) -> BrandTokens:
    """The tokens among ``values``. Raises TokensRefused for a value no theme can use."""
    return BrandTokens(**{name: values[name] for name in TOKENS})


def brand_current() -> Theme:
    """The agency's brand; made with the standard look when there is none yet."""
    return Theme.objects.first() or Theme.objects.create()


def brand_change(*, theme: Theme, version: int, **changes: Any) -> Theme:
    """Write ``changes`` to the brand that was read at ``version``.

    ``logo`` and ``hero_upload`` take a file from :mod:`.uploads`, or ``False`` to remove it.
    Raises BrandRefused (``stale``), TokensRefused, ContrastRefused; TypeError for a field
    that is not part of the brand.
    """
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise TypeError(f"not part of a brand: {', '.join(sorted(unknown))}")
    check_tokens(tokens_of({name: changes.get(name, getattr(theme, name)) for name in TOKENS}))
    with transaction.atomic():
        locked = Theme.objects.select_for_update().get(pk=theme.pk)
        if locked.version != version:
            raise BrandRefused(
                "stale", _("Somebody else changed the brand in the meantime. Compare and decide.")
            )
        before = {name: _plain(getattr(locked, name)) for name in changes}
        for name, value in changes.items():
            _put(locked, name, value)
        after = {name: _plain(getattr(locked, name)) for name in changes}
        differing = [name for name in changes if before[name] != after[name]]
        if not differing:
            return locked
        locked.version = F("version") + 1
        locked.updated_at = timezone.now()
        locked.save()
        locked.refresh_from_db()
        audit_record(
            verb="brand.change",
            target=locked,
            before={name: before[name] for name in differing},
            after={name: after[name] for name in differing},
        )
    return locked


def _put(theme: Theme, name: str, value: Any) -> None:
    if name not in FILES:
        setattr(theme, name, value)
    elif value is False:
        setattr(theme, name, "")
    elif value:
        getattr(theme, name).save(value.name, value, save=False)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | dict) else str(value)
