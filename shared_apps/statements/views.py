"""The operator's pages: the list, drafting, issuing, settling disputes, payments, terms."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shared_apps.identity.access import can, person, requires
from shared_apps.statements import actions, forms, pages
from shared_apps.statements.desk import operator_desk
from shared_apps.statements.errors import StatementRefused
from shared_apps.statements.models import PeriodKind, SettlementTerms, Statement
from shared_apps.statements.periods import period_before
from shared_apps.statements.tasks import statements_draft_task


@requires("statements.view")
def statements(request: HttpRequest) -> HttpResponse:
    """All statements of all parties."""
    last = period_before(PeriodKind.MONTHLY, timezone.localdate())
    context = {
        "draft_form": forms.SpanForm(initial={"period": f"{last.first:%Y-%m}"}),
        "may_issue": can(request, "statements.issue"),
    }
    return pages.statement_list(request, operator_desk(), context)


@requires("statements.issue")
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Have a worker draft the statements of a month or week."""
    form = forms.SpanForm(request.POST)
    if form.is_valid():
        statements_draft_task.delay(span=form.cleaned_data["period"])
        messages.success(
            request, _("The drafts are being drawn. They appear here as they are ready.")
        )
    else:
        messages.error(request, " ".join(str(said) for said in form.errors["period"]))
    return redirect("operator_statements")


@requires("statements.view")
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement."""
    return pages.statement_page(request, operator_desk(), pk)


@requires("statements.view")
def statement_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """It as a file."""
    return pages.statement_file(operator_desk(), pk, kind)


@requires("statements.issue")
@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it its number; from then on it never changes."""
    found = get_object_or_404(Statement, pk=pk)
    try:
        issued = actions.statement_issue(statement=found, by=person(request))
    except StatementRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request,
            _("Issued as %(reference)s, and the party is told.") % {"reference": issued.reference},
        )
    return redirect("operator_statement", pk)


@requires("statements.issue")
@require_POST
def pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a payment; without anything left to pay, close."""
    found = get_object_or_404(Statement, pk=pk)
    form = forms.PaymentForm(request.POST)
    try:
        if "close" in request.POST:
            actions.statement_close(statement=found, by=person(request))
        elif form.is_valid():
            actions.statement_pay(statement=found, by=person(request), **form.cleaned_data)
        else:
            raise StatementRefused("incomplete", _("Give amount, day and bank reference."))
    except StatementRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Noted, and the party is told."))
    return redirect("operator_statement", pk)


@requires("statements.view")
def line(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """One line and its thread."""
    return pages.line_page(request, operator_desk(), pk, line_pk)


@requires("statements.issue")
@require_POST
def line_act(request: HttpRequest, pk: int, line_pk: int, verb: str) -> HttpResponse:
    """Answer, adjust or uphold."""
    return pages.line_act(request, operator_desk(), pk, line_pk, verb)


@requires("statements.view")
def portal(request: HttpRequest, pk: int) -> HttpResponse:
    """Beside the former portal."""
    return pages.portal_page(request, operator_desk(), pk)


@requires("statements.issue")
def terms(request: HttpRequest) -> HttpResponse:
    """Who is settled how often, how late, netted or not; new terms from a day on."""
    form = forms.TermsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("period", "due_days", "netting")}
        try:
            actions.terms_set(
                account=form.account(),
                valid_from=form.cleaned_data["valid_from"],
                by=person(request),
                **data,
            )
        except StatementRefused as refusal:
            form.add_error("valid_from", refusal.message)
        else:
            messages.success(request, _("Agreed. The former terms stay readable."))
            return redirect("operator_statement_terms")
    agreed = SettlementTerms.objects.select_related("agency", "provider", "created_by")
    context = {"form": form, "agreed": agreed.order_by("-valid_from", "-pk")}
    return render(request, "office/statements/terms.html", context)
