"""Keys to an agency's API: shown once, kept as a hash, revoked but never deleted (R10)."""

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from shared_apps.audit.actions import audit_record
from tenant_apps.orders.models import ApiKey

PREFIX_LENGTH = 8
WORKING = "SELECT * FROM orders_apikey WHERE key_hash = %s AND revoked_at IS NULL"


def key_hash(clear: str) -> str:
    """The hash kept of a key. A key has 256 random bits, so a plain hash cannot be guessed."""
    return hashlib.sha256(clear.encode()).hexdigest()


def api_key_create(name: str) -> tuple[ApiKey, str]:
    """Make a key for a partner of the current agency; returns it and its clear text, once."""
    clear = "ak_" + secrets.token_urlsafe(32)
    with transaction.atomic():
        key = ApiKey.objects.create(
            name=name, prefix=clear[: PREFIX_LENGTH + 3], key_hash=key_hash(clear), scopes=["sell"]
        )
        audit_record(verb="api_key.create", target=key, after={"name": name})
    return key, clear


def api_key_revoke(key: ApiKey) -> ApiKey:
    """Stop ``key`` from working at once. Revoking twice changes nothing."""
    with transaction.atomic():
        locked = ApiKey.objects.select_for_update().get(pk=key.pk)
        if locked.revoked_at is None:
            locked.revoked_at = timezone.now()
            locked.save(update_fields=["revoked_at"])
            audit_record(verb="api_key.revoke", target=locked)
    return locked


def api_key_find(clear: str) -> ApiKey | None:
    """The working key of the current agency with this clear text, or None.

    Read at every request, so that a key that is revoked is dead at once.
    """
    found = ApiKey.objects.raw(WORKING, [key_hash(clear)])
    return next(iter(found), None)
