"""Signed addresses of an order, for people who have no session: mails, vouchers.

Two keys, because two kinds of people hold them. The *order key* is the traveller's: it opens the
order with everything on it. The *check key* is printed on the voucher and scanned at the door:
it only says whether the voucher is good. Both sign the schema with the reference, so a key of one
agency opens nothing in another. They do not expire: an order is kept for years, and the page
decides what may still be done.
"""

from urllib.parse import urlencode

from django.core import signing
from django.db import connection

from tenant_apps.orders.models import Order
from tenants.models import Agency
from tenants.resolution import agency_url

ORDER_SALT = "order-link"
CHECK_SALT = "voucher-check"


def order_key(reference: str) -> str:
    """The traveller's key to the order ``reference`` of the current agency."""
    return _key(ORDER_SALT, reference)


def order_key_opens(reference: str, key: str) -> bool:
    """Whether ``key`` is the traveller's key to this order of the current agency."""
    return signing.constant_time_compare(key, order_key(reference))


def order_url(order: Order) -> str:
    """Absolute address of the order on its agency's shop, key included."""
    query = urlencode({"key": order_key(order.reference)})
    return agency_url(_agency(), f"/commandes/{order.reference}/?{query}")


def terms_url(terms_version_id: int) -> str:
    """Absolute address of one version of the terms of sale."""
    return agency_url(_agency(), f"/conditions/{terms_version_id}/")


def check_key_opens(reference: str, key: str) -> bool:
    """Whether ``key`` is the one printed on this order's voucher."""
    return signing.constant_time_compare(key, _key(CHECK_SALT, reference))


def voucher_check_url(order: Order) -> str:
    """What the voucher's QR code holds: reference and check key, on the agency's shop."""
    query = urlencode({"key": _key(CHECK_SALT, order.reference)})
    return agency_url(_agency(), f"/bons/{order.reference}/?{query}")


def _key(salt: str, reference: str) -> str:
    return signing.Signer(salt=salt).signature(f"{connection.schema_name}/{reference}")


def _agency() -> Agency:
    agency = connection.tenant
    if not isinstance(agency, Agency):
        agency = Agency.objects.get(schema_name=connection.schema_name)
    return agency
