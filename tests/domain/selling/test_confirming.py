"""Selling: what one confirmation writes, and that half of it is never written."""

from decimal import Decimal

import pytest
from django_tenants.utils import tenant_context

from shared_apps.audit.models import AuditEntry
from shared_apps.inventory.models import Hold, StockMovement
from shared_apps.inventory.reconcile import stock_differences
from shared_apps.journal.models import JournalLine
from shared_apps.journal.verify import journal_verify
from shared_apps.outbox.models import Message
from shared_apps.pricing.waterfall import waterfall_replay
from tenant_apps.orders.actions import LineRequest, order_hold, order_line_add, order_line_remove
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.orders.models import Order
from tenant_apps.payments.actions import payment_record
from tests.selling import accepted, departure_of, held, sold


def test_a_hold_takes_the_places_and_says_the_whole_price(in_lumiere):
    departure = departure_of("BOAT-DUSK")
    order = order_hold(
        requests=[LineRequest(departure.pk, {"adult": 2, "child": 1, "free": 1})],
        channel="shop",
        language="fr",
    )
    departure.refresh_from_db()
    assert (departure.held, departure.sold) == (4, 0)
    assert order.total == Decimal("86.000")
    line = order.lines.get()
    shares = (line.provider_share, line.agency_share, line.operator_share)
    # 12 % for this product; 15 % provider commission; no markup.
    assert shares == (Decimal("73.100"), Decimal("10.320"), Decimal("2.580"))


def test_the_frozen_line_replays_to_the_same_cent(in_lumiere):
    line = held("STAY-LOIRE", adult=2, child=1).lines.get()
    for rate in line.waterfall:
        waterfall_replay(rate["price"])
    # (365 + 55 - 40) x 1.04 = 395.20 and (245 + 35 - 40) x 1.04 = 249.60
    assert [rate["price"]["unit"]["pays"] for rate in line.waterfall] == ["395.20", "249.60"]
    assert line.customer_pays == Decimal("1040.000")


def test_a_confirmation_writes_order_stock_journal_outbox_and_audit(in_lumiere):
    order = sold("BOAT-DUSK", adult=2)
    departure = order.lines.get().departure
    assert (departure.held, departure.sold) == (0, 2)
    lines = JournalLine.objects.filter(order_reference=order.reference)
    assert [(line.kind, line.customer_pays) for line in lines] == [
        ("sale", Decimal("68.000")),
        ("payment", Decimal("68.000")),
    ]
    kinds = Message.objects.filter(payload__order=order.reference).values_list("kind", flat=True)
    assert sorted(kinds) == ["order.confirmed", "provider.booked"]
    verbs = AuditEntry.objects.filter(object_type="orders.order", object_id=str(order.pk))
    assert set(verbs.values_list("verb", flat=True)) >= {"order.hold", "order.confirm"}
    assert journal_verify(in_lumiere).errors == ()


def test_a_failure_in_the_middle_leaves_nothing_half_done(in_lumiere, monkeypatch):
    order = accepted(held("BOAT-DUSK", adult=2))
    movements = StockMovement.objects.count()

    def fail(**_kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr("tenant_apps.orders.actions.confirming.audit_record", fail)
    with pytest.raises(RuntimeError):
        payment_record(order=order, means="cash")
    order.refresh_from_db()
    assert order.status == Order.Status.HOLD
    assert not order.payments.exists()
    assert not JournalLine.objects.filter(order_reference=order.reference).exists()
    assert StockMovement.objects.count() == movements
    assert order.lines.get().departure.sold == 0


def test_confirming_twice_sells_once(in_lumiere):
    from tenant_apps.orders.actions import order_confirm

    order = sold("BOAT-DUSK", adult=2)
    order_confirm(order=order, payment=order.payments.get())
    assert JournalLine.objects.filter(order_reference=order.reference).count() == 2
    assert order.lines.get().departure.sold == 2


@pytest.mark.parametrize(
    ("quantities", "code"),
    [
        ({}, "no_quantity"),
        ({"adult": 0}, "no_quantity"),
        ({"adult": -1}, "negative_quantity"),
        ({"adult": 3, "child": -2}, "negative_quantity"),
        ({"senior": 1}, "unknown_rate"),
        ({"adult": 100_000}, "too_many"),
    ],
)
def test_a_bad_quantity_is_refused_and_takes_nothing(in_lumiere, quantities, code):
    departure = departure_of("BOAT-DUSK")
    with pytest.raises(OrderRefused) as refused:
        order_hold(requests=[LineRequest(departure.pk, quantities)], channel="shop", language="fr")
    assert refused.value.code == code
    assert not Order.objects.exists()
    assert not Hold.objects.exists()


def test_nothing_is_confirmed_without_accepted_terms(in_lumiere):
    order = held()
    with pytest.raises(OrderRefused) as refused:
        payment_record(order=order, means="cash")
    assert refused.value.code == "terms_not_accepted"


def test_a_means_that_was_not_granted_is_refused(in_lumiere):
    order = accepted(held())
    with pytest.raises(OrderRefused) as refused:
        payment_record(order=order, means="transfer")
    assert refused.value.code == "means_not_granted"


def test_one_order_has_one_seller(ocean):
    with tenant_context(ocean):
        order = held("KAYAK-SEA", adult=1)
        assert order.own_liability
        assert order.seller_snapshot["legal_name"] == "Océan Réceptif SARL"
        request = LineRequest(departure_of("BOAT-DUSK").pk, {"adult": 1})
        with pytest.raises(OrderRefused) as refused:
            order_line_add(order=order, request=request)
        assert refused.value.code == "other_seller"
        assert departure_of("BOAT-DUSK").held == 0


def test_the_same_product_is_sold_under_tnp_elsewhere(in_lumiere):
    order = held("KAYAK-SEA", adult=1)
    assert not order.own_liability
    assert order.seller_snapshot["legal_name"] == "TNP Test"


def test_a_line_taken_off_gives_its_places_back(in_lumiere):
    order = held("BOAT-DUSK", adult=2)
    order_line_add(order=order, request=LineRequest(departure_of("FERRY-DAY").pk, {"adult": 1}))
    boat = order.lines.get(product__reference="BOAT-DUSK")
    order_line_remove(order=order, line_id=boat.pk)
    assert order.total == Decimal("36.000")
    assert departure_of("BOAT-DUSK").held == 0
    assert departure_of("FERRY-DAY").held == 1
    assert stock_differences() == []


def test_cash_receipts_are_numbered_without_a_gap(in_lumiere):
    numbers = [sold(days=day).payments.get().receipt_number[-6:] for day in (40, 41, 42)]
    assert numbers == ["000001", "000002", "000003"]


def test_another_agency_sees_neither_order_nor_journal(in_lumiere, ocean):
    order = sold()
    with tenant_context(ocean):
        assert not Order.objects.exists()
        assert not JournalLine.objects.filter(order_reference=order.reference).exists()
        assert not Hold.objects.filter(order_reference=order.reference).exists()
        assert not AuditEntry.objects.filter(object_id=str(order.pk)).exists()
