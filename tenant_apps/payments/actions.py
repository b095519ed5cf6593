"""Collecting money for an order (R7, R8, L6): open a card page, settle it, take cash.

A booking is confirmed by what the card processor says when asked, never by a return page: an
event or a return only makes us ask. The payment row and its idempotency key exist before the
first call, so a crash anywhere is repaired by calling again.
"""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from moneyed import Money

from shared_apps.audit.actions import audit_record
from shared_apps.catalog.texts import text_in
from shared_apps.inventory.actions import current_agency, holds_extend
from shared_apps.inventory.errors import SoldOut
from shared_apps.journal.actions import journal_append
from shared_apps.network.models import SellerIdentity
from shared_apps.network.queries import payment_means_for
from shared_apps.outbox.actions import message_add
from shared_apps.pricing.money import money_round
from tenant_apps.orders.actions.confirming import order_confirm, payment_entry
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.orders.models import Order
from tenant_apps.payments import gateway as processor
from tenant_apps.payments.models import Means, Payment, ReceiptCounter
from tenant_apps.payments.refunds import refund_open

# Stripe keeps a page open for at least 30 minutes; the hold runs as long as the page can be paid.
PAGE_OPEN = timedelta(minutes=32)


def means_check(means: str) -> None:
    """Refuse a means of payment that this agency was not granted (R7, R8)."""
    granted = payment_means_for(current_agency())
    if means not in granted:
        raise OrderRefused(
            "means_not_granted", _("This agency does not accept this means of payment.")
        )


def payment_open(*, order: Order, success_url: str, cancel_url: str) -> Payment:
    """Open a hosted card page for ``order`` and return the payment with its ``checkout_url``.

    The hold is extended for as long as the page can be paid. An open page for the same amount is
    used again. Raises :class:`OrderRefused`, or the gateway's errors when the processor does not
    answer (the payment row then stays ``created`` and the same key is used at the next try).
    """
    means_check(Means.CARD)
    payment, expires_at = _payment_prepare(order)
    if payment.checkout_url and payment.status == Payment.Status.OPEN:
        return payment
    total = money_round(Money(payment.amount, payment.currency))
    session = processor.gateway_from_settings().checkout_create(
        amount=total,
        reference=order.reference,
        lines=_page_lines(order),
        customer_email=order.contact.get("email", ""),
        locale=order.language,
        success_url=success_url,
        cancel_url=cancel_url,
        expires_at=expires_at,
        idempotency_key=payment.idempotency_key,
        metadata={"schema": current_agency().schema_name, "payment": str(payment.pk)},
        connected_account=payment.connected_account or None,
        application_fee=_fee(payment),
    )
    with transaction.atomic():
        payment.session_id = session.id
        payment.checkout_url = session.url
        payment.status = Payment.Status.OPEN
        payment.save()
        audit_record(verb="payment.open", target=payment, after={"session": session.id})
    return payment


def _page_lines(order: Order) -> list[processor.CheckoutLine]:
    lines = []
    for line in order.lines.all():
        title = text_in(line.snapshot["product"]["titles"], order.language)
        for rate in line.waterfall:
            unit = money_round(Money(Decimal(rate["price"]["unit"]["pays"]), order.currency))
            label = f"{title} – {text_in(rate['labels'], order.language)}"
            lines.append(processor.CheckoutLine(label, unit, rate["quantity"]))
    # A free category cannot be a line of a payment page.
    return [line for line in lines if line.unit_amount.amount > 0]


def _fee(payment: Payment) -> Money | None:
    if payment.application_fee is None:
        return None
    return money_round(Money(payment.application_fee, payment.currency))


def _payment_prepare(order: Order) -> tuple[Payment, datetime]:
    now = timezone.now()
    with transaction.atomic():
        locked = Order.objects.select_for_update().get(pk=order.pk)
        _check_payable(locked)
        payment = locked.payments.filter(
            means=Means.CARD, status__in=[Payment.Status.CREATED, Payment.Status.OPEN]
        ).first()
        if payment and (payment.amount != locked.total or locked.hold_is_over):
            payment = None
        until = locked.expires_at or now
        if payment is None:
            payment = _payment_create(locked, Means.CARD)
            until = locked.expires_at = (now + PAGE_OPEN).replace(microsecond=0)
            holds_extend(locked.lines.values_list("hold_id", flat=True), expires_at=until)
        locked.status = Order.Status.PENDING
        locked.save(update_fields=["status", "expires_at"])
    order.refresh_from_db()
    return payment, until


def _check_payable(order: Order) -> None:
    if order.status not in (Order.Status.HOLD, Order.Status.PENDING):
        raise OrderRefused("not_payable", _("This order can no longer be paid."))
    if order.hold_is_over:
        raise OrderRefused(
            "hold_expired", _("The hold on your places has ended. Please start again.")
        )
    if not order.lines.exists():
        raise OrderRefused("no_lines", _("This order is empty."))
    if not order.acceptances.exists():
        raise OrderRefused("terms_not_accepted", _("The terms of sale have not been accepted."))


def _payment_create(order: Order, means: str) -> Payment:
    seller = SellerIdentity.objects.get(pk=order.seller_id)
    payment = Payment(
        id=uuid.uuid4(), order=order, means=means, amount=order.total, currency=order.currency
    )
    payment.idempotency_key = f"payment-{payment.id}"
    if seller.agency_id is not None and means == Means.CARD:
        # Own liability: the agency's own account; the operator's share is the fee (L6). The
        # provider's share stays there too: only an agency's own products are sold this way.
        payment.connected_account = seller.stripe_account
        shares = order.lines.values_list("operator_share", flat=True)
        payment.application_fee = max(sum(shares, Decimal(0)), Decimal(0))
    payment.save(force_insert=True)
    audit_record(
        verb="payment.create",
        target=payment,
        after={"means": means, "amount": str(payment.amount), "currency": payment.currency},
    )
    return payment


def payment_record(*, order: Order, means: str) -> Payment:
    """Take the whole amount in cash or by transfer and confirm the order (R8, L6).

    Cash gets a numbered receipt, continuous per agency and year. Raises :class:`OrderRefused`
    or SoldOut; nothing is written then.
    """
    if means not in (Means.CASH, Means.TRANSFER):
        raise OrderRefused("bad_means", _("Cards are paid on the card page."))
    means_check(means)
    with transaction.atomic():
        locked = Order.objects.select_for_update().get(pk=order.pk)
        _check_payable(locked)
        payment = _payment_create(locked, means)
        payment.status = Payment.Status.PAID
        payment.paid_at = timezone.now()
        if means == Means.CASH:
            payment.receipt_number = _receipt_number()
        payment.save()
        order_confirm(order=locked, payment=payment)
    order.refresh_from_db()
    return payment


def _receipt_number() -> str:
    series = f"R{timezone.localdate().year}"
    ReceiptCounter.objects.get_or_create(series=series)
    counter = ReceiptCounter.objects.select_for_update().get(series=series)
    counter.last += 1
    counter.save()
    return f"{series}-{counter.last:06d}"


def payment_settle(payment: Payment) -> Payment:
    """Ask the processor how ``payment`` stands and act on the answer. Repeatable.

    Paid: confirm the order; if its places are gone, keep the payment, refund it and tell the
    customer. Expired: give the places back. Anything else changes nothing.
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
                order_confirm(order=locked.order, payment=locked)
    except (SoldOut, OrderRefused) as refusal:
        with transaction.atomic():
            locked = _mark_paid(payment, session)
            if locked is not None:
                _refund_late(locked, refusal)


def _mark_paid(payment: Payment, session: processor.CheckoutSession) -> Payment | None:
    """Mark the payment paid under a row lock; None when somebody else already did."""
    locked = (
        Payment.objects.select_for_update(of=("self",)).select_related("order").get(pk=payment.pk)
    )
    if locked.status == Payment.Status.PAID:
        return None
    locked.status = Payment.Status.PAID
    locked.intent_id = session.payment_intent
    locked.paid_at = timezone.now()
    locked.save()
    audit_record(
        verb="payment.paid",
        target=locked,
        after={"amount": str(locked.amount), "processor": session.payment_intent},
    )
    return locked


def _refund_late(payment: Payment, refusal: Exception) -> None:
    """The money came, the places are gone: give it back and say so (issue, "Bad input")."""
    order = payment.order
    code = getattr(refusal, "code", "refused")
    journal_append(agency=current_agency(), entries=[payment_entry(order, payment)])
    refund_open(payment=payment, amount=payment.amount, reason=code)
    if order.status in (Order.Status.HOLD, Order.Status.PENDING):
        order.status = Order.Status.EXPIRED
        order.save(update_fields=["status"])
    audit_record(verb="order.payment_too_late", target=order, after={"reason": code})
    message_add(
        kind="order.too_late",
        dedupe_key=f"order.too_late:{payment.pk}",
        payload={"order": order.reference, "payment": str(payment.pk), "reason": code},
    )


def _settle_expired(payment: Payment) -> None:
    from tenant_apps.orders.actions.holding import order_expire

    with transaction.atomic():
        locked = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
        if locked.status in (Payment.Status.CREATED, Payment.Status.OPEN):
            locked.status = Payment.Status.EXPIRED
            locked.save(update_fields=["status"])
            audit_record(verb="payment.expire", target=locked)
    order_expire(locked.order)
