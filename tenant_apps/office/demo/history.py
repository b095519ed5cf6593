"""The demo's past: about three months of sales whose services have taken place.

Dashboards, statements and simulations have nothing to say on an agency's first day, so the demo
brings a past along. It is made by the same verbs as any sale, under a clock that is set back:
prices, rules, evidence, journal and stock are what they would have been.

Two things are not as in life. The database's own clock cannot be set back, so the one statement
that asks it whether a departure has begun is told not to. And nobody is written to: the
messages of these sales are noted as delivered.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from unittest import mock

from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.inventory import locks
from shared_apps.inventory.models import Departure, DeparturePrice
from shared_apps.outbox.models import Message
from tenant_apps.office.demo.facts import Facts
from tenant_apps.office.demo.sales import order_open
from tenant_apps.orders.actions import order_cancel, order_confirm
from tenant_apps.orders.models import Order
from tenant_apps.payments.actions import payment_record
from tenant_apps.payments.models import Means, Payment
from tenant_apps.selection.queries import sellable_products
from tenants.models import Agency

LONGEST_WAIT = 25  # days between a sale and its service
CANCELLED_AFTER = timedelta(days=2)
CAPACITY = 40
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PastSale:
    """One sale of the past: when it was made, and for which departure."""

    number: int
    moment: datetime
    departure: Departure


def history_seed(agency: Agency, facts: Facts) -> int:
    """Make the past sales of ``agency``; returns how many. Inside a transaction of the caller."""
    plan = facts.history["agencies"].get(agency.slug)
    if plan is None:
        return 0
    with tenant_context(agency):
        models = _models(agency)
    sales = _plan(agency.slug, plan, facts, models)
    with tenant_context(agency):
        for sale in sales:
            _sell(sale, plan, facts)
    _deliver_nothing(agency)
    return len(sales)


def _plan(slug: str, plan: dict[str, Any], facts: Facts, models: list[Departure]) -> list[PastSale]:
    """The sales in the order they were made; their departures are made here, by the owner."""
    # The same past for everybody who starts the demo on the same day.
    chance = random.Random(slug)  # noqa: S311 (not a secret)
    sales = []
    days = sorted(chance.choices(range(3, facts.history["days"]), k=plan["orders"]), reverse=True)
    for number, days_ago in enumerate(days):
        day = facts.day(-days_ago)
        moment = datetime.combine(day, time(8 + number % 11, 7 * number % 60), tzinfo=_zone())
        # A few products sell most: the first third of the catalogue half of the time.
        pool = models[: max(1, len(models) // 3)] if chance.random() < 0.5 else models
        service = min(day + timedelta(days=chance.randint(1, LONGEST_WAIT)), facts.day(-1))
        sales.append(PastSale(number, moment, _past_departure(chance.choice(pool), service)))
    return sales


def _models(agency: Agency) -> list[Departure]:
    """One coming departure of each product sold here: past ones are made like it."""
    found: dict[int, Departure] = {}
    coming = Departure.objects.filter(
        product__in=sellable_products(agency), status=Departure.Status.OPEN
    )
    for departure in coming.order_by("product__reference", "starts_at").select_related("product"):
        found.setdefault(departure.product_id, departure)
    return list(found.values())


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Run as if it were ``moment``."""
    taken = locks.PLACES_TAKE.replace("starts_at > now()", "TRUE")
    with (
        mock.patch.object(timezone, "now", return_value=moment),
        mock.patch.object(locks, "PLACES_TAKE", taken),
    ):
        yield


def _sell(sale: PastSale, plan: dict[str, Any], facts: Facts) -> None:
    chance = random.Random(f"{sale.departure.pk} {sale.number}")  # noqa: S311 (not a secret)
    with clock_at(sale.moment):
        order = order_open(
            sale.departure,
            quantities=_quantities(sale.departure, chance),
            channel=chance.choice(plan["channels"]),
            language=plan["language"],
            contact=_contact(chance, facts),
        )
        # Card money of an agency's own sales goes through its account at the processor.
        means = Means.TRANSFER if order.own_liability else chance.choice(plan["means"])
        _pay(order, means)
    if means != Means.CARD and sale.number % facts.history["cancelled_one_in"] == 0:
        with clock_at(min(sale.moment + CANCELLED_AFTER, _start_of(sale.departure.service_date))):
            order_cancel(order=order, reason="Empêchement du voyageur")


def _zone() -> Any:
    return timezone.get_default_timezone()


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(0, 30), tzinfo=_zone())


def _past_departure(model: Departure, service: date) -> Departure:
    """The departure of ``service`` with the prices of ``model``, made when it is missing."""
    away = service - model.service_date
    departure, new = Departure.objects.get_or_create(
        product_id=model.product_id,
        starts_at=model.starts_at + away,
        defaults={
            "service_date": service,
            "ends_at": model.ends_at + away,
            "capacity": CAPACITY,
            "currency": model.currency,
        },
    )
    if new:
        DeparturePrice.objects.bulk_create(
            DeparturePrice(
                departure=departure,
                rate_category_id=price.rate_category_id,
                stay=price.stay,
                transport=price.transport,
            )
            for price in model.prices.all()
        )
    return departure


def _quantities(departure: Departure, chance: random.Random) -> dict[str, int]:
    codes = [
        price.rate_category.code for price in departure.prices.order_by("rate_category__position")
    ]
    chosen = {codes[0]: chance.choice([1, 2, 2, 2, 3, 4])}
    if "child" in codes and chance.random() < 0.4:
        chosen["child"] = chance.choice([1, 2])
    return chosen


def _contact(chance: random.Random, facts: Facts) -> dict[str, str]:
    first = chance.choice(facts.history["first_names"])
    last = chance.choice(facts.history["last_names"])
    address = f"voyageur-{chance.randint(1000, 9999)}@voyageurs.example"
    return {"first_name": first, "last_name": last, "email": address, "country": "FR"}


def _pay(order: Order, means: str) -> None:
    """Pay ``order``; a card payment of the past has no page at a processor any more."""
    if means != Means.CARD:
        payment_record(order=order, means=means)
        return
    payment = Payment.objects.create(
        order=order,
        means=Means.CARD,
        amount=order.total,
        currency=order.currency,
        status=Payment.Status.PAID,
        idempotency_key=f"demo-{order.reference}",
        intent_id=f"pi_demo_{order.reference}",
        paid_at=timezone.now(),
    )
    order_confirm(order=order, payment=payment)


def _deliver_nothing(agency: Agency) -> None:
    Message.objects.filter(agency_schema=agency.schema_name, state=Message.State.DUE).update(
        state=Message.State.DELIVERED, delivered_at=timezone.now()
    )
