"""The shared catalogue: products, providers and places; validation before any sale (R25)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shared_apps.audit.models import AuditEntry
from shared_apps.catalog.actions import people, products, validation
from shared_apps.catalog.errors import CatalogRefused
from shared_apps.catalog.models import Place, Product, Provider
from shared_apps.catalog.queries import product_blockers
from shared_apps.identity.access import person, requires
from shared_apps.identity.forms import MemberForm
from shared_apps.identity.models import Membership
from shared_apps.identity.team import team_of
from shared_apps.inventory.departures import DepartureRefused, Pattern, Tariff, departures_generate
from shared_apps.operator import filters, queries, tables
from shared_apps.operator.forms import (
    DeparturesForm,
    ProductCompletionForm,
    ProviderForm,
    rate_forms,
)
from shared_apps.operator.listing import listing_response
from shared_apps.operator.versions import conflict_of

SHOWN_DEPARTURES = 12


@requires("catalogue.view")
def product_list(request: HttpRequest) -> HttpResponse:
    """All products; the validation queue is the filter ``status=submitted``."""
    return listing_response(
        request,
        template="operator/products.html",
        title=_("Products"),
        table_class=tables.ProductTable,
        filterset_class=filters.ProductFilters,
        queryset=queries.products(),
    )


@requires("catalogue.view")
def provider_list(request: HttpRequest) -> HttpResponse:
    """All providers."""
    return listing_response(
        request,
        template="operator/providers.html",
        title=_("Providers"),
        table_class=tables.ProviderTable,
        filterset_class=filters.ProviderFilters,
        queryset=queries.providers(),
    )


@requires("catalogue.view")
def place_list(request: HttpRequest) -> HttpResponse:
    """All places."""
    return listing_response(
        request,
        template="operator/places.html",
        title=_("Places"),
        table_class=tables.PlaceTable,
        filterset_class=filters.PlaceFilters,
        queryset=queries.places(),
    )


def _product(reference: str) -> Product:
    return get_object_or_404(queries.products(), reference=reference)


def _product_page(
    request: HttpRequest, product: Product, *, status: int = 200, **forms: Any
) -> HttpResponse:
    departures = queries.departures_ahead(product)
    context = {
        "product": product,
        "blockers": product_blockers(product),
        "departures": departures[:SHOWN_DEPARTURES],
        "departure_count": departures.count(),
        "entries": _entries(product),
        "form": ProductCompletionForm.shown_from(product),
        "departures_form": DeparturesForm(product=product),
        "rates": rate_forms(product),
        **forms,
    }
    return render(request, "operator/product.html", context, status=status)


def _entries(row: Product | Provider | Place) -> Any:
    return AuditEntry.objects.filter(object_type=row._meta.label_lower, object_id=str(row.pk))[:15]


@requires("catalogue.view")
def product(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything about a product, with what keeps it from being sold."""
    return _product_page(request, _product(reference))


@requires("catalogue.change")
@require_POST
def product_change(request: HttpRequest, reference: str) -> HttpResponse:
    """Write commission, markup and the rest; a newer version is compared first (R32)."""
    found = _product(reference)
    form = ProductCompletionForm(request.POST)
    if not form.is_valid():
        return _product_page(request, found, form=form, status=422)
    conflict = conflict_of(form, found, ProductCompletionForm.values_of(found))
    if conflict:
        return _product_page(request, found, form=form, conflict=conflict, status=409)
    fields = {name: value for name, value in form.cleaned_data.items() if name != "version"}
    try:
        products.product_complete(product=found, **fields)
    except CatalogRefused as refusal:
        form.add_error(None, str(refusal))
        return _product_page(request, found, form=form, status=409)
    messages.success(request, _("Saved."))
    return redirect("operator_product", reference)


@requires("catalogue.change")
@require_POST
def product_rates(request: HttpRequest, reference: str) -> HttpResponse:
    """Set who may come at which rate; one with departure prices cannot be taken away."""
    found = _product(reference)
    forms = rate_forms(found, request.POST)
    if not forms.is_valid():
        return _product_page(request, found, rates=forms, status=422)
    terms = [form.terms() for form in forms if form.cleaned_data.get("code")]
    try:
        products.rate_categories_set(product=found, rates=terms)
    except CatalogRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("operator_product", reference)


@requires("catalogue.change")
@require_POST
def product_departures(request: HttpRequest, reference: str) -> HttpResponse:
    """Make departures from a pattern; those that stand already are left alone."""
    found = _product(reference)
    form = DeparturesForm(request.POST, product=found)
    if form.is_valid():
        data = form.cleaned_data
        pattern = Pattern(
            weekdays=frozenset(data["weekdays"]),
            tariffs={code: Tariff(stay=price) for code, price in form.prices.items()},
            capacity=data["capacity"],
            times=data["times"],
            duration_minutes=found.duration_minutes,
            nights=found.nights,
        )
        try:
            count = departures_generate(
                product=found, pattern=pattern, start=data["start"], days=data["days"]
            )
        except DepartureRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(count)d departures made.") % {"count": count})
            return redirect("operator_product", reference)
    return _product_page(request, found, departures_form=form, status=422)


def _with_reason(verb: Callable[..., Any], request: HttpRequest, row: Product) -> None:
    verb(product=row, reason=request.POST.get("reason", ""))


@requires("catalogue.validate")
@require_POST
def product_act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Submit, validate, refuse, suspend or archive, as the catalogue's own verbs allow."""
    found = _product(reference)
    try:
        if verb == "valider":
            validation.product_validate(product=found, by=person(request))
            messages.success(request, _("Validated: agencies can sell it now."))
        elif verb == "soumettre":
            validation.product_submit(product=found)
        elif verb == "refuser":
            _with_reason(validation.product_refuse, request, found)
            messages.success(request, _("Sent back as a draft, with your reason."))
        elif verb == "suspendre":
            _with_reason(validation.product_suspend, request, found)
            messages.success(request, _("Suspended: gone from every shop."))
        elif verb == "archiver":
            _with_reason(validation.product_archive, request, found)
            messages.success(request, _("Archived: kept, and out of the lists."))
        else:
            raise Http404
    except CatalogRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("operator_product", reference)


@requires("catalogue.view")
def provider(request: HttpRequest, reference: str) -> HttpResponse:
    """A provider with its places and products, and the form of its contacts."""
    found = get_object_or_404(queries.providers(), reference=reference)
    return _provider_page(request, found)


def _provider_values(found: Provider) -> dict[str, Any]:
    return {n: getattr(found, n) for n in ProviderForm.base_fields if n != "version"}


def _provider_page(
    request: HttpRequest, found: Provider, *, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {
        "provider": found,
        "places": found.places.order_by("name"),
        "products": found.products.select_related("category").order_by("reference")[:50],
        "entries": _entries(found),
        "form": ProviderForm(initial={**_provider_values(found), "version": found.version}),
        "people": team_of(party=Membership.Party.PROVIDER, provider=found),
        "invite_form": MemberForm(party=Membership.Party.PROVIDER, auto_id="invite_%s"),
        **extra,
    }
    return render(request, "operator/provider.html", context, status=status)


@requires("catalogue.change")
@require_POST
def provider_change(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a provider's contacts; a newer version is compared first (R32)."""
    found = get_object_or_404(queries.providers(), reference=reference)
    form = ProviderForm(request.POST)
    if not form.is_valid():
        return _provider_page(request, found, form=form, status=422)
    conflict = conflict_of(form, found, _provider_values(found))
    if conflict:
        return _provider_page(request, found, form=form, conflict=conflict, status=409)
    fields = {name: value for name, value in form.cleaned_data.items() if name != "version"}
    try:
        people.provider_update(provider=found, **fields)
    except CatalogRefused as refusal:
        form.add_error(None, str(refusal))
        return _provider_page(request, found, form=form, status=409)
    messages.success(request, _("Saved."))
    return redirect("operator_provider", reference)


@requires("catalogue.validate")
@require_POST
def provider_act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Validate or suspend a provider."""
    found = get_object_or_404(Provider, reference=reference)
    try:
        if verb == "valider":
            validation.provider_validate(provider=found, by=person(request))
            messages.success(request, _("Validated: its places can be validated now."))
        elif verb == "suspendre":
            validation.provider_suspend(provider=found, reason=request.POST.get("reason", ""))
            messages.success(request, _("Suspended: all its products are gone from every shop."))
        else:
            raise Http404
    except CatalogRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("operator_provider", reference)


@requires("catalogue.view")
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """A place with what happens there."""
    found = get_object_or_404(queries.places(), pk=pk)
    context = {
        "place": found,
        "products": found.products.order_by("reference"),
        "entries": _entries(found),
    }
    return render(request, "operator/place.html", context)


@requires("catalogue.validate")
@require_POST
def place_validate(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a place; refused while its provider is not validated (R98)."""
    found = get_object_or_404(Place.objects.select_related("provider"), pk=pk)
    try:
        validation.place_validate(place=found, by=person(request))
        messages.success(request, _("Validated: its products can be validated now."))
    except CatalogRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("operator_place", pk)
