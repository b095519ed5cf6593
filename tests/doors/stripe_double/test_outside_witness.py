"""An outside witness: the same gateway against localstripe, which we did not write.

Our double and our gateway could share a misunderstanding. localstripe has no Checkout Sessions,
no connected accounts and no idempotency, so only refunds, payments and webhook signatures are
compared; for those, both must give the gateway the same answers.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from moneyed import Money

from tenant_apps.payments.gateway import BadSignature, GatewayRefused, StripeGateway
from tests.doors.stripe_double.servers import API_KEY, running_receiver, running_witness

SECRET = "whsec_witness"


@pytest.fixture(scope="module")
def witness() -> Iterator[str]:
    with running_witness() as url:
        yield url


@pytest.fixture
def gateway_to_witness(witness: str) -> StripeGateway:
    return StripeGateway(API_KEY, SECRET, base_url=witness, max_network_retries=0)


def paid_at_witness(url: str) -> str:
    """A payment of 120.50 EUR, made without our gateway; its id."""
    with httpx.Client(base_url=url, auth=(API_KEY, "")) as client:
        card = {
            "type": "card",
            "card[number]": "4242424242424242",
            "card[exp_month]": "12",
            "card[exp_year]": "2034",
            "card[cvc]": "123",
        }
        method = client.post("/v1/payment_methods", data=card).json()["id"]
        wanted = {"amount": "12050", "currency": "eur", "payment_method": method}
        intent = client.post("/v1/payment_intents", data=wanted).json()["id"]
        client.post(f"/v1/payment_intents/{intent}/confirm").raise_for_status()
    return intent


def paid_at_double(double) -> str:
    """The same payment at our double."""
    form = "amount=12050&currency=eur&confirm=true&payment_method=pm_card_visa"
    return double.post("/v1/payment_intents", form, key="witnessed-payment").json()["id"]


def seen_through(gateway: StripeGateway, intent: str) -> list[object]:
    """What the gateway reports of one payment and its two refunds, without ids."""
    payment = gateway.payment_retrieve(intent)
    part = gateway.refund_create(
        payment_intent=intent,
        amount=Money("20.50", "EUR"),
        idempotency_key="witnessed-refund-1",
        metadata={"cancellation": "7"},
    )
    again = gateway.refund_retrieve(part.id)
    with pytest.raises(GatewayRefused) as nobody:
        gateway.refund_create(payment_intent="pi_nobody", idempotency_key="witnessed-refund-2")
    return [
        (payment.status, payment.amount, bool(payment.charge)),
        (part.status, part.amount, part.payment_intent == intent, part.metadata),
        again == part,
        type(nobody.value),
    ]


def test_payments_and_refunds_look_the_same_at_the_witness_and_at_the_double(
    double, gateway, witness, gateway_to_witness
):
    at_witness = seen_through(gateway_to_witness, paid_at_witness(witness))

    assert at_witness == seen_through(gateway, paid_at_double(double))
    assert at_witness[1] == (
        "succeeded",
        Money("20.50", "EUR"),
        True,
        {"cancellation": "7"},
    )


def test_a_webhook_signed_by_the_witness_is_verified(witness, gateway_to_witness):
    with running_receiver() as receiver:
        where = {"url": receiver.url, "secret": SECRET, "events[]": "payment_intent.succeeded"}
        httpx.post(f"{witness}/_config/webhooks/shop", data=where, auth=(API_KEY, ""))
        intent = paid_at_witness(witness)
        received = receiver.next()
        while intent.encode() not in received.body:
            received = receiver.next()

    event = gateway_to_witness.event_verify(received.body, received.signature)
    assert (event.type, event.object_id) == ("payment_intent.succeeded", intent)
    with pytest.raises(BadSignature):
        StripeGateway(API_KEY, "whsec_other").event_verify(received.body, received.signature)
