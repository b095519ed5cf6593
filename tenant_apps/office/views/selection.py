"""The selection: what this agency sells, inside what the operator authorised (R6, D11)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shared_apps.catalog.models import Category, Product
from shared_apps.catalog.texts import bare_text
from shared_apps.identity.access import requires
from tenant_apps.office import queries
from tenant_apps.selection.actions import (
    SelectionRefused,
    selection_add,
    selection_feature,
    selection_remove,
)
from tenant_apps.selection.models import SelectedProduct

PAGE_SIZE = 50


@requires("selection.change", client_ready=True)
def selection(request: HttpRequest) -> HttpResponse:
    """Tick what to sell and what to feature; only the rows of this page change."""
    found = queries.choosable(request.agency).order_by("category__position", "reference")
    text, category = request.GET.get("q", "").strip(), request.GET.get("category", "")
    if text:
        found = found.filter(search_text__contains=bare_text(text))
    if category:
        found = found.filter(category__code=category)
    chosen = queries.selected_by_product()
    if request.GET.get("chosen") == "yes":
        found = found.filter(pk__in=list(chosen))
    elif request.GET.get("chosen") == "no":
        found = found.exclude(pk__in=list(chosen))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    if request.method == "POST":
        return _save(request, list(page.object_list), chosen)
    rows = [(product, chosen.get(product.pk)) for product in page.object_list]
    context = {
        "rows": rows,
        "page": page,
        "q": text,
        "category": category,
        "chosen_filter": request.GET.get("chosen", ""),
        "categories": Category.objects.all(),
        "selected_count": len(chosen),
        "ticked": sum(1 for _product, selected in rows if selected),
    }
    return render(request, "office/selection.html", context)


def _save(request: HttpRequest, products: list, chosen: dict) -> HttpResponse:
    wanted = set(request.POST.getlist("sell"))
    featured = set(request.POST.getlist("featured"))
    # A row that appeared after the page was shown was never ticked or unticked by anybody.
    shown = set(request.POST.getlist("shown"))
    changed = 0
    try:
        with transaction.atomic():
            for product in products:
                if product.reference in shown:
                    changed += _apply(product, chosen.get(product.pk), wanted, featured)
    except SelectionRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Saved: %(count)d changes.") % {"count": changed})
    return redirect(request.get_full_path())


def _apply(
    product: Product, selected: SelectedProduct | None, wanted: set[str], featured: set[str]
) -> int:
    sell, first = product.reference in wanted, product.reference in featured
    if not sell:
        return int(selection_remove(product=product)) if selected else 0
    if selected is None:
        selected = selection_add(product=product)
        changed = 1
    else:
        changed = 0
    if selected.featured != first:
        selection_feature(product=product, featured=first)
        changed = 1
    return changed
