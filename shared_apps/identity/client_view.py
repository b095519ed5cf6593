"""The client view: what may stay on the screen while a customer looks at it.

A switch kept in the session. While it is on, this person's rights on this host shrink to
:data:`KEPT`, so that every menu entry, task and button that leads to commissions, margins or
purchase prices is gone for the server too, not only from sight. Pages stay closed unless they are
declared ready for it (``@requires(…, client_ready=True)``), and those show a price as
:attr:`shared_apps.commissions.sight.Viewer.CLIENT` sees it. Two allow-lists: a right or a page
that is added tomorrow is closed until somebody says otherwise.

The session belongs to one host and one browser: a colleague's screen does not change, and
neither does the other door. Exports obey, because they pass through the same rights and
columns. What it does not guard: pages opened before it was switched on, in another tab.
"""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from shared_apps.identity.models import Membership
from shared_apps.identity.rules import capabilities_of

SESSION_KEY = "client_view"
KEPT = frozenset(
    [
        "console.view",
        "sales.view",
        "office.view",
        "orders.view",
        "orders.cancel",
        "payments.record",
        "selection.change",
    ]
)


def client_view(request: HttpRequest) -> bool:
    """Whether the client view is on for this request."""
    session = getattr(request, "session", None)
    return bool(session is not None and session.get(SESSION_KEY))


def client_view_set(request: HttpRequest, on: bool) -> None:
    """Switch it on or off, for this browser on this host, until the person signs out."""
    if on:
        request.session[SESSION_KEY] = True
    else:
        request.session.pop(SESSION_KEY, None)


def capabilities_here(request: HttpRequest) -> frozenset[str]:
    """The rights of this request's person on this host, those of the client view while it is on."""
    granted = capabilities_of(request.membership)
    return granted & KEPT if client_view(request) else granted


def context(request: HttpRequest) -> dict[str, Any]:
    """``client_view`` for templates, and whether this person may switch it on.

    Both are looked up when a template asks: a shop page never does, and stays free of sessions.
    """
    return {
        "client_view": SimpleLazyObject(lambda: client_view(request)),
        "client_view_offered": SimpleLazyObject(lambda: _offered(request)),
    }


def _offered(request: HttpRequest) -> bool:
    membership: Membership | None = getattr(request, "membership", None)
    if not membership:  # a lazy lookup that found nobody is not None, only false
        return False
    return membership.party != Membership.Party.PROVIDER
