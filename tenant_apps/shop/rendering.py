"""One way to print a page: the frame, the page's own values, and how long it may be kept.

Reader pages (home, search, product, documents) set no cookie and open no session: their forms
carry no token, and what they post to checks the origin of the request instead
(:mod:`tenant_apps.shop.origin`). Everything that follows a basket may use the session.
"""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from tenant_apps.shop.assemble.shell import seller_block, shop_of
from tenant_apps.shop.baskets import cart_count
from tenant_apps.shop.presenters import Shop
from tenant_apps.shop.queries.shell import shell_read

# The value for which Django's own tag prints no field, and therefore asks for no cookie.
NO_TOKEN = "NOTPROVIDED"  # noqa: S105 (not a password)


def language_now() -> str:
    """The language of this request, without its region."""
    return (get_language() or "fr").partition("-")[0]


def shop_for(request: HttpRequest, *, seller: dict[str, Any] | None = None) -> Shop:
    """The frame of this request's page; ``seller`` (a snapshot) when a page is about one sale."""
    language = language_now()
    shop = shop_of(
        request.agency,
        shell_read(request.agency, language),
        language=language,
        cart_count=cart_count(request),
        current_url=request.get_full_path(),
    )
    if seller is None:
        return shop
    return replace(shop, seller=seller_block(seller, agency_name=request.agency.name))


def page_render(
    request: HttpRequest,
    template: str,
    page: object,
    *,
    seller: dict[str, Any] | None = None,
    reader: bool = False,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Render ``template`` with ``shop`` and ``page``.

    ``reader`` leaves the CSRF token out, so that nothing sets a cookie. Pages of a basket are
    never kept by a cache.
    """
    context = {"shop": shop_for(request, seller=seller), "page": page, **more}
    if reader:
        context["csrf_token"] = NO_TOKEN
    response = render(request, template, context, status=status)
    if not reader:
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
    return response
