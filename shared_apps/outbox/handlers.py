"""Who delivers what: message kinds and the functions that send them.

Apps register in ``AppConfig.ready``, so the outbox knows no app. A handler runs outside any
transaction, inside the agency that wrote the message, and may run more than once: it must be
harmless when repeated. Raising means "try again later"; :class:`Undeliverable` means "never".
"""

from collections.abc import Callable

from shared_apps.outbox.models import Message

Handler = Callable[[Message], None]
_handlers: dict[str, Handler] = {}
_forgotten: dict[str, tuple[str, ...]] = {}


class Undeliverable(Exception):
    """This message can never be delivered; trying again cannot help."""


class Obsolete(Exception):
    """What this message tells is no longer so: nobody waits for it, and nobody need look."""


def handles(kind: str, *, forget: tuple[str, ...] = ()) -> Callable[[Handler], Handler]:
    """Register the decorated function for messages of ``kind``. Raises ValueError for a second.

    ``forget`` names the keys of the payload that must not outlive the delivery: a secret that
    leaves once, words a person wrote.
    """

    def register(handler: Handler) -> Handler:
        if _handlers.get(kind, handler) is not handler:
            raise ValueError(f"{kind} has a handler already")
        _handlers[kind] = handler
        _forgotten[kind] = forget
        return handler

    return register


def handler_for(kind: str) -> Handler:
    """The handler of ``kind``. Raises :class:`Undeliverable` when there is none."""
    try:
        return _handlers[kind]
    except KeyError:
        raise Undeliverable(f"nobody delivers {kind}") from None


def forgotten_keys(kind: str) -> tuple[str, ...]:
    """Keys of the payload to erase once a message of ``kind`` is delivered."""
    return _forgotten.get(kind, ())
