"""What became of a card payment: asked of the processor, never believed of anybody else (L6).

An event, a task or a person only makes us ask. Paid: the order is confirmed; if its places are
gone, or it was cancelled or paid otherwise in the meantime, the payment is kept in the journal,
refunded, and the customer told. Every step takes the order's lock first and may be repeated.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.inventory.actions import current_agency
from shared_apps.inventory.errors import SoldOut
from shared_apps.journal.actions import journal_append
from shared_apps.outbox.actions import message_add
from tenant_apps.orders.actions.confirming import confirm_locked, payment_entry
from tenant_apps.orders.actions.holding import order_expire
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.orders.locks import order_lock
from tenant_apps.orders.models import Order
from tenant_apps.payments import gateway as processor
from tenant_apps.payments.models import Payment
from tenant_apps.payments.refunds import refund_open

UNPAID = (Payment.Status.CREATED, Payment.Status.OPEN)


def payment_settle(payment: Payment) -> Payment:
    """Ask the processor how ``payment`` stands and act on the answer. Repeatable.

    Paid: confirm the order, or refund what came too late. Expired: give the places back.
    Anything else changes nothing. Raises the gateway's errors; nothing is written then.
    """
    if payment.status == Payment.Status.PAID or not payment.session_id:
        return payment
    session = processor.gateway_from_settings().checkout_retrieve(
        payment.session_id, connected_account=payment.connected_account or None
    )
    if session.is_paid:
        _settle_paid(payment, session)
    elif session.status == "expired":
        _settle_expired(payment)
    payment.refresh_from_db()
    return payment


def _settle_paid(payment: Payment, session: processor.CheckoutSession) -> None:
    try:
        with transaction.atomic():
            locked = _mark_paid(payment, session)
            if locked is not None:
                _confirm(locked)
    except (SoldOut, OrderRefused) as refusal:
        with transaction.atomic():
            locked = _mark_paid(payment, session)
            if locked is not None:
                _refund_late(locked, refusal)


def _mark_paid(payment: Payment, session: processor.CheckoutSession) -> Payment | None:
    """Mark the payment paid, its order locked first; None when somebody else already did."""
    order = order_lock(payment.order_id)
    locked = Payment.objects.select_for_update().get(pk=payment.pk)
    if locked.status == Payment.Status.PAID:
        return None
    locked.order = order
    locked.status = Payment.Status.PAID
    locked.intent_id = session.payment_intent
    locked.paid_at = timezone.now()
    locked.save(update_fields=["status", "intent_id", "paid_at"])
    audit_record(
        verb="payment.paid",
        target=locked,
        after={"amount": str(locked.amount), "processor": session.payment_intent},
    )
    return locked


def _confirm(payment: Payment) -> None:
    if payment.order.status == Order.Status.CONFIRMED:
        raise OrderRefused("already_paid", _("This order has been paid already."))
    confirm_locked(order=payment.order, payment=payment)


def _refund_late(payment: Payment, refusal: SoldOut | OrderRefused) -> None:
    """The money came and cannot buy the places: give it back and say so."""
    order, code = payment.order, refusal.code
    if order.status in (Order.Status.HOLD, Order.Status.PENDING):
        order.status = Order.Status.EXPIRED
        order.save(update_fields=["status"])
    refund_open(payment=payment, amount=payment.amount, reason=code)
    audit_record(verb="order.payment_too_late", target=order, after={"reason": code})
    message_add(
        kind="order.too_late",
        dedupe_key=f"order.too_late:{payment.pk}",
        payload={"order": order.reference, "payment": str(payment.pk), "reason": code},
    )
    journal_append(agency=current_agency(), entries=[payment_entry(order, payment)])


def _settle_expired(payment: Payment) -> None:
    with transaction.atomic():
        locked = Payment.objects.select_for_update().get(pk=payment.pk)
        if locked.status in UNPAID:
            locked.status = Payment.Status.EXPIRED
            locked.save(update_fields=["status"])
            audit_record(verb="payment.expire", target=locked)
    order_expire(locked.order)
