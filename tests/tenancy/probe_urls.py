"""Small views that show what a request stands on; used in place of the agencies' URL map."""

import structlog
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from tenant_apps.orders.models import Order

log = structlog.get_logger("probe")


def ground() -> list[str]:
    """Schema and role PostgreSQL would use now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()::text, current_user::text")
        return list(cursor.fetchone())


def where(request: HttpRequest) -> JsonResponse:
    """Schema and role of the database session, and the agency and door of the request."""
    agency = request.agency.slug if request.agency else None
    return JsonResponse({"ground": ground(), "agency": agency, "door": request.door})


def who(request: HttpRequest) -> JsonResponse:
    """The signed-in user, if any."""
    return JsonResponse({"user": str(request.user) if request.user.is_authenticated else None})


def visit(request: HttpRequest) -> HttpResponse:
    """Start a session."""
    request.session["seen"] = True
    return HttpResponse("")


def orders(_request: HttpRequest) -> JsonResponse:
    """Three queries of tenant data."""
    found = [list(Order.objects.values_list("reference", flat=True)) for _ in range(3)]
    return JsonResponse({"orders": found[0]})


def broken(request: HttpRequest) -> HttpResponse:
    """A database error: alone, inside a transaction, or inside a savepoint."""
    if request.GET["inside"] == "nothing":
        _fail()
    with transaction.atomic():
        if request.GET["inside"] == "transaction":
            _fail()
        with transaction.atomic():
            _fail()
    raise AssertionError("not reached")


def _fail() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM there_is_no_such_table")


def rename(request: HttpRequest) -> HttpResponse:
    """Change the agency of the request without saving it, as a form that fails does."""
    request.agency.name = "Changed by a form"
    return HttpResponse(request.agency.name)


def named(request: HttpRequest) -> HttpResponse:
    """The agency's name as the request knows it."""
    return HttpResponse(request.agency.name)


def cached(request: HttpRequest) -> HttpResponse:
    """Remember the first agency that asks."""
    return HttpResponse(cache.get_or_set("first", request.agency.slug))


def logged(_request: HttpRequest) -> HttpResponse:
    """Write one log line with personal data in it."""
    log.info("probe", email="ada@example.org", customer="Ada", ip="192.0.2.1", order="L-1")
    return HttpResponse("")


urlpatterns = [
    path("where/", where),
    path("who/", who),
    path("visit/", visit),
    path("orders/", orders),
    path("broken/", broken),
    path("rename/", rename),
    path("named/", named),
    path("cached/", cached),
    path("logged/", logged),
]
