"""Whatever is sent, the API answers with a problem document and never with a 500."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.catalog.errors import CatalogRefused
from shared_apps.catalog.models import Product
from shared_apps.inventory.models import Departure
from tenant_apps.orders.api_keys import api_key_revoke
from tenant_apps.orders.models import Order
from tenant_apps.selection.models import SelectedProduct
from tenants.isolation import as_owner
from tests.doors.api.conftest import CUSTOMER, Partner, assert_problem


def _lines(departure, quantities):
    return {"lines": [{"departure": departure, "quantities": quantities}]}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("nothing-here/", 404, "not_found"),
        ("orders", 404, "not_found"),
        ("a\nb/", 404, "not_found"),
        ("products/%00/", 404, "not_found"),
        ("products/NO-SUCH/", 404, "not_found"),
        ("products/MUSEUM-NEW/", 404, "not_found"),
        ("products/" + "A" * 3000 + "/", 404, "not_found"),
        ("orders/%00/", 404, "not_found"),
        ("orders/%F0%9F%98%80/", 404, "not_found"),
        ("products/?page=0", 400, "invalid"),
        ("products/?pages=2", 400, "invalid"),
        ("products/BOAT-DUSK/?from=2027-01-01", 400, "invalid"),
        ("products/?page=%00", 400, "invalid"),
        ("products/?page=" + "9" * 5000, 400, "invalid"),
        ("products/BOAT-DUSK/departures/?from=%00", 400, "invalid"),
        ("products/BOAT-DUSK/departures/?from=2027-02-30", 400, "invalid"),
        ("products/BOAT-DUSK/departures/?to=tomorrow", 400, "invalid"),
    ],
)
def test_a_bad_address_is_said_to_be_bad(partner, path, status, code):
    assert_problem(partner.get(path), status, code)


def test_a_page_beyond_the_last_is_empty(partner):
    assert partner.get("products/?page=100000").json()["results"] == []


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_another_method_is_refused(partner, method):
    answer = getattr(partner.client, method)(
        "/api/v1/orders/", headers={"Authorization": f"Bearer {partner.clear}"}
    )
    assert_problem(answer, 405, "method_not_allowed")
    assert "POST" in answer["Allow"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "a/b/c"])
def test_a_body_that_is_not_json_by_its_type_is_refused(partner, kind):
    answer = partner.client.post(
        "/api/v1/orders/",
        b"{}",
        content_type=kind,
        headers={"Authorization": f"Bearer {partner.clear}"},
    )
    assert_problem(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'"text"',
        b'{"lines": NaN}',
        b'{"lines": [' + b"9" * 5000 + b"]}",
        b"[" * 100_000,
        b'{"lines": [{"departure": 1, "quantities": {"\\ud800": 1}}]}',
        b'{"lines": [], "\\u0000": 1}',
        b'{"lines": [], "partner_reference": "\\u0000"}',
    ],
)
def test_malformed_json_is_a_400(partner, body):
    answer = partner.post("orders/", body)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_a_body_too_large_is_not_read(partner):
    assert_problem(partner.post("orders/", b" " * 2000), 413, "too_large")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"lines": []},
        {"lines": {}},
        {"lines": [{}]},
        _lines(0, {"adult": 1}),
        _lines(-5, {"adult": 1}),
        _lines(2**63, {"adult": 1}),
        _lines(10**400, {"adult": 1}),
        _lines("1", {"adult": 1}),
        _lines(True, {"adult": 1}),
        _lines(1.5, {"adult": 1}),
        _lines(1, {}),
        _lines(1, {"adult": -1}),
        _lines(1, {"adult": 10**12}),
        _lines(1, {"adult": "1"}),
        _lines(1, {"adult": None}),
        {**_lines(1, {"adult": 1}), "surprise": 1},
        {**_lines(1, {"adult": 1}), "currency": "euro"},
        {**_lines(1, {"adult": 1}), "language": "tlh"},
        {**_lines(1, {"adult": 1}), "customer": {**CUSTOMER, "email": "nobody"}},
        {**_lines(1, {"adult": 1}), "partner_reference": "x" * 81},
        {"lines": [{"departure": 1, "quantities": {"adult": 1}}] * 10_000},
    ],
)
def test_a_body_of_another_shape_is_refused_before_anything_is_written(partner, lumiere, body):
    problem = assert_problem(partner.post("orders/", body), 400, "invalid")
    assert problem["errors"]
    with tenant_context(lumiere):
        assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("quantities", "code"),
    [
        ({"adult": 0}, "no_quantity"),
        ({"senior": 1}, "unknown_rate"),
        ({"adult": 150, "child": 150}, "too_many"),
    ],
)
def test_quantities_that_cannot_be_sold_are_refused(partner, boat, quantities, code):
    assert_problem(partner.hold(boat, quantities), 422, code)


def test_another_currency_is_refused_and_takes_nothing(partner, boat):
    assert_problem(partner.hold(boat, currency="CHF"), 422, "other_currency")
    assert Departure.objects.get(pk=boat.pk).held == 0


def test_a_full_departure_says_what_is_left(partner, boat):
    assert partner.hold(boat, {"adult": 19}).status_code == 201
    problem = assert_problem(partner.hold(boat, {"adult": 2}), 409, "sold_out")
    assert problem["places_left"] == 1


def _unselect(boat):
    SelectedProduct.objects.filter(product_id=boat.product_id).delete()


def _invalidate(boat):
    Product.objects.filter(pk=boat.product_id).update(status="draft")


def _close(boat):
    Departure.objects.filter(pk=boat.pk).update(status="closed")


def _let_pass(boat):
    Departure.objects.filter(pk=boat.pk).update(starts_at=timezone.now() - timedelta(minutes=1))


def _delete(boat):
    boat.pk = 2**62


@pytest.mark.parametrize(
    ("spoil", "status", "code"),
    [
        (_unselect, 422, "not_for_sale"),
        (_invalidate, 422, "not_for_sale"),
        (_delete, 422, "not_for_sale"),
        (_close, 409, "departure_closed"),
        (_let_pass, 409, "departure_past"),
    ],
)
def test_what_cannot_be_sold_is_refused(partner, lumiere, boat, spoil, status, code):
    with tenant_context(lumiere), as_owner():
        spoil(boat)
    assert_problem(partner.hold(boat), status, code)
    with tenant_context(lumiere):
        assert not Order.objects.exists()


def test_an_unselected_product_is_neither_listed_nor_read(partner, lumiere, boat):
    with tenant_context(lumiere):
        _unselect(boat)
    listed = [row["reference"] for row in partner.get("products/").json()["results"]]
    assert "BOAT-DUSK" not in listed
    assert_problem(partner.get("products/BOAT-DUSK/"), 404, "not_found")
    assert_problem(partner.get("products/BOAT-DUSK/departures/"), 404, "not_found")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic YTpi"])
def test_without_a_working_key_nothing_is_said(lumiere, header):
    headers = {} if header is None else {"Authorization": header}
    client = Client(HTTP_HOST="lumiere.localhost")
    answer = client.get("/api/v1/products/", headers=headers)
    code = "not_authenticated" if header in (None, "", "Bearer") else "authentication_failed"
    if header == "Bearer ":
        code = "not_authenticated"
    assert_problem(answer, 401, code)
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_key_no_longer_works(partner, lumiere):
    with tenant_context(lumiere):
        api_key_revoke(partner.key)
    assert_problem(partner.get("products/"), 401, "authentication_failed")


def test_old_terms_are_refused_and_nothing_is_confirmed(partner, boat, lumiere):
    order = partner.hold(boat, customer=CUSTOMER).json()
    terms = {"sha256": ["0" * 64], "text": "I accept"}
    answer = partner.confirm(order, accepted_terms=terms)
    assert_problem(answer, 422, "terms_changed")
    assert partner.get(f"orders/{order['reference']}/").json()["terms_accepted"] is False


def test_nothing_is_confirmed_without_customer_or_terms(partner, boat):
    order = partner.hold(boat).json()
    address = f"orders/{order['reference']}/confirm/"
    paid = {"payment": {"means": "cash"}}
    assert_problem(partner.post(address, paid), 422, "terms_not_accepted")
    assert_problem(partner.confirm(order), 422, "no_customer")
    assert partner.get(f"orders/{order['reference']}/").json()["status"] == "hold"


def test_a_means_that_was_not_granted_is_refused(partner, boat):
    order = partner.hold(boat, customer=CUSTOMER).json()
    assert_problem(partner.confirm(order, means="transfer"), 422, "means_not_granted")


def test_a_seller_without_published_terms_sells_nothing(partner, boat, monkeypatch):
    def none(**_kwargs):
        raise CatalogRefused("terms_missing", "TNP has not published its terms of sale.")

    monkeypatch.setattr("tenant_apps.orders.api.reading.terms_in_force", none)
    assert_problem(partner.hold(boat), 422, "terms_missing")
    assert Departure.objects.get(pk=boat.pk).held == 0


def test_a_fault_of_ours_is_a_problem_document_too(partner, boat, monkeypatch):
    def fail(**_kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr("tenant_apps.orders.api.views.order_hold", fail)
    partner.client.raise_request_exception = False
    problem = assert_problem(partner.hold(boat), 500, "internal")
    assert "power" not in problem["detail"]


def test_a_client_above_the_limit_waits_and_other_agencies_do_not(partner, stranger, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "api": "3/h"}
    for _ in range(3):
        assert partner.get("products/").status_code == 200
    answer = partner.get("products/")
    assert_problem(answer, 429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert stranger.get("products/").status_code == 200


def test_a_key_of_another_agency_opens_nothing(partner, ocean):
    visitor = Partner(ocean, key=partner.clear)
    assert_problem(visitor.get("products/"), 401, "authentication_failed")
    assert_problem(visitor.post("orders/", {}), 401, "authentication_failed")
