"""Each strict rule of the double, shown once by a call that fails."""

from __future__ import annotations

import time
from urllib.parse import urlencode

import pytest

from tests.doors.stripe_double.conftest import AGENCY
from tests.doors.stripe_double.servers import running_double

SESSIONS = "/v1/checkout/sessions"
PRICE = "line_items[0][price_data]"
GOOD = {
    "mode": "payment",
    f"{PRICE}[currency]": "eur",
    f"{PRICE}[unit_amount]": "12050",
    f"{PRICE}[product_data][name]": "Snowshoe walk",
    "line_items[0][quantity]": "1",
    "success_url": "http://shop.localhost/paid",
}


def form() -> str:
    return urlencode(GOOD)


def changed(changes: dict[str, str | None]) -> str:
    wanted = GOOD | changes
    return urlencode({name: value for name, value in wanted.items() if value is not None})


def error_of(answer) -> dict[str, str]:
    return answer.json()["error"]


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"colour": "blue"}, "parameter_unknown", "colour"),
        ({f"{PRICE}[colour]": "blue"}, "parameter_unknown", f"{PRICE}[colour]"),
        ({"payment_method_options[card]": "x"}, "parameter_unknown", "payment_method_options"),
        ({"success_url": None}, "parameter_missing", "success_url"),
        ({"mode": None}, "parameter_missing", "mode"),
        ({f"{PRICE}[unit_amount]": None}, "parameter_missing", f"{PRICE}[unit_amount]"),
        ({"line_items[0][quantity]": None}, "parameter_missing", "line_items[0][quantity]"),
        ({f"{PRICE}[unit_amount]": "120.50"}, "parameter_invalid_integer", f"{PRICE}[unit_amount]"),
        ({f"{PRICE}[unit_amount]": "-100"}, "parameter_invalid_integer", f"{PRICE}[unit_amount]"),
        ({"line_items[0][quantity]": "0"}, "parameter_invalid_integer", "line_items[0][quantity]"),
        ({f"{PRICE}[unit_amount]": "49"}, "amount_too_small", None),
        ({f"{PRICE}[unit_amount]": "100000000"}, "amount_too_large", "line_items"),
        ({f"{PRICE}[currency]": "xyz"}, None, f"{PRICE}[currency]"),
        ({f"{PRICE}[currency]": "jpy", f"{PRICE}[unit_amount]": "49"}, "amount_too_small", None),
        (
            {f"{PRICE}[currency]": "kwd", f"{PRICE}[unit_amount]": "5125"},
            "parameter_invalid_integer",
            "line_items",
        ),
        (
            {f"{PRICE}[currency]": "isk", f"{PRICE}[unit_amount]": "50050"},
            "parameter_invalid_integer",
            "line_items",
        ),
        ({"client_reference_id": ""}, "parameter_invalid_empty", "client_reference_id"),
        ({"client_reference_id": "x" * 201}, None, "client_reference_id"),
        ({"customer_email": "camille"}, "email_invalid", "customer_email"),
        ({"success_url": "/paid"}, "url_invalid", "success_url"),
        ({"locale": "klingon"}, None, "locale"),
        ({"mode": "subscription"}, None, "mode"),
        ({"payment_method_types[0]": "sofort"}, None, "payment_method_types[0]"),
        ({"line_items[2][quantity]": "1"}, None, "line_items"),
        ({"metadata[" + "k" * 41 + "]": "v"}, None, "metadata"),
        ({"metadata[note]": "v" * 501}, None, "metadata[note]"),
        (
            {"payment_intent_data[application_fee_amount]": "100"},
            None,
            "payment_intent_data[application_fee_amount]",
        ),
        ({"expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
    ],
)
def test_a_session_that_stripe_would_refuse_is_refused(double, key, changes, code, param):
    answer = double.post(SESSIONS, changed(changes), key=key())

    error = error_of(answer)
    assert (answer.status_code, error["type"]) == (400, "invalid_request_error")
    assert (error.get("code"), error.get("param")) == (code, param)


@pytest.mark.parametrize("seconds", [29 * 60, 24 * 3600 + 60])
def test_a_page_lives_between_thirty_minutes_and_a_day(double, key, seconds):
    answer = double.post(
        SESSIONS, changed({"expires_at": str(int(time.time()) + seconds)}), key=key()
    )

    assert (answer.status_code, error_of(answer)["param"]) == (400, "expires_at")


def test_all_lines_of_a_page_are_in_one_currency(double, key):
    second = {name.replace("[0]", "[1]", 1): value for name, value in GOOD.items() if "[0]" in name}
    second["line_items[1][price_data][currency]"] = "chf"

    answer = double.post(SESSIONS, changed(second), key=key())

    assert error_of(answer)["message"] == "All line items must use the same currency."


def test_a_fee_must_be_less_than_the_charge(double, key):
    fee = {"payment_intent_data[application_fee_amount]": "12050"}

    answer = double.post(SESSIONS, changed(fee), key=key(), **{"Stripe-Account": AGENCY})

    assert "must be less than the amount" in error_of(answer)["message"]


def test_without_a_key_nothing_is_answered(double):
    answer = double.get("/v1/account", Authorization="")

    assert answer.status_code == 401
    assert error_of(answer)["message"].startswith("You did not provide an API key")


def test_a_live_key_is_not_a_key_here(double):
    answer = double.get("/v1/account", Authorization="Bearer sk_live_51Habcdefghijklmnop")

    assert answer.status_code == 401
    assert error_of(answer)["message"] == "Invalid API Key provided: sk_live_************mnop"


def test_an_account_nobody_connected_is_forbidden(double):
    answer = double.get("/v1/account", **{"Stripe-Account": "acct_stranger"})

    assert (answer.status_code, error_of(answer)["code"]) == (403, "account_invalid")


def test_a_connected_account_knows_its_name(double):
    answer = double.get("/v1/account", **{"Stripe-Account": AGENCY})

    assert answer.json()["business_profile"] == {"name": "Alpes Réceptif"}


def test_an_address_stripe_has_but_we_do_not_use_is_unrecognized(double):
    answer = double.get("/v1/subscriptions")

    assert answer.status_code == 404
    assert error_of(answer)["message"].startswith("Unrecognized request URL (GET: /v1/subscrip")


@pytest.mark.parametrize("path", [f"{SESSIONS}/cs_test_x", "/v1/refunds/re_x", "/v1/events/evt_x"])
def test_an_unknown_object_is_missing(double, path):
    answer = double.get(path)

    assert (answer.status_code, error_of(answer)["code"]) == (404, "resource_missing")


def test_json_is_not_a_form(double, key):
    answer = double.post(SESSIONS, "{}", key=key(), **{"Content-Type": "application/json"})

    assert (answer.status_code, "form-encoded" in error_of(answer)["message"]) == (400, True)


def test_a_field_sent_twice_is_refused_instead_of_overwritten(double, key):
    answer = double.post(SESSIONS, form() + "&mode=setup", key=key())

    assert error_of(answer)["message"] == "Invalid parameter: mode was given twice"


def test_a_body_beyond_the_bound_is_refused(double, key):
    answer = double.post(SESSIONS, "a=" + "x" * 300_000, key=key())

    assert answer.status_code == 413


def test_a_creation_without_an_idempotency_key_is_refused(double):
    answer = double.post(SESSIONS, form(), key=None)

    assert (answer.status_code, error_of(answer)["code"]) == (400, "idempotency_key_missing")


def test_the_key_may_be_left_out_when_the_double_is_told_so():
    with running_double("--no-require-idempotency") as lenient:
        assert lenient.post(SESSIONS, form(), key=None).status_code == 200


def test_a_repeated_request_is_answered_word_for_word(double, key):
    stored = key()
    first = double.post(SESSIONS, form(), key=stored)
    second = double.post(SESSIONS, form(), key=stored)

    assert second.text == first.text
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Original-Request"] == first.headers["Request-Id"]


def test_a_key_belongs_to_one_set_of_parameters(double, key):
    stored = key()
    double.post(SESSIONS, form(), key=stored)

    answer = double.post(SESSIONS, changed({"locale": "fr"}), key=stored)

    assert (answer.status_code, error_of(answer)["type"]) == (400, "idempotency_error")


def test_a_key_belongs_to_one_endpoint(double, key):
    stored = key()
    double.post(SESSIONS, form(), key=stored)

    answer = double.post("/v1/refunds", "payment_intent=pi_1", key=stored)

    assert error_of(answer)["message"].startswith(
        "Keys for idempotent requests can only be used for the same endpoint"
    )


def test_a_key_belongs_to_one_account(double, key):
    stored = key()
    ours = double.post(SESSIONS, form(), key=stored).json()["id"]
    theirs = double.post(SESSIONS, form(), key=stored, **{"Stripe-Account": AGENCY}).json()["id"]

    assert ours != theirs


def test_a_request_that_could_not_be_read_may_be_corrected_under_its_key(double, key):
    stored = key()
    assert double.post(SESSIONS, changed({"mode": None}), key=stored).status_code == 400

    assert double.post(SESSIONS, form(), key=stored).status_code == 200


def test_a_refusal_while_executing_is_remembered(double, key):
    stored = key()
    refund = "payment_intent=pi_unknown1"
    first = double.post("/v1/refunds", refund, key=stored)
    second = double.post("/v1/refunds", refund, key=stored)

    assert (first.status_code, second.text) == (404, first.text)
    assert second.headers["Idempotent-Replayed"] == "true"


def test_a_key_is_forgotten_after_a_day(double, key):
    stored = key()
    first = double.post(SESSIONS, form(), key=stored).json()["id"]
    double.control("clock", advance=25 * 3600)

    assert double.post(SESSIONS, form(), key=stored).json()["id"] != first


@pytest.mark.parametrize(
    ("refund", "code", "param"),
    [
        ("", "parameter_missing", None),
        ("payment_intent=pi_1&amount=0", "parameter_invalid_integer", "amount"),
        ("payment_intent=pi_1&reason=regret", None, "reason"),
        ("payment_intent=pi_1&note=x", "parameter_unknown", "note"),
        ("payment_intent=pi_nobody", "resource_missing", "payment_intent"),
    ],
)
def test_a_refund_that_stripe_would_refuse_is_refused(double, key, refund, code, param):
    error = error_of(double.post("/v1/refunds", refund, key=key()))

    assert (error.get("code"), error.get("param")) == (code, param)


def test_an_unpaid_payment_cannot_be_refunded(double, opened, gateway, key):
    session = opened()
    double.pay(session.id, card="4000000000000002")
    payment = gateway.checkout_retrieve(session.id).payment_intent

    answer = double.post("/v1/refunds", f"payment_intent={payment}", key=key())

    assert "does not have a successful charge to refund" in error_of(answer)["message"]


def test_a_payment_intent_can_be_paid_at_once_and_only_with_a_test_method(double, key):
    good = "amount=500&currency=eur&confirm=true&payment_method="

    paid = double.post("/v1/payment_intents", good + "pm_card_visa", key=key())
    declined = double.post("/v1/payment_intents", good + "pm_card_visa_chargeDeclined", key=key())
    unknown = double.post("/v1/payment_intents", good + "pm_1Real", key=key())

    assert (paid.status_code, paid.json()["status"]) == (200, "succeeded")
    assert (declined.status_code, error_of(declined)["decline_code"]) == (402, "generic_decline")
    assert (unknown.status_code, error_of(unknown)["code"]) == (404, "resource_missing")


def test_the_control_door_does_not_take_plain_forms(double):
    answer = double.post("/_double/reset", "", key=None)

    assert (answer.status_code, answer.json()["error"]) == (
        400,
        "the control interface takes JSON only",
    )
