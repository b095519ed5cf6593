"""A few sales, so that the demo's offices and the operator's console have something to show.

Made by the same verbs as any sale over the counter: hold, contact, acceptance, payment. Only
means that staff may record are used; cards are for the visitor of the demo to try.
"""

from datetime import date
from typing import Any

from django.db.models import F
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.catalog.queries import terms_in_force
from shared_apps.inventory.models import Departure
from tenant_apps.office.demo.facts import Facts
from tenant_apps.orders.actions import (
    Evidence,
    LineRequest,
    order_accept,
    order_cancel,
    order_contact_set,
    order_hold,
)
from tenant_apps.orders.forms_shown import standard_form_for
from tenant_apps.orders.models import Order
from tenant_apps.payments.actions import payment_record
from tenants.models import Agency

CHECKBOX = {
    "fr": "J'ai lu et j'accepte les conditions générales de vente.",
    "en": "I have read and accept the terms of sale.",
}


def sales_seed(agency: Agency, facts: Facts) -> int:
    """Make the demo's sales of ``agency`` of today; returns how many."""
    plans = [plan for plan in facts.network["sales"] if plan["agency"] == agency.slug]
    with tenant_context(agency):
        for plan in plans:
            _sale(plan, facts)
    return len(plans)


def _sale(plan: dict[str, Any], facts: Facts) -> None:
    places = sum(plan["quantities"].values())
    departure = _departure(plan["product"], facts.day(plan["in_days"]), places)
    order = order_open(
        departure,
        quantities=plan["quantities"],
        channel=plan["channel"],
        language=plan["language"],
        contact=plan["contact"],
    )
    payment_record(order=order, means=plan["means"])
    if "cancelled" in plan:
        order_cancel(order=order, reason=plan["cancelled"])


def order_open(
    departure: Departure,
    *,
    quantities: dict[str, int],
    channel: str,
    language: str,
    contact: dict[str, str],
) -> Order:
    """An order on hold in the current agency, with its customer and accepted terms."""
    order = order_hold(
        requests=[LineRequest(departure.pk, quantities)], channel=channel, language=language
    )
    order_contact_set(order=order, contact=contact)
    _accept(order)
    return order


def _departure(reference: str, first: date, places: int) -> Departure:
    found = Departure.objects.filter(
        product__reference=reference,
        service_date__gte=first,
        status=Departure.Status.OPEN,
        capacity__gte=F("held") + F("sold") + places,
    )
    return found.order_by("starts_at")[0]


def _accept(order: Order) -> None:
    lines = list(order.lines.select_related("product"))
    products = [line.product for line in lines]
    order_accept(
        order=order,
        terms=terms_in_force(
            seller=order.seller, language=order.language, products=products, at=timezone.now()
        ),
        form=standard_form_for(order).evidence(),
        checkbox_text=CHECKBOX[order.language],
        information={"total": str(order.total), "lines": [line.snapshot for line in lines]},
        evidence=Evidence(
            ip=None, user_agent="", session="demo", channel=order.channel, actor="demo_seed"
        ),
    )
