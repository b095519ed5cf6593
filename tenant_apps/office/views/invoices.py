"""The agency's commission invoices, and the mandate under which they are written."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from saas.limits import client_address
from shared_apps.identity.access import can, person, requires
from shared_apps.invoices import pages, queries
from shared_apps.invoices.actions import mandate_accept
from shared_apps.invoices.filters import OwnInvoiceFilters
from shared_apps.invoices.models import Mandate
from shared_apps.invoices.rules import InvoicingRefused
from shared_apps.invoices.tables import OwnInvoiceTable
from shared_apps.operator.listing import listing_response

LONGEST_AGENT = 300


@requires("invoices.view")
def invoices(request: HttpRequest) -> HttpResponse:
    """The invoices that were issued in this agency's name."""
    mandate = queries.mandate_of(request.agency)
    return listing_response(
        request,
        template="office/invoices/own_list.html",
        title=_("Commission invoices"),
        table_class=OwnInvoiceTable,
        filterset_class=OwnInvoiceFilters,
        queryset=queries.invoices(),
        totals=queries.invoices_totals,
        context={
            "mandate": mandate,
            "empty_help": _(
                "TNP writes them for you from your statements, once you have given a mandate."
            ),
        },
    )


@requires("invoices.view")
def invoice(request: HttpRequest, number: str) -> HttpResponse:
    """One invoice of this agency."""
    return pages.invoice_page(request, number=number, door="office", context={})


@requires("invoices.view")
def invoice_file(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """The PDF or the XML."""
    return pages.invoice_file(number=number, kind=kind)


@requires("invoices.view")
def mandate(request: HttpRequest) -> HttpResponse:
    """The mandate to read: the one that stands, or the last one."""
    found = queries.mandate_of(request.agency) or Mandate.objects.first()
    may = bool(found and found.state == "waiting" and can(request, "statements.answer"))
    context = {"mandate": found, "may_accept": may}
    return render(request, "office/invoices/own_mandate.html", context)


@requires("statements.answer")
@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Accept the mandate that waits: who, when, from where, and the hash of what was read."""
    found = queries.mandate_of(request.agency)
    read = request.POST.get("text_sha256", "")
    if found is None or not request.POST.get("agreed") or read != found.text_sha256:
        messages.error(request, _("Read the mandate, tick the box, then accept."))
        return redirect("office_mandate")
    evidence = {
        "ip": client_address(request),
        "user_agent": request.headers.get("user-agent", "")[:LONGEST_AGENT],
    }
    try:
        mandate_accept(mandate=found, by=person(request), evidence=evidence)
        messages.success(request, _("Accepted. Your next invoices are written for you."))
    except InvoicingRefused as refusal:
        messages.error(request, refusal.message)
    return redirect("office_mandate")
