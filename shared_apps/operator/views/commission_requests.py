"""Overrides outside their corridor: the operator decides, the agency may take its request back.

Both sides see the same comparison: what stands, what is asked for, and the corridor at the time.
While a request waits, what stands goes on applying (D14).
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from shared_apps.commissions.approvals import override_decide, request_withdraw
from shared_apps.commissions.models import ApprovalRequest
from shared_apps.identity.access import person
from shared_apps.operator.rulebook import words
from shared_apps.operator.rulebook.desk import Desk

PAGE_SIZE = 20
Status = ApprovalRequest.Status


@dataclass(frozen=True)
class ShownRequest:
    """A request with its comparison in words."""

    request: ApprovalRequest
    terms: list[words.TermChange]


def requests(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Requests in one state, newest first; those that wait unless another is asked for."""
    state = request.GET.get("status", "")
    state = state if state in Status.values else Status.WAITING
    found = _visible(desk).filter(status=state)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "desk": desk,
        "page": page,
        "shown": [_shown(one, desk) for one in page.object_list],
        "state": state,
        "states": Status.choices,
        "may_decide": desk.agency is None and desk.may_publish(request),
        "may_withdraw": desk.agency is not None and desk.may_change(request),
    }
    return render(request, "office/commissions/requests.html", context)


def request_act(request: HttpRequest, desk: Desk, pk: int, verb: str) -> HttpResponse:
    """Approve or refuse (operator), or withdraw (agency)."""
    found = get_object_or_404(_visible(desk), pk=pk)
    reason = request.POST.get("reason", "")
    try:
        if desk.agency is not None:
            if verb != "retirer":
                raise Http404
            request_withdraw(desk.book, request=found)
            messages.success(request, _("Withdrawn: what stands goes on."))
        elif verb in ("approuver", "refuser"):
            approve = verb == "approuver"
            override_decide(request=found, by=person(request), approve=approve, reason=reason)
            said = _("Approved.") if approve else _("Refused: the agency reads your reason.")
            messages.success(request, said)
        else:
            raise Http404
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(desk.url("requests"))


def waiting_count(desk: Desk) -> int:
    """How many requests wait."""
    return _visible(desk).filter(status=Status.WAITING).count()


def _visible(desk: Desk) -> QuerySet[ApprovalRequest]:
    """The agency's own requests, or all of them for the operator."""
    rows = ApprovalRequest.objects.select_related("agency", "requested_by", "decided_by")
    return rows if desk.agency is None else rows.filter(agency_id=desk.agency.pk)


def _shown(one: ApprovalRequest, desk: Desk) -> ShownRequest:
    present: dict[str, Any] | None = one.present
    changes = words.term_changes(present, one.terms, sees_margin=desk.sees_margin)
    return ShownRequest(one, changes)
