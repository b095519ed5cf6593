"""Liveness and readiness, on every host, without a session or a tenant."""

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse


def healthz(_request: HttpRequest) -> JsonResponse:
    """The process answers. Touches no store: a restart cures nothing else."""
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> JsonResponse:
    """The stores answer: 200 when traffic may come, 503 naming the store that does not."""
    checks = {"database": "ok", "cache": "ok"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        checks["database"] = "unavailable"
    if settings.REDIS_URL:
        from redis.exceptions import RedisError

        try:
            caches["platform"].set("readyz", 1, 5)
        except RedisError:
            checks["cache"] = "unavailable"
    ready = set(checks.values()) == {"ok"}
    return JsonResponse(
        {"status": "ready" if ready else "unavailable", **checks}, status=200 if ready else 503
    )
