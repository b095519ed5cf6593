"""The shop link of a seller: ``?vendeur=code`` is kept in the visitor's session up to the cart.

The visitor is sent on to the same page without the parameter, so that a page that is shared or
indexed never carries somebody's code, and pages that set no cookie go on setting none. The code
is looked up again where an order is opened: whoever sells no more gets no more orders. What is
kept is the code alone, until the browser forgets the session or another link replaces it.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tenant_apps.subcommissions.queries import by_code

PARAMETER = "vendeur"
SESSION_KEY = "sold_by"
LONGEST_CODE = 40
ELSEWHERE = ("/gestion/", "/api/")


class SellerLinkMiddleware:
    """Stands behind the session: keeps the code of a link and sends the visitor on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Redirect a shop page with ``?vendeur=``; anything else passes untouched."""
        code = request.GET.get(PARAMETER)
        in_shop = request.door == "agency" and not request.path.startswith(ELSEWHERE)
        if code is None or request.method != "GET" or not in_shop:
            return self.get_response(request)
        if any(by_code(code[:LONGEST_CODE])):
            request.session[SESSION_KEY] = code[:LONGEST_CODE]
        query = request.GET.copy()
        del query[PARAMETER]
        answer = redirect(f"{request.path}?{query.urlencode()}" if query else request.path)
        answer["Cache-Control"] = "private, no-store"
        return answer


def attribution_of(request: HttpRequest) -> dict[str, int | None]:
    """Who sells to this visitor, as ``order_hold`` takes it; nobody asks without a session."""
    carried = settings.SESSION_COOKIE_NAME in request.COOKIES or request.session.modified
    code = request.session.get(SESSION_KEY) if carried else None
    if not code:
        return {}
    seller, place = by_code(code)
    return {
        "sold_by_id": seller.pk if seller else None,
        "point_of_sale_id": place.pk if place else None,
    }
