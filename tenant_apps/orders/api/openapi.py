"""The OpenAPI document: made from the views once per process, open to everybody.

It says nothing of any agency, so partners may read it before they have a key.
"""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.settings import patched_settings

from saas.limits import limited

URLCONF = "saas.urls_agency"
VERSION = "1"
DESCRIPTION = """Sell an agency's products from your own system.

**Key.** Send `Authorization: Bearer <key>`; a key works on the host of the agency that gave it.
**Amounts** are decimal text in major units, with an ISO 4217 currency, all taxes included.
**Languages.** `Accept-Language`: `fr` or `en`; the agency's own otherwise.
**Sale.** `POST orders/` holds places until `expires_at`; show the traveller the terms of the
order; `POST orders/{reference}/confirm/` with their hashes sells, or opens a card page.
**Repeats.** Send an `Idempotency-Key` with every POST and repeat it when no answer came.
**Errors** are problem documents (RFC 9457) with a stable `code`."""
SETTINGS: dict[str, Any] = {
    "TITLE": "Partner API",
    "VERSION": VERSION,
    "DESCRIPTION": DESCRIPTION,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "COMPONENT_SPLIT_REQUEST": False,
}


@lru_cache(maxsize=1)
def document() -> bytes:
    """The document as JSON."""
    with patched_settings(SETTINGS):
        generator = SchemaGenerator(urlconf=URLCONF, api_version=VERSION)
        schema = generator.get_schema(request=None, public=True)
    return bytes(OpenApiJsonRenderer().render(schema))


@require_safe
@limited("api", methods=None)
def api_schema(_request: HttpRequest) -> HttpResponse:
    """The document, for people and programs without a key too."""
    return HttpResponse(
        document(),
        content_type="application/vnd.oai.openapi+json",
        headers={"Cache-Control": "public, max-age=300"},
    )
