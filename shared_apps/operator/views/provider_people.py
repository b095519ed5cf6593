"""People of a provider: the operator invites them to the workspace, and ends their access."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shared_apps.catalog.models import Provider
from shared_apps.identity.access import requires
from shared_apps.identity.errors import IdentityRefused
from shared_apps.identity.forms import MemberForm
from shared_apps.identity.models import Membership
from shared_apps.identity.team import member_act, member_invite

PARTY = Membership.Party.PROVIDER


@requires("people.manage")
@require_POST
def invite(request: HttpRequest, reference: str) -> HttpResponse:
    """Give one more person of this provider access to its workspace, by e-mail."""
    provider = get_object_or_404(Provider, reference=reference)
    form = MemberForm(request.POST, party=PARTY)
    if not form.is_valid():
        messages.error(request, _("Give an e-mail address and a role."))
        return redirect("operator_provider", reference)
    try:
        member_invite(party=PARTY, provider=provider, **form.cleaned_data)
    except IdentityRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Invited: the e-mail is on its way."))
    return redirect("operator_provider", reference)


@requires("people.manage")
@require_POST
def act(request: HttpRequest, reference: str, pk: int, verb: str) -> HttpResponse:
    """End a membership, change its role, or invite again."""
    member = get_object_or_404(
        Membership, pk=pk, party=PARTY, provider__reference=reference, ended_at=None
    )
    try:
        said = member_act(member, verb, role=request.POST.get("role", ""))
    except KeyError as unknown:
        raise Http404 from unknown
    except IdentityRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, said)
    return redirect("operator_provider", reference)
