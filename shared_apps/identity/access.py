"""The gate of every office and console page: ``@requires("orders.view")``.

In order: nobody signed in → the sign-in page; signed in without a membership on this host, or
without the capability → 403, with a page that says what to do (a provider who knocks at the
console's first page is shown to the workspace); an operator without a second
factor → the page that sets it up, and nothing else until it is done. A page that the client
view withholds → 403 too, with the one button that leaves it.

Pages behind the gate are never stored by browsers or proxies. The gate reads the membership at
each request, so a right that is withdrawn is gone at the next click.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from shared_apps.identity.client_view import capabilities_here, client_view
from shared_apps.identity.doors import HOMES, OPERATOR, PROVIDER, office_of
from shared_apps.identity.models import User
from shared_apps.identity.rules import SECOND_FACTOR_REQUIRED, capabilities_of

View = Callable[..., HttpResponse]


def can(request: HttpRequest, capability: str) -> bool:
    """Whether the person of this request has ``capability`` on this host, as things are shown."""
    return capability in capabilities_here(request)


def person(request: HttpRequest) -> User:
    """Who is behind this request, in a view that the gate protects. Raises TypeError if nobody."""
    if not isinstance(request.user, User):
        raise TypeError("nobody is signed in")
    return request.user


def requires(capability: str, *, client_ready: bool = False) -> Callable[[View], View]:
    """Decorate a view so that only members with ``capability`` reach it.

    ``client_ready`` says that the page asks itself what a client may see; every other page is
    closed while the client view is on.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            refusal = _refusal(request, capability, client_ready)
            response = refusal or view(request, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        gate.capability = capability  # type: ignore[attr-defined]
        gate.client_ready = client_ready  # type: ignore[attr-defined]
        return gate

    return decorate


def _refusal(request: HttpRequest, capability: str, client_ready: bool) -> HttpResponse | None:
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), reverse("account_login"))
    if not request.membership:
        return render(request, "office/forbidden.html", {"outsider": True}, status=403)
    if request.membership.party in SECOND_FACTOR_REQUIRED and not is_mfa_enabled(request.user):
        messages.warning(
            request,
            _("The console needs a second factor. Set one up now; it takes a minute."),
        )
        return redirect("mfa_activate_totp")
    if request.path == HOMES[OPERATOR] and office_of(request) == PROVIDER:
        return redirect(HOMES[PROVIDER])
    if _elsewhere(request) or capability not in capabilities_of(request.membership):
        return render(request, "office/forbidden.html", {"outsider": False}, status=403)
    if client_view(request) and not (client_ready and can(request, capability)):
        return render(request, "office/client_view.html", status=403)
    return None


def _elsewhere(request: HttpRequest) -> bool:
    """Whether a provider's person asks for a page of the console, which shares the host.

    Rights carry one word in all offices: "statements.view" opens one's own statements, never the
    console's list of everybody's.
    """
    return office_of(request) == PROVIDER and not request.path.startswith(HOMES[PROVIDER])
