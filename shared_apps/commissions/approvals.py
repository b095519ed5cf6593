"""Requests for overrides outside their corridor: asking, withdrawing, deciding (D14).

The agency asks and may withdraw, inside its schema; the operator decides, from outside. The pending
version stands in the agency's schema and the request in the shared one; every verb changes both
in one transaction. Database policies let an agency see and withdraw its own requests, and nothing
else. While a request waits, the version before it goes on applying.
"""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tenants.utils import tenant_context

from shared_apps.audit.actions import audit_record
from shared_apps.commissions.book_port import agency_book
from shared_apps.commissions.books import Book, series_heads
from shared_apps.commissions.corridor import Corridor
from shared_apps.commissions.locks import book_lock
from shared_apps.commissions.models import ApprovalRequest, RuleStatus
from shared_apps.commissions.versions import terms_json
from shared_apps.commissions.windows import heads_close
from shared_apps.identity.models import User
from shared_apps.network.models import Agreement
from tenants.models import Agency

if TYPE_CHECKING:
    from shared_apps.commissions.change_sets.preview import Change

WAITING = ApprovalRequest.Status.WAITING


def corridor_of(agency: Agency) -> Corridor:
    """The corridor of ``agency``; without an agreement nothing but 0 % is inside."""
    agreement = Agreement.objects.filter(agency_id=agency.pk).first()
    if agreement is None:
        return Corridor(Agreement().commission_min, Agreement().commission_max)
    return Corridor(agreement.commission_min, agreement.commission_max)


def request_make(
    book: Book, change: "Change", *, by: User, reason: str, applies_from: date
) -> ApprovalRequest:
    """Ask the operator for a version that has just become pending. Inside the agency."""
    if book.agency is None:
        raise ValueError("The operator asks nobody")
    corridor = corridor_of(book.agency)
    request = ApprovalRequest.objects.create(
        agency=book.agency,
        agency_schema=book.schema,
        override_id=change.rule.pk,
        name=change.rule.name,
        terms=terms_json(change.rule),
        present=None if change.head is None or change.head.retires else terms_json(change.head),
        corridor_min=corridor.lowest,
        corridor_max=corridor.highest,
        applies_from=applies_from,
        reason=reason,
        requested_by_id=by.pk,
    )
    audit_record(verb="override_request", target=request, after={"terms": request.terms})
    return request


@transaction.atomic
def request_withdraw(book: Book, *, request: ApprovalRequest) -> ApprovalRequest:
    """Take a request back, by the agency that made it. Raises ValidationError when decided."""
    book_lock(book)
    locked = _waiting(request.pk)
    _pending_archive(book, [locked.override_id])
    locked.status, locked.decided_at = ApprovalRequest.Status.WITHDRAWN, timezone.now()
    locked.save(update_fields=["status", "decided_at"])
    audit_record(verb="override_request_withdraw", target=locked)
    return locked


def requests_supersede(book: Book, series: Iterable[int]) -> None:
    """Withdraw what waits for a newer version of the same rules. Under the book's lock."""
    if book.agency is None:
        return
    keys = list(series)
    pending = book.rules.filter(Q(series__in=keys) | Q(pk__in=keys), status=RuleStatus.PENDING)
    for request in ApprovalRequest.objects.filter(
        agency_id=book.agency.pk,
        status=WAITING,
        override_id__in=list(pending.values_list("pk", flat=True)),
    ):
        request_withdraw(book, request=request)


@transaction.atomic
def override_decide(
    *, request: ApprovalRequest, by: User, approve: bool, reason: str
) -> ApprovalRequest:
    """Approve or refuse an override outside its corridor, by the operator (D14).

    Approved, it applies from the day asked for, or from today when that day has gone by. Refused,
    the version before it goes on. A refusal needs a reason. Raises ValidationError without
    one, and when the request was decided or withdrawn meanwhile.
    """
    if not approve and not reason.strip():
        raise ValidationError({"reason": _("Say why: the agency will read it.")})
    agency = Agency.objects.get(pk=request.agency_id)
    with tenant_context(agency):
        book = agency_book(agency)
        book_lock(book)
    locked = _waiting(request.pk)
    locked.status = ApprovalRequest.Status.APPROVED if approve else ApprovalRequest.Status.REFUSED
    locked.decided_by, locked.decided_at = by, timezone.now()
    locked.decision_reason = reason.strip()
    locked.full_clean(exclude=["agency", "requested_by", "terms", "present"])
    locked.save(update_fields=["status", "decided_by", "decided_at", "decision_reason"])
    with tenant_context(agency):
        if approve:
            _pending_begin(book, locked)
        else:
            _pending_archive(book, [locked.override_id])
    audit_record(
        verb="override_approve" if approve else "override_refuse",
        target=locked,
        before={"terms": locked.present},
        after={"terms": locked.terms, "reason": locked.decision_reason},
    )
    return locked


def _waiting(pk: int) -> ApprovalRequest:
    locked = ApprovalRequest.objects.select_for_update(of=("self",)).get(pk=pk)
    if locked.status != WAITING:
        raise ValidationError(_("This request has been decided or withdrawn already."))
    return locked


def _pending_begin(book: Book, request: ApprovalRequest) -> None:
    """Let the pending version of ``request`` follow the one that stands."""
    version = book.rules.get(pk=request.override_id, status=RuleStatus.PENDING)
    begins = max(request.applies_from, timezone.localdate())
    head = series_heads(book).filter(series_key=version.series_id).first()
    if head is not None:
        heads_close(book, [head.pk], begins)
    version.status, version.applies_from = RuleStatus.ACTIVE, begins
    version.save(update_fields=["status", "applies_from"])
    audit_record(
        verb="override_approve",
        target=version,
        after={"applies_from": begins.isoformat(), "reason": request.decision_reason},
    )


def _pending_archive(book: Book, overrides: Iterable[int]) -> None:
    rows = book.rule_model.objects.filter(pk__in=list(overrides), status=RuleStatus.PENDING)
    rows.update(status=RuleStatus.ARCHIVED)
