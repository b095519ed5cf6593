"""Whatever is sold and undone, every cent of an order is explained by the journal (L6, L8)."""

from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared_apps.inventory.reconcile import stock_differences
from shared_apps.journal.models import JournalLine
from shared_apps.journal.verify import journal_verify
from tenant_apps.orders.actions import LineRequest, order_cancel, order_hold
from tenant_apps.payments.actions import payment_record
from tenant_apps.payments.models import Refund
from tenant_apps.payments.refunds import refund_execute
from tests.selling import accepted, departure_of

UNITS = st.integers(min_value=1, max_value=3)
LINES = st.lists(
    st.sampled_from(["BOAT-DUSK", "STAY-LOIRE", "FERRY-DAY"]), min_size=1, max_size=3, unique=True
)


def _totals(reference: str) -> dict[tuple[str, str], Decimal]:
    """``{(kind, currency): sum}`` of one order's lines."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in JournalLine.objects.filter(order_reference=reference):
        sums[line.kind, line.currency] += line.customer_pays
    return sums


@given(products=LINES, adults=UNITS, days=st.sampled_from([3, 10, 40, 80]), waive=st.booleans())
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_paid_less_refunded_less_fee_is_nothing_after_a_cancellation(
    in_lumiere, products, adults, days, waive
):
    wanted = [LineRequest(departure_of(name, days=days).pk, {"adult": adults}) for name in products]
    order = accepted(order_hold(requests=wanted, channel="shop", language="fr"))
    payment_record(order=order, means="cash")
    sold = _totals(order.reference)
    assert sold["sale", "EUR"] == sold["payment", "EUR"] == order.total

    order_cancel(order=order, reason="property", waive_fee=waive)
    for refund in Refund.objects.filter(payment__order=order):
        refund_execute(refund.pk)

    sums = _totals(order.reference)
    assert {currency for _kind, currency in sums} == {"EUR"}
    assert sums["sale", "EUR"] + sums["cancellation", "EUR"] == 0
    assert sums["payment", "EUR"] + sums["refund", "EUR"] - sums["fee", "EUR"] == 0
    assert (sums["fee", "EUR"] == 0) if waive else (sums["fee", "EUR"] > 0)
    _assert_shares_make_what_is_paid(order.reference)
    assert stock_differences() == []


def _assert_shares_make_what_is_paid(reference: str) -> None:
    kinds = ("sale", "cancellation", "fee")
    for line in JournalLine.objects.filter(order_reference=reference, kind__in=kinds):
        shares = line.provider_share + line.agency_share + line.operator_share
        assert shares == line.customer_pays


def test_two_currencies_are_never_added_up(in_lumiere):
    """One order has one currency, and its money lines carry it; sums are asked per currency."""
    from shared_apps.inventory.models import Departure
    from tenants.isolation import as_owner

    francs = departure_of("BOAT-DUSK", days=60)
    with as_owner():
        Departure.objects.filter(pk=francs.pk).update(currency="CHF")
    order = accepted(
        order_hold(requests=[LineRequest(francs.pk, {"adult": 1})], channel="shop", language="fr")
    )
    payment_record(order=order, means="cash")
    euros = accepted(
        order_hold(
            requests=[LineRequest(departure_of("BOAT-DUSK", days=61).pk, {"adult": 1})],
            channel="shop",
            language="fr",
        )
    )
    payment_record(order=euros, means="cash")
    sums = {**_totals(order.reference)}
    assert sums == {("sale", "CHF"): Decimal(34), ("payment", "CHF"): Decimal(34)}
    assert {currency for _kind, currency in _totals(euros.reference)} == {"EUR"}
    assert journal_verify(in_lumiere).errors == ()


def test_a_line_whose_shares_do_not_add_up_cannot_be_written(in_lumiere):
    from shared_apps.journal.actions import Entry, journal_append
    from shared_apps.network.queries import operator_seller

    entry = Entry(
        kind="sale",
        order_reference="LUM-X",
        channel="shop",
        seller_id=operator_seller(departure_of("BOAT-DUSK").service_date).pk,
        currency="EUR",
        customer_pays=Decimal(10),
        provider_share=Decimal(9),
    )
    with pytest.raises(ValueError, match="do not make"):
        journal_append(agency=in_lumiere, entries=[entry])
    assert not JournalLine.objects.exists()
