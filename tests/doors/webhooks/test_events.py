"""The webhook address: what it believes, stores and answers."""

import json

import pytest

from tenant_apps.payments.models import Payment
from tests.doors.webhooks.conftest import money, status, stored_event


@pytest.mark.parametrize("signature", ["bad", "stale", "none"])
def test_an_event_nobody_signed_is_refused_and_not_stored(shop, signature):
    order = shop.order(days=70)
    page = shop.page(order)
    shop.double.control("deliveries/mode", mode="drop")
    shop.pay(page)
    event = shop.events("checkout.session.completed")[0]
    answers = shop.double.control(f"events/{event['id']}/send", signature=signature)["answers"]
    assert [answer["status"] for answer in answers] == [400]
    assert stored_event(event["id"]) is None
    assert status(order) == "pending"


@pytest.mark.parametrize("body", [b"", b"{", b"\x00", b"[]", b"x" * 2_000_000])
def test_bytes_that_are_no_event_are_refused(post, body):
    assert post(body).status_code in (400, 413)
    assert post(body, "t=1,v1=00").status_code in (400, 413)


def test_an_unknown_type_is_stored_and_left_alone(shop):
    event = shop.double.control("events", type="radar.early_fraud_warning.created")["event"]
    assert shop.double.settle() == {"delivered": 1}
    stored = stored_event(event["id"])
    assert (stored.state, stored.type) == ("ignored", "radar.early_fraud_warning.created")
    assert stored.payload["id"] == event["id"]


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"schema": "agency_nobody", "payment": "1"},
        {"schema": "agency_lumiere"},
        {"schema": "agency_lumiere", "payment": "not-an-id"},
        {"schema": "agency_lumiere", "payment": "00000000-0000-4000-8000-000000000000"},
    ],
)
def test_an_event_about_nothing_of_ours_is_accepted_and_changes_nothing(shop, metadata):
    session = {"id": "cs_unknown", "object": "checkout.session", "metadata": metadata}
    shop.double.control("events", type="checkout.session.completed", object=session)
    assert shop.double.settle() == {"delivered": 1}


def test_an_event_is_not_believed_but_looked_up(shop):
    """The event says paid; the processor, asked, says open."""
    order = shop.order(days=71)
    page = shop.page(order)
    names = {"schema": shop.agency.schema_name, "payment": str(page.pk)}
    session = {"id": page.session_id, "payment_status": "paid", "metadata": names}
    shop.double.control("events", type="checkout.session.completed", object=session)
    assert shop.double.settle() == {"delivered": 1}
    assert status(order) == "pending"


def test_a_connected_account_cannot_name_another_agencys_payment(shop):
    """Its events are signed like all others, and their metadata is its own to write."""
    order = shop.order(days=72)
    page = shop.page(order)
    names = {"schema": shop.agency.schema_name, "payment": str(page.pk)}
    session = {"id": page.session_id, "payment_status": "paid", "metadata": names}
    shop.double.control("deliveries/mode", mode="drop")
    shop.pay(page)
    shop.double.control("deliveries/mode", mode="deliver")
    shop.double.control(
        "events", type="checkout.session.completed", object=session, account="acct_ocean"
    )
    shop.double.settle()
    assert status(order) == "pending"
    assert Payment.objects.get(pk=page.pk).status == "open"


def test_an_event_that_could_not_be_handled_comes_back(shop):
    """The processor does not answer our question: 500, so that the event is sent again."""
    order = shop.order(days=73)
    page = shop.page(order)
    names = {"schema": shop.agency.schema_name, "payment": str(page.pk)}
    session = {"id": "cs_other", "metadata": names}
    Payment.objects.filter(pk=page.pk).update(session_id="cs_other")
    event = shop.double.control("events", type="checkout.session.completed", object=session)
    shop.double.settle()
    stored = stored_event(event["event"]["id"])
    assert (stored.state, stored.deliveries) == ("failed", 2)
    assert "GatewayRefused" in stored.error
    Payment.objects.filter(pk=page.pk).update(session_id=page.session_id)
    shop.pay(page)
    assert status(order) == "confirmed"
    assert len(money(order)) == 1


def test_only_post_is_answered(shop, servers):
    import httpx

    site, _double = servers
    assert httpx.get(f"{site.url}/webhooks/stripe/").status_code == 405
    shown = json.dumps(dict(httpx.get(f"{site.url}/webhooks/stripe/").headers))
    assert "POST" in shown
