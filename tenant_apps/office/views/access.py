"""Who and what may work in this agency: the team, and keys of partners."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from shared_apps.identity.access import requires
from shared_apps.identity.errors import IdentityRefused
from shared_apps.identity.forms import MemberForm
from shared_apps.identity.models import Membership
from shared_apps.identity.team import member_act, member_invite, team_of
from tenant_apps.orders.api_keys import api_key_create, api_key_revoke
from tenant_apps.orders.models import ApiKey

PARTY = Membership.Party.AGENCY


class KeyForm(forms.Form):
    """A name to tell keys apart: usually the partner's."""

    name = forms.CharField(label=gettext_lazy("Name of the partner"), max_length=80)


@requires("team.manage")
def team(request: HttpRequest) -> HttpResponse:
    """Members and their roles; invite one more."""
    form = MemberForm(request.POST or None, party=PARTY)
    if request.method == "POST" and form.is_valid():
        try:
            member_invite(party=PARTY, agency=request.agency, **form.cleaned_data)
        except IdentityRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Invited: the e-mail is on its way."))
            return redirect("office_team")
    context = {"form": form, **team_of(party=PARTY, agency=request.agency)}
    return render(request, "office/team.html", context)


@requires("team.manage")
@require_POST
def team_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """End a membership, change its role, or invite again."""
    member = get_object_or_404(Membership, pk=pk, party=PARTY, agency=request.agency, ended_at=None)
    try:
        said = member_act(member, verb, role=request.POST.get("role", ""))
    except KeyError as unknown:
        raise Http404 from unknown
    except IdentityRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, said)
    return redirect("office_team")


@requires("keys.manage")
def keys(request: HttpRequest) -> HttpResponse:
    """Keys to this agency's API; a new one is shown in this answer and never again."""
    form = KeyForm(request.POST or None)
    created = None
    if request.method == "POST" and form.is_valid():
        created = api_key_create(form.cleaned_data["name"])
        form = KeyForm()
    context = {
        "form": form,
        "created": created,
        "keys": ApiKey.objects.order_by("revoked_at", "-created_at"),
    }
    return render(request, "office/keys.html", context)


@requires("keys.manage")
@require_POST
def key_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a key from working at once."""
    key = api_key_revoke(get_object_or_404(ApiKey, pk=pk))
    messages.success(request, _("The key “%(name)s” no longer works.") % {"name": key.name})
    return redirect("office_keys")
