"""Giving money back: opened in the transaction that causes it, carried out by the worker (L6)."""

import uuid
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from moneyed import Money

from shared_apps.audit.actions import audit_record
from shared_apps.inventory.actions import current_agency
from shared_apps.journal.actions import journal_append
from shared_apps.journal.models import JournalLine
from shared_apps.outbox.actions import message_add
from shared_apps.pricing.money import money_round
from tenant_apps.payments import gateway as processor
from tenant_apps.payments.models import Means, Payment, Refund


def refund_open(*, payment: Payment, amount: Decimal, reason: str) -> Refund:
    """Note that ``amount`` of ``payment`` goes back; the worker does it after the transaction.

    The idempotency key is stored now, so that however often the worker tries, the customer gets
    it once.
    """
    refund = Refund(
        id=uuid.uuid4(),
        payment=payment,
        amount=amount,
        currency=payment.currency,
        reason=reason,
    )
    refund.idempotency_key = f"refund-{refund.id}"
    refund.save(force_insert=True)
    audit_record(
        verb="refund.open",
        target=refund,
        after={"amount": str(amount), "currency": payment.currency, "reason": reason},
    )
    message_add(
        kind="refund.execute",
        dedupe_key=f"refund.execute:{refund.id}",
        payload={"refund": str(refund.id)},
    )
    return refund


def refund_execute(refund_id: uuid.UUID | str) -> Refund:
    """Carry out one refund: at the card processor, or as cash and transfers are, by hand.

    Repeatable. Raises GatewayUnavailable to be tried again with the same key.
    """
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    payment = refund.payment
    if refund.status not in (Refund.Status.CREATED, Refund.Status.PENDING):
        return refund
    provider_id, status = "", Refund.Status.SUCCEEDED
    if payment.means == Means.CARD:
        answer = processor.gateway_from_settings().refund_create(
            payment_intent=payment.intent_id,
            amount=money_round(Money(refund.amount, refund.currency)),
            idempotency_key=refund.idempotency_key,
            reason="requested_by_customer" if refund.reason == "cancelled" else "",
            metadata={"schema": current_agency().schema_name, "refund": str(refund.pk)},
            connected_account=payment.connected_account or None,
            refund_application_fee=bool(payment.connected_account),
        )
        provider_id = answer.id
        status = {"succeeded": Refund.Status.SUCCEEDED, "pending": Refund.Status.PENDING}.get(
            answer.status, Refund.Status.FAILED
        )
    return refund_settle(refund, status=status, provider_id=provider_id)


def refund_ask(refund: Refund, *, provider_id: str) -> Refund:
    """Ask the processor how the refund ``provider_id`` stands, and note it if it is this one.

    Raises the gateway's errors; nothing is written then.
    """
    answer = processor.gateway_from_settings().refund_retrieve(
        provider_id, connected_account=refund.payment.connected_account or None
    )
    ended = {"succeeded": Refund.Status.SUCCEEDED, "failed": Refund.Status.FAILED}.get(
        answer.status
    )
    if ended is None or answer.metadata.get("refund") != str(refund.pk):
        return refund
    return refund_settle(refund, status=ended, provider_id=answer.id)


def refund_settle(refund: Refund, *, status: str, provider_id: str = "") -> Refund:
    """Note how a refund ended; a success writes the negative money line, once.

    A refund that fails after it had succeeded (the bank sent it back) writes the opposite line:
    the money is with the seller again, and somebody must find another way (``refund.failed``).
    """
    from tenant_apps.orders.actions.confirming import money_entry

    with transaction.atomic():
        locked = Refund.objects.select_for_update().get(pk=refund.pk)
        if locked.status in (Refund.Status.FAILED, status):
            return locked
        before = locked.status
        if before == Refund.Status.SUCCEEDED and status != Refund.Status.FAILED:
            return locked
        locked.status = status
        locked.provider_id = provider_id or locked.provider_id
        if status == Refund.Status.SUCCEEDED:
            locked.refunded_at = timezone.now()
        locked.save()
        audit_record(
            verb="refund.settle",
            target=locked,
            before={"status": before},
            after={"status": status, "processor": locked.provider_id},
        )
        order = locked.payment.order
        payload = {"refund": str(locked.pk), "order": order.reference}
        moved = Decimal(0)
        if status == Refund.Status.SUCCEEDED:
            moved = -locked.amount
            key = f"refund.sent:{locked.pk}"
            message_add(kind="refund.sent", dedupe_key=key, payload=payload)
        elif status == Refund.Status.FAILED:
            moved = locked.amount if before == Refund.Status.SUCCEEDED else moved
            key = f"refund.failed:{locked.pk}"
            message_add(kind="refund.failed", dedupe_key=key, payload=payload)
        if moved:
            kind = JournalLine.Kind.REFUND
            entry = money_entry(order, kind=kind, amount=moved, payment=locked.payment)
            journal_append(agency=current_agency(), entries=[entry])
    return locked
