"""The partner API: from the product list to a confirmed and a cancelled order."""

from decimal import Decimal

from django.test import Client
from django_tenants.utils import tenant_context

from shared_apps.inventory.models import Departure
from tenant_apps.orders.models import Acceptance, Order
from tests.doors.api.conftest import CUSTOMER, assert_problem


def test_a_partner_sells_from_the_list_to_the_confirmation(partner, boat):
    products = partner.get("products/").json()
    assert "BOAT-DUSK" in [product["reference"] for product in products["results"]]
    departures = partner.get("products/BOAT-DUSK/departures/").json()["results"]
    assert departures[0]["rates"][0]["price"] == {"amount": "34.00", "currency": "EUR"}

    body = {"lines": [{"departure": boat.pk, "quantities": {"adult": 2}}], "customer": CUSTOMER}
    held = partner.post("orders/", body)
    assert held.status_code == 201, held.content
    order = held.json()
    assert order["status"] == "hold"
    assert order["expires_at"]
    assert order["total"] == {"amount": "68.00", "currency": "EUR"}
    assert order["lines"][0]["commission"]["amount"]["amount"] == "8.16"

    terms = {"sha256": [version["sha256"] for version in order["terms"]], "text": "I accept"}
    confirmed = partner.post(
        f"orders/{order['reference']}/confirm/",
        {"payment": {"means": "cash"}, "accepted_terms": terms},
    )
    assert confirmed.status_code == 200, confirmed.content
    assert confirmed.json()["status"] == "confirmed"
    cancelled = partner.post(f"orders/{order['reference']}/cancel/", {"reason": "ill"})
    assert cancelled.json()["status"] == "cancelled"
    assert Decimal(partner.get(f"orders/{order['reference']}/").json()["total"]["amount"]) == 68


def test_another_agencys_key_is_unknown_here(partner, ocean, boat):
    stranger = Client(HTTP_HOST="ocean.localhost")
    answer = stranger.get("/api/v1/products/", headers={"Authorization": f"Bearer {partner.clear}"})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_an_order_may_name_customer_and_accepted_terms_at_once(partner, boat, lumiere):
    terms = partner.get("products/BOAT-DUSK/").json()["terms"]
    accepted = {"sha256": [version["sha256"] for version in terms], "text": "J'accepte"}
    order = partner.hold(boat, customer=CUSTOMER, accepted_terms=accepted).json()
    assert order["terms_accepted"] is True
    paid = partner.post(f"orders/{order['reference']}/confirm/", {"payment": {"means": "cash"}})
    assert paid.json()["status"] == "confirmed"
    with tenant_context(lumiere):
        evidence = Acceptance.objects.filter(order__reference=order["reference"], kind="terms")
        assert [row.sha256 for row in evidence] == accepted["sha256"]
        assert evidence[0].actor == "API key Partner"


def test_the_answer_to_a_hold_is_what_reading_the_order_says(partner, boat):
    held = partner.hold(boat, customer=CUSTOMER).json()
    assert partner.get(f"orders/{held['reference']}/").json() == held


def test_texts_follow_accept_language_and_else_the_agency(partner, lumiere):
    def title(**headers):
        return partner.get("products/BOAT-DUSK/", **headers).json()["title"]

    assert title() == "Balade en gabare"
    assert title(Accept_Language="en-GB,en;q=0.9") == "Sunset boat trip"
    assert title(Accept_Language="xx, *;q=0.1") == "Balade en gabare"
    lumiere.language = "en"
    lumiere.save()
    assert title() == "Sunset boat trip"
    assert title(Accept_Language="fr") == "Balade en gabare"


def test_a_cancelled_order_gives_its_places_back(partner, boat):
    order = partner.hold(boat, {"adult": 3}).json()
    assert Departure.objects.get(pk=boat.pk).held == 3
    assert partner.post(f"orders/{order['reference']}/cancel/", {}).json()["status"] == "cancelled"
    assert Departure.objects.get(pk=boat.pk).held == 0
    again = partner.post(f"orders/{order['reference']}/cancel/", {})
    assert_problem(again, 409, "not_cancellable")


def test_another_agencys_partner_neither_reads_nor_moves_an_order(partner, stranger, boat, ocean):
    order = partner.hold(boat, customer=CUSTOMER).json()
    address = f"orders/{order['reference']}/"
    assert_problem(stranger.get(address), 404, "not_found")
    assert_problem(stranger.post(f"{address}cancel/", {}), 404, "not_found")
    assert_problem(stranger.confirm(order), 404, "not_found")
    assert partner.get(address).json()["status"] == "hold"
    with tenant_context(ocean):
        assert not Order.objects.exists()
