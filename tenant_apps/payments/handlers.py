"""What the worker does at the card processor, after the transaction that decided it (L6)."""

from shared_apps.outbox.handlers import Undeliverable, handles
from shared_apps.outbox.models import Message
from tenant_apps.payments.gateway import GatewayRefused
from tenant_apps.payments.models import Payment, Refund
from tenant_apps.payments.pages import MESSAGE, page_close
from tenant_apps.payments.refunds import refund_execute


@handles("refund.execute")
def refund_carry_out(message: Message) -> None:
    """``{refund}``: carry out one refund, once, however often this runs.

    No answer from the processor (GatewayUnavailable) is tried again with the same idempotency
    key. A refusal is final here and waits for a person: the refund stays open, the message says
    why, and making it due again tries once more.
    """
    try:
        refund_execute(message.payload["refund"])
    except Refund.DoesNotExist:
        raise Undeliverable("no such refund") from None
    except GatewayRefused as refusal:
        raise Undeliverable(f"refused by the processor: {refusal}") from refusal


@handles(MESSAGE)
def card_page_close(message: Message) -> None:
    """``{payment}``: close a card page that must not be paid any more."""
    try:
        page_close(message.payload["payment"])
    except Payment.DoesNotExist:
        raise Undeliverable("no such payment") from None
