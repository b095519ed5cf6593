"""Host → agency without a query per request.

A per-process cache with a short life, emptied when an agency or a domain is saved, and by a
version number in the shared cache so that the other processes follow within seconds.
"""

import threading
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches

from tenants.models import Agency, Domain

TTL_SECONDS = 30.0
VERSION_CHECK_SECONDS = 2.0
VERSION_KEY = "tenants:domains-version"
MAX_ENTRIES = 10_000


@dataclass
class _State:
    entries: dict[str, tuple[float, Agency | None]]
    version: int = 0
    checked_at: float = 0.0


_state = _State(entries={})
_lock = threading.Lock()


def forget_domains() -> None:
    """Empty the cache here and tell the other processes to do so."""
    with _lock:
        _state.entries = {}
    cache = caches["platform"]
    try:
        cache.incr(VERSION_KEY)
    except ValueError:
        cache.set(VERSION_KEY, 1, None)


def _follow_version(now: float) -> None:
    if now - _state.checked_at < VERSION_CHECK_SECONDS:
        return
    _state.checked_at = now
    version = caches["platform"].get(VERSION_KEY, 0)
    if version != _state.version:
        with _lock:
            _state.version, _state.entries = version, {}


def agency_for_host(host: str) -> Agency | None:
    """The active agency that answers on ``host`` (no port), or None.

    Unknown hosts are remembered too, so that a scan of names costs one query a name.
    """
    now = time.monotonic()
    _follow_version(now)
    found = _state.entries.get(host)
    if found and now - found[0] < TTL_SECONDS:
        return found[1]
    domain = (
        Domain.objects.select_related("tenant")
        .filter(domain=host, tenant__status=Agency.Status.ACTIVE)
        .first()
    )
    agency = domain.tenant if domain else None
    with _lock:
        if len(_state.entries) >= MAX_ENTRIES:
            _state.entries = {}
        _state.entries[host] = (now, agency)
    return agency


def agency_host(agency: Agency) -> str:
    """The agency's primary host, without port."""
    primary = agency.domains.filter(is_primary=True).values_list("domain", flat=True).first()
    return primary or f"{agency.slug}.{settings.BASE_DOMAIN}"


def host_url(host: str, path: str = "/") -> str:
    """Absolute address of ``path`` on ``host``, with the public scheme and port."""
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return f"{settings.PUBLIC_SCHEME}://{host}{port}{path}"


def agency_url(agency: Agency, path: str = "/") -> str:
    """Absolute address of ``path`` on the agency's primary host."""
    return host_url(agency_host(agency), path)
