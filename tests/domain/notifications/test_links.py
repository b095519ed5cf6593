"""Signed addresses: each key opens one thing, of one order, of one agency."""

from urllib.parse import parse_qs, urlsplit

from django.urls import resolve
from django_tenants.utils import tenant_context

from tenant_apps.orders.links import (
    check_key_opens,
    order_key,
    order_key_opens,
    order_url,
    terms_url,
    voucher_check_url,
)
from tests.selling import held

AGENCY_URLS = "saas.urls_agency"


def _key(url: str) -> str:
    return parse_qs(urlsplit(url).query)["key"][0]


def test_the_key_of_an_order_opens_that_order_only(in_lumiere):
    order = held()
    key = _key(order_url(order))
    assert key == order_key(order.reference)
    assert order_key_opens(order.reference, key)
    assert not order_key_opens("LUM-22222222", key)
    assert not order_key_opens(order.reference, key[:-1])
    assert not order_key_opens(order.reference, "")


def test_a_key_of_one_agency_opens_nothing_in_another(in_lumiere, ocean):
    order = held()
    key, check = _key(order_url(order)), _key(voucher_check_url(order))
    with tenant_context(ocean):
        assert not order_key_opens(order.reference, key)
        assert not check_key_opens(order.reference, check)


def test_who_scans_a_voucher_cannot_open_the_order_with_it(in_lumiere):
    order = held()
    check = _key(voucher_check_url(order))
    assert check_key_opens(order.reference, check)
    assert not order_key_opens(order.reference, check)
    assert not check_key_opens(order.reference, order_key(order.reference))


def test_every_address_leads_to_a_page_of_the_shop(in_lumiere):
    order = held()
    found = {
        address: resolve(urlsplit(address).path, urlconf=AGENCY_URLS).view_name
        for address in (order_url(order), voucher_check_url(order), terms_url(7))
    }
    assert list(found.values()) == ["shop:order", "shop:voucher_check", "shop:terms"]
    assert all(address.startswith("http://lumiere.localhost/") for address in found)
