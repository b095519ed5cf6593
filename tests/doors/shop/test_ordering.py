"""Checkout: what is shown and accepted before the card page, and every way it can be refused."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.network.models import Agreement
from tenant_apps.orders.models import Acceptance, Order
from tenant_apps.payments.models import Payment
from tests.doors.shop.conftest import API_KEY, WHO, checkout, departure_of, ordered, put


def test_the_checkout_shows_everything_the_law_wants_before_the_order(visitor):
    put(visitor, departure_of("STAY-LOIRE"), adult="2")

    page = visitor.read("/commande/")

    labels = [label.get_text() for label in page.soup.select(".facts-card dt")]
    assert len(labels) >= 12
    text = page.main.replace("\xa0", " ")
    for words in ("Amboise", "790,40 €", "TNP Test", "Lumière Voyages", "Les Échappées du Fleuve"):
        assert words in text, words
    assert page.soup.select_one("details.standard summary")
    boxes = page.soup.select("input[type=checkbox]")
    assert len(boxes) == 1 and not boxes[0].has_attr("checked")
    assert "2026-1" in page.main
    assert page.soup.select_one(".button--order")


def test_a_cart_with_two_kinds_of_service_and_a_night_shows_the_package_form(visitor):
    put(visitor, departure_of("STAY-LOIRE"), adult="1")
    single = visitor.read("/commande/").soup.select_one("details.standard .muted").get_text()
    put(visitor, departure_of("FERRY-DAY"), adult="9")

    package = visitor.read("/commande/").soup.select_one("details.standard .muted").get_text()

    assert single != package


def test_products_with_terms_of_their_own_add_a_box_each(visitor):
    put(visitor, departure_of("BOAT-DUSK"), adult="1")
    put(visitor, departure_of("FERRY-DAY"), adult="1")

    boxes = visitor.read("/commande/").soup.select("input[type=checkbox]")

    assert len(boxes) == 2
    assert len({box["name"] for box in boxes}) == 2


def test_ordering_keeps_who_what_and_what_was_shown_then_leads_to_the_card_page(
    visitor, card, lumiere
):
    put(visitor, departure_of("BOAT-DUSK"), adult="2")
    shown = visitor.read("/commande/")
    box = shown.soup.select_one("label.tickbox span").get_text()

    page = visitor.send("/commande/payer/", checkout(visitor))

    assert page.status == 303
    assert page.headers["Location"].startswith(card.url)
    order = ordered(lumiere)
    with tenant_context(lumiere):
        assert order.status == "pending"
        assert order.customer.email == "zoe@example.org"
        terms = Acceptance.objects.get(kind="terms")
        form = Acceptance.objects.get(kind="form")
        assert terms.checkbox_sha256 == hashlib.sha256(box.encode()).hexdigest()
        assert (terms.language, terms.channel, terms.actor) == ("fr", "shop", "customer")
        rows = dict(form.information["lines"][0]["rows"])
        assert any("TNP Test" in text for text in rows.values())
        assert Payment.objects.get().amount == 68


def test_two_clicks_lead_to_one_card_page_and_one_evidence(visitor, card, lumiere):
    put(visitor, departure_of("BOAT-DUSK"), adult="2")
    fields = checkout(visitor)

    first = visitor.send("/commande/payer/", fields)
    second = visitor.send("/commande/payer/", fields)

    assert first.headers["Location"] == second.headers["Location"]
    with tenant_context(lumiere):
        assert Payment.objects.count() == 1
        assert Acceptance.objects.filter(kind="terms").count() == 1


def test_an_own_liability_sale_names_the_agency_and_uses_its_account(stranger, card, ocean):
    put(stranger, departure_of("KAYAK-SEA"), adult="2")
    page = stranger.read("/commande/")
    assert "Océan Réceptif SARL" in page.soup.select_one(".seller").get_text()
    assert "TNP Test" not in page.soup.select_one(".seller").get_text()

    stranger.send("/commande/payer/", checkout(stranger))

    with tenant_context(ocean):
        assert Payment.objects.get().connected_account == "acct_ocean"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("first_name", ""),
        ("last_name", " "),
        ("email", ""),
        ("email", "zoe@"),
        ("phone", "call me"),
        ("country", "ZZ"),
        ("first_name", "x" * 500),
    ],
)
def test_a_wrong_field_is_named_beside_it_and_on_top_and_nothing_typed_is_lost(
    visitor, card, lumiere, name, value
):
    put(visitor, departure_of("BOAT-DUSK"), adult="2")
    page = visitor.send("/commande/payer/", checkout(visitor) | {name: value})

    assert page.status == 422
    assert page.soup.select_one(f"#errors a[href='#field-{name}']")
    assert page.soup.select_one(f"#field-{name}")["aria-invalid"] == "true"
    kept = "last_name" if name != "last_name" else "first_name"
    assert page.soup.select_one(f"#field-{kept}")["value"] == WHO[kept]
    assert page.soup.select_one("input[type=checkbox]").has_attr("checked")
    assert ordered(lumiere).status == "hold"
    again = visitor.read("/commande/")
    assert again.soup.select_one(f"#field-{kept}")["value"] == WHO[kept]


def test_without_every_box_nothing_is_ordered(visitor, card, lumiere):
    put(visitor, departure_of("BOAT-DUSK"), adult="1")
    put(visitor, departure_of("FERRY-DAY"), adult="1")
    fields = checkout(visitor)
    missing = next(name for name in fields if name.startswith("terms_"))

    page = visitor.send("/commande/payer/", {k: v for k, v in fields.items() if k != missing})

    assert page.status == 422
    assert page.soup.select_one(f"#errors a[href='#field-{missing}']")
    with tenant_context(lumiere):
        assert not Acceptance.objects.exists()


def test_a_cart_changed_in_another_window_must_be_looked_at_again(visitor, card, lumiere):
    put(visitor, departure_of("BOAT-DUSK"), adult="1")
    fields = checkout(visitor)
    put(visitor, departure_of("FERRY-DAY"), adult="1")

    page = visitor.send("/commande/payer/", fields)

    assert page.status == 409
    assert page.soup.select_one("#errors")
    assert ordered(lumiere).status == "hold"


def test_when_the_payment_page_does_not_answer_the_cart_is_kept(visitor, settings, lumiere):
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = API_KEY, "http://127.0.0.1:9"
    put(visitor, departure_of("BOAT-DUSK"), adult="2")

    page = visitor.send("/commande/payer/", checkout(visitor))

    assert page.status == 503
    assert page.soup.select_one("#errors")
    assert page.soup.select_one("#field-last_name")["value"] == "Martin"
    assert visitor.read("/panier/").soup.select_one(".line")


def test_a_cart_that_changed_after_the_agreement_is_agreed_to_again(visitor, settings, lumiere):
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = API_KEY, "http://127.0.0.1:9"
    put(visitor, departure_of("BOAT-DUSK"), adult="2")
    visitor.send("/commande/payer/", checkout(visitor))
    visitor.send("/commande/payer/", checkout(visitor) | {"last_name": "Durand"})
    put(visitor, departure_of("STAY-LOIRE"), adult="1")
    visitor.send("/commande/payer/", checkout(visitor))

    with tenant_context(lumiere):
        shown = [form.information for form in Acceptance.objects.filter(kind="form").order_by("pk")]
        assert [len(information["lines"]) for information in shown] == [1, 2]
        assert Order.objects.exclude(status="cancelled").get().contact["last_name"] == "Martin"


def test_an_expired_hold_leads_back_to_the_cart_and_keeps_what_was_typed(visitor, card, lumiere):
    boat = departure_of("BOAT-DUSK")
    put(visitor, boat, adult="2")
    fields = checkout(visitor)
    with tenant_context(lumiere):
        Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    page = visitor.follow(visitor.send("/commande/payer/", fields))

    assert page.soup.select_one(".state a.button--primary")
    put(visitor, boat, adult="2")
    assert visitor.read("/commande/").soup.select_one("#field-first_name")["value"] == "Zoé"


def test_an_agency_without_cards_says_whom_to_ask_and_opens_no_payment(visitor, lumiere):
    Agreement.objects.filter(agency=lumiere).update(payment_means=["cash"])
    put(visitor, departure_of("BOAT-DUSK"), adult="2")

    page = visitor.send("/commande/payer/", checkout(visitor))

    assert page.status == 409
    assert "Lumière Voyages" in page.soup.select_one("#errors").get_text()
    with tenant_context(lumiere):
        assert not Payment.objects.exists()


@pytest.mark.parametrize("granted", [["cash"], []])
def test_where_no_card_is_taken_the_page_says_how_to_book_and_has_no_button(
    visitor, lumiere, granted
):
    put(visitor, departure_of("BOAT-DUSK"), adult="2")
    assert visitor.read("/commande/").soup.select_one(".button--order")
    Agreement.objects.filter(agency=lumiere).update(payment_means=granted)

    page = visitor.read("/commande/")

    assert page.soup.select_one(".button--order") is None
    assert page.soup.main.select_one("a.button--primary")["href"] == "/contact/"
    assert "Lumière Voyages" in page.soup.select_one("#errors").get_text()


def test_a_cart_can_still_be_changed_after_the_card_page_was_opened(visitor, card, lumiere):
    boat = departure_of("BOAT-DUSK")
    put(visitor, boat, adult="2")
    visitor.send("/commande/payer/", checkout(visitor))

    put(visitor, departure_of("FERRY-DAY"), adult="1")

    with tenant_context(lumiere):
        assert sorted(Order.objects.values_list("status", flat=True)) == ["cancelled", "hold"]
        assert Order.objects.get(status="hold").lines.count() == 2
    boat.refresh_from_db()
    assert boat.places_left == 18


def test_too_many_orders_from_one_address_wait_a_moment(visitor, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "checkout": "2/m"}
    answers = [visitor.send("/commande/payer/", {}) for _try in range(3)]

    assert [answer.status for answer in answers] == [303, 303, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert "Lumière Voyages" in answers[2].text
