"""Host → agency without a query per request.

A per-process cache with a short life, emptied when an agency or a domain is saved, and by a
version number in the shared cache so that the other processes follow within seconds.
"""

import threading
import time
from dataclasses import dataclass, field

import structlog
from django.conf import settings
from django.core.cache import caches
from django.db.models.base import ModelState
from redis.exceptions import RedisError

from tenants.models import Agency, Domain

log = structlog.get_logger(__name__)

TTL_SECONDS = 30.0
VERSION_CHECK_SECONDS = 2.0
VERSION_KEY = "tenants:domains-version"
MAX_ENTRIES = 10_000
LONGEST_HOST = 253  # RFC 1035; longer names cannot exist and are not worth a query


@dataclass
class _Known:
    """What this process knows: replaced as a whole, never emptied.

    A thread that looks a host up while somebody forgets writes its (old) answer into the
    thrown-away object. Hosts nobody answers on are kept apart, so that a scan of names never
    pushes out the agencies.
    """

    agencies: dict[str, tuple[float, Agency]] = field(default_factory=dict)
    nobody: dict[str, float] = field(default_factory=dict)


@dataclass
class _State:
    known: _Known = field(default_factory=_Known)
    version: int = 0
    checked_at: float = 0.0


_state = _State()
_lock = threading.Lock()


def forget_domains() -> None:
    """Empty the cache here and tell the other processes to do so."""
    forget_here()
    cache = caches["platform"]
    try:
        try:
            cache.incr(VERSION_KEY)
        except ValueError:
            cache.set(VERSION_KEY, 1, None)
    except RedisError:
        # The others follow when their entries are TTL_SECONDS old.
        log.warning("domains_version_not_shared")


def forget_here() -> None:
    """Empty the cache of this process."""
    with _lock:
        _state.known = _Known()


def _follow_version(now: float) -> None:
    if now - _state.checked_at < VERSION_CHECK_SECONDS:
        return
    _state.checked_at = now
    try:
        version = caches["platform"].get(VERSION_KEY, 0)
    except RedisError:
        # Shops go on without the cache: entries live TTL_SECONDS at most.
        log.warning("domains_version_unknown")
        return
    if version != _state.version:
        with _lock:
            _state.version, _state.known = version, _Known()


def agency_for_host(host: str) -> Agency | None:
    """The active agency that answers on ``host`` (no port), or None.

    Unknown hosts are remembered too, so that a scan of names costs one query a name. Each
    call returns an object of its own: what a request does to it stays in that request.
    """
    if len(host) > LONGEST_HOST:
        return None
    now = time.monotonic()
    _follow_version(now)
    known = _state.known
    found = known.agencies.get(host)
    if found and now - found[0] < TTL_SECONDS:
        return own_copy(found[1])
    missed_at = known.nobody.get(host)
    if missed_at is not None and now - missed_at < TTL_SECONDS:
        return None
    return _look_up(host, known, now)


def _look_up(host: str, known: _Known, now: float) -> Agency | None:
    domain = (
        Domain.objects.select_related("tenant")
        .filter(domain=host, tenant__status=Agency.Status.ACTIVE)
        .first()
    )
    with _lock:
        entries: dict = known.agencies if domain else known.nobody
        if len(entries) >= MAX_ENTRIES:
            entries.clear()
        entries[host] = (now, domain.tenant) if domain else now
    return own_copy(domain.tenant) if domain else None


def own_copy(agency: Agency) -> Agency:
    """The same agency as another object; ``copy.copy`` takes twenty times as long."""
    state = ModelState()
    state.adding, state.db = False, agency._state.db
    fresh = Agency.__new__(Agency)
    fresh.__dict__ = {**agency.__dict__, "_state": state}
    return fresh


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
