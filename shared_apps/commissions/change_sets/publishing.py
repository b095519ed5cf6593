"""Publishing a change set: every version it holds begins on one day, in one transaction.

Under the book's lock each draft becomes the next version of its rule, and the version before it
gets its last day. Nothing that stood on an earlier day is touched: a trigger would refuse it. An
agency's override outside its corridor becomes pending instead, with a request to the operator,
and the version before it goes on (D14).

Who did it, why and what changed is kept in the audit trail. Versions are never edited, so a set of
thousands is audited by its count and its first changes, and the versions tell the rest.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.day_words import day_words
from shared_apps.audit.actions import audit_record
from shared_apps.commissions.approvals import request_make, requests_supersede
from shared_apps.commissions.books import Book
from shared_apps.commissions.change_sets.preview import Change, Preview, change_set_preview
from shared_apps.commissions.lint import Finding, Severity
from shared_apps.commissions.locks import book_lock, draft_set_lock
from shared_apps.commissions.models import ChangeSetStatus, RuleStatus
from shared_apps.commissions.windows import heads_close, versions_begin
from shared_apps.identity.models import User

AUDITED = 100
"""How many changes the audit entry of a set spells out."""


@transaction.atomic
def change_set_publish(
    book: Book,
    *,
    change_set: Any,
    by: User,
    reason: str,
    applies_from: date,
    accept_findings: bool = False,
) -> Any:
    """Publish the drafts of ``change_set`` for sales from ``applies_from`` on (D13, D14).

    Raises ValidationError, keyed by ``reason``, ``applies_from`` or ``findings`` where one of
    them is to blame: no reason, a past day, a day before the notice period is over, errors or
    warnings of the linter that nobody accepted, a draft that somebody else's change has
    overtaken, an empty set. Drafts that change nothing are dropped.
    """
    book_lock(book)
    locked = draft_set_lock(book, change_set.pk)
    preview = change_set_preview(book, locked, applies_from)
    _check(preview, reason=reason, accept_findings=accept_findings)
    idle = [change.rule.pk for change in preview.changes if change.kind == "unchanged"]
    book.rules.filter(pk__in=idle).delete()
    changes = [change for change in preview.changes if change.kind != "unchanged"]
    requests_supersede(book, [change.rule.series for change in changes if change.rule.series])
    outside = [change for change in changes if change.inside_corridor is False]
    inside = [change for change in changes if change.inside_corridor is not False]
    heads_close(book, [c.head.pk for c in inside if c.head is not None], applies_from)
    versions_begin(book, [change.rule.pk for change in inside], applies_from)
    versions_begin(book, [c.rule.pk for c in outside], applies_from, status=RuleStatus.PENDING)
    locked.status, locked.reason = ChangeSetStatus.PUBLISHED, reason.strip()
    locked.applies_from, locked.notice_days = applies_from, preview.notice_days
    locked.published_at, locked.published_by_id = timezone.now(), by.pk
    locked.effects = preview.summary()
    locked.full_clean(exclude=["author", "published_by", "undoes", "effects"])
    locked.save()
    for change in outside:
        request_make(book, change, by=by, reason=locked.reason, applies_from=applies_from)
    _audit(locked, changes)
    return locked


def _check(preview: Preview, *, reason: str, accept_findings: bool) -> None:
    errors: dict[str, Any] = {}
    if not reason.strip():
        errors["reason"] = _("Say why: everybody concerned will read it.")
    if all(change.kind == "unchanged" for change in preview.changes):
        errors["__all__"] = _("The change set changes nothing.")
    stale = [change.rule.name for change in preview.changes if change.stale]
    if stale:
        errors["__all__"] = _(
            "Changed by somebody else since this draft was made: %(rules)s. Discard these drafts "
            "and make the changes again."
        ) % {"rules": ", ".join(stale[:5]) + ("…" if len(stale) > 5 else "")}
    if preview.applies_from < preview.earliest:
        errors["applies_from"] = _earliest_words(preview)
    if words := _findings_words(preview.findings, accepted=accept_findings):
        errors["findings"] = words
    if errors:
        raise ValidationError(errors)


def _findings_words(findings: list[Finding], *, accepted: bool) -> str:
    """What stands between the findings and publishing; the corridor has its own answer (D14)."""
    if any(finding.severity is Severity.ERROR for finding in findings):
        return _("The check has found an error that nobody can accept: mend it.")
    told = [finding for finding in findings if finding.code != "outside_corridor"]
    if told and not accepted:
        return _("The check has found something: read it and accept it, or mend it.")
    return ""


def _earliest_words(preview: Preview) -> str:
    values = {"days": preview.notice_days, "earliest": day_words(preview.earliest)}
    if preview.notice_days:
        return (
            _(
                "The set lowers somebody's commission: %(days)d days of notice are due, so it can "
                "apply from %(earliest)s at the earliest."
            )
            % values
        )
    return _("The set can apply from %(earliest)s at the earliest.") % values


def _audit(change_set: Any, changes: list[Change]) -> None:
    first = changes[:AUDITED]
    audit_record(
        verb="change_set_publish",
        target=change_set,
        before={change.rule.code: change.changed_before for change in first},
        after={
            "reason": change_set.reason,
            "applies_from": change_set.applies_from.isoformat(),
            "rules": len(changes),
            **{change.rule.code: change.changed_after for change in first},
        },
    )
