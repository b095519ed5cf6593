"""What the operator decides about its agencies: agreement, listed products, group, sellers."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from shared_apps.catalog.models import Product
from shared_apps.identity.access import person, requires
from shared_apps.network import actions
from shared_apps.network.actions import NetworkRefused
from shared_apps.network.models import (
    AgencyGroup,
    Agreement,
    AuthorisedProduct,
    GroupMembership,
    SellerIdentity,
)
from shared_apps.operator import forms_network as forms
from shared_apps.operator.versions import conflict_of
from tenants.models import Agency


def _agency(slug: str) -> Agency:
    return get_object_or_404(Agency, slug=slug)


@requires("network.change")
def agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """What the agency is granted; a newer version is compared first (R32)."""
    agency = _agency(slug)
    granted = Agreement.objects.filter(agency=agency).first() or Agreement(agency=agency)
    context: dict[str, Any] = {"target": agency, "form": forms.AgreementForm.shown_from(granted)}
    if request.method != "POST":
        return render(request, "operator/network/agreement.html", context)
    form = context["form"] = forms.AgreementForm(request.POST)
    if not form.is_valid():
        return render(request, "operator/network/agreement.html", context, status=422)
    conflict = conflict_of(form, granted, form.values_of(granted))
    if conflict:
        context["conflict"] = forms.agreement_words(conflict)
        return render(request, "operator/network/agreement.html", context, status=409)
    actions.agreement_set(agency=agency, **form.grants(granted, by=person(request)))
    messages.success(request, _("Saved."))
    return redirect("operator_agency", slug)


@requires("network.change")
def listed(request: HttpRequest, slug: str) -> HttpResponse:
    """The agency's list of products: add by reference, take off with a tick (D11)."""
    agency = _agency(slug)
    form = forms.ListedProductsForm(request.POST if "references" in request.POST else None)
    if form.is_bound and form.is_valid():
        added = actions.products_authorise(agency=agency, products=form.cleaned_data["references"])
        said = ngettext("%(n)d product added.", "%(n)d products added.", added)
        messages.success(request, said % {"n": added})
        return redirect("operator_listed", slug)
    if request.method == "POST" and not form.is_bound:
        keys = [key for key in request.POST.getlist("product") if key.isdigit()]
        gone = actions.products_unauthorise(
            agency=agency, products=Product.objects.filter(pk__in=keys)
        )
        said = ngettext("%(n)d product taken off.", "%(n)d products taken off.", gone)
        messages.success(request, said % {"n": gone})
        return redirect("operator_listed", slug)
    granted = Agreement.objects.filter(agency=agency).first()
    context = {
        "target": agency,
        "form": form,
        "rows": AuthorisedProduct.objects.filter(agency=agency)
        .select_related("product__provider")
        .order_by("product__reference"),
        "in_use": granted is not None and granted.catalogue == Agreement.Catalogue.LISTED,
    }
    status = 422 if form.is_bound else 200
    return render(request, "operator/network/listed.html", context, status=status)


@requires("network.change")
def group(request: HttpRequest, slug: str) -> HttpResponse:
    """The agency's group from a day on; the former one ends the day before."""
    agency = _agency(slug)
    held = GroupMembership.objects.filter(agency=agency).select_related("group")
    history = list(held.order_by("-valid_from"))
    initial = {"on": timezone.localdate(), "group": history[0].group if history else None}
    form = forms.GroupJoinForm(request.POST or None, initial=initial)
    if form.is_valid():
        chosen, on = form.cleaned_data["group"], form.cleaned_data["on"]
        try:
            if chosen:
                actions.group_join(agency=agency, group=chosen, on=on)
            else:
                actions.group_leave(agency=agency, on=on)
        except NetworkRefused as refusal:
            form.add_error("on", refusal.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("operator_agency", slug)
    context = {"target": agency, "form": form, "history": history}
    status = 422 if form.is_bound else 200
    return render(request, "operator/network/group.html", context, status=status)


@requires("network.change")
def groups(request: HttpRequest) -> HttpResponse:
    """Every group with its agencies; make one more."""
    form = forms.GroupForm(request.POST or None)
    if form.is_valid():
        made = actions.group_create(**form.cleaned_data)
        messages.success(request, _("The group %(name)s exists.") % {"name": made.name})
        return redirect("operator_groups")
    today = timezone.localdate()
    now = Q(memberships__valid_from__lte=today) & (
        Q(memberships__valid_to=None) | Q(memberships__valid_to__gte=today)
    )
    rows = AgencyGroup.objects.annotate(agencies=Count("memberships", filter=now))
    context = {"form": form, "every_group": rows.order_by("name")}
    status = 422 if form.is_bound else 200
    return render(request, "operator/network/groups.html", context, status=status)


@requires("network.change")
def seller(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Add evidence of a seller, filled in from the last; without an agency the operator's own.

    Evidence is never edited: what was sold on it must stay readable as it was.
    """
    agency = _agency(slug) if slug else None
    known = SellerIdentity.objects.filter(agency=agency).select_related("approved_by")
    rows = list(known.order_by("-valid_from", "-pk"))
    initial = {}
    if rows:
        names = forms.SellerForm.Meta.fields
        initial = {name: getattr(rows[0], name) for name in names if "valid_" not in name}
    form = forms.SellerForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            actions.seller_register(agency=agency, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Noted. Past sales keep the seller they were made with."))
            return redirect("operator_seller", slug) if slug else redirect("operator_own_seller")
    context = {"target": agency, "form": form, "rows": rows, "today": timezone.localdate()}
    status = 422 if form.is_bound else 200
    return render(request, "operator/network/seller.html", context, status=status)


@requires("network.change")
@require_POST
def seller_approve(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Note that the operator has checked the evidence: sales may rest on it (L1)."""
    found = get_object_or_404(SellerIdentity, pk=pk, agency=_agency(slug))
    actions.seller_approve(seller=found, by=person(request))
    messages.success(request, _("Approved."))
    return redirect("operator_seller", slug)
