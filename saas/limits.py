"""Rate limits per agency and per client: sign-in, cart, checkout, contact and the API.

A limit counts requests in fixed windows, in the cache. The cache key carries the schema of the
host (``tenants.cache``), so a client who exhausts one agency's limit may still use another, and
one noisy agency never locks out the rest. The limits are settings (``RATE_LIMITS``).

What this does not stop: an attacker with many addresses. For sign-in allauth counts failures
per account besides (``ACCOUNT_RATE_LIMITS``). When the cache loses its data, counting starts
again from nothing: a limit guards against floods, it is not a rule of the business.
"""

import time
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

# By name: the page is a tenant app's, and shared apps that are limited must not import one.
ERROR_PAGE = "saas.errors.error_page"
PERIODS = {"s": 1, "m": 60, "h": 3600}
View = TypeVar("View", bound=Callable[..., Any])


def rate_parse(text: str) -> tuple[int, int]:
    """Read ``"20/m"`` as (20 requests, 60 seconds). Raises ValueError for anything else."""
    count, _slash, period = text.partition("/")
    if period not in PERIODS or not count.isdigit() or int(count) == 0:
        raise ValueError(f"a rate is written like 20/m, not {text!r}")
    return int(count), PERIODS[period]


def client_address(request: HttpRequest) -> str:
    """The client's IP address; behind our own proxy, the one that proxy saw (the last entry)."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))


def seconds_to_wait(name: str, client: str, *, count: int = 1) -> int:
    """Count one request of ``client`` (or ``count`` of what is limited); 0 when it is within.

    Otherwise the seconds until the window ends. Raises KeyError for a limit that settings lack.
    """
    allowed, period = rate_parse(settings.RATE_LIMITS[name])
    now = time.time()
    key = f"limit:{name}:{client}:{int(now // period)}"
    try:
        used = cache.incr(key, count)
    except ValueError:  # the first of its window
        used = _counted_first(key, count, timeout=period + 1)
    return 0 if used <= allowed else max(1, int(period - now % period))


def _counted_first(key: str, count: int, *, timeout: int) -> int:
    """Begin to count under ``key``; somebody else may have begun a moment before."""
    cache.add(key, 0, timeout=timeout)
    try:
        return int(cache.incr(key, count))
    except ValueError:  # the entry left the cache between the two calls
        return count


def limited(name: str, *, methods: Collection[str] | None = ("POST",)) -> Callable[[View], View]:
    """Decorate a view with the limit ``name``: above it, 429 with ``Retry-After``.

    Only requests with one of ``methods`` count; ``None`` counts all of them. Answers a problem
    document under ``/api/`` and a page elsewhere.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if methods is None or request.method in methods:
                wait = seconds_to_wait(name, client_address(request))
                if wait:
                    return _refusal(request, wait)
            return view(request, *args, **kwargs)

        return guarded  # type: ignore[return-value]

    return decorate


def _refusal(request: HttpRequest, wait: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        problem = {
            "type": "about:blank",
            "title": "Too Many Requests",
            "status": 429,
            "code": "throttled",
            "detail": _("Too many requests. Try again in %(seconds)d seconds.") % {"seconds": wait},
        }
        answer: HttpResponse = JsonResponse(
            problem, status=429, content_type="application/problem+json"
        )
    elif getattr(request, "door", "") == "agency" and not request.path.startswith("/gestion/"):
        answer = import_string(ERROR_PAGE)(request, 429)
    else:
        answer = render(request, "account/too_many.html", {"wait": wait}, status=429)
    answer["Retry-After"] = str(wait)
    return answer
