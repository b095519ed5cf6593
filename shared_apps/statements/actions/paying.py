"""Noting that a statement's money has moved: on which day, under which bank reference.

The whole of a statement is paid only when no dispute is open. What is not disputed may be paid
before, as a part and said to be one: an open question about one line is no reason to keep the
rest of somebody's money.
"""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.identity.models import User
from shared_apps.statements.actions.answering import check_issued
from shared_apps.statements.actions.telling import event_add, party_tell
from shared_apps.statements.amounts import payable
from shared_apps.statements.errors import StatementRefused
from shared_apps.statements.flows import Flow
from shared_apps.statements.locks import statement_lock
from shared_apps.statements.models import (
    Statement,
    StatementEvent,
    StatementLine,
    StatementPayment,
)
from shared_apps.statements.queries import statement_flows


def statement_pay(
    *,
    statement: Statement,
    by: User | None,
    direction: str,
    amount: Decimal,
    paid_on: date,
    reference: str,
) -> Statement:
    """Note a payment of ``amount`` (statement's currency, above 0) made on ``paid_on``.

    The statement is paid when nothing is left in either direction; a lesser amount is a part
    payment. Raises StatementRefused: ``draft``, ``paid``, ``no_reference``, ``bad_day``,
    ``bad_amount``, ``too_much``, ``dispute_open`` when it would close a disputed statement.
    """
    with transaction.atomic():
        locked = statement_lock(statement.pk)
        _check(locked, paid_on, reference)
        flow = next((f for f in statement_flows(locked) if f.direction == direction), None)
        _check_amount(locked, flow, amount)
        payment = StatementPayment.objects.create(
            statement=locked,
            agency_schema=locked.agency_schema,
            direction=direction,
            amount=amount,
            paid_on=paid_on,
            reference=reference.strip()[:80],
            recorded_by=by,
        )
        whole = not any(flow.left for flow in statement_flows(locked))
        if whole:
            _close(locked)
        kind = StatementEvent.Kind.PAID if whole else StatementEvent.Kind.PART_PAID
        event_add(locked, kind, by=by, amount=str(amount), direction=direction)
        party_tell(locked, "statement.paid", once=str(payment.pk))
        audit_record(
            verb="statement.pay",
            target=locked,
            after={
                "amount": f"{amount} {locked.currency}",
                "direction": direction,
                "paid_on": paid_on.isoformat(),
                "reference": payment.reference,
                "whole": whole,
            },
        )
    statement.refresh_from_db()
    return statement


def statement_close(*, statement: Statement, by: User | None) -> Statement:
    """Close a statement that leaves nothing to pay in either direction.

    Raises StatementRefused: ``draft``, ``paid``, ``dispute_open``, ``left_to_pay``.
    """
    with transaction.atomic():
        locked = statement_lock(statement.pk)
        check_issued(locked)
        if locked.status == Statement.Status.PAID:
            raise StatementRefused("paid", _("This statement is paid already."))
        if any(flow.left for flow in statement_flows(locked)):
            raise StatementRefused("left_to_pay", _("Something is left to pay."))
        _refuse_disputed(locked)
        _close(locked)
        event_add(locked, StatementEvent.Kind.PAID, by=by, amount="0")
        audit_record(verb="statement.close", target=locked, after={"status": locked.status})
    statement.refresh_from_db()
    return statement


def _check(statement: Statement, paid_on: date, reference: str) -> None:
    check_issued(statement)
    if statement.status == Statement.Status.PAID:
        raise StatementRefused("paid", _("This statement is paid already."))
    if not reference.strip():
        raise StatementRefused("no_reference", _("Give the bank's reference of the payment."))
    if paid_on > timezone.localdate():
        raise StatementRefused("bad_day", _("The day of payment lies in the future."))


def _check_amount(statement: Statement, flow: Flow | None, amount: Decimal) -> None:
    if payable(amount, statement.currency) <= 0:
        raise StatementRefused("bad_amount", _("Give an amount above zero."))
    if flow is None or amount > flow.left:
        raise StatementRefused("too_much", _("This is more than is left to pay."))
    others = [f for f in statement_flows(statement) if f.direction != flow.direction and f.left]
    if amount == flow.left and not others:
        _refuse_disputed(statement)


def _refuse_disputed(statement: Statement) -> None:
    if statement.lines.filter(state=StatementLine.State.DISPUTED).exists():
        raise StatementRefused(
            "dispute_open",
            _("A dispute is open: pay the part that nobody disputes, or settle the dispute first."),
        )


def _close(statement: Statement) -> None:
    statement.status = Statement.Status.PAID
    statement.paid_at = timezone.now()
    statement.save(update_fields=["status", "paid_at"])
