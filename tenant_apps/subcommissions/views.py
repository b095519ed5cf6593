"""The agency's pages of sub-commissions: people, rules, the ledger, who sold an order."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shared_apps.identity.access import requires
from shared_apps.operator.listing import listing_response
from tenant_apps.orders.models import ApiKey, Order
from tenant_apps.subcommissions import actions, queries
from tenant_apps.subcommissions.errors import SharingRefused
from tenant_apps.subcommissions.forms import (
    AttributionForm,
    LastDayForm,
    PointOfSaleForm,
    RuleForm,
    SellerForm,
)
from tenant_apps.subcommissions.links import PARAMETER
from tenant_apps.subcommissions.models import PointOfSale, Seller, SubCommissionRule
from tenant_apps.subcommissions.tables import ShareFilters, ShareTable
from tenants.resolution import agency_url

KINDS: dict[str, type[Seller] | type[PointOfSale]] = {"vendeur": Seller, "lieu": PointOfSale}


@requires("subcommissions.manage")
def people(request: HttpRequest) -> HttpResponse:
    """Sellers, points of sale and keys, each with the link or key that counts for them."""
    asked = request.POST.get("add")
    seller_form = SellerForm(
        request.POST if asked == "seller" else None, agency=request.agency, prefix="seller"
    )
    place_form = PointOfSaleForm(request.POST if asked == "place" else None, prefix="place")
    if seller_form.is_bound and seller_form.is_valid():
        data = seller_form.cleaned_data
        actions.seller_add(
            name=data["name"], user=data["member"], point_of_sale=data["point_of_sale"]
        )
        messages.success(request, _("Added. The link below counts for this person."))
        return redirect("office_sellers")
    if place_form.is_bound and place_form.is_valid():
        actions.point_of_sale_add(name=place_form.cleaned_data["name"])
        messages.success(request, _("Added. The link below counts for this point of sale."))
        return redirect("office_sellers")
    link = agency_url(request.agency, f"/?{PARAMETER}=")
    context = {
        "sellers": [(seller, link + seller.code) for seller in queries.sellers()],
        "places": [(place, link + place.code) for place in queries.points_of_sale()],
        "keys": [(key, _attribution_form(key)) for key in _keys()],
        "seller_form": seller_form,
        "place_form": place_form,
    }
    return render(request, "office/subcommissions/people.html", context)


def _keys() -> Any:
    return (
        ApiKey.objects.filter(revoked_at=None)
        .select_related("sold_by", "point_of_sale")
        .order_by("name")
    )


def _attribution_form(sold: ApiKey | Order, data: Any = None) -> AttributionForm:
    return AttributionForm(
        data,
        prefix=f"key{sold.pk}" if isinstance(sold, ApiKey) else None,
        initial={"seller": sold.sold_by_id, "point_of_sale": sold.point_of_sale_id},
    )


@requires("subcommissions.manage")
@require_POST
def person_end(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Let a seller or a point of sale sell no more."""
    if kind not in KINDS:
        raise Http404
    found: Any = get_object_or_404(KINDS[kind], pk=pk)
    actions.beneficiary_end(found)
    messages.success(request, _("“%(name)s” sells no more.") % {"name": found})
    return redirect("office_sellers")


@requires("subcommissions.manage")
@require_POST
def key_attribute(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whom the orders of an API key count for."""
    key = get_object_or_404(ApiKey, pk=pk)
    form = _attribution_form(key, request.POST)
    if form.is_valid():
        actions.key_attribute(key, **form.cleaned_data)
        messages.success(request, _("Saved: it counts from the next order on."))
    return redirect("office_sellers")


@requires("subcommissions.manage")
def rules(request: HttpRequest) -> HttpResponse:
    """The rules, and a form for one more."""
    form = RuleForm(request.POST or None, agency=request.agency)
    if request.method == "POST" and form.is_valid():
        try:
            actions.rule_add(**form.terms())
        except SharingRefused as refusal:
            form.add_error(None, refusal.message)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The rule applies from its first day on."))
            return redirect("office_sharing_rules")
    context = {"form": form, "rules": queries.rules(), "last_day": LastDayForm()}
    return render(request, "office/subcommissions/rules.html", context)


@requires("subcommissions.manage")
@require_POST
def rule_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a rule after a day."""
    rule = get_object_or_404(SubCommissionRule, pk=pk)
    form = LastDayForm(request.POST)
    try:
        if form.is_valid():
            actions.rule_end(rule, last_day=form.cleaned_data["last_day"])
            messages.success(request, _("The rule ends after that day."))
        else:
            messages.error(request, _("Give the last day of the rule."))
    except SharingRefused as refusal:
        messages.error(request, refusal.message)
    return redirect("office_sharing_rules")


@requires("subcommissions.manage")
def lines(request: HttpRequest) -> HttpResponse:
    """What sales gave to whom, by period; totals per currency, earned apart."""
    return listing_response(
        request,
        template="office/subcommissions/lines.html",
        title=_("Shares of our commission"),
        table_class=ShareTable,
        filterset_class=ShareFilters,
        queryset=queries.lines(),
        totals=queries.lines_totals,
    )


@requires("subcommissions.manage")
def order(request: HttpRequest, reference: str) -> HttpResponse:
    """Who sold an order and what that gives; changeable until its commission is earned."""
    found = get_object_or_404(Order, reference=reference)
    form = _attribution_form(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.order_attribute(order=found, **form.cleaned_data)
        except SharingRefused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Saved."))
        return redirect("office_order_seller", reference)
    context = {"order": found, "form": form, "shares": queries.shares_of_order(found)}
    return render(request, "office/subcommissions/order.html", context)
