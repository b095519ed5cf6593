"""Holds that run out: their places come back, whoever notices first."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.inventory.errors import SoldOut
from shared_apps.inventory.locks import expired_free
from shared_apps.inventory.models import Departure, Hold
from shared_apps.inventory.reconcile import stock_differences
from tenant_apps.orders.actions import LineRequest, order_expire, order_hold, order_line_add
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.orders.models import Order
from tenant_apps.payments.actions import payment_record
from tests.selling import accepted, departure_of, held


def _run_out(order: Order) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Hold.objects.filter(order_reference=order.reference).update(expires_at=past)
    Order.objects.filter(pk=order.pk).update(expires_at=past)
    order.refresh_from_db()


def test_the_sweep_gives_expired_places_back(in_lumiere):
    order = held("BOAT-DUSK", adult=3)
    _run_out(order)
    assert expired_free() == 1
    assert order.lines.get().departure.held == 0
    assert Hold.objects.get().state == Hold.State.EXPIRED
    assert stock_differences() == []


def test_a_live_hold_survives_the_sweep(in_lumiere):
    order = held("BOAT-DUSK", adult=3)
    assert expired_free() == 0
    assert order.lines.get().departure.held == 3


def test_a_full_departure_is_freed_of_another_agencys_expired_hold(lumiere, ocean):
    with tenant_context(lumiere):
        order = held("BOAT-DUSK", adult=20)
        _run_out(order)
    with tenant_context(ocean):
        mine = held("BOAT-DUSK", adult=20)
        assert mine.lines.get().departure.held == 20


def test_a_refusal_says_how_many_places_are_left(in_lumiere):
    held("BOAT-DUSK", adult=18)
    with pytest.raises(SoldOut) as refused:
        held("BOAT-DUSK", adult=3)
    assert refused.value.left == 2


def test_an_order_of_two_departures_takes_both_or_none(in_lumiere):
    boat, kayak = departure_of("BOAT-DUSK"), departure_of("KAYAK-SEA")
    with pytest.raises(SoldOut):
        order_hold(
            requests=[LineRequest(boat.pk, {"adult": 2}), LineRequest(kayak.pk, {"adult": 9})],
            channel="shop",
            language="fr",
        )
    boat.refresh_from_db()
    assert boat.held == 0
    assert not Hold.objects.exists()


def test_adding_a_line_lets_the_whole_order_run_longer(in_lumiere):
    order = held("BOAT-DUSK", adult=1)
    soon = timezone.now() + timedelta(minutes=1)
    Order.objects.filter(pk=order.pk).update(expires_at=soon)
    order_line_add(order=order, request=LineRequest(departure_of("FERRY-DAY").pk, {"adult": 1}))
    order.refresh_from_db()
    ends = set(Hold.objects.values_list("expires_at", flat=True))
    assert ends == {order.expires_at}
    assert order.expires_at > soon


def test_an_order_cannot_be_held_for_ever(in_lumiere):
    order = held("BOAT-DUSK", adult=1)
    Order.objects.filter(pk=order.pk).update(
        created_at=timezone.now() - timedelta(minutes=55),
        expires_at=timezone.now() + timedelta(minutes=1),
    )
    order_line_add(order=order, request=LineRequest(departure_of("FERRY-DAY").pk, {"adult": 1}))
    order.refresh_from_db()
    assert order.expires_at <= timezone.now() + timedelta(minutes=5, seconds=1)


def test_an_expired_order_closes_and_can_no_longer_be_paid(in_lumiere):
    order = accepted(held())
    _run_out(order)
    with pytest.raises(OrderRefused) as refused:
        payment_record(order=order, means="cash")
    assert refused.value.code == "hold_expired"
    assert order_expire(order)
    assert order.status == Order.Status.EXPIRED
    assert not order_expire(order)
    assert order.lines.get().departure.held == 0


@pytest.mark.parametrize("status", [Departure.Status.CLOSED, Departure.Status.CANCELLED])
def test_a_departure_that_is_not_open_is_refused(in_lumiere, status):
    from tenants.isolation import as_owner

    departure = departure_of("BOAT-DUSK")
    with as_owner():
        Departure.objects.filter(pk=departure.pk).update(status=status)
    with pytest.raises(OrderRefused) as refused:
        order_hold(
            requests=[LineRequest(departure.pk, {"adult": 1})], channel="shop", language="fr"
        )
    assert refused.value.code == "departure_closed"
