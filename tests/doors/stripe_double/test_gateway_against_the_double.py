"""The gateway does with the double what the shop will do with Stripe: pay, confirm, refund."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from moneyed import Money

from deploy.sandbox.ports import free_port
from tenant_apps.payments.gateway import (
    CheckoutLine,
    GatewayRefused,
    GatewayUnavailable,
    StripeGateway,
    expiry_within_bounds,
)
from tests.doors.stripe_double.conftest import AGENCY, SECRET
from tests.doors.stripe_double.servers import API_KEY

CHALLENGED = "4000002500003155"


def test_a_paid_session_is_announced_by_a_signed_event_and_confirmed_by_reading_it_again(
    double, receiver, gateway, opened
):
    session = opened(metadata={"agency": "lumiere"}, customer_email="camille@example.fr")
    assert (session.status, session.payment_intent, session.is_paid) == ("open", "", False)

    double.pay(session.id)
    double.settle()
    events = [gateway.event_verify(it.body, it.signature) for it in receiver.all_now()]

    assert [event.type for event in events] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    assert (events[-1].object_id, events[-1].account) == (session.id, "")
    paid = gateway.checkout_retrieve(events[-1].object_id)
    assert paid.is_paid
    assert (paid.amount, paid.reference, paid.url) == (Money("120.50", "EUR"), "CMD-0001", "")
    assert paid.metadata == {"reference": "CMD-0001", "agency": "lumiere"}
    payment = gateway.payment_retrieve(paid.payment_intent)
    assert payment.amount_received == Money("120.50", "EUR")
    assert payment.metadata == paid.metadata


def test_the_page_shows_the_lines_it_charges(double, opened):
    lines = [
        CheckoutLine("Snowshoe walk", Money("40.00", "EUR"), 2, "12 June"),
        CheckoutLine("Fondue", Money("20.25", "EUR"), 2),
    ]
    session = opened(lines=lines)

    shown = double.get(f"/v1/checkout/sessions/{session.id}?expand[]=line_items").json()

    assert [(it["description"], it["amount_total"]) for it in shown["line_items"]["data"]] == [
        ("Snowshoe walk", 8000),
        ("Fondue", 4050),
    ]


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("4000000000000002", "card_declined", "generic_decline"),
        ("4000000000009995", "card_declined", "insufficient_funds"),
    ],
)
def test_a_declined_card_leaves_the_session_open_for_another_card(
    double, gateway, opened, card, code, decline_code
):
    session = opened()
    refused = double.pay(session.id, card=card)

    assert refused["error"]["decline_code"] == decline_code
    still_open = gateway.checkout_retrieve(session.id)
    assert (still_open.status, still_open.is_paid) == ("open", False)
    payment = gateway.payment_retrieve(still_open.payment_intent)
    assert (payment.status, payment.failure_code, payment.decline_code) == (
        "requires_payment_method",
        code,
        decline_code,
    )

    double.pay(session.id, card="5555555555554444")
    assert gateway.checkout_retrieve(session.id).is_paid
    assert gateway.checkout_retrieve(session.id).payment_intent == payment.id


def test_a_challenged_card_pays_only_after_the_bank_said_yes(double, gateway, opened):
    session = opened()
    double.pay(session.id, card=CHALLENGED)
    waiting = gateway.checkout_retrieve(session.id)
    assert not waiting.is_paid
    assert gateway.payment_retrieve(waiting.payment_intent).status == "requires_action"

    refused = double.pay(session.id, card=CHALLENGED, authenticate=False)
    assert refused["error"]["code"] == "payment_intent_authentication_failure"
    assert not gateway.checkout_retrieve(session.id).is_paid

    assert double.pay(session.id, card=CHALLENGED, authenticate=True)["error"] is None
    assert gateway.checkout_retrieve(session.id).is_paid


def test_a_direct_charge_belongs_to_the_agency_and_its_fee_to_the_platform(
    double, receiver, gateway, opened
):
    session = opened(connected_account=AGENCY, application_fee=Money("12.05", "EUR"))
    double.pay(session.id)
    double.settle()

    events = [gateway.event_verify(it.body, it.signature) for it in receiver.all_now()]
    completed = next(event for event in events if event.type == "checkout.session.completed")
    fee_made = next(event for event in events if event.type == "application_fee.created")
    assert (completed.account, fee_made.account) == (AGENCY, "")
    paid = gateway.checkout_retrieve(session.id, connected_account=AGENCY)
    payment = gateway.payment_retrieve(paid.payment_intent, connected_account=AGENCY)
    assert payment.application_fee == Money("12.05", "EUR")
    with pytest.raises(GatewayRefused, match=r"No such checkout\.session"):
        gateway.checkout_retrieve(session.id)


def test_a_refund_of_a_direct_charge_gives_the_fee_back_in_proportion(double, gateway, opened, key):
    session = opened(connected_account=AGENCY, application_fee=Money("12.05", "EUR"))
    double.pay(session.id)
    payment = gateway.checkout_retrieve(session.id, connected_account=AGENCY).payment_intent

    gateway.refund_create(
        payment_intent=payment,
        amount=Money("60.25", "EUR"),
        idempotency_key=key(),
        connected_account=AGENCY,
        refund_application_fee=True,
    )

    charge = gateway.payment_retrieve(payment, connected_account=AGENCY).charge
    headers = {"Stripe-Account": AGENCY}
    fee_id = double.get(f"/v1/charges/{charge}", **headers).json()["application_fee"]
    fee = double.get(f"/v1/application_fees/{fee_id}").json()
    assert (fee["amount"], fee["amount_refunded"], fee["refunded"]) == (1205, 603, False)


def test_refunds_add_up_to_what_was_paid_and_never_more(double, receiver, gateway, opened, key):
    session = opened()
    double.pay(session.id)
    payment = gateway.checkout_retrieve(session.id).payment_intent
    double.settle()
    receiver.all_now()

    part = gateway.refund_create(
        payment_intent=payment,
        amount=Money("20.50", "EUR"),
        idempotency_key=key(),
        reason="requested_by_customer",
        metadata={"cancellation": "7"},
    )
    assert (part.status, part.amount) == ("succeeded", Money("20.50", "EUR"))
    with pytest.raises(GatewayRefused, match="greater than unrefunded amount"):
        gateway.refund_create(
            payment_intent=payment, amount=Money("100.01", "EUR"), idempotency_key=key()
        )
    rest = gateway.refund_create(payment_intent=payment, idempotency_key=key())
    assert rest.amount == Money("100.00", "EUR")
    with pytest.raises(GatewayRefused) as nothing_left:
        gateway.refund_create(payment_intent=payment, idempotency_key=key())
    assert nothing_left.value.code == "charge_already_refunded"

    assert gateway.refund_retrieve(part.id) == part
    double.settle()
    events = [gateway.event_verify(it.body, it.signature) for it in receiver.all_now()]
    assert [event.type for event in events] == [
        "refund.created",
        "charge.refunded",
        "refund.updated",
    ] * 2
    assert events[-2].payload["data"]["object"]["amount_refunded"] == 12050


@pytest.mark.parametrize(
    ("card", "at_first", "outcome", "left"),
    [
        ("4000000000007726", "pending", "succeeded", 0),
        ("4000000000005126", "succeeded", "failed", 12050),
    ],
)
def test_a_refund_may_be_settled_days_later(
    double, gateway, opened, key, card, at_first, outcome, left
):
    session = opened()
    double.pay(session.id, card=card)
    payment = gateway.checkout_retrieve(session.id).payment_intent
    refund = gateway.refund_create(payment_intent=payment, idempotency_key=key())
    assert refund.status == at_first

    double.control(f"refunds/{refund.id}/settle", status=outcome)

    assert gateway.refund_retrieve(refund.id).status == outcome
    charge = double.get(f"/v1/charges/{refund.charge}").json()
    assert charge["amount"] - charge["amount_refunded"] == left


def test_the_same_key_gives_the_same_session_and_never_a_second_refund(
    double, gateway, opened, key
):
    once = opened(idempotency_key="order-7-payment-1")
    assert opened(idempotency_key="order-7-payment-1").id == once.id
    double.pay(once.id)
    payment = gateway.checkout_retrieve(once.id).payment_intent

    stored = key()
    refunds = {
        gateway.refund_create(
            payment_intent=payment, amount=Money("10.00", "EUR"), idempotency_key=stored
        ).id
        for _ in range(3)
    }

    assert len(refunds) == 1
    charge = gateway.payment_retrieve(payment).charge
    assert double.get(f"/v1/charges/{charge}").json()["amount_refunded"] == 1000


def test_the_same_key_for_another_amount_is_refused(opened):
    opened(idempotency_key="order-8-payment-1")

    with pytest.raises(GatewayRefused) as refusal:
        opened(idempotency_key="order-8-payment-1", amount=Money("1.00", "EUR"))

    assert refusal.value.code == "idempotency_error"


def test_an_answer_lost_on_the_way_is_repaired_by_repeating_the_call(double, opened):
    double.control("faults", path="/v1/checkout", status=503, when="after")

    with pytest.raises(GatewayUnavailable):
        opened(idempotency_key="order-9-payment-1")
    session = opened(idempotency_key="order-9-payment-1")

    double.pay(session.id)
    completed = double.ask("events", type="checkout.session.completed")["events"]
    assert [event["data"]["object"]["id"] for event in completed] == [session.id]
    kept = double.ask("events", type="payment_intent.created")["events"]
    assert len(kept) == 1


def test_the_sdk_repeats_a_failed_attempt_under_the_same_key(double, key):
    patient = StripeGateway(API_KEY, SECRET, base_url=double.url, max_network_retries=2)
    double.control("faults", path="/v1/checkout", status=503, when="after")

    session = patient.checkout_create(
        amount=Money("10.00", "EUR"),
        reference="CMD-0002",
        success_url="http://shop.localhost/paid",
        cancel_url="http://shop.localhost/cart",
        idempotency_key=key(),
    )

    assert session.status == "open"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_failing_processor_is_unavailable_and_nothing_happened(double, opened, status):
    double.control("faults", path="/v1/checkout", status=status, when="before")

    with pytest.raises(GatewayUnavailable):
        opened()

    assert double.ask("events")["events"] == []


def test_a_processor_that_does_not_answer_is_unavailable():
    nobody = StripeGateway(
        API_KEY, SECRET, base_url=f"http://127.0.0.1:{free_port()}", max_network_retries=0
    )

    with pytest.raises(GatewayUnavailable):
        nobody.checkout_retrieve("cs_test_1")


def test_a_key_still_in_flight_is_an_unknown_outcome_not_a_refusal(double, opened):
    double.control("config", latency_seconds=0.4)
    results: list[object] = []

    def call() -> None:
        try:
            results.append(opened(idempotency_key="order-10-payment-1").id)
        except GatewayUnavailable as error:
            results.append(error.code)

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)

    assert sorted(str(result)[:7] for result in results) == ["cs_test", "idempot"]
    assert "idempotency_key_in_use" in results


def test_a_wrong_api_key_is_refused_without_being_shown(double, key):
    stranger = StripeGateway(
        "sk_test_notthekeyofthisdouble", SECRET, base_url=double.url, max_network_retries=0
    )

    with pytest.raises(GatewayRefused) as refusal:
        stranger.checkout_retrieve("cs_test_1")

    assert "sk_test_notthekey" not in refusal.value.message


def test_a_closed_page_can_no_longer_be_paid_and_a_paid_one_no_longer_closed(
    double, gateway, opened, key
):
    closed = gateway.checkout_expire(opened().id, idempotency_key=key())
    assert (closed.status, closed.url) == ("expired", "")
    assert double.pay(closed.id)["error"]["code"] == "checkout_session_not_open"

    paid = opened()
    double.pay(paid.id)
    with pytest.raises(GatewayRefused, match="status of `complete`"):
        gateway.checkout_expire(paid.id, idempotency_key=key())


def test_a_session_expires_by_itself_and_says_so(double, receiver, gateway, opened):
    now = datetime.now(UTC)
    session = opened(expires_at=expiry_within_bounds(now + timedelta(minutes=20), now=now))

    double.control("clock", advance=32 * 60)
    double.settle()

    event = gateway.event_verify(*_parts(receiver.next()))
    assert (event.type, event.object_id) == ("checkout.session.expired", session.id)
    assert gateway.checkout_retrieve(session.id).status == "expired"


def test_a_page_asked_for_too_late_is_refused_and_may_be_asked_for_again_under_its_key(opened):
    now = datetime.now(UTC)
    with pytest.raises(GatewayRefused) as refusal:
        opened(idempotency_key="order-11-payment-1", expires_at=now + timedelta(minutes=20))
    assert refusal.value.param == "expires_at"

    corrected = expiry_within_bounds(now + timedelta(minutes=20), now=now)
    session = opened(idempotency_key="order-11-payment-1", expires_at=corrected)

    assert session.expires_at == corrected


@pytest.mark.parametrize(
    ("amount", "minor"),
    [
        (Money("1234", "JPY"), 1234),
        (Money("5.120", "KWD"), 5120),
        (Money("500", "ISK"), 50000),
        (Money("0.50", "EUR"), 50),
    ],
)
def test_the_product_and_the_double_agree_on_minor_units(double, opened, amount, minor):
    session = opened(amount=amount)

    shown = double.get(f"/v1/checkout/sessions/{session.id}").json()
    assert (shown["amount_total"], session.amount) == (minor, amount)


def test_an_event_can_be_read_again_in_its_own_account_only(double, gateway, opened):
    double.pay(opened(connected_account=AGENCY).id)
    event = double.ask("events", type="checkout.session.completed")["events"][0]

    assert double.get(f"/v1/events/{event['id']}").status_code == 404
    own = double.get(f"/v1/events/{event['id']}", **{"Stripe-Account": AGENCY})
    assert json.loads(own.text) == event


def _parts(received):
    return received.body, received.signature
