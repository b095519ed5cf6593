"""Closes card pages that must not be paid any more: the order was cancelled, changed or paid.

Noted in the transaction that makes a page useless and done by the worker after it, because the
processor is never called with an order locked. It is a courtesy: a customer who pays a page that
is still open gets the money back all the same (:mod:`.settling`). So nothing waits for it, and
what cannot be closed is left alone.

Orders know nothing of card pages. This module listens to them being cancelled.
"""

import uuid
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from shared_apps.outbox.actions import messages_add
from tenant_apps.orders.models import Order
from tenant_apps.payments import gateway as processor
from tenant_apps.payments.models import Means, Payment
from tenant_apps.payments.settling import payment_settle

MESSAGE = "payment.page_close"


def pages_close(order: Order) -> None:
    """Ask, after this transaction, for the open card pages of ``order`` to be closed."""
    open_pages = order.payments.filter(means=Means.CARD, status=Payment.Status.OPEN)
    page_ids = list(open_pages.exclude(session_id="").values_list("pk", flat=True))
    if page_ids:
        messages_add({f"{MESSAGE}:{pk}": (MESSAGE, {"payment": str(pk)}) for pk in page_ids})


@receiver(post_save, sender=Order, dispatch_uid="payments.close_pages_of_cancelled_order")
def _order_saved(instance: Order, *, created: bool, **_signal: Any) -> None:
    if not created and instance.status == Order.Status.CANCELLED:
        pages_close(instance)


def page_close(payment_id: uuid.UUID | str) -> Payment:
    """Close one open page at the processor and note what became of it. Repeatable.

    Raises GatewayUnavailable to be tried again, as long as the page can still be paid.
    """
    payment = Payment.objects.get(pk=payment_id)
    if payment.status != Payment.Status.OPEN:
        return payment
    try:
        processor.gateway_from_settings().checkout_expire(
            payment.session_id,
            idempotency_key=f"close-{payment.idempotency_key}",
            connected_account=payment.connected_account or None,
        )
    except processor.GatewayRefused:
        # No longer open: paid or ended a moment ago. What it is now, settling asks.
        pass
    except processor.GatewayUnavailable:
        if timezone.now() - payment.created_at < processor.EXPIRY_MAX:
            raise
        return payment
    return payment_settle(payment)
