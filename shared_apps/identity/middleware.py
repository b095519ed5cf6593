"""The membership that counts on this host: ``request.membership`` or None.

Being signed in gives nothing by itself. On an agency's host only a membership of that agency
counts; on the operator's host, one of the operator or of a provider.
"""

from collections.abc import Callable

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from shared_apps.identity.models import Membership


def membership_of(request: HttpRequest) -> Membership | None:
    """The open membership of the request's user on the request's host, or None."""
    if not request.user.is_authenticated:
        return None
    open_ones = Membership.objects.filter(user=request.user.pk, ended_at=None)
    if request.door == "agency":
        return open_ones.filter(party=Membership.Party.AGENCY, agency=request.agency).first()
    if request.door == "operator":
        return open_ones.filter(~Q(party=Membership.Party.AGENCY)).order_by("party").first()
    return None


class MembershipMiddleware:
    """Sets ``request.membership``, looked up at first use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = SimpleLazyObject(lambda: membership_of(request))
        return self.get_response(request)
