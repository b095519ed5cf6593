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
            metadata={"refund": str(refund.pk)},
            connected_account=payment.connected_account or None,
            refund_application_fee=bool(payment.connected_account),
        )
        provider_id = answer.id
        status = {"succeeded": Refund.Status.SUCCEEDED, "pending": Refund.Status.PENDING}.get(
            answer.status, Refund.Status.FAILED
        )
    return refund_settle(refund, status=status, provider_id=provider_id)


def refund_settle(refund: Refund, *, status: str, provider_id: str = "") -> Refund:
    """Note how a refund ended; a success writes the negative money line, once."""
    from tenant_apps.orders.actions.confirming import money_entry

    with transaction.atomic():
        locked = Refund.objects.select_for_update().get(pk=refund.pk)
        if locked.status in (Refund.Status.SUCCEEDED, status):
            return locked
        before = locked.status
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
        if status == Refund.Status.SUCCEEDED:
            order = locked.payment.order
            kind = JournalLine.Kind.REFUND
            entry = money_entry(order, kind=kind, amount=-locked.amount, payment=locked.payment)
            journal_append(agency=current_agency(), entries=[entry])
            message_add(
                kind="refund.sent",
                dedupe_key=f"refund.sent:{locked.pk}",
                payload={"refund": str(locked.pk), "order": order.reference},
            )
    return locked
