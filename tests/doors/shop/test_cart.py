"""The cart: places held while somebody makes up their mind, and every way that can be refused."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.catalog.models import Product
from shared_apps.inventory.models import Departure, Hold
from tenant_apps.orders.models import Order, OrderLine
from tests.doors.shop.conftest import Visitor, day, departure_of, put


def _order(agency) -> Order:
    with tenant_context(agency):
        return Order.objects.get()


def _left(departure: Departure) -> int:
    departure.refresh_from_db()
    return departure.places_left


def test_putting_into_the_cart_holds_the_places_and_shows_the_countdown(visitor, lumiere):
    boat = departure_of("BOAT-DUSK")

    page = visitor.follow(put(visitor, boat, adult="2", child="1"))

    assert _left(boat) == 17
    assert "Balade en gabare" in page.main
    assert "86,00 €" in page.main.replace("\xa0", " ")
    assert int(page.soup.select_one(".countdown")["data-seconds"]) > 19 * 60
    order = _order(lumiere)
    assert (order.status, order.channel, order.language) == ("hold", "shop", "fr")
    assert page.headers["Cache-Control"] == "private, no-store"


def test_the_header_counts_the_lines_until_the_hold_ends(visitor, lumiere):
    put(visitor, departure_of("BOAT-DUSK"), adult="2")
    assert visitor.read("/").soup.select_one(".cart-link .count")

    with tenant_context(lumiere):
        Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    visitor.read("/panier/")
    assert visitor.read("/").soup.select_one(".cart-link .count") is None


def test_the_other_agency_has_neither_the_session_nor_the_order(visitor, stranger, lumiere, ocean):
    put(visitor, departure_of("BOAT-DUSK"), adult="2")
    stranger.client.cookies = visitor.client.cookies

    assert "Balade en gabare" not in stranger.read("/panier/").main
    with tenant_context(ocean):
        assert not Order.objects.exists()


def test_the_same_departure_again_adds_up_on_its_line(visitor, lumiere):
    boat = departure_of("BOAT-DUSK")
    put(visitor, boat, adult="2")
    put(visitor, boat, adult="1", child="1")

    with tenant_context(lumiere):
        line = OrderLine.objects.get()
        assert line.quantities == {"adult": 3, "child": 1}
    assert _left(boat) == 16


def test_too_many_people_come_back_on_the_product_page_with_the_choice(visitor, lumiere):
    kayak = departure_of("KAYAK-SEA")

    page = put(visitor, kayak, adult="9")

    assert page.status == 409
    assert "8" in page.soup.select_one(".notice--warning").get_text()
    assert page.soup.find("input", {"name": "quantity_adult"})["value"] == "9"
    assert _left(kayak) == 8
    with tenant_context(lumiere):
        assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"departure": ""}, 422),
        ({"departure": "abc"}, 422),
        ({"departure": "999999999"}, 409),
        ({"quantity_adult": "0"}, 409),
        ({"quantity_adult": "-1"}, 422),
        ({"quantity_adult": "two"}, 422),
        ({"quantity_adult": "500"}, 409),
        ({"quantity_nobody": "1", "quantity_adult": "0"}, 409),
    ],
)
def test_what_cannot_be_held_is_refused_in_words_and_holds_nothing(visitor, fields, status):
    boat = departure_of("BOAT-DUSK")
    asked = {"reference": "BOAT-DUSK", "departure": str(boat.pk), "quantity_adult": "1"}

    page = visitor.send("/panier/ajouter/", asked | fields)

    assert page.status == status
    assert page.soup.select_one("#booking .notice--warning")
    assert _left(boat) == 20


@pytest.mark.parametrize(
    "change",
    [
        {"status": "closed"},
        {"starts_at": timezone.now() - timedelta(hours=1)},
    ],
)
def test_a_closed_or_past_departure_cannot_be_put_into_the_cart(visitor, change):
    boat = departure_of("BOAT-DUSK")
    Departure.objects.filter(pk=boat.pk).update(**change)

    assert put(visitor, boat, adult="1").status == 409
    assert not Hold.objects.exists()


def test_an_unselected_or_unvalidated_product_cannot_be_put_into_the_cart(visitor):
    boat = departure_of("BOAT-DUSK")
    Product.objects.filter(reference="BOAT-DUSK").update(status="suspended")

    assert put(visitor, boat, adult="1").status == 404
    assert not Hold.objects.exists()


def test_another_seller_is_refused_with_the_reason_and_a_second_cart_is_offered(stranger, ocean):
    put(stranger, departure_of("BOAT-DUSK"), adult="2")
    kayak = departure_of("KAYAK-SEA")

    page = put(stranger, kayak, adult="1")

    assert page.status == 409
    assert "Océan Réceptif SARL" in page.main and "TNP Test" in page.main
    assert _left(kayak) == 8
    offer = page.soup.find("input", {"name": "second"}).find_parent("form")
    fields = {field["name"]: field["value"] for field in offer.find_all("input")}
    page = stranger.follow(stranger.send(offer["action"], fields))
    assert "Kayak de mer" in page.main and "Balade en gabare" not in page.main
    with tenant_context(ocean):
        assert sorted(order.own_liability for order in Order.objects.all()) == [False, True]


def test_two_carts_can_be_looked_at_in_turn_and_only_ones_own(stranger, visitor, ocean):
    put(stranger, departure_of("BOAT-DUSK"), adult="2")
    put(stranger, departure_of("KAYAK-SEA"), adult="1", second=True)
    page = stranger.read("/panier/")
    form = page.soup.find("input", {"name": "cart"}).find_parent("form")
    key = form.find("input", {"name": "cart"})["value"]

    page = stranger.follow(stranger.send("/panier/choisir/", {"cart": key}))

    assert "Balade en gabare" in page.main
    assert page.soup.select_one(".seller").get_text(" ").count("TNP Test") >= 1
    assert visitor.send("/panier/choisir/", {"cart": key}).status == 404


def test_people_of_a_line_can_be_changed_and_a_refusal_keeps_the_line(visitor, lumiere):
    kayak = departure_of("KAYAK-SEA")
    put(visitor, kayak, adult="2")
    with tenant_context(lumiere):
        line = str(OrderLine.objects.get().pk)

    page = visitor.follow(visitor.send("/panier/modifier/", {"line": line, "quantity_adult": "5"}))
    assert "252,00 €" in page.main.replace("\xa0", " ")
    assert _left(kayak) == 3

    with tenant_context(lumiere):
        line = str(OrderLine.objects.get().pk)
    page = visitor.send("/panier/modifier/", {"line": line, "quantity_adult": "9"})
    assert page.status == 409
    assert page.soup.select_one("[role=alert]")
    assert _left(kayak) == 3


def test_a_line_can_be_taken_out_and_an_emptied_cart_is_closed(visitor, lumiere):
    boat = departure_of("BOAT-DUSK")
    put(visitor, boat, adult="2")
    with tenant_context(lumiere):
        line = str(OrderLine.objects.get().pk)

    page = visitor.follow(visitor.send("/panier/retirer/", {"line": line}))

    assert page.soup.select_one(".state") and not page.soup.select_one(".line")
    assert _left(boat) == 20
    assert _order(lumiere).status == "cancelled"


def test_an_unknown_line_changes_nothing(visitor):
    boat = departure_of("BOAT-DUSK")
    put(visitor, boat, adult="2")

    assert visitor.send("/panier/retirer/", {"line": "nothing"}).status == 409
    assert _left(boat) == 18


def test_an_expired_cart_says_so_and_leads_back_to_the_same_choice(visitor, lumiere):
    boat = departure_of("BOAT-DUSK")
    put(visitor, boat, adult="2", child="1")
    with tenant_context(lumiere):
        Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    page = visitor.read("/panier/")

    assert _left(boat) == 20
    assert _order(lumiere).status == "expired"
    again = page.soup.select_one(".state a.button--primary")
    assert "Balade en gabare" in again.get_text()
    product = visitor.read(again["href"])
    assert product.soup.find("input", {"name": "quantity_adult"})["value"] == "2"
    assert product.soup.find("input", {"value": str(boat.pk)}).has_attr("checked")
    assert visitor.read("/commande/").status == 302


def test_a_booking_without_a_chosen_time_is_asked_for_one(visitor):
    page = visitor.send(
        "/panier/ajouter/",
        {"reference": "BOAT-DUSK", "date": day(40).isoformat(), "quantity_adult": "2"},
    )

    assert page.status == 422
    assert page.soup.select(".time input")


def test_a_form_without_its_token_is_refused_in_the_look_of_the_shop(lumiere):
    strict = Visitor("lumiere", checks=True)
    put(strict, departure_of("BOAT-DUSK"), adult="2")

    page = strict.send("/panier/retirer/", {"line": "x"})

    assert page.status == 403
    assert "Lumière Voyages" in page.text


def test_one_visitor_holds_only_so_many_places_over_all_carts(visitor, lumiere, settings):
    settings.CART_PLACES = 5
    boat, later = departure_of("BOAT-DUSK"), departure_of("BOAT-DUSK", days=46)
    assert put(visitor, boat, adult="3").status == 303

    refused = put(visitor, later, adult="2", child="1")

    assert refused.status == 409
    assert "5 places" in refused.main
    assert (_left(boat), _left(later)) == (17, 20)
    assert put(visitor, later, adult="2").status == 303
    with tenant_context(lumiere):
        line = OrderLine.objects.get(departure=boat)
    more = {"line": str(line.pk), "quantity_adult": "4"}
    assert visitor.send("/panier/modifier/", more).status == 409
    fewer = {"line": str(line.pk), "quantity_adult": "2"}
    assert visitor.send("/panier/modifier/", fewer).status == 303
    assert (_left(boat), _left(later)) == (18, 18)


def test_places_of_a_hold_that_has_ended_count_no_more(visitor, lumiere, settings):
    settings.CART_PLACES = 5
    put(visitor, departure_of("BOAT-DUSK"), adult="5")
    with tenant_context(lumiere):
        Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert put(visitor, departure_of("BOAT-DUSK"), adult="5").status == 303


def test_who_throws_the_session_away_is_still_counted_by_address(lumiere, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "places": "7/h"}
    boat = departure_of("BOAT-DUSK")
    assert put(Visitor("lumiere"), boat, adult="4").status == 303
    assert put(Visitor("lumiere"), boat, adult="3").status == 303
    refused = put(Visitor("lumiere"), boat, adult="1")
    assert refused.status == 409
    assert "minutes" in refused.main
    assert _left(boat) == 13
    # The other agency counts for itself.
    assert put(Visitor("ocean"), boat, adult="1").status == 303


def test_too_many_changes_of_the_cart_wait_a_moment(visitor, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "cart": "2/m"}
    boat = departure_of("BOAT-DUSK")
    answers = [put(visitor, boat, adult="1") for _try in range(3)]
    assert [answer.status for answer in answers] == [303, 303, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
