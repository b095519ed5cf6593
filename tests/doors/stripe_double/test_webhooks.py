"""Webhooks as a shop must be ready for them: signed, late, twice, in disorder, forged, or never."""

from __future__ import annotations

import pytest

from tenant_apps.payments.gateway import BadSignature, StripeGateway
from tests.doors.stripe_double.conftest import AGENCY, SECRET
from tests.doors.stripe_double.servers import API_KEY, running_double


def types(gateway, received) -> list[str]:
    return [gateway.event_verify(it.body, it.signature).type for it in received]


def test_a_refused_webhook_comes_back_until_it_is_accepted(double, receiver, gateway):
    for status in (500, 404):
        receiver.plan.put(status)
    double.control("events", type="charge.succeeded")

    assert double.settle() == {"delivered": 1}

    attempts = receiver.all_now()
    ids = {gateway.event_verify(it.body, it.signature).id for it in attempts}
    assert (len(attempts), len(ids)) == (3, 1)
    delivery = double.ask("deliveries")["deliveries"][0]
    assert (delivery["attempts"], delivery["last_status"]) == (3, 200)


def test_a_webhook_refused_too_often_is_given_up(double, receiver):
    for _ in range(3):
        receiver.plan.put(500)
    double.control("events", type="charge.succeeded")

    assert double.settle() == {"failed": 1}
    assert len(receiver.all_now()) == 3


def test_a_redirect_is_not_an_acceptance(double, receiver):
    double.control("config", retry_delays=[])
    receiver.plan.put(301)
    double.control("events", type="charge.succeeded")

    assert double.settle() == {"failed": 1}


def test_an_event_can_be_delivered_twice(double, receiver, gateway):
    event = double.control("events", type="charge.succeeded")["event"]
    double.settle()
    answers = double.control(f"events/{event['id']}/send", times=2)["answers"]

    assert [answer["status"] for answer in answers] == [200, 200]
    ids = [gateway.event_verify(it.body, it.signature).id for it in receiver.all_now()]
    assert ids == [event["id"]] * 3


def test_held_events_can_be_released_in_reverse(double, receiver, gateway, opened):
    double.control("deliveries/mode", mode="hold")
    double.pay(opened().id)
    assert double.settle() == {"held": 4}
    assert receiver.all_now() == []

    double.control("deliveries/release", order="reverse")
    double.settle()

    assert types(gateway, receiver.all_now()) == [
        "checkout.session.completed",
        "payment_intent.succeeded",
        "charge.succeeded",
        "payment_intent.created",
    ]


def test_dropped_events_never_arrive_but_can_be_read(double, receiver, opened):
    double.control("deliveries/mode", mode="drop")
    double.pay(opened().id)

    assert double.settle() == {"dropped": 4}
    assert receiver.all_now() == []
    assert len(double.ask("events")["events"]) == 4


def test_a_delayed_event_waits(double, receiver):
    double.control("deliveries/mode", mode="deliver", delay=3600)
    double.control("events", type="charge.succeeded")

    assert double.settle(timeout=0.2) == {"pending": 1}
    assert receiver.all_now() == []


def test_an_event_type_nobody_knows_is_delivered_like_any_other(double, receiver, gateway):
    double.control("events", type="double.never.heard.of", object={"id": "x_1", "object": "x"})
    double.settle()

    event = gateway.event_verify(*_parts(receiver.next()))
    assert (event.type, event.object_id, event.object_type) == ("double.never.heard.of", "x_1", "x")


@pytest.mark.parametrize("kind", ["bad", "stale", "none"])
def test_a_forged_old_or_unsigned_webhook_is_not_verified(double, receiver, gateway, kind):
    event = double.control("events", type="charge.succeeded")["event"]
    double.settle()
    receiver.all_now()
    double.control(f"events/{event['id']}/send", signature=kind)

    with pytest.raises(BadSignature):
        gateway.event_verify(*_parts(receiver.next()))


def test_a_single_changed_byte_breaks_the_signature(double, receiver, gateway):
    double.control("events", type="charge.succeeded")
    received = receiver.next()

    with pytest.raises(BadSignature):
        gateway.event_verify(
            received.body.replace(b"charge.succ", b"charge.SUCC"), received.signature
        )
    assert gateway.event_verify(received.body, received.signature).type == "charge.succeeded"


def test_platform_and_connected_events_may_have_endpoints_and_secrets_of_their_own(
    double, receiver, opened
):
    double.control(
        "config",
        webhooks=[
            {"url": receiver.url, "secret": SECRET, "scope": "account"},
            {"url": f"{receiver.url}?connect", "secret": "whsec_connect", "scope": "connect"},
        ],
    )
    double.control("events", type="charge.succeeded")
    double.control("events", type="charge.succeeded", account=AGENCY)
    double.settle()
    both = StripeGateway(API_KEY, [SECRET, "whsec_connect"], base_url=double.url)
    platform_only = StripeGateway(API_KEY, SECRET, base_url=double.url)

    received = receiver.all_now()

    accounts = [both.event_verify(it.body, it.signature).account for it in received]
    assert sorted(accounts) == ["", AGENCY]
    with pytest.raises(BadSignature):
        platform_only.event_verify(*_parts(received[accounts.index(AGENCY)]))


def test_a_restart_after_a_kill_finds_sessions_keys_and_unsent_events_again(
    tmp_path, receiver, gateway
):
    webhook = f"--webhook={receiver.url}={SECRET}"
    state = f"--state={tmp_path / 'stripe'}"
    form = (
        "mode=payment&line_items[0][price_data][currency]=eur"
        "&line_items[0][price_data][unit_amount]=900&line_items[0][quantity]=1"
        "&line_items[0][price_data][product_data][name]=Walk&success_url=http://shop.localhost/"
    )
    with running_double(state, webhook) as first:
        first.control("deliveries/mode", mode="hold")
        made = first.post("/v1/checkout/sessions", form, key="stored-key").json()
        first.pay(made["id"])
        first.process.kill()
        first.process.wait(timeout=10)

    with running_double(state, webhook) as second:
        again = second.get(f"/v1/checkout/sessions/{made['id']}").json()
        replayed = second.post("/v1/checkout/sessions", form, key="stored-key")
        second.control("deliveries/release")
        second.settle()

    assert (again["status"], again["payment_status"]) == ("complete", "paid")
    assert replayed.headers["Idempotent-Replayed"] == "true"
    assert replayed.json()["id"] == made["id"]
    assert types(gateway, receiver.all_now())[-1] == "checkout.session.completed"


def test_a_double_that_was_reset_is_empty(double, opened):
    session = opened()
    double.control("reset")

    assert double.client.get(session.url).status_code == 404
    assert double.ask("events")["events"] == []


def _parts(received):
    return received.body, received.signature
