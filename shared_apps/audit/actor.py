"""Who acts now: set once per request, task or command, read by every audit entry."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from shared_apps.audit.models import AuditEntry


@dataclass(frozen=True)
class Actor:
    """The acting person, key or system. ``label`` is what people read."""

    kind: str = AuditEntry.ActorKind.SYSTEM
    id: str = ""
    label: str = "system"
    request_id: str = ""


SYSTEM = Actor()
_current: ContextVar[Actor] = ContextVar("actor", default=SYSTEM)


def current_actor() -> Actor:
    """The actor of this context; the system when nobody was named."""
    return _current.get()


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Act as ``actor`` inside the block."""
    token = _current.set(actor)
    try:
        yield actor
    finally:
        _current.reset(token)
