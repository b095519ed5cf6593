"""The party answers: the whole statement or a line of it; a dispute opens the line's thread.

These run in the agency's own context too, under its database role: it may answer what is its
own and nothing else. Where the statement stands follows from its lines: disputed while one
dispute is open, accepted when every line is accepted or settled, issued otherwise. A paid
statement stays paid; its lines may still be disputed, because the correction stands in the
next statement anyway.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.identity.models import User
from shared_apps.statements.actions.telling import event_add, operator_tell, party_tell
from shared_apps.statements.errors import StatementRefused
from shared_apps.statements.locks import line_lock, statement_lock
from shared_apps.statements.models import LineMessage, Statement, StatementEvent, StatementLine

LONGEST = 2000
State, Status, Kind = StatementLine.State, Statement.Status, StatementEvent.Kind


def statement_accept(*, statement: Statement, by: User) -> Statement:
    """Accept every line that nobody has answered; open disputes stay open.

    Raises StatementRefused: ``draft``, ``answered`` when there was nothing left to accept.
    """
    with transaction.atomic():
        locked = statement_lock(statement.pk)
        check_issued(locked)
        open_lines = locked.lines.filter(state=State.NONE)
        count = open_lines.update(state=State.ACCEPTED, state_at=timezone.now())
        if not count:
            raise StatementRefused("answered", _("Every line of it is answered already."))
        event_add(locked, Kind.ACCEPTED, by=by, lines=count)
        restate(locked, by=by)
        audit_record(verb="statement.accept", target=locked, after={"lines": count})
    statement.refresh_from_db()
    return statement


def line_accept(*, line: StatementLine, by: User) -> StatementLine:
    """Accept one line, or withdraw a dispute of it.

    Raises StatementRefused: ``draft``, ``answered`` when it is accepted or settled already.
    """
    with transaction.atomic():
        locked = line_lock(line)
        check_issued(locked.statement)
        _move(locked, State.ACCEPTED, (State.NONE, State.DISPUTED))
        event_add(locked.statement, Kind.LINE_ACCEPTED, by=by, line=locked)
        restate(locked.statement, by=by)
        audit_record(verb="statement.line_accept", target=locked)
    line.refresh_from_db()
    return line


def line_dispute(*, line: StatementLine, by: User, text: str) -> StatementLine:
    """Dispute one line: the reason opens its thread, and the operator is told.

    Raises StatementRefused: ``draft``, ``no_reason``, ``answered``.
    """
    with transaction.atomic():
        locked = line_lock(line)
        check_issued(locked.statement)
        reason = _text(text)
        _move(locked, State.DISPUTED, (State.NONE,))
        side = locked.party
        message = message_put(locked, side=side, by=by, text=reason)
        event_add(locked.statement, Kind.LINE_DISPUTED, by=by, line=locked)
        restate(locked.statement, by=by)
        operator_tell(locked.statement, "statement.disputed", line=locked, once=str(message.pk))
        audit_record(verb="statement.line_dispute", target=locked, after={"reason": reason[:200]})
    line.refresh_from_db()
    return line


def line_answer(*, line: StatementLine, by: User, side: str, text: str) -> LineMessage:
    """Write into a line's thread, as the party or as the operator; the other side is told.

    A thread is opened by a dispute and stays open to both afterwards. Raises StatementRefused:
    ``draft``, ``no_reason`` for an empty text, ``no_thread``.
    """
    with transaction.atomic():
        locked = line_lock(line)
        check_issued(locked.statement)
        if not locked.messages.exists():
            raise StatementRefused("no_thread", _("Dispute the line first: that opens the talk."))
        message = message_put(locked, side=side, by=by, text=_text(text))
        event_add(locked.statement, Kind.ANSWERED, by=by, line=locked)
        if side == LineMessage.Side.OPERATOR:
            party_tell(locked.statement, "statement.answered", once=str(message.pk))
        else:
            operator_tell(locked.statement, "statement.disputed", line=locked, once=str(message.pk))
        audit_record(verb="statement.line_answer", target=locked, after={"side": side})
    return message


def message_put(line: StatementLine, *, side: str, by: User, text: str) -> LineMessage:
    """Append one message to the thread of a locked line."""
    return LineMessage.objects.create(
        line=line,
        agency_schema=line.agency_schema,
        side=side,
        author=by,
        author_name=str(by),
        text=text,
    )


def check_issued(statement: Statement) -> None:
    """Raise StatementRefused (``draft``) for a statement nobody has been shown yet."""
    if statement.status == Status.DRAFT:
        raise StatementRefused("draft", _("This statement is not issued yet."))


def restate(statement: Statement, *, by: User) -> None:
    """Let a locked statement stand where its lines stand; a paid one stays paid."""
    if statement.status == Status.PAID:
        return
    states = set(statement.lines.values_list("state", flat=True).order_by().distinct())
    if State.DISPUTED in states:
        now_at = Status.DISPUTED
    elif State.NONE in states:
        now_at = Status.ISSUED
    else:
        now_at = Status.ACCEPTED
    if statement.status == now_at:
        return
    statement.status = now_at
    statement.answered_at, statement.answered_by = timezone.now(), by
    statement.save(update_fields=["status", "answered_at", "answered_by"])


def _move(line: StatementLine, to: str, origins: tuple[str, ...]) -> None:
    if line.state not in origins:
        raise StatementRefused(
            "answered",
            _("This line is %(state)s already: nothing was changed.")
            % {"state": line.get_state_display().lower()},
        )
    line.state, line.state_at = to, timezone.now()
    line.save(update_fields=["state", "state_at"])


def _text(text: str) -> str:
    clean = text.strip()
    if not clean:
        raise StatementRefused("no_reason", _("Say in a sentence what is wrong."))
    if len(clean) > LONGEST:
        raise StatementRefused("too_long", _("Please be shorter: 2,000 characters at most."))
    return clean
