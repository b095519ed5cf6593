"""The partner API: from the product list to a confirmed and a cancelled order."""

import json
from decimal import Decimal

import pytest
from django.test import Client
from django_tenants.utils import tenant_context

from tenant_apps.orders.api_keys import api_key_create
from tests.selling import departure_of

CUSTOMER = {"first_name": "Zoé", "last_name": "Martin", "email": "zoe@example.org"}


class Partner:
    """A partner with a key on one agency's host."""

    def __init__(self, agency):
        with tenant_context(agency):
            _key, self.clear = api_key_create("Partner")
        self.client = Client(HTTP_HOST=f"{agency.slug}.localhost")

    def get(self, path, **headers):
        return self.client.get(f"/api/v1/{path}", headers=self._headers(headers))

    def post(self, path, body, **headers):
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(
            f"/api/v1/{path}", data, content_type="application/json", headers=self._headers(headers)
        )

    def _headers(self, more):
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.clear}", **named}


@pytest.fixture
def partner(lumiere):
    return Partner(lumiere)


@pytest.fixture
def boat(lumiere):
    with tenant_context(lumiere):
        return departure_of("BOAT-DUSK")


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
    answer = stranger.get(
        "/api/v1/products/", headers={"Authorization": f"Bearer {partner.clear}"}
    )
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
