"""Pages around the person: accept an invitation, own profile, language, and leaving."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shared_apps.identity.access import person
from shared_apps.identity.actions import invitation_accept, invitation_open, profile_change
from shared_apps.identity.client_view import client_view_set
from shared_apps.identity.doors import home_path
from shared_apps.identity.errors import IdentityRefused
from shared_apps.identity.forms import InvitationForm, ProfileForm

BACKEND = settings.AUTHENTICATION_BACKENDS[0]


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show who is invited to what; take a name and a password; sign in.

    The person is signed in only when this form has just set the password, so that an
    invitation is never a way around the second factor of an existing account.
    """
    try:
        found = invitation_open(token=token)
    except IdentityRefused as refusal:
        return render(request, "account/invitation_closed.html", {"refusal": refusal}, status=410)
    user = found.membership.user
    context = {"invitation": found, "invited": user}
    if user.has_usable_password():
        return render(request, "account/invitation_known.html", context)
    form = InvitationForm(request.POST or None, user=user, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        try:
            user = invitation_accept(token=token, **form.cleaned_data)
        except IdentityRefused as refusal:
            return render(
                request, "account/invitation_closed.html", {"refusal": refusal}, status=410
            )
        login(request, user, backend=BACKEND)
        messages.success(request, _("Welcome. Your account is ready."))
        return redirect(home_path(request))
    return render(request, "account/invitation.html", {**context, "form": form})


@login_required
@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    """Own name and language, with links to password and second factor."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        profile_change(user=person(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return _with_language(redirect("office_profile"), form.cleaned_data["language"])
    return render(request, "account/profile.html", {"form": form})


@login_required
@require_POST
def client_view(request: HttpRequest) -> HttpResponse:
    """Switch the client view on or off and go back to the page it was switched on."""
    on = request.POST.get("on") == "1"
    client_view_set(request, on)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = home_path(request)
    return redirect(target)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the interface's language for this browser, and for the person when signed in."""
    chosen = request.POST.get("language", "")
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = home_path(request)
    response = redirect(target)
    if chosen not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated and request.user.language != chosen:
        profile_change(user=request.user, name=request.user.name, language=chosen)
    return _with_language(response, chosen)


def _with_language(response: HttpResponse, code: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=31_536_000,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response
