"""The operator's pages: invoices, what waits to be issued, mandates, its own identity."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shared_apps.identity.access import can, person, requires
from shared_apps.invoices import actions, pages, queries
from shared_apps.invoices.filters import DueFilters, InvoiceFilters, MandateFilters
from shared_apps.invoices.forms import CreditForm, IdentityForm, MandateForm
from shared_apps.invoices.models import BuyerIdentity, Invoice, Mandate
from shared_apps.invoices.rules import InvoicingRefused
from shared_apps.invoices.tables import DueTable, InvoiceTable, MandateTable
from shared_apps.operator.forms import ReasonForm
from shared_apps.operator.listing import listing_response
from shared_apps.statements.models import Statement


@requires("invoices.view")
def invoices(request: HttpRequest) -> HttpResponse:
    """All commission invoices and credit notes, totals per currency."""
    waiting = queries.statements_to_invoice().count()
    return listing_response(
        request,
        template="office/invoices/list.html",
        title=_("Commission invoices"),
        table_class=InvoiceTable,
        filterset_class=InvoiceFilters,
        queryset=queries.invoices(),
        totals=queries.invoices_totals,
        context={
            "waiting": waiting,
            "empty_help": _(
                "Invoices are issued from statements, for agencies that gave a mandate."
            ),
        },
    )


@requires("invoices.view")
def due(request: HttpRequest) -> HttpResponse:
    """Issued statements whose commission is not invoiced yet."""
    return listing_response(
        request,
        template="office/invoices/due.html",
        title=_("Invoices to issue"),
        table_class=DueTable,
        filterset_class=DueFilters,
        queryset=queries.statements_to_invoice(),
        totals=queries.due_totals,
        context={"empty_help": _("Every issued statement with a commission has its invoice.")},
    )


@requires("invoices.issue")
@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue the invoice of one statement; it can never be changed afterwards."""
    statement = get_object_or_404(Statement, pk=pk)
    try:
        issued = actions.invoice_issue(statement=statement, by=person(request))
    except InvoicingRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("operator_invoices_due")
    messages.success(
        request,
        _("Issued as %(number)s, and the agency is written to.") % {"number": issued.number},
    )
    return redirect("operator_invoice", issued.number)


@requires("invoices.view")
def invoice(request: HttpRequest, number: str) -> HttpResponse:
    """One invoice with its files, and what corrects it."""
    form = CreditForm() if can(request, "invoices.issue") else None
    return pages.invoice_page(
        request, number=number, door="operator", context={"credit_form": form}
    )


@requires("invoices.view")
def invoice_file(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """The PDF or the XML."""
    return pages.invoice_file(number=number, kind=kind)


@requires("invoices.issue")
@require_POST
def credit(request: HttpRequest, number: str) -> HttpResponse:
    """Issue a credit note for an invoice, or for a part of it."""
    found = get_object_or_404(Invoice.objects.defer("pdf", "xml"), number=number)
    form = CreditForm(request.POST)
    if not form.is_valid():
        return pages.invoice_page(
            request, number=number, door="operator", context={"credit_form": form}
        )
    try:
        taken = actions.invoice_credit(invoice=found, by=person(request), **form.cleaned_data)
    except InvoicingRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("operator_invoice", number)
    messages.success(
        request,
        _("Credit note %(number)s is issued, and the agency is written to.")
        % {"number": taken.number},
    )
    return redirect("operator_invoice", taken.number)


@requires("invoices.view")
def mandates(request: HttpRequest) -> HttpResponse:
    """All mandates, in force or not."""
    return listing_response(
        request,
        template="office/invoices/mandates.html",
        title=_("Self-billing mandates"),
        table_class=MandateTable,
        filterset_class=MandateFilters,
        queryset=queries.mandates(),
        context={
            "identity": BuyerIdentity.objects.first(),
            "empty_help": _("Prepare one: the agency reads and accepts it in its own office."),
        },
    )


@requires("invoices.issue")
def mandate_new(request: HttpRequest) -> HttpResponse:
    """Prepare a mandate for an agency to accept."""
    form = MandateForm(request.POST or None, initial={"country": "FR", "vat_included": True})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.mandate_create(by=person(request), **form.terms())
        except InvoicingRefused as refusal:
            form.add_error("prefix" if refusal.code.startswith("prefix") else None, refusal.message)
        else:
            messages.success(
                request, _("The mandate waits for the agency: it accepts it in its office.")
            )
            return redirect("operator_mandate", made.pk)
    status = 422 if form.errors else 200
    return render(request, "office/invoices/mandate_new.html", {"form": form}, status=status)


@requires("invoices.view")
def mandate(request: HttpRequest, pk: int) -> HttpResponse:
    """One mandate: its terms, its text, who accepted it and how."""
    found = get_object_or_404(queries.mandates(), pk=pk)
    form = ReasonForm() if found.ended_on is None and can(request, "invoices.issue") else None
    context = {"mandate": found, "form": form}
    return render(request, "office/invoices/mandate.html", context)


@requires("invoices.issue")
@require_POST
def mandate_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """End a mandate, with a reason."""
    found = get_object_or_404(Mandate, pk=pk)
    try:
        actions.mandate_end(
            mandate=found, by=person(request), reason=request.POST.get("reason", "")
        )
        messages.success(request, _("Ended: no invoice is issued under it any more."))
    except InvoicingRefused as refusal:
        messages.error(request, refusal.message)
    return redirect("operator_mandate", pk)


@requires("invoices.issue")
def identity(request: HttpRequest) -> HttpResponse:
    """Who the operator is on commission invoices; a change is a new entry from its day on."""
    known = BuyerIdentity.objects.all()
    start = {"valid_from": timezone.localdate(), "country": "FR"}
    if latest := known.first():
        start |= {name: getattr(latest, name) for name in IdentityForm.Meta.fields[:-1]}
    form = IdentityForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        actions.buyer_identity_set(by=person(request), **form.terms())
        messages.success(request, _("Noted. Invoices name it from that day on."))
        return redirect("operator_buyer_identity")
    status = 422 if form.errors else 200
    context = {"form": form, "known": known}
    return render(request, "office/invoices/identity.html", context, status=status)
