"""Special operations: the list, planning one, its life, and what it brought."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shared_apps.audit.models import AuditEntry
from shared_apps.commissions import operations as verbs
from shared_apps.commissions.models import CommissionRule, SpecialOperation
from shared_apps.identity.access import person, requires
from shared_apps.operator import operation_report
from shared_apps.operator.forms import ReasonForm
from shared_apps.operator.listing import TotalsRow, listing_response
from shared_apps.operator.operation_chart import chart_of
from shared_apps.operator.operation_form import OperationForm
from shared_apps.operator.operation_tables import (
    OperationFilters,
    OperationTable,
    SpendingFilters,
    SpendingTable,
    report_file,
)
from tenants.models import Agency

PARTS = ("amount", "operator_part", "provider_part", "agency_part")


@requires("commissions.view")
def operations(request: HttpRequest) -> HttpResponse:
    """All operations with how much of their budgets is used."""
    return listing_response(
        request,
        template="office/operations/list.html",
        title=_("Special operations"),
        table_class=OperationTable,
        filterset_class=OperationFilters,
        queryset=operation_report.operations(),
        totals=_budget_totals,
    )


def _budget_totals(rows: QuerySet) -> Sequence[TotalsRow]:
    sums = rows.order_by().values("currency").annotate(total=Sum("spent"))
    return [
        TotalsRow(_("Total"), row["currency"], {"spent": row["total"]})
        for row in sums.order_by("currency")
    ]


@requires("commissions.change")
def operation_new(request: HttpRequest) -> HttpResponse:
    """Plan an operation; it is published from its own page."""
    form = OperationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.operation_draft(terms=form.terms(), by=person(request))
        except ValidationError as error:
            _errors_add(form, error)
        else:
            messages.success(request, _("The operation is a draft: publish it when it is ready."))
            return redirect("operator_operation", made.code)
    return render(request, "office/operations/form.html", {"form": form})


@requires("commissions.change")
def operation_change(request: HttpRequest, code: str) -> HttpResponse:
    """Change a draft, or name, description and budget of a published operation."""
    operation = get_object_or_404(SpecialOperation, code=code)
    form = OperationForm(request.POST or None, operation=operation)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.operation_change(operation=operation, terms=form.terms(), by=person(request))
        except ValidationError as error:
            _errors_add(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("operator_operation", code)
    return render(request, "office/operations/form.html", {"form": form, "operation": operation})


@requires("commissions.view")
def operation(request: HttpRequest, code: str) -> HttpResponse:
    """One operation: its terms, its budget, what it brought and who funded it."""
    found = get_object_or_404(SpecialOperation, code=code)
    report = operation_report.report_read(found)
    parts = {
        "agences": (_("Agency"), report.agencies),
        "produits": (_("Product"), report.products),
        "jours": (_("Day"), report.days),
    }
    wanted = request.GET.get("export")
    if wanted in ("csv", "xlsx"):
        part = request.GET.get("par", "")
        if part not in parts:
            raise Http404
        heading, rows = parts[part]
        return report_file(wanted, name=f"{code}-{part}", heading=heading, rows=rows)
    return render(request, "office/operations/operation.html", _page(found, report))


def _page(found: SpecialOperation, report: operation_report.Report) -> dict[str, Any]:
    comparisons = operation_report.comparisons_read(found)
    by_day = operation_report.sold_by_day(found)
    charts = [
        chart_of(
            by_day,
            currency=pair.during.currency,
            before=pair.before.first,
            start=pair.during.first,
            last=pair.during.last,
        )
        for pair in comparisons
    ]
    terms = verbs.operation_terms(found)
    return {
        "operation": found,
        "left": None if found.budget is None else found.budget - found.spent,
        "terms": terms,
        "audience": [verbs.name_of(named) for named in terms.audience],
        "goods": [verbs.name_of(named) for named in terms.goods],
        "rules": CommissionRule.objects.filter(operation=found).order_by("id"),
        "report": report,
        "compared": list(zip(comparisons, charts, strict=True)),
        "form": ReasonForm(),
        "entries": AuditEntry.objects.filter(
            object_type="commissions.specialoperation", object_id=str(found.pk)
        ).order_by("id"),
    }


@requires("commissions.view")
def operation_lines(request: HttpRequest, code: str) -> HttpResponse:
    """The ledger of one operation: what each sale took from the budget and gave back."""
    found = get_object_or_404(SpecialOperation, code=code)
    agency = Agency.objects.filter(schema_name=OuterRef("agency_schema"))
    rows = operation_report.spendings(found).annotate(
        agency_name=Subquery(agency.values("name")[:1]),
        agency_slug=Subquery(agency.values("slug")[:1]),
    )
    return listing_response(
        request,
        template="office/operations/lines.html",
        title=_("Lines of “%(operation)s”") % {"operation": found.name},
        table_class=SpendingTable,
        filterset_class=SpendingFilters,
        queryset=rows,
        totals=_spending_totals,
        context={"operation": found},
    )


def _spending_totals(rows: QuerySet) -> Sequence[TotalsRow]:
    sums = (
        rows.order_by().values(code=F("currency")).annotate(**{f"sum_{p}": Sum(p) for p in PARTS})
    )
    return [
        TotalsRow(_("Total"), row["code"], {part: row[f"sum_{part}"] for part in PARTS})
        for row in sums.order_by("code")
    ]


@requires("commissions.change")
@require_POST
def operation_act(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Publish, stop or run again, with a reason."""
    found = get_object_or_404(SpecialOperation, code=code)
    reason = request.POST.get("reason", "")
    try:
        if verb == "publier":
            verbs.operation_publish(operation=found, by=person(request), reason=reason)
            messages.success(request, _("The operation is published and runs on its days."))
        elif verb == "arreter":
            verbs.operation_stop(operation=found, reason=reason)
            messages.success(request, _("The operation is stopped."))
        elif verb == "reprendre":
            verbs.operation_resume(operation=found, reason=reason)
            messages.success(request, _("The operation runs again."))
        else:
            raise Http404
    except ValidationError as error:
        for said in error.messages:
            messages.error(request, said)
    return redirect("operator_operation", code)


def _errors_add(form: OperationForm, error: ValidationError) -> None:
    known: dict[str, Any] = getattr(error, "error_dict", {})
    for name, reasons in known.items():
        form.add_error(name if name in form.fields else None, reasons)
    if not known:
        form.add_error(None, error)
