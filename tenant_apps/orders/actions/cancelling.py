"""Cancelling: negative journal lines, the fee of the frozen scale, places and money given back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from moneyed import Money

from shared_apps.audit.actions import audit_record
from shared_apps.inventory.actions import current_agency, holds_release, holds_return
from shared_apps.journal.actions import Entry, journal_append
from shared_apps.journal.models import JournalLine
from shared_apps.outbox.actions import message_add
from tenant_apps.orders.actions.confirming import sale_entry
from tenant_apps.orders.actions.funding import operations_undo
from tenant_apps.orders.cancellation import Fee, fee_percent, fee_split
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.orders.followers import order_cancelled
from tenant_apps.orders.locks import order_lock
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.payments.refunds import refund_open


def order_cancel(*, order: Order, reason: str, waive_fee: bool = False) -> Order:
    """Cancel ``order``: give its places back, and its money less the frozen fee (L5).

    An order on hold is simply released. A confirmed one writes a negative line for each sale
    line, a fee line where the scale asks one (unless ``waive_fee``: the seller cancels), and
    opens the refund, which the worker carries out. Raises :class:`OrderRefused` when it is
    already over.
    """
    with transaction.atomic():
        locked = order_lock(order.pk)
        if locked.status not in (Order.Status.HOLD, Order.Status.PENDING, Order.Status.CONFIRMED):
            raise OrderRefused("not_cancellable", _("This order is already over."))
        was = locked.status
        lines = list(locked.lines.all())
        hold_ids = [line.hold_id for line in lines]
        confirmed = was == Order.Status.CONFIRMED
        change = holds_return(hold_ids) if confirmed else holds_release(hold_ids)
        locked.status = Order.Status.CANCELLED
        locked.cancelled_at = timezone.now()
        locked.cancel_reason = reason[:240]
        locked.expires_at = None
        locked.version += 1
        locked.save()
        if confirmed:
            _undo(locked, lines, waive_fee=waive_fee)
        audit_record(
            verb="order.cancel",
            target=locked,
            before={"status": was},
            after={"status": locked.status, "reason": reason[:240], "fee_waived": waive_fee},
        )
        change.apply()
    order.refresh_from_db()
    return order


def _undo(order: Order, lines: list[OrderLine], *, waive_fee: bool) -> None:
    entries: list[Entry] = []
    kept = Money(0, order.currency)
    fees = {} if waive_fee else {line.pk: line_fee(order, line) for line in lines}
    for line in lines:
        kind = JournalLine.Kind.CANCELLATION
        entries.append(sale_entry(order, line, kind=kind, sign=-1))
        fee = fees.get(line.pk)
        if fee and fee.amount.amount:
            entries.append(_fee_entry(order, line, fee))
            kept += fee.amount
    entries += operations_undo(order=order, lines=lines, fees=fees)
    order_cancelled(order, fees)
    journal_append(agency=current_agency(), entries=entries)
    for payment in order.payments.filter(status="paid"):
        back = Money(payment.amount, payment.currency) - kept
        if back.amount > 0:
            refund_open(payment=payment, amount=back.amount, reason="cancelled")
    message_add(
        kind="order.cancelled",
        dedupe_key=f"order.cancelled:{order.reference}",
        payload={"order": order.reference, "fee": str(kept.amount)},
    )
    for provider_id in sorted({line.provider_id for line in lines}):
        message_add(
            kind="provider.cancelled",
            dedupe_key=f"provider.cancelled:{order.reference}:{provider_id}",
            payload={"order": order.reference, "provider": provider_id},
        )


def line_fee(order: Order, line: OrderLine) -> Fee:
    """What cancelling ``line`` today would cost, by the scale frozen at its sale."""
    days = (line.service_date - timezone.localdate()).days
    percent = fee_percent(line.snapshot["product"]["cancellation_scale"], days)
    currency = order.currency
    return fee_split(
        percent,
        pays=Money(line.customer_pays, currency),
        shares=[
            Money(share, currency)
            for share in (line.provider_share, line.agency_share, line.operator_share)
        ],
    )


def _fee_entry(order: Order, line: OrderLine, fee: Fee) -> Entry:
    return Entry(
        kind=JournalLine.Kind.FEE,
        order_reference=order.reference,
        channel=order.channel,
        seller_id=order.seller_id,
        currency=order.currency,
        line_id=line.pk,
        product_id=line.product_id,
        provider_id=line.provider_id,
        departure_id=line.departure_id,
        service_date=line.service_date,
        customer_pays=fee.amount.amount,
        provider_share=fee.provider.amount,
        agency_share=fee.agency.amount,
        operator_share=fee.operator.amount,
        details={"fee_percent": str(fee.percent)},
    )
