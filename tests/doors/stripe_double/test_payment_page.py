"""The hosted payment page: honest about being a test, readable by everyone, safe without script."""

from __future__ import annotations

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from moneyed import Money
from playwright.sync_api import sync_playwright

from tenant_apps.payments.gateway import CheckoutLine
from tests.doors.stripe_double.conftest import AGENCY

TYPED = {
    "email": "camille@example.fr",
    "number": "4242 4242 4242 4242",
    "expiry": "12/34",
    "cvc": "123",
    "name": "Camille Roux",
}


def page_of(double, session, **headers) -> BeautifulSoup:
    return BeautifulSoup(double.client.get(session.url, headers=headers).text, "html.parser")


def submit(double, session, **changes) -> httpx.Response:
    return double.client.post(session.url, data=TYPED | changes)


@pytest.mark.parametrize(
    ("locale", "language", "button"),
    [
        ("fr", "fr", "Payer 120,50 €"),
        ("en", "en", "Pay €120.50"),
        ("de-AT", "de", "120,50 € zahlen"),
        ("it", "en", "Pay €120.50"),
    ],
)
def test_the_page_speaks_the_language_of_the_shop(double, opened, locale, language, button):
    page = page_of(double, opened(locale=locale))

    assert page.html["lang"] == language
    assert page.find("button").text.replace("\xa0", " ") == button


def test_without_a_shop_language_the_page_follows_the_browser(double, opened):
    page = page_of(double, opened(locale="auto"), **{"Accept-Language": "de-DE,de;q=0.9"})

    assert page.html["lang"] == "de"


def test_the_page_says_on_every_screen_that_it_is_a_test(double, opened):
    session = opened(locale="en")
    card_form = page_of(double, session)
    submit(double, session, number="4000002500003155")
    challenge = double.client.get(f"{session.url}/confirm").text
    double.client.post(f"{session.url}/confirm", data={"answer": "accept"})
    ended = page_of(double, session)

    for screen in (str(card_form), challenge, str(ended)):
        assert "Test payment page: no money is taken." in screen


def test_the_page_shows_who_is_paid_for_what_and_how_much(double, opened):
    lines = [CheckoutLine("Snowshoe <b>walk</b>", Money("60.25", "EUR"), 2, "12 June")]
    page = page_of(double, opened(locale="en", lines=lines, connected_account=AGENCY))

    assert page.h1.text == "Pay Alpes Réceptif"
    item = page.select_one(".lines li")
    assert item.b is None
    assert "Snowshoe <b>walk</b>" in item.text
    assert "Quantity: 2" in item.text
    assert item.select_one(".line-amount").text == "€120.50"


def test_paying_leads_back_to_the_shop_with_the_session_in_the_address(double, gateway, opened):
    session = opened()
    answer = submit(double, session)

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://shop.localhost/paid?session={session.id}"
    paid = gateway.checkout_retrieve(session.id)
    assert (paid.is_paid, paid.customer_email) == (True, "camille@example.fr")


def test_the_way_back_to_the_shop_leaves_the_session_open(double, gateway, opened):
    session = opened()

    assert page_of(double, session).select_one("a.back")["href"] == "http://shop.localhost/cart"
    assert gateway.checkout_retrieve(session.id).status == "open"


def test_a_decline_is_said_in_words_and_keeps_what_was_typed_except_the_card(double, opened):
    answer = submit(double, opened(locale="fr"), number="4000000000009995")

    assert answer.status_code == 402
    page = BeautifulSoup(answer.text, "html.parser")
    assert "La provision de votre carte est insuffisante." in page.select_one("[role=alert]").text
    assert page.select_one("#name")["value"] == "Camille Roux"
    assert "0000 9995" not in str(page.form)


def test_a_challenged_card_asks_the_bank_and_a_refusal_returns_to_the_form(double, gateway, opened):
    session = opened(locale="en")
    asked = submit(double, session, number="4000002500003155")
    assert asked.headers["Location"] == f"/c/pay/{session.id}/confirm"

    refused = double.client.post(f"{session.url}/confirm", data={"answer": "refuse"})

    assert refused.status_code == 402
    assert "Your bank did not confirm the payment." in refused.text
    assert not gateway.checkout_retrieve(session.id).is_paid


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("number", "4111 1111 1111 1111", "This number is not a test card."),
        ("expiry", "12/20", "Enter a future date"),
        ("expiry", "13/34", "Enter a future date"),
        ("cvc", "12", "Enter the 3-digit code."),
        ("name", " ", "Enter the name on the card."),
        ("email", "camille", "Enter a full e-mail address."),
    ],
)
def test_a_field_in_error_says_so_beside_it_and_on_top(double, opened, field, typed, message):
    answer = submit(double, opened(locale="en"), **{field: typed})

    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422
    assert page.select_one(f"#{field}")["aria-describedby"] == f"{field}-error"
    assert message in page.select_one(f"#{field}-error").text
    assert page.select_one("[role=alert] a")["href"] == f"#{field}"


def test_a_number_that_is_no_test_card_is_neither_tried_nor_kept(double, opened):
    answer = submit(double, opened(), number="4111111111111111")

    assert double.ask("events")["events"] == []
    assert "4111" not in answer.text


def test_the_page_allows_no_script_and_posts_only_to_itself_and_the_shop(double, opened):
    answer = double.client.get(opened().url)

    policy = dict(
        rule.strip().split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["form-action"] == "'self' http://shop.localhost"
    assert policy["frame-ancestors"] == "'none'"
    assert "<script" not in answer.text
    assert "style=" not in answer.text


@pytest.mark.parametrize("ended", ["expired", "complete"])
def test_an_ended_session_cannot_be_paid_again(double, opened, gateway, key, ended):
    session = opened(locale="en")
    if ended == "expired":
        gateway.checkout_expire(session.id, idempotency_key=key())
    else:
        submit(double, session)
    paid_so_far = double.ask("events", type="payment_intent.succeeded")["events"]

    answer = submit(double, session)

    assert answer.status_code == 410
    assert double.ask("events", type="payment_intent.succeeded")["events"] == paid_so_far


def test_an_unknown_link_is_a_plain_404(double):
    answer = double.client.get(f"{double.url}/c/pay/cs_test_nobody")

    assert answer.status_code == 404
    assert "This payment link does not exist" in answer.text


def test_a_traveller_pays_on_a_phone_and_axe_finds_nothing(double, receiver, gateway, opened):
    shop = receiver.url.replace("/webhooks/stripe/", "")
    session = opened(locale="fr", success_url=f"{shop}/paid?s={{CHECKOUT_SESSION_ID}}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-quic"],
        )
        page = browser.new_page(viewport={"width": 360, "height": 800})
        page.goto(session.url)
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        _fill(page, "4000 0000 0000 0002")
        assert _violations(page) == []
        _fill(page, "4000 0025 0000 3155")
        assert _violations(page) == []
        page.get_by_role("button", name="Confirmer le paiement").click()
        assert page.url == f"{shop}/paid?s={session.id}"
        browser.close()
    assert gateway.checkout_retrieve(session.id).is_paid


def _fill(page, number: str) -> None:
    for label, value in (
        ("Adresse e-mail", "camille@example.fr"),
        ("Numéro de carte", number),
        ("Date d’expiration", "12/34"),
        ("Code de sécurité", "123"),
        ("Nom du titulaire", "Camille Roux"),
    ):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Payer").click()


def _violations(page) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]
