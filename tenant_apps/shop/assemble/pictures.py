"""Addresses of our packaged pictures, and what stands there when one is missing."""

from collections.abc import Mapping
from functools import lru_cache

from django.contrib.staticfiles import finders
from django.templatetags.static import static

from shared_apps.catalog.texts import text_in
from tenant_apps.shop.presenters import Picture

FOLDER = "pictures"
GENERIC = "generic"
WIDTH, HEIGHT = 1200, 800


@lru_cache(maxsize=1024)
def picture_url(name: str) -> str:
    """Where the packaged picture ``name`` is served; the generic one when there is none."""
    path = f"{FOLDER}/{name.removesuffix('.svg')}.svg"
    # Source folders are there in every installation; the manifest would raise for a stranger.
    return static(path if finders.find(path) else f"{FOLDER}/{GENERIC}.svg")


def picture_named(name: str, *, alt: str = "", credit: str = "") -> Picture:
    """The packaged picture ``name`` (without extension) as pages show it."""
    return Picture(
        url=picture_url(name or GENERIC), alt=alt, width=WIDTH, height=HEIGHT, credit=credit
    )


def picture_of(found: Mapping[str, object] | None, *, fallback: str, language: str) -> Picture:
    """The picture of a product from ``{name, alt, credit}``, else its category's, decorative."""
    if not found or not found.get("name"):
        return picture_named(fallback)
    alt = found.get("alt")
    return picture_named(
        str(found["name"]),
        alt=text_in(alt if isinstance(alt, Mapping) else {}, language),
        credit=str(found.get("credit") or ""),
    )
