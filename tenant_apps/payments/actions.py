"""Collecting money for an order (R7, R8, L6): open a card page, take cash or a transfer.

The payment row and its idempotency key exist before the first call to the card processor, so a
crash anywhere is repaired by calling again with the same key. Whether a card was charged is
never decided here: see :mod:`.settling`.
"""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from moneyed import Money

from shared_apps.audit.actions import audit_record
from shared_apps.catalog.texts import text_in
from shared_apps.inventory.actions import current_agency, holds_extend
from shared_apps.network.models import SellerIdentity
from shared_apps.network.queries import payment_means_for
from shared_apps.pricing.money import money_round
from tenant_apps.orders.actions.confirming import confirm_locked
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.orders.locks import order_lock
from tenant_apps.orders.models import Order
from tenant_apps.payments import gateway as processor
from tenant_apps.payments.minor_units import minor_unit
from tenant_apps.payments.models import Means, Payment
from tenant_apps.payments.pages import pages_close
from tenant_apps.payments.settling import payment_settle

__all__ = ["means_check", "payment_means", "payment_open", "payment_record", "payment_settle"]

# Stripe keeps a page open for at least 30 minutes; the hold runs as long as the page can be paid.
PAGE_OPEN = timedelta(minutes=32)
NEXT_RECEIPT = """
INSERT INTO payments_receiptcounter (series, last) VALUES (%s, 1)
ON CONFLICT (series) DO UPDATE SET last = payments_receiptcounter.last + 1
RETURNING last
"""


def means_check(means: str) -> None:
    """Refuse a means of payment that this agency was not granted (R7, R8)."""
    granted = payment_means_for(current_agency())
    if means not in granted:
        raise OrderRefused(
            "means_not_granted", _("This agency does not accept this means of payment.")
        )


def payment_means(order: Order) -> tuple[str, ...]:
    """How ``order`` may be paid, in the order pages offer it: granted, and with an account.

    A card needs the account of the seller of record: an agency that sells under its own
    liability and has none cannot take cards, and TNP does not collect in its place (L6).
    """
    granted = payment_means_for(current_agency())
    if Means.CARD in granted and order.own_liability and not _account_of(order):
        return tuple(means for means in granted if means != Means.CARD)
    return granted


def _account_of(order: Order) -> str:
    """The connected account of an own-liability seller; empty for TNP's own account."""
    if not order.own_liability:
        return ""
    return SellerIdentity.objects.values_list("stripe_account", flat=True).get(pk=order.seller_id)


def _account_check(order: Order) -> str:
    account = _account_of(order)
    if order.own_liability and not account:
        raise OrderRefused(
            "no_payment_account",
            _("The seller cannot take cards yet: its payment account is not connected."),
        )
    return account


def payment_open(*, order: Order, success_url: str, cancel_url: str) -> Payment:
    """Open a hosted card page for ``order`` and return the payment with its ``checkout_url``.

    The hold is extended for as long as the page can be paid. An open page for the same amount is
    used again. An order that costs nothing is confirmed at once, and its page is
    ``success_url``. Raises :class:`OrderRefused`, or the gateway's errors when the processor does
    not answer (the payment row then stays ``created`` and the same key is used at the next try).
    """
    means_check(Means.CARD)
    account = _account_check(order)
    if not order.total:
        return _settled_for_nothing(order, success_url)
    payment, expires_at = _payment_prepare(order, account)
    if payment.checkout_url and payment.status == Payment.Status.OPEN:
        return payment
    try:
        session = _page_create(order, payment, success_url, cancel_url, expires_at)
    except processor.GatewayRefused as refusal:
        if refusal.param != "expires_at":
            raise
        # The first call never arrived and too little is left of the hold for a page: the hold
        # runs anew, and the operation, with its key, is still the same.
        expires_at = _hold_anew(order)
        session = _page_create(order, payment, success_url, cancel_url, expires_at)
    return _page_note(payment, session)


def _page_create(
    order: Order, payment: Payment, success_url: str, cancel_url: str, expires_at: datetime
) -> processor.CheckoutSession:
    return processor.gateway_from_settings().checkout_create(
        amount=money_round(Money(payment.amount, payment.currency)),
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


def _page_note(payment: Payment, session: processor.CheckoutSession) -> Payment:
    """Note the open page. Events may have been faster: what they noted stays."""
    with transaction.atomic():
        found = Payment.objects.select_related("order").select_for_update(of=("self",))
        locked = found.get(pk=payment.pk)
        locked.session_id = session.id
        locked.checkout_url = session.url
        if locked.status == Payment.Status.CREATED:
            locked.status = Payment.Status.OPEN
        locked.save(update_fields=["session_id", "checkout_url", "status"])
        if locked.order.status not in (Order.Status.HOLD, Order.Status.PENDING):
            pages_close(locked.order)  # cancelled while the processor was opening the page
        audit_record(verb="payment.open", target=locked, after={"session": session.id})
    return locked


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


def _payment_prepare(order: Order, account: str) -> tuple[Payment, datetime]:
    with transaction.atomic():
        locked = order_lock(order.pk)
        _check_payable(locked)
        payment = locked.payments.filter(
            means=Means.CARD,
            status__in=[Payment.Status.CREATED, Payment.Status.OPEN],
            amount=locked.total,
        ).first()
        until = locked.expires_at or timezone.now()
        if payment is None:
            pages_close(locked)  # a page for another amount must not be paid any more
            payment = _payment_create(locked, account)
            until = _extend(locked)
        locked.status = Order.Status.PENDING
        locked.save(update_fields=["status", "expires_at"])
    order.refresh_from_db()
    return payment, until


def _hold_anew(order: Order) -> datetime:
    with transaction.atomic():
        locked = order_lock(order.pk)
        _check_payable(locked)
        until = _extend(locked)
        locked.save(update_fields=["expires_at"])
    order.refresh_from_db()
    return until


def _extend(order: Order) -> datetime:
    """Let the locked order's holds run as long as a page opened now; saved by the caller."""
    until = (timezone.now() + PAGE_OPEN).replace(microsecond=0)
    holds = list(order.lines.values_list("hold_id", flat=True))
    if holds_extend(holds, expires_at=until) < len(holds):
        raise OrderRefused("hold_expired", _hold_over())
    order.expires_at = until
    return until


def _hold_over() -> str:
    return _("The hold on your places has ended. Please start again.")


def _check_open(order: Order) -> None:
    if order.status not in (Order.Status.HOLD, Order.Status.PENDING):
        raise OrderRefused("not_payable", _("This order can no longer be paid."))
    if order.hold_is_over:
        raise OrderRefused("hold_expired", _hold_over())


def _check_payable(order: Order) -> None:
    _check_open(order)
    if not order.lines.exists():
        raise OrderRefused("no_lines", _("This order is empty."))
    if not order.terms_accepted:
        raise OrderRefused("terms_not_accepted", _("The terms of sale have not been accepted."))
    if order.customer_id is None:
        raise OrderRefused("no_customer", _("Say first who is buying."))


def _payment_new(order: Order, means: str) -> Payment:
    payment = Payment(
        id=uuid.uuid4(), order=order, means=means, amount=order.total, currency=order.currency
    )
    payment.idempotency_key = f"payment-{payment.id}"
    return payment


def _payment_write(payment: Payment) -> None:
    payment.save(force_insert=True)
    audit_record(
        verb="payment.create",
        target=payment,
        after={
            "means": payment.means,
            "amount": str(payment.amount),
            "currency": payment.currency,
            "status": payment.status,
        },
    )


def _payment_create(order: Order, account: str) -> Payment:
    payment = _payment_new(order, Means.CARD)
    if account:
        payment.connected_account = account
        payment.application_fee = _operator_fee(order)
    _payment_write(payment)
    return payment


def _operator_fee(order: Order) -> Decimal:
    """What the operator takes of an agency's own charge: its share of the sale (L6).

    The provider's share stays with the agency: only its own products are sold this way. The
    processor wants the fee to be below the charge, so the last minor unit is left.
    """
    share = sum(order.lines.values_list("operator_share", flat=True), Decimal(0))
    most = order.total - minor_unit(order.currency)
    return max(min(share, most), Decimal(0))


def _settled_for_nothing(order: Order, success_url: str) -> Payment:
    with transaction.atomic():
        locked = order_lock(order.pk)
        _check_open(locked)
        payment = _payment_new(locked, Means.CARD)
        payment.status, payment.paid_at = Payment.Status.PAID, timezone.now()
        payment.checkout_url = success_url
        confirm_locked(order=locked, payment=payment, collect=lambda: _payment_write(payment))
    order.refresh_from_db()
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
        locked = order_lock(order.pk)
        _check_open(locked)
        payment = _payment_new(locked, means)
        payment.status, payment.paid_at = Payment.Status.PAID, timezone.now()

        def collect() -> None:
            if means == Means.CASH:
                payment.receipt_number = _receipt_number()
            _payment_write(payment)

        # Before the counters move: after them every statement makes other sales wait.
        pages_close(locked)
        confirm_locked(order=locked, payment=payment, collect=collect)
    order.refresh_from_db()
    return payment


def _receipt_number() -> str:
    """The next number of the year's series; its row stays locked until the transaction ends."""
    series = f"R{timezone.localdate().year}"
    with connection.cursor() as cursor:
        cursor.execute(NEXT_RECEIPT, [series])
        return f"{series}-{cursor.fetchone()[0]:06d}"
