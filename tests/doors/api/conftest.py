"""A partner with a key on one agency's host, and the departures it sells."""

import json

import pytest
from django.test import Client
from django_tenants.utils import tenant_context

from tenant_apps.orders.api_keys import api_key_create
from tests.selling import departure_of

CUSTOMER = {"first_name": "Zoé", "last_name": "Martin", "email": "zoe@example.org"}


class Partner:
    """Calls the API of one agency's host with a key of its own."""

    def __init__(self, agency, *, key=None):
        with tenant_context(agency):
            self.key, made = api_key_create("Partner")
        self.clear = key or made
        self.client = Client(HTTP_HOST=f"{agency.slug}.localhost")

    def get(self, path, **headers):
        return self.client.get(f"/api/v1/{path}", headers=self._headers(headers))

    def post(self, path, body, **headers):
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(
            f"/api/v1/{path}", data, content_type="application/json", headers=self._headers(headers)
        )

    def hold(self, departure, quantities=None, *, headers=None, **more):
        line = {"departure": departure.pk, "quantities": quantities or {"adult": 2}}
        return self.post("orders/", {"lines": [line], **more}, **(headers or {}))

    def confirm(self, order, means="cash", *, headers=None, **more):
        body = {"payment": {"means": means}, "accepted_terms": accepted(order), **more}
        return self.post(f"orders/{order['reference']}/confirm/", body, **(headers or {}))

    def _headers(self, more):
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.clear}", **named}


def accepted(order):
    """What a partner sends back when its traveller accepted the terms of ``order``."""
    return {"sha256": [version["sha256"] for version in order["terms"]], "text": "I accept"}


def assert_problem(answer, status, code):
    """The answer is a problem document (RFC 9457) with this status and code."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code), body
    assert body["detail"]
    return body


@pytest.fixture
def partner(lumiere):
    return Partner(lumiere)


@pytest.fixture
def stranger(ocean):
    """A partner of the other agency, on the other host."""
    return Partner(ocean)


@pytest.fixture
def boat(lumiere):
    with tenant_context(lumiere):
        return departure_of("BOAT-DUSK")
