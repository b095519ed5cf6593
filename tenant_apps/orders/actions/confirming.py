"""Confirming: the order, the journal, the outbox and the stock, in one transaction."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.inventory.actions import current_agency, holds_sell
from shared_apps.journal.actions import Entry, journal_append
from shared_apps.journal.models import JournalLine
from shared_apps.outbox.actions import messages_add
from tenant_apps.orders.actions.funding import operations_settle
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.orders.followers import order_confirmed
from tenant_apps.orders.locks import order_lock
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.payments.models import Payment
from tenants.together import written_together

SITUATION = ("category", "group", "sale_date")
CONFIRMABLE = (Order.Status.HOLD, Order.Status.PENDING, Order.Status.EXPIRED)


def order_confirm(*, order: Order, payment: Payment) -> Order:
    """Confirm ``order``, paid by ``payment`` (already marked paid in the same transaction).

    A hold that expired is taken again if the places are still free. Confirming twice is
    harmless. Raises :class:`~shared_apps.inventory.errors.SoldOut` when they are gone and
    :class:`OrderRefused` when the order cannot be confirmed; the caller then refunds.
    """
    with transaction.atomic():
        locked = order_lock(order.pk)
        if locked.status == Order.Status.CONFIRMED:
            return locked
        confirm_locked(order=locked, payment=payment)
    order.refresh_from_db()
    return order


def confirm_locked(
    *, order: Order, payment: Payment, collect: Callable[[], None] | None = None
) -> None:
    """Confirm an order that the caller has locked (:func:`order_lock`), in its transaction.

    ``collect`` writes the payment, when it is still to be written; it runs late because receipt
    numbers make their writers wait. After it come the budgets of special operations, the chain
    head and the counters: what other sales wait for is held for as few statements as can be.
    Raises as :func:`order_confirm`.
    """
    lines = list(order.lines.all())
    _check(order, lines, payment)
    before = order.status
    changes, late = holds_sell(line.hold_id for line in lines)
    order.status = Order.Status.CONFIRMED
    order.confirmed_at = timezone.now()
    order.expires_at = None
    order.version += 1
    order.save(update_fields=["status", "confirmed_at", "expires_at", "version"])
    _announce(order, lines)
    with written_together():
        audit_record(
            verb="order.confirm",
            target=order,
            before={"status": before},
            after={"status": order.status, "payment": str(payment.pk), "late": late},
        )
        if collect is not None:
            collect()
        funding = operations_settle(order=order, lines=lines)
        order_confirmed(order, lines)
        sales = [sale_entry(order, line) for line in lines]
        journal_append(
            agency=current_agency(), entries=[*sales, *funding, payment_entry(order, payment)]
        )
    for change in changes:
        change.apply()


def _check(order: Order, lines: list[OrderLine], payment: Payment) -> None:
    if order.status not in CONFIRMABLE:
        raise OrderRefused("not_confirmable", _("This order can no longer be confirmed."))
    if not lines:
        raise OrderRefused("no_lines", _("This order is empty."))
    if not order.terms_accepted:
        raise OrderRefused("terms_not_accepted", _("The terms of sale have not been accepted."))
    if order.customer_id is None:
        raise OrderRefused("no_customer", _("Say first who is buying."))
    paid = payment.status == Payment.Status.PAID and payment.order_id == order.pk
    if not paid or (payment.amount, payment.currency) != (order.total, order.currency):
        raise OrderRefused("not_paid", _("The payment does not cover this order."))


def sale_entry(order: Order, line: OrderLine, *, kind: str = "sale", sign: int = 1) -> Entry:
    """The journal entry of one line; ``sign`` -1 writes its exact opposite."""
    return Entry(
        kind=kind,
        order_reference=order.reference,
        channel=order.channel,
        seller_id=order.seller_id,
        currency=order.currency,
        line_id=line.pk,
        product_id=line.product_id,
        provider_id=line.provider_id,
        departure_id=line.departure_id,
        service_date=line.service_date,
        quantity=sign * sum(line.quantities.values()),
        customer_pays=sign * line.customer_pays,
        provider_share=sign * line.provider_share,
        agency_share=sign * line.agency_share,
        operator_share=sign * line.operator_share,
        details={
            "quantities": line.quantities,
            "places": line.places,
            "vat_regime": line.vat_regime,
            "rule": line.commission["decision"]["rule"],
            "band": line.commission["decision"]["band"],
            "unit": {rate["code"]: rate["price"]["unit"] for rate in line.waterfall},
            # What the rules were chosen on and no column says; simulations replay it.
            "sale": {name: line.commission["decision"]["sale"][name] for name in SITUATION},
        },
    )


def payment_entry(order: Order, payment: Payment) -> Entry:
    """The journal entry of money received for ``order``."""
    return money_entry(order, kind=JournalLine.Kind.PAYMENT, amount=payment.amount, payment=payment)


def money_entry(order: Order, *, kind: str, amount: Decimal, payment: Payment) -> Entry:
    """The journal entry of money moving: received (positive) or given back (negative)."""
    return Entry(
        kind=kind,
        order_reference=order.reference,
        channel=order.channel,
        seller_id=order.seller_id,
        currency=order.currency,
        customer_pays=amount,
        payment_means=payment.means,
        details={"payment": str(payment.pk), "processor": payment.intent_id},
    )


def _announce(order: Order, lines: list[OrderLine]) -> None:
    reference = order.reference
    messages: dict[str, tuple[str, dict[str, Any]]] = {
        f"order.confirmed:{reference}": ("order.confirmed", {"order": reference})
    }
    # R28: each provider is told of its own services, in one message of its own.
    for provider_id in sorted({line.provider_id for line in lines}):
        payload = {"order": reference, "provider": provider_id}
        messages[f"provider.booked:{reference}:{provider_id}"] = ("provider.booked", payload)
    messages_add(messages)
