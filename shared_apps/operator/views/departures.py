"""The Departures tab of a product: tick, type a value, save, one or many (R55 to R58).

What is saved applies to sales from now on; what is sold keeps its price. Ticked rows carry the
version they were shown at, and the whole result the number of rows and versions it had: what
somebody else changed meanwhile is not overwritten unseen (R32).
"""

from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shared_apps.catalog.models import Product
from shared_apps.identity.access import can, requires
from shared_apps.inventory.departure_terms import departures_change
from shared_apps.inventory.departures import DepartureRefused
from shared_apps.inventory.models import Departure
from shared_apps.operator.departure_table import (
    DepartureFilters,
    DepartureTable,
    DepartureTermsForm,
)
from shared_apps.operator.listing import Listing, listing_page, listing_response


@requires("catalogue.view")
def departures(request: HttpRequest, reference: str) -> HttpResponse:
    """All departures of a product, from today on."""
    product = get_object_or_404(Product, reference=reference)
    return listing_response(request, **_page(request, product, DepartureTermsForm(product=product)))


@requires("catalogue.change")
def departures_set(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the ticked departures, or the whole result, the typed values."""
    product = get_object_or_404(Product, reference=reference)
    address = f"{reverse('operator_departures', args=[reference])}?{request.GET.urlencode()}"
    if request.method != "POST":
        return redirect(address)
    form = DepartureTermsForm(request.POST, product=product)
    rows, refusal = _chosen(request, product)
    if form.is_valid() and not refusal:
        try:
            count = departures_change(
                product=product, departures=rows, terms=form.terms(), tariffs=form.tariffs()
            )
        except DepartureRefused as refused:
            refusal = str(refused)
        else:
            said = ngettext("%(count)d departure changed.", "%(count)d departures changed.", count)
            messages.success(request, said % {"count": count})
            return redirect(address)
    if refusal:
        form.add_error(None, refusal)
    page = _page(request, product, form)
    path = reverse("operator_departures", args=[reference])
    return listing_page(request, **page, path=path, status=422)


def _rows(request: HttpRequest, product: Product) -> QuerySet[Departure]:
    """The filter result, as far as it may be changed."""
    found = DepartureFilters(request.GET, queryset=product.departures.all(), request=request)
    return found.qs.exclude(status=Departure.Status.CANCELLED)


def _stamp(rows: QuerySet[Departure]) -> tuple[int, str]:
    """How many rows, and a mark that differs once one of them has changed."""
    facts = rows.order_by().aggregate(count=Count("pk"), versions=Sum("version"))
    return facts["count"], f"{facts['count']}.{facts['versions'] or 0}"


def _chosen(request: HttpRequest, product: Product) -> tuple[QuerySet[Departure], str]:
    """The rows to change, and why they cannot be (empty when they can)."""
    if "whole" in request.POST:
        rows = _rows(request, product)
        count, stamp = _stamp(rows)
        if stamp == request.POST.get("stamp") and count:
            return rows, ""
        return rows, _(
            "The result has changed since it was shown: it now holds %(count)d departures. Look "
            "at it again, then save."
        ) % {"count": count}
    ticked = dict(text.split(":") for text in request.POST.getlist("row") if text.count(":") == 1)
    wanted = {int(pk): version for pk, version in ticked.items() if pk.isdigit()}
    rows = product.departures.filter(pk__in=[pk for pk in wanted if pk < 2**63])
    if not wanted:
        return rows, _("Tick the departures to change, or choose the whole result.")
    moved = [d for d in rows if str(d.version) != wanted[d.pk]]
    if moved:
        said = ngettext(
            "%(count)d departure was changed by somebody else in the meantime. Nothing is saved: "
            "look at the values below and tick again.",
            "%(count)d departures were changed by somebody else in the meantime. Nothing is "
            "saved: look at the values below and tick again.",
            len(moved),
        )
        return rows, said % {"count": len(moved)}
    return rows, ""


def _page(request: HttpRequest, product: Product, form: DepartureTermsForm) -> dict[str, Any]:
    may_change = can(request, "catalogue.change")

    def prepare(listing: Listing) -> dict[str, Any]:
        listing.table.product, listing.table.may_change = product, may_change
        if not may_change:
            return {}
        count, stamp = _stamp(_rows(request, product))
        return {
            "change_form": form,
            "form_cells": [form.under(column.name) for column, _filter in listing.columns],
            "whole_count": count,
            "stamp": stamp,
        }

    rows = product.departures.prefetch_related("prices__rate_category")
    return {
        "template": "operator/departures.html",
        "body": "operator/departures_body.html",
        "title": _("Departures of %(product)s") % {"product": product.reference},
        "table_class": DepartureTable,
        "filterset_class": DepartureFilters,
        "queryset": rows,
        "prepare": prepare,
        "context": {
            "product": product,
            "may_change": may_change,
            "query": request.GET.urlencode(),
        },
    }
