"""Cancelling: negative lines, the frozen fee, places and money back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from moneyed import Money

from shared_apps.inventory.reconcile import stock_differences
from shared_apps.journal.models import JournalLine
from shared_apps.journal.verify import journal_verify
from tenant_apps.orders.actions import order_cancel
from tenant_apps.orders.cancellation import fee_percent, fee_split
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.payments.models import Refund
from tenant_apps.payments.refunds import refund_execute
from tests.selling import held, sold

SCALE = [
    {"days_before": 30, "fee_percent": "10"},
    {"days_before": 7, "fee_percent": "50"},
    {"days_before": 0, "fee_percent": "100"},
]


@pytest.mark.parametrize(
    ("days", "percent"), [(90, 10), (30, 10), (29, 50), (7, 50), (6, 100), (0, 100), (-1, 100)]
)
def test_the_scale_is_read_with_its_bounds_included(days, percent):
    assert fee_percent(SCALE, days) == percent


def test_a_product_without_a_scale_is_free_to_cancel_until_the_day():
    assert fee_percent([], 0) == 0
    assert fee_percent([], -1) == 100


def test_a_fee_is_split_like_the_sale_to_the_cent():
    shares = [Money(value, "EUR") for value in ("73.10", "10.32", "2.58")]
    fee = fee_split(Decimal(10), pays=Money("86.00", "EUR"), shares=shares)
    assert fee.amount == Money("8.60", "EUR")
    assert (fee.provider, fee.agency, fee.operator) == (
        Money("7.31", "EUR"),
        Money("1.03", "EUR"),
        Money("0.26", "EUR"),
    )


def test_the_fee_of_a_sale_at_a_loss_goes_to_the_provider():
    shares = [Money(value, "EUR") for value in ("90.00", "20.00", "-10.00")]
    fee = fee_split(Decimal(50), pays=Money("100.00", "EUR"), shares=shares)
    assert (fee.provider, fee.agency, fee.operator) == (
        Money("50.00", "EUR"),
        Money(0, "EUR"),
        Money(0, "EUR"),
    )


def test_a_cancelled_sale_writes_its_opposite_the_fee_and_the_refund(in_lumiere):
    order = sold("BOAT-DUSK", days=20, adult=2)
    order_cancel(order=order, reason="ill")
    refund_execute(Refund.objects.get().pk)
    lines = JournalLine.objects.filter(order_reference=order.reference).order_by("seq")
    assert [(line.kind, line.customer_pays) for line in lines] == [
        ("sale", Decimal("68.000")),
        ("payment", Decimal("68.000")),
        ("cancellation", Decimal("-68.000")),
        ("fee", Decimal("34.000")),
        ("refund", Decimal("-34.000")),
    ]
    sale, _paid, undone, *_rest = lines
    assert undone.agency_share == -sale.agency_share
    assert order.lines.get().departure.sold == 0
    assert stock_differences() == []
    assert journal_verify(in_lumiere).errors == ()


def test_the_fee_is_the_one_frozen_at_the_sale(in_lumiere):
    order = sold("BOAT-DUSK", days=20, adult=1)
    from shared_apps.catalog.models import Product
    from tenants.isolation import as_owner

    with as_owner():
        Product.objects.filter(reference="BOAT-DUSK").update(cancellation_scale=[])
    order_cancel(order=order, reason="ill")
    assert Refund.objects.get().amount == Decimal("17.000")


def test_a_seller_who_cancels_gives_everything_back(in_lumiere):
    order = sold("BOAT-DUSK", days=2, adult=1)
    order_cancel(order=order, reason="storm", waive_fee=True)
    assert Refund.objects.get().amount == Decimal("34.000")


def test_a_refund_carried_out_twice_is_given_once(in_lumiere):
    order = sold(days=20)
    order_cancel(order=order, reason="ill")
    refund = Refund.objects.get()
    refund_execute(refund.pk)
    refund_execute(refund.pk)
    refunds = JournalLine.objects.filter(order_reference=order.reference, kind="refund")
    assert refunds.count() == 1


def test_a_cancelled_hold_only_gives_its_places_back(in_lumiere):
    order = held()
    order_cancel(order=order, reason="")
    assert order.lines.get().departure.held == 0
    assert not JournalLine.objects.filter(order_reference=order.reference).exists()


def test_what_is_over_cannot_be_cancelled_again(in_lumiere):
    order = sold()
    order_cancel(order=order, reason="")
    with pytest.raises(OrderRefused) as refused:
        order_cancel(order=order, reason="")
    assert refused.value.code == "not_cancellable"
    assert Refund.objects.count() == 1


def test_a_day_before_is_counted_in_the_time_zone_of_the_service(in_lumiere):
    order = sold("BOAT-DUSK", days=30, adult=1)
    line = order.lines.get()
    assert (line.service_date - timezone.localdate()) == timedelta(days=30)
    order_cancel(order=order, reason="")
    assert Refund.objects.get().amount == Decimal("30.600")
