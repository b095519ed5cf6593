"""Error pages in the look of the host they happen on.

A traveller who follows an old link should still see the agency and a way on, staff their office. A
page about an error must not cause another one: whatever fails while it is made, a plain page is
sent instead. Unknown hosts never come here (:mod:`tenants.middleware` answers them).
"""

from typing import Final

import structlog
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

OFFICES: Final = ("/gestion/", "/api/")
PLAIN: Final = (
    '<!doctype html><html lang="{language}"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{title}</title><h1>{title}</h1><p>{text}</p></html>"
)
log = structlog.get_logger(__name__)


def words_of(status: int, *, shop: bool = True) -> tuple[str, str]:
    """Title and what to do, for one status, in a shop or behind one of the offices' doors."""
    if status == 404 and not shop:
        return (
            _("There is nothing at this address"),
            _("Perhaps it belongs to somebody else. Start again from the home page or search."),
        )
    return {
        400: (
            _("This request could not be read"),
            _("Go back to the page before and try again."),
        ),
        403: (
            _("This page is closed to you"),
            _("Perhaps the page was open for a long time: load it again and try once more."),
        ),
        404: (
            _("There is nothing at this address"),
            _("It may have been on sale before. Search for something like it, or ask us."),
        ),
        429: (
            _("A moment, please"),
            _("Too many requests came from your connection. Nothing is lost: try again shortly."),
        ),
    }.get(
        status,
        (
            _("Something broke on our side"),
            _("We have been told. Nothing you typed was sent twice; please try again shortly."),
        ),
    )


def plain_page(status: int, title: str, text: str) -> HttpResponse:
    """A page that needs no database, no theme and no session."""
    body = PLAIN.format(
        language=escape(get_language() or "fr"), title=escape(title), text=escape(text)
    )
    return HttpResponse(body, status=status)


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """The page for ``status`` in the look of the request's host."""
    shop = getattr(request, "door", "") == "agency" and not request.path.startswith(OFFICES)
    title, text = words_of(status, shop=shop)
    if not shop:
        return plain_page(status, title, text)
    try:
        return _shop_page(request, status, title, text)
    except Exception as failure:  # the error page is the last resort: it must not raise
        log.error("error_page_failed", status=status, error=type(failure).__name__)
        return plain_page(status, title, text)


def _shop_page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    from tenant_apps.shop.rendering import NO_TOKEN, shop_for

    context = {
        "shop": shop_for(request),
        "title": title,
        "text": text,
        "status": status,
        "csrf_token": NO_TOKEN,
    }
    # Without the request: context processors would ask for session and user.
    return HttpResponse(render_to_string("shop/error.html", context), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or old."""
    return error_page(request, 403)
