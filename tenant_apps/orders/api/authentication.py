"""``Authorization: Bearer <key>``: a key of this agency, or 401."""

from contextlib import AbstractContextManager
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from shared_apps.audit.actor import Actor, acting, current_actor
from shared_apps.audit.models import AuditEntry
from tenant_apps.orders.api_keys import api_key_find
from tenant_apps.orders.models import ApiKey

NOTE_USE_EVERY = timedelta(minutes=5)


class KeyAuthentication(BaseAuthentication):
    """Finds the key in the agency's own schema: a key of another agency is unknown here."""

    def authenticate(self, request: Request) -> tuple[None, ApiKey] | None:
        """Return ``(None, key)``; raise 401 for a missing or unknown key."""
        scheme, _space, clear = request.headers.get("Authorization", "").partition(" ")
        if not clear:
            return None
        key = api_key_find(clear.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            raise AuthenticationFailed("This key is unknown or has been revoked.")
        now = timezone.now()
        if key.last_used_at is None or now - key.last_used_at > NOTE_USE_EVERY:
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        return None, key

    def authenticate_header(self, request: HttpRequest) -> str:
        """Makes the refusal a 401 with a challenge."""
        return 'Bearer realm="api"'


class HasKey(BasePermission):
    """Only requests with a key."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raise 401 without a key."""
        key_of(request)
        return True


def key_of(request: Request) -> ApiKey:
    """The key of a request that :class:`HasKey` let pass."""
    if not isinstance(request.auth, ApiKey):
        raise NotAuthenticated("Send your key as `Authorization: Bearer …`.")
    return request.auth


def acting_as_key(key: ApiKey) -> AbstractContextManager[Actor]:
    """Audit what follows under the partner's key."""
    return acting(
        Actor(AuditEntry.ActorKind.API_KEY, str(key.pk), key.name, current_actor().request_id)
    )


class KeyScheme(OpenApiAuthenticationExtension):
    """Describes the key in the OpenAPI document."""

    target_class = KeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """The OpenAPI security scheme."""
        return {"type": "http", "scheme": "bearer"}
