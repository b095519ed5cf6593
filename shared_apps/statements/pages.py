"""The pages about statements that all desks share: the list, one statement, one line, files.

A door decides who comes in (``@requires``) and makes the desk; everything else is here.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from shared_apps.identity.access import can, person
from shared_apps.operator.listing import listing_response
from shared_apps.statements import actions, filters, forms, queries, tables
from shared_apps.statements.actions.comparing import portal_compare
from shared_apps.statements.comparisons import comparison_of
from shared_apps.statements.desk import Desk
from shared_apps.statements.document import components_of, net_words
from shared_apps.statements.errors import StatementRefused
from shared_apps.statements.exports import statement_csv, statement_xlsx
from shared_apps.statements.models import Statement, StatementLine
from shared_apps.statements.pdf import statement_pdf
from shared_apps.statements.portal.differences import Difference
from shared_apps.statements.portal.words import reason_words

FILES: dict[str, tuple[Callable[[Statement], bytes], str]] = {
    "pdf": (statement_pdf, "application/pdf"),
    "csv": (statement_csv, "text/csv; charset=utf-8"),
    "xlsx": (
        statement_xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}


def statement_list(
    request: HttpRequest, desk: Desk, context: dict[str, Any] | None = None
) -> HttpResponse:
    """The statements of this desk, with totals per currency."""
    request.desk = desk  # type: ignore[attr-defined]
    return listing_response(
        request,
        template="office/statements/list.html",
        title=_("Statements"),
        table_class=tables.StatementTable if desk.is_operator else tables.PartyStatementTable,
        filterset_class=(
            filters.StatementFilters if desk.is_operator else filters.PartyStatementFilters
        ),
        queryset=desk.statements(),
        totals=queries.statements_totals,
        context={"desk": desk, **(context or {})},
    )


def statement_page(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One statement: how its amount comes about, every line, what happened, what to do."""
    statement = _statement(desk, pk)
    request.desk = desk  # type: ignore[attr-defined]
    flows = queries.statement_flows(statement)
    disputed = queries.disputed_due(statement)
    return listing_response(
        request,
        template="office/statements/statement.html",
        title=statement.reference or _("Draft statement"),
        table_class=tables.LineTable if statement.for_agency else tables.ProviderLineTable,
        filterset_class=filters.LineFilters,
        queryset=queries.lines_of(statement),
        totals=lambda rows: queries.lines_totals(rows, statement),
        context={
            "desk": desk,
            "urls": _urls(desk, pk),
            "statement": statement,
            "components": components_of(statement),
            "net_label": net_words(statement),
            "flows": flows,
            "threads": queries.threads_of(statement),
            "events": statement.events.select_related("line"),
            "disputed_due": disputed,
            "may_answer": not desk.is_operator and can(request, "statements.answer"),
            "open_lines": statement.lines.filter(state=StatementLine.State.NONE).count(),
            "payment_form": _payment_form(flows, disputed) if desk.is_operator else None,
        },
    )


def _payment_form(flows: list[Any], disputed: Any) -> forms.PaymentForm | None:
    left = [flow for flow in flows if flow.left]
    if not left:
        return None
    # Suggest what nobody disputes: the whole of it, or the part that is clear.
    clear = left[0].left - abs(disputed)
    return forms.PaymentForm.shown_for(left[0], max(clear, 0) if disputed else left[0].left)


def statement_file(desk: Desk, pk: int, kind: str) -> HttpResponse:
    """The statement as ``pdf``, ``csv`` or ``xlsx``."""
    statement = _statement(desk, pk)
    if kind not in FILES:
        raise Http404
    write, content_type = FILES[kind]
    response = HttpResponse(write(statement), content_type=content_type)
    name = statement.reference or f"draft-{statement.pk}"
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def statement_answer(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The party accepts what it has not answered."""
    statement = _statement(desk, pk)
    if statement.lines.filter(state=StatementLine.State.DISPUTED).exists():
        said = _("Accepted, but for the lines in dispute: they stay open. TNP is told.")
    else:
        said = _("Accepted. TNP is told; the amount is due on the date shown.")
    _do(request, said, actions.statement_accept, statement=statement, by=person(request))
    return redirect(desk.url("statement", pk))


def line_page(request: HttpRequest, desk: Desk, pk: int, line_pk: int) -> HttpResponse:
    """One line: its amounts, its thread, and what can be done about it."""
    line = _line(desk, pk, line_pk)
    context = {
        "desk": desk,
        "urls": _urls(desk, pk),
        "statement": line.statement,
        "line": line,
        "means": [line.means] if line.means else [],
        "talk": line.messages.all(),
        "adjustments": line.adjustments.select_related("line__statement"),
        "form": forms.ReasonForm(),
        "adjust_form": forms.AdjustForm(auto_id="adjust_%s"),
        "may_answer": can(request, "statements.issue" if desk.is_operator else "statements.answer"),
        "why_url": desk.why_url(line),
    }
    return render(request, "office/statements/line.html", context)


def line_act(request: HttpRequest, desk: Desk, pk: int, line_pk: int, verb: str) -> HttpResponse:
    """Accept, dispute or answer, as the party; answer, adjust or uphold, as the operator."""
    line = _line(desk, pk, line_pk)
    verbs = _OPERATOR_VERBS if desk.is_operator else _PARTY_VERBS
    if verb not in verbs:
        raise Http404
    verbs[verb](request, desk, line)
    return redirect(desk.url("statement_line", pk, line_pk))


def portal_page(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The former portal's figures beside ours, every difference with its reason."""
    statement = _statement(desk, pk)
    if not statement.for_agency:
        raise Http404
    may_upload = can(request, "statements.issue" if desk.is_operator else "statements.answer")
    if request.method == "POST" and not may_upload:
        raise PermissionDenied
    form = forms.PortalForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            portal_compare(
                statement=statement, by=person(request), filename=file.name, content=file.read()
            )
            return redirect(desk.url("statement_portal", pk))
        except StatementRefused as refusal:
            form.add_error("file", refusal.message)
    comparison = statement.comparisons.first()
    context = {
        "desk": desk,
        "urls": _urls(desk, pk),
        "statement": statement,
        "form": form,
        "comparison": comparison,
        "currencies": _explained(desk, comparison) if comparison else [],
        "may_upload": may_upload,
    }
    status = 422 if form.errors else 200
    return render(request, "office/statements/portal.html", context, status=status)


def _urls(desk: Desk, pk: int) -> dict[str, str]:
    """Addresses around one statement at this desk, for the templates."""
    found = {
        "list": desk.url("statements"),
        "statement": desk.url("statement", pk),
        **{kind: desk.url("statement_file", pk, kind) for kind in FILES},
    }
    if desk.is_operator:
        found["issue"] = desk.url("statement_issue", pk)
        found["pay"] = desk.url("statement_pay", pk)
    else:
        found["accept"] = desk.url("statement_accept", pk)
    if desk.provider is None:
        found["portal"] = desk.url("statement_portal", pk)
    return found


def _explained(desk: Desk, comparison: Any) -> list[dict[str, Any]]:
    def row(one: Difference) -> tuple[Difference, str, str]:
        url = desk.order_url(comparison.statement, one.order) if one.known else ""
        return one, reason_words(one), url

    return [
        {"totals": totals, "rows": [row(one) for one in totals.differences]}
        for totals in comparison_of(comparison)
    ]


def _statement(desk: Desk, pk: int) -> Statement:
    return get_object_or_404(desk.statements(), pk=pk)


def _line(desk: Desk, pk: int, line_pk: int) -> StatementLine:
    return get_object_or_404(queries.lines_of(_statement(desk, pk)), pk=line_pk)


def _do(request: HttpRequest, said: str, verb: Callable[..., Any], **given: Any) -> None:
    try:
        verb(**given)
    except StatementRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, said)


def _accept(request: HttpRequest, _desk: Desk, line: StatementLine) -> None:
    _do(request, _("The line is accepted."), actions.line_accept, line=line, by=person(request))


def _dispute(request: HttpRequest, _desk: Desk, line: StatementLine) -> None:
    said = _("The line is disputed and TNP is told. The other lines are not held up.")
    text = request.POST.get("text", "")
    _do(request, said, actions.line_dispute, line=line, by=person(request), text=text)


def _answer(request: HttpRequest, desk: Desk, line: StatementLine) -> None:
    text, by = request.POST.get("text", ""), person(request)
    _do(request, _("Sent."), actions.line_answer, line=line, by=by, side=desk.side, text=text)


def _uphold(request: HttpRequest, _desk: Desk, line: StatementLine) -> None:
    said = _("Settled: the line stands, and the party can read why.")
    text = request.POST.get("text", "")
    _do(request, said, actions.line_uphold, line=line, by=person(request), text=text)


def _adjust(request: HttpRequest, _desk: Desk, line: StatementLine) -> None:
    form = forms.AdjustForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give an amount and the reason."))
        return
    said = _("Settled: the correction stands in the next statement.")
    _do(request, said, actions.line_adjust, line=line, by=person(request), **form.cleaned_data)


_Verb = Callable[[HttpRequest, Desk, StatementLine], None]
_PARTY_VERBS: dict[str, _Verb] = {"accepter": _accept, "contester": _dispute, "repondre": _answer}
_OPERATOR_VERBS: dict[str, _Verb] = {
    "repondre": _answer,
    "corriger": _adjust,
    "maintenir": _uphold,
}
