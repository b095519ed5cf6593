"""Brand and contact: how the shop looks and how travellers reach the agency."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shared_apps.identity.access import requires
from shared_apps.network.queries import operator_seller
from shared_apps.network.rules import SellerRefused
from shared_apps.operator.versions import conflict_of
from tenant_apps.branding.actions import TOKENS, brand_change, brand_current
from tenant_apps.branding.errors import BrandRefused
from tenant_apps.branding.forms import BrandForm, ContactForm, contrast_report
from tenant_apps.branding.models import Theme


@requires("brand.change")
def brand(request: HttpRequest) -> HttpResponse:
    """Colours, type, layouts, pictures and words, with the contrast report beside them."""
    theme = brand_current()
    initial = {**BrandForm.values_of(theme), "version": theme.version}
    form = BrandForm(request.POST or None, request.FILES or None, initial=initial)
    context: dict[str, Any] = {"theme": theme, "form": form}
    status = 200
    if request.method == "POST":
        saved, conflict = _save(form, theme, BrandForm.values_of(theme))
        if saved:
            messages.success(request, _("Saved: your shop wears it now."))
            return redirect("office_brand")
        context["conflict"] = conflict
        status = 409 if conflict else 422
    values = form.data if form.is_bound else initial
    context["report"] = contrast_report(_token_values(values))
    context["preview"] = _token_values(values)
    return render(request, "office/brand.html", context, status=status)


@requires("brand.change")
@require_POST
def brand_contrast(request: HttpRequest) -> HttpResponse:
    """The contrast report of the colours as typed now, not saved."""
    report = contrast_report(_token_values(request.POST))
    return render(request, "office/partials/contrast.html", {"report": report})


@requires("brand.change")
def contact(request: HttpRequest) -> HttpResponse:
    """E-mail, telephone and address; the seller block is shown for what it is: fixed."""
    theme = brand_current()
    initial = {**ContactForm.values_of(theme), "version": theme.version}
    form = ContactForm(request.POST or None, initial=initial)
    conflict, status = None, 200
    if request.method == "POST":
        saved, conflict = _save(form, theme, ContactForm.values_of(theme))
        if saved:
            messages.success(request, _("Saved."))
            return redirect("office_contact")
        status = 409 if conflict else 422
    context = {"form": form, "conflict": conflict, "seller": _seller()}
    return render(request, "office/contact.html", context, status=status)


def _save(form: Any, theme: Theme, current: dict[str, Any]) -> tuple[bool, Any]:
    """Whether it was saved, and the conflict to show when somebody else was quicker (R32)."""
    if not form.is_valid():
        return False, None
    conflict = conflict_of(form, theme, current)
    if conflict:
        return False, conflict
    changes = (
        form.changes()
        if isinstance(form, BrandForm)
        else {name: value for name, value in form.cleaned_data.items() if name != "version"}
    )
    try:
        brand_change(theme=theme, version=form.cleaned_data["version"], **changes)
    except BrandRefused as refusal:
        form.add_error(refusal.field or None, refusal.message)
        return False, None
    return True, None


def _token_values(values: Any) -> dict[str, Any]:
    found = {name: values.get(name, "") for name in TOKENS}
    try:
        found["radius"] = forms.IntegerField().clean(found["radius"])
    except forms.ValidationError:
        found["radius"] = None
    return found


def _seller() -> Any:
    try:
        return operator_seller(timezone.localdate())
    except SellerRefused:
        return None
