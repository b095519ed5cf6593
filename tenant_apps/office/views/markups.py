"""The agency's own sur-marge (D15): one value for everything, one per product, or for many at once.

The table is the rule book's: tick rows, type the value in the empty field under its heading, or
take the whole filter result, whose number is shown and checked again when it is saved (R56, R57).
Unlike a rule it needs no draft: it concerns nobody but the agency, and applies to the next sale.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shared_apps.identity.access import can, person, requires
from shared_apps.operator.listing import Listing, listing_page, listing_response
from tenant_apps.office.commission_desk import agency_desk
from tenant_apps.office.markups.forms import MarkupForm
from tenant_apps.office.markups.queries import markup_rows
from tenant_apps.office.markups.tables import MarkupFilters, MarkupTable
from tenant_apps.overrides.actions import markup_clear, markup_set, markups_set
from tenant_apps.overrides.queries import agency_markups

TEMPLATE = "office/markups/list.html"
BODY = "office/markups/list_body.html"
MANY = "change-form"


@requires("commissions.view")
def markups(request: HttpRequest) -> HttpResponse:
    """What the agency sells with the network's markup, its own, and what it earns."""
    return listing_response(request, **_page(request, _many_form(), MarkupForm()))


@requires("commissions.change")
def markups_change(request: HttpRequest) -> HttpResponse:
    """One value for the ticked rows or the whole result, or theirs taken away."""
    if request.method != "POST":
        return redirect(_back(request))
    form = _many_form(request.POST)
    chosen = _chosen(request)
    if form.is_valid() and (refusal := _refusal(request, chosen)):
        form.add_error(None, refusal)
    if form.is_valid():
        try:
            count = markups_set(
                products=chosen,
                percent=form.cleaned_data["percent"],
                by=person(request),
                reason=form.cleaned_data["reason"],
            )
        except ValidationError as refused:
            form.refused(refused)
        else:
            messages.success(request, _said(count))
            return redirect(_back(request))
    return _again(request, form, MarkupForm())


@requires("commissions.change")
def markups_everything(request: HttpRequest) -> HttpResponse:
    """The value for everything that has none of its own, or its end."""
    if request.method != "POST":
        return redirect(_back(request))
    form = MarkupForm(request.POST)
    if form.is_valid():
        percent, reason = form.cleaned_data["percent"], form.cleaned_data["reason"]
        try:
            if percent is None:
                markup_clear(product=None, by=person(request), reason=reason)
            else:
                markup_set(product=None, percent=percent, by=person(request), reason=reason)
        except ValidationError as refused:
            form.refused(refused)
        else:
            messages.success(
                request, _("Saved. It applies to sales from now on; those made keep their price.")
            )
            return redirect(_back(request))
    return _again(request, _many_form(), form)


def _many_form(data: Any = None) -> MarkupForm:
    return MarkupForm(data, within=MANY, prefix="set", auto_id="id_many_%s")


def _back(request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return reverse("office_markups") + (f"?{query}" if query else "")


def _again(request: HttpRequest, many: MarkupForm, everything: MarkupForm) -> HttpResponse:
    page = _page(request, many, everything)
    return listing_page(request, **page, path=reverse("office_markups"), status=422)


def _said(count: int) -> str:
    if not count:
        return _("Nothing to change: they had it already.")
    said = ngettext(
        "%(count)d product changed. It applies to sales from now on; those made keep their price.",
        "%(count)d products changed. It applies to sales from now on; those made keep their price.",
        count,
    )
    return said % {"count": count}


def _result(request: HttpRequest) -> QuerySet:
    """The filter result, over all pages."""
    rows = markup_rows(request.agency, agency_markups())
    return MarkupFilters(request.GET, queryset=rows, request=request).qs


def _chosen(request: HttpRequest) -> list[Any]:
    """The ticked products, or all of the result."""
    found = _result(request)
    if "whole" in request.POST:
        return list(found)
    return list(found.filter(reference__in=request.POST.getlist("product")))


def _refusal(request: HttpRequest, chosen: list[Any]) -> str:
    """Why these rows cannot be changed as asked; empty when they can."""
    if not chosen:
        return _("Tick the products to change, or choose the whole result.")
    if "whole" in request.POST and request.POST.get("whole_count") != str(len(chosen)):
        return _(
            "The result has changed since it was shown: it now holds %(count)d products. Look at "
            "it again, then save."
        ) % {"count": len(chosen)}
    return ""


def _page(request: HttpRequest, many: MarkupForm, everything: MarkupForm) -> dict[str, Any]:
    """What the listing needs: table, filters, rows, and what stands around them."""
    own, desk = agency_markups(), agency_desk(request.agency)
    may_change = can(request, "commissions.change")
    ticked = set(request.POST.getlist("product"))

    def prepare(listing: Listing) -> dict[str, Any]:
        listing.table.tickable, listing.table.ticked = may_change, ticked
        return {
            "columns_shown": [column.name for column, _filter in listing.columns],
            "whole_count": listing.table.paginator.count,
            "ticked": ticked,
        }

    return {
        "template": TEMPLATE,
        "body": BODY,
        "title": _("Own markups"),
        "table_class": MarkupTable,
        "filterset_class": MarkupFilters,
        "queryset": markup_rows(request.agency, own),
        "prepare": prepare,
        "context": {
            "desk": desk,
            "may_change": may_change,
            "many_form": many,
            "everything_form": everything,
            "everything": own.get(None),
            "query": request.GET.urlencode(),
            "empty_help": _("Choose what your shop sells first, under Selection."),
        },
    }
