"""Who posted this: our own page, or another site?

Pages that are only read carry no CSRF token, because a token needs a cookie and reading needs
none. Their few forms (language, put into the basket) are guarded by what browsers say themselves:
``Sec-Fetch-Site``, else ``Origin``, else ``Referer``. A request that says nothing at all comes
from no browser and carries nobody's cookies (they are ``SameSite=Lax``), so it is let through.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]


def is_own_post(request: HttpRequest) -> bool:
    """Whether the browser says that one of this host's pages sent the request."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    source = request.headers.get("Origin") or request.headers.get("Referer")
    return source is None or urlsplit(source).netloc == request.get_host()


def own_posts_only(view: View) -> View:
    """Refuse (403) what another site posts; takes the place of the CSRF token."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not is_own_post(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)
