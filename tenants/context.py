"""Template context every page has."""

from typing import Any

from django.http import HttpRequest


def agency(request: HttpRequest) -> dict[str, Any]:
    """``agency`` and ``door`` of the request (None and ``platform`` outside one)."""
    return {
        "agency": getattr(request, "agency", None),
        "door": getattr(request, "door", "platform"),
    }
