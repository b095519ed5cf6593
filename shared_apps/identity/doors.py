"""Which office a person stands in: an agency's, the operator's console, a provider's workspace.

Two of them share the operator's host. What tells them apart is the membership that counts there,
so a provider's person lands in the workspace and is shown no menu, search or link of the console;
the gate (:mod:`shared_apps.identity.access`) is what keeps the console closed.
"""

from django.http import HttpRequest

from shared_apps.identity.middleware import membership_of
from shared_apps.identity.models import Membership

AGENCY, OPERATOR, PROVIDER = "agency", "operator", "provider"
HOMES = {AGENCY: "/gestion/", OPERATOR: "/", PROVIDER: "/prestataire/"}


def office_of(request: HttpRequest) -> str:
    """``agency``, ``operator`` or ``provider``, from the membership this request came with."""
    membership = getattr(request, "membership", None)
    return _office(request, membership or None)


def home_path(request: HttpRequest) -> str:
    """The first page of whoever is signed in now, even if that was not so when they came."""
    return HOMES[_office(request, membership_of(request))]


def _office(request: HttpRequest, membership: Membership | None) -> str:
    if request.door == "agency":
        return AGENCY
    if membership is not None and membership.party == Membership.Party.PROVIDER:
        return PROVIDER
    return OPERATOR
