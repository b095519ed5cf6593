"""The operator's own team: who may do what here (R30)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shared_apps.identity.access import requires
from shared_apps.identity.errors import IdentityRefused
from shared_apps.identity.forms import MemberForm
from shared_apps.identity.models import Membership
from shared_apps.identity.team import member_act, member_invite, team_of

PARTY = Membership.Party.OPERATOR


@requires("people.manage")
def team(request: HttpRequest) -> HttpResponse:
    """Members and their roles; invite one more."""
    form = MemberForm(request.POST or None, party=PARTY)
    if request.method == "POST" and form.is_valid():
        try:
            member_invite(party=PARTY, **form.cleaned_data)
        except IdentityRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Invited: the e-mail is on its way."))
            return redirect("operator_team")
    return render(request, "operator/team.html", {"form": form, **team_of(party=PARTY)})


@requires("people.manage")
@require_POST
def team_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """End a membership, change its role, or invite again."""
    member = get_object_or_404(Membership, pk=pk, party=PARTY, ended_at=None)
    try:
        said = member_act(member, verb, role=request.POST.get("role", ""))
    except KeyError as unknown:
        raise Http404 from unknown
    except IdentityRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, said)
    return redirect("operator_team")
