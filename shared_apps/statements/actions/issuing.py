"""Issuing: a number without gaps, a due date, a hash, and from then on nothing changes."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.identity.models import User
from shared_apps.statements.accounts import Account
from shared_apps.statements.actions.telling import event_add, party_tell
from shared_apps.statements.content import content_hash
from shared_apps.statements.errors import StatementRefused
from shared_apps.statements.locks import account_lock, number_next, statement_lock
from shared_apps.statements.models import Statement, StatementEvent


def statement_issue(*, statement: Statement, by: User | None) -> Statement:
    """Issue a draft: number, due date, hash, event, and an e-mail to the party.

    What was reviewed is what is issued: nothing is gathered again here. Raises StatementRefused:
    ``not_draft``, ``period_open`` (the period is not over), ``stale`` (drawn before its end).
    """
    today = timezone.localdate()
    with transaction.atomic():
        account = Account(agency=statement.agency, provider=statement.provider)
        account_lock(account.key)
        locked = statement_lock(statement.pk)
        _check(locked, today)
        number = number_next(account.key)
        locked.number = number
        locked.reference = f"{account.code}-{number:04d}"
        locked.status = Statement.Status.ISSUED
        locked.issued_at = timezone.now()
        locked.issued_by = by
        locked.due_on = today + timedelta(days=locked.due_days)
        locked.sha256 = content_hash(locked, locked.lines.iterator(chunk_size=2000))
        locked.save()
        event_add(locked, StatementEvent.Kind.ISSUED, by=by, reference=locked.reference)
        party_tell(locked, "statement.issued", once="")
        audit_record(
            verb="statement.issue",
            target=locked,
            before={"status": Statement.Status.DRAFT.value},
            after={
                "status": locked.status,
                "reference": locked.reference,
                "due": f"{locked.due} {locked.currency}",
                "due_on": locked.due_on.isoformat(),
                "sha256": locked.sha256,
            },
        )
    statement.refresh_from_db()
    return statement


def _check(statement: Statement, today: date) -> None:
    if statement.status != Statement.Status.DRAFT:
        raise StatementRefused("not_draft", _("This statement is issued already."))
    if statement.period_to >= today:
        raise StatementRefused(
            "period_open",
            _("The period is not over yet. Issue it from the next day on."),
        )
    if timezone.localdate(statement.drafted_at) <= statement.period_to:
        raise StatementRefused(
            "stale",
            _("This draft was drawn before its period was over. Draft it again, then issue it."),
        )
