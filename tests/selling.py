"""Small steps of a sale, for tests that need one: they run inside the current agency."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from shared_apps.catalog.queries import terms_in_force
from shared_apps.inventory.models import Departure
from tenant_apps.orders.actions import (
    Evidence,
    LineRequest,
    order_accept,
    order_contact_set,
    order_hold,
)
from tenant_apps.orders.models import Order
from tenant_apps.payments.actions import payment_record

CUSTOMER = {"first_name": "Zoé", "last_name": "Martin", "email": "zoe@example.org"}
FORM = {"code": "single", "version": "test", "language": "fr", "sha256": "0" * 64}


def departure_of(reference: str, *, days: int = 45) -> Departure:
    """The first departure of a product of the test world, at least ``days`` days from now."""
    soonest = timezone.localdate() + timedelta(days=days)
    found = Departure.objects.filter(product__reference=reference, service_date__gte=soonest)
    return found.order_by("starts_at").select_related("product")[0]


def held(reference: str = "BOAT-DUSK", *, days: int = 45, **quantities: int) -> Order:
    """An order on hold for one departure (two adults when nothing is said)."""
    request = LineRequest(departure_of(reference, days=days).pk, quantities or {"adult": 2})
    return order_hold(requests=[request], channel="shop", language="fr")


def accepted(order: Order, **contact: Any) -> Order:
    """The order with its customer and the evidence of accepted terms."""
    order_contact_set(order=order, contact={**CUSTOMER, **contact})
    products = [line.product for line in order.lines.all()]
    order_accept(
        order=order,
        terms=terms_in_force(
            seller=order.seller, language="fr", products=products, at=timezone.now()
        ),
        form=FORM,
        checkbox_text="J'accepte",
        information={},
        evidence=Evidence(
            ip="192.0.2.1", user_agent="test", session="s", channel="shop", actor="customer"
        ),
    )
    return order


def sold(reference: str = "BOAT-DUSK", *, days: int = 45, **quantities: int) -> Order:
    """A confirmed order, paid in cash (the agency must have been granted cash)."""
    order = accepted(held(reference, days=days, **quantities))
    payment_record(order=order, means="cash")
    return order
