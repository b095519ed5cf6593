"""What the gateway decides by itself, before and after the network."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from moneyed import Money

from tenant_apps.payments.gateway import (
    BadSignature,
    CheckoutLine,
    GatewayRefused,
    StripeGateway,
    expiry_within_bounds,
    gateway_from_settings,
)
from tenant_apps.payments.processor_requests import stripe_locale

NOW = datetime(2027, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "checkout.session.completed",
    "created": 1_800_000_000,
    "livemode": False,
    "data": {"object": {"id": "cs_test_1", "object": "checkout.session"}},
}


@pytest.fixture
def unreachable() -> StripeGateway:
    """A gateway to an address nobody may call: a test that gets that far fails."""
    return StripeGateway(
        "sk_test_1",
        ["whsec_old", "whsec_new"],
        base_url="http://127.0.0.1:9",
        max_network_retries=0,
    )


def signed(body: bytes, secret: str, *, age: int = 0) -> str:
    moment = int(time.time()) - age
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def create(gateway: StripeGateway, **changes: object) -> object:
    wanted = {
        "amount": Money("100.00", "EUR"),
        "reference": "CMD-1",
        "success_url": "http://shop.localhost/paid",
        "cancel_url": "http://shop.localhost/cart",
        "idempotency_key": "stored",
    }
    return gateway.checkout_create(**(wanted | changes))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"lines": [CheckoutLine("Walk", Money("99.99", "EUR"))]}, "the lines add up to"),
        ({"lines": [CheckoutLine("Walk", Money("100.00", "EUR"), 0)]}, "quantity is at least 1"),
        ({"lines": [CheckoutLine("Walk", Money("1.00", "EUR"))] * 101}, "at most 100 lines"),
        ({"application_fee": Money("10.00", "EUR")}, "only on a connected account"),
        (
            {"application_fee": Money("100.01", "EUR"), "connected_account": "acct_1"},
            "cannot be taken from",
        ),
        (
            {"application_fee": Money("10.00", "CHF"), "connected_account": "acct_1"},
            "cannot be taken from",
        ),
        ({"idempotency_key": ""}, "an idempotency key has"),
        ({"idempotency_key": "k" * 256}, "an idempotency key has"),
    ],
)
def test_an_inconsistent_call_fails_before_anything_is_sent(unreachable, changes, complaint):
    with pytest.raises(ValueError, match=complaint):
        create(unreachable, **changes)


def test_lines_in_two_currencies_never_become_one_amount(unreachable):
    lines = [CheckoutLine("Walk", Money("50", "EUR")), CheckoutLine("Fondue", Money("50", "CHF"))]

    with pytest.raises(ValueError, match="every line must be in EUR"):
        create(unreachable, lines=lines)


def test_an_amount_too_fine_for_the_currency_is_refused(unreachable):
    with pytest.raises(GatewayRefused) as refusal:
        create(unreachable, amount=Money("100.005", "EUR"))

    assert refusal.value.code == "amount_not_payable"


def test_a_fee_refund_needs_the_account_whose_charge_it_was(unreachable):
    with pytest.raises(ValueError, match="only on a connected account"):
        unreachable.refund_create(
            payment_intent="pi_1", idempotency_key="stored", refund_application_fee=True
        )


def test_a_gateway_without_a_key_cannot_be_made():
    with pytest.raises(ValueError, match="secret key is needed"):
        StripeGateway("", "whsec_1")


@pytest.mark.parametrize("secret", ["whsec_old", "whsec_new"])
def test_an_event_signed_with_any_known_secret_is_verified(unreachable, secret):
    body = json.dumps(EVENT | {"account": "acct_1"}).encode()

    event = unreachable.event_verify(body, signed(body, secret))

    assert (event.id, event.type) == ("evt_1", "checkout.session.completed")
    assert (event.account, event.object_id) == ("acct_1", "cs_test_1")
    assert event.created == datetime(2027, 1, 15, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("header", ["", "t=,v1=", "nonsense", "t=1", "v1=00", "t=1,v1=00"])
def test_a_header_that_is_no_signature_is_refused(unreachable, header):
    with pytest.raises(BadSignature):
        unreachable.event_verify(json.dumps(EVENT).encode(), header)


def test_an_old_signature_is_refused_so_that_a_copy_cannot_be_replayed(unreachable):
    body = json.dumps(EVENT).encode()

    assert unreachable.event_verify(body, signed(body, "whsec_new", age=200)).id == "evt_1"
    with pytest.raises(BadSignature):
        unreachable.event_verify(body, signed(body, "whsec_new", age=400))


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b'{"object": "charge"}',
        b'{"object": "event", "id": "evt_1"}',
        b'{"object": "event", "id": "e", "type": "t", "created": 1, "data": {"object": []}}',
        b'{"object": "event", "id": "e", "type": "t", "created": "x", "data": {"object": {}}}',
        b"\xff\xfe",
    ],
)
def test_signed_bytes_that_are_no_event_are_refused(unreachable, body):
    with pytest.raises(BadSignature):
        unreachable.event_verify(body, signed(body, "whsec_new"))


def test_a_body_larger_than_any_event_is_refused_unread(unreachable):
    body = b" " * (1024 * 1024 + 1)

    with pytest.raises(BadSignature, match="larger than any event"):
        unreachable.event_verify(body, signed(body, "whsec_new"))


def test_without_a_secret_no_event_is_ever_verified():
    body = json.dumps(EVENT).encode()

    with pytest.raises(BadSignature):
        StripeGateway("sk_test_1", "").event_verify(body, signed(body, ""))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (timedelta(minutes=15), timedelta(minutes=31)),
        (timedelta(hours=2), timedelta(hours=2)),
        (timedelta(days=3), timedelta(hours=23, minutes=59)),
    ],
)
def test_a_page_lives_as_long_as_wanted_within_what_stripe_takes(wanted, expected):
    chosen = expiry_within_bounds(NOW + wanted, now=NOW)

    assert chosen == (NOW + expected).replace(microsecond=0)


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fr", "fr"), ("fr-fr", "fr"), ("fr_CA", "fr-CA"), ("en-gb", "en-GB"), ("br", "auto")],
)
def test_a_language_tag_becomes_a_locale_stripe_knows(language, expected):
    assert stripe_locale(language) == expected


def test_the_settings_choose_key_secrets_and_address(monkeypatch):
    monkeypatch.setattr(
        "django.conf.settings",
        SimpleNamespace(
            STRIPE_API_KEY="sk_test_settings",
            STRIPE_WEBHOOK_SECRET="whsec_a, whsec_b",
            STRIPE_API_BASE="http://127.0.0.1:12111/",
        ),
    )
    body = json.dumps(EVENT).encode()

    gateway = gateway_from_settings()

    assert gateway is gateway_from_settings()
    assert gateway.event_verify(body, signed(body, "whsec_b")).id == "evt_1"
