"""The operator settles a dispute: by an adjustment in the next statement, or by upholding it.

The issued statement stays as it went out. Who was right is said by an adjustment line of the
party's next statement, which names the line it corrects and why.
"""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.identity.models import User
from shared_apps.statements.actions.answering import message_put, restate
from shared_apps.statements.actions.telling import event_add, party_tell
from shared_apps.statements.amounts import payable
from shared_apps.statements.errors import StatementRefused
from shared_apps.statements.locks import line_lock
from shared_apps.statements.models import (
    Adjustment,
    LineMessage,
    Party,
    Section,
    StatementEvent,
    StatementLine,
)

State, Kind, OPERATOR = StatementLine.State, StatementEvent.Kind, LineMessage.Side.OPERATOR
# What a party's correction is about: the column that was wrong, by the section of the line.
_COLLECTED = (Section.COLLECTED, Section.GIVEN_BACK)


def line_adjust(*, line: StatementLine, by: User, owed: Decimal, text: str) -> Adjustment:
    """Grant a correction of a disputed line: ``owed`` more (negative: less) to the party.

    In the statement's currency. It goes to the column the line is about: money collected, TNP's
    fee on an own-liability sale, or the commission; for a provider its purchase amount. The next
    statement that is drafted carries it. Raises StatementRefused: ``not_disputed``, ``no_reason``,
    ``bad_amount`` (zero, or finer than the currency).
    """
    with transaction.atomic():
        locked = line_lock(line)
        reason = _check(locked, text)
        amounts = adjustment_amounts(locked, _amount(owed, locked.statement.currency))
        statement = locked.statement
        adjustment = Adjustment.objects.create(
            corrects=locked,
            party=statement.party,
            agency_id=statement.agency_id,
            provider_id=statement.provider_id,
            agency_schema=statement.agency_schema,
            currency=statement.currency,
            reason=_reason_words(locked, reason),
            created_by=by,
            **amounts,
        )
        _settle(locked, Kind.ADJUSTED, by=by, text=reason, owed=str(owed))
        audit_record(
            verb="statement.line_adjust",
            target=locked,
            after={"owed": f"{owed} {statement.currency}", "reason": reason[:200]},
        )
    line.refresh_from_db()
    return adjustment


def line_uphold(*, line: StatementLine, by: User, text: str) -> StatementLine:
    """Settle a dispute by explaining why the line stands.

    Raises StatementRefused: ``not_disputed``, ``no_reason``.
    """
    with transaction.atomic():
        locked = line_lock(line)
        reason = _check(locked, text)
        _settle(locked, Kind.UPHELD, by=by, text=reason)
        audit_record(verb="statement.line_uphold", target=locked, after={"reason": reason[:200]})
    line.refresh_from_db()
    return line


def adjustment_amounts(line: StatementLine, owed: Decimal) -> Mapping[str, Decimal]:
    """The columns of an adjustment that gives ``owed`` to the party of ``line``."""
    if line.party == Party.PROVIDER:
        return {"gross": owed, "due": owed}
    if line.section in _COLLECTED:
        return {"collected": -owed, "due": owed}
    if line.section == Section.OWN_SALE:
        return {"fee": -owed, "due": owed}
    return {"commission": owed, "due": owed}


def _reason_words(line: StatementLine, reason: str) -> str:
    words = _("Correction of line %(line)s of %(statement)s: %(reason)s")
    known = {"line": line.position, "statement": line.statement.reference, "reason": reason}
    return (words % known)[:400]


def _amount(owed: Decimal, currency: str) -> Decimal:
    if not payable(owed, currency):
        raise StatementRefused(
            "bad_amount", _("Give the amount of the correction, or say why the line stands.")
        )
    return owed


def _check(line: StatementLine, text: str) -> str:
    if line.state != State.DISPUTED:
        raise StatementRefused("not_disputed", _("Nobody disputes this line any more."))
    clean = text.strip()
    if not clean:
        raise StatementRefused("no_reason", _("Say why: the party reads it in the thread."))
    return clean


def _settle(line: StatementLine, kind: str, *, by: User, text: str, **details: str) -> None:
    line.state, line.state_at = State.RESOLVED, timezone.now()
    line.save(update_fields=["state", "state_at"])
    message = message_put(line, side=OPERATOR, by=by, text=text)
    event_add(line.statement, kind, by=by, line=line, **details)
    restate(line.statement, by=by)
    party_tell(line.statement, "statement.answered", once=str(message.pk))
