"""Many at once on one agency: one chain, one sale per order, no gap, no deadlock."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.inventory import locks
from shared_apps.inventory.errors import SoldOut
from shared_apps.inventory.locks import expired_free
from shared_apps.inventory.models import Departure, Hold
from shared_apps.journal import actions as journal
from shared_apps.journal.models import ChainHead, JournalLine
from tenant_apps.orders.actions import LineRequest, order_expire, order_hold
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.orders.models import Order
from tenant_apps.payments.actions import payment_record
from tenant_apps.payments.models import Payment
from tenants.models import Agency
from tests.concurrency.racing import inside, race
from tests.selling import accepted, departure_of, held


@pytest.fixture
def agency(own_database):
    """The first agency; it takes cash."""
    return Agency.objects.get(slug="lumiere")


@pytest.fixture
def other(own_database):
    """The second agency; it takes transfers."""
    return Agency.objects.get(slug="ocean")


def _pay(order: Order, means: str = "cash"):
    return lambda: payment_record(order=Order.objects.get(pk=order.pk), means=means)


def _orders(agency, number: int, *, days: int = 40) -> list[Order]:
    with tenant_context(agency):
        return [accepted(held("FERRY-DAY", days=days + n % 5, adult=1)) for n in range(number)]


def _two_lines(first: int, second: int, rounds: int):
    def work() -> None:
        requests = [LineRequest(pk, {"adult": 1}) for pk in (first, second)]
        for _ in range(rounds):
            order_hold(requests=requests, channel="shop", language="fr")

    return work


def test_two_departures_in_opposite_order_never_deadlock(agency, all_agree):
    """Fails when ``places_take`` does not sort: see the next test."""
    with tenant_context(agency):
        a, b = departure_of("FERRY-DAY", days=40).pk, departure_of("FERRY-DAY", days=41).pk
    works = [_two_lines(*((a, b) if n % 2 else (b, a)), rounds=4) for n in range(8)]
    assert race([inside(agency, work) for work in works]) == [None] * 8
    assert {Departure.objects.get(pk=pk).held for pk in (a, b)} == {32}
    all_agree()


def _take_unsorted(wanted):
    """As ``places_take``, in the order of the cart, with a meeting point between the rows."""
    for departure_id, places in wanted.items():
        Departure.objects.filter(pk=departure_id).update(held=places)
        try:
            _take_unsorted.meeting.wait(timeout=5)
        except threading.BrokenBarrierError:
            continue


def test_without_the_order_of_ids_they_do_deadlock(agency, monkeypatch):
    from django.db.utils import OperationalError

    with tenant_context(agency):
        a, b = departure_of("FERRY-DAY", days=40).pk, departure_of("FERRY-DAY", days=41).pk
    monkeypatch.setattr(_take_unsorted, "meeting", threading.Barrier(2), raising=False)
    monkeypatch.setattr(locks, "places_take", _take_unsorted)
    ends = race([inside(agency, _two_lines(*pair, rounds=1)) for pair in ((a, b), (b, a))])
    assert [type(end) for end in ends if end is not None] == [OperationalError]
    assert "deadlock" in str(next(end for end in ends if end is not None))


def test_concurrent_confirmations_write_one_chain_without_a_gap(agency, all_agree):
    """Fails without the lock on the head (next test): two lines then claim one number."""
    orders = _orders(agency, 12)
    ends = race([inside(agency, _pay(order)) for order in orders])
    assert all(isinstance(end, Payment) for end in ends), ends
    numbers = JournalLine.objects.filter(agency=agency).values_list("seq", flat=True)
    assert sorted(numbers) == list(range(1, 25))
    all_agree()


def test_without_the_lock_on_the_head_the_chain_breaks(agency, monkeypatch):
    unlocked = "SELECT seq, hash FROM journal_chainhead WHERE agency_id = %s AND %s <> ''"
    orders = _orders(agency, 9)
    with tenant_context(agency):
        payment_record(order=orders.pop(), means="cash")
    monkeypatch.setattr(journal, "LOCK_HEAD", unlocked)
    # Receipts make cash wait in line on their own: without them the head alone must do it.
    monkeypatch.setattr("tenant_apps.payments.actions._receipt_number", lambda: "")
    ends = race([inside(agency, _pay(order)) for order in orders])
    assert any(not isinstance(end, Payment) for end in ends)


def test_receipts_are_continuous_when_many_pay_at_once(agency):
    """Fails when the counter is read and then written: two payments then take one number."""
    orders = _orders(agency, 12)
    ends = race([inside(agency, _pay(order)) for order in orders])
    numbers = sorted(int(payment.receipt_number[-6:]) for payment in ends)
    assert numbers == list(range(1, 13))


def test_a_sale_that_fails_leaves_no_gap_in_the_receipts(agency, monkeypatch):
    orders = _orders(agency, 3)

    def fail(**_kwargs):
        raise RuntimeError("power cut")

    with tenant_context(agency):
        first = payment_record(order=orders[0], means="cash")
        with monkeypatch.context() as broken:
            broken.setattr("tenant_apps.orders.actions.confirming.journal_append", fail)
            with pytest.raises(RuntimeError):
                payment_record(order=orders[1], means="cash")
        second = payment_record(order=orders[2], means="cash")
    assert int(second.receipt_number[-6:]) == int(first.receipt_number[-6:]) + 1


def test_agencies_do_not_wait_for_each_others_chain(agency, other, all_agree):
    """Fails with one chain for all: the second agency then waits for the first's commit."""
    # Two dates: the stock of one date they do share.
    mine, theirs = _orders(agency, 1)[0], _orders(other, 1, days=70)[0]
    with tenant_context(agency), transaction.atomic():
        payment_record(order=mine, means="cash")
        done = race([inside(other, _quickly(_pay(theirs, "transfer")))])
        assert isinstance(done[0], Payment), done
        blocked = race([inside(agency, _quickly(_append_nothing(agency)))])
        assert "lock timeout" in str(blocked[0])
    assert ChainHead.objects.get(agency=other).seq == 2
    all_agree()


def _quickly(work):
    """``work`` that fails rather than waits for a lock."""

    def run():
        connection.cursor().execute("SET lock_timeout = '1s'")
        return work()

    return run


def _append_nothing(agency):
    def run():
        with transaction.atomic():
            journal.journal_append(agency=agency, entries=[])

    return run


def test_a_double_confirmation_sells_once(agency, all_agree):
    """Fails without ``order_lock``: both threads then find the order on hold and pay it."""
    order = _orders(agency, 1)[0]
    ends = race([inside(agency, _pay(order)) for _ in range(6)])
    assert Counter(type(end) for end in ends) == {Payment: 1, OrderRefused: 5}
    assert {end.code for end in ends if isinstance(end, OrderRefused)} == {"not_payable"}
    with tenant_context(agency):
        assert Payment.objects.count() == 1
    assert JournalLine.objects.filter(order_reference=order.reference).count() == 2
    all_agree()


def _run_out(order: Order) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Hold.objects.filter(order_reference=order.reference).update(expires_at=past)


def test_an_expiring_hold_is_sold_or_expired_and_never_both(agency, all_agree):
    """The sweep and the sale both lock the hold; whoever is second finds it settled.

    Fails when ``holds_move`` does not lock: the counters then differ from the holds.
    """
    orders = _orders(agency, 10)
    with tenant_context(agency):
        for order in orders:
            _run_out(order)
    works = [inside(agency, _pay(order)) for order in orders]
    ends = race([*works, expired_free, expired_free, expired_free])
    assert all(isinstance(end, Payment) for end in ends[:10]), ends
    states = Counter(Hold.objects.values_list("state", flat=True))
    assert states == {"sold": 10}
    all_agree()


def test_an_order_closed_by_the_sweep_is_not_sold_and_one_sold_is_not_closed(agency, all_agree):
    orders = _orders(agency, 8)
    with tenant_context(agency):
        payments = [order.pk for order in orders]
        for order in orders:
            _run_out(order)

    def close(pk):
        past = timezone.now() - timedelta(seconds=1)
        Order.objects.filter(pk=pk, status="hold").update(expires_at=past)
        return order_expire(Order.objects.get(pk=pk))

    works = []
    for order in orders:
        works += [
            inside(agency, _pay(order)),
            inside(agency, lambda pk=order.pk: close(pk)),
        ]
    ends = race(works)
    for number, pk in enumerate(payments):
        paid, closed = ends[2 * number], ends[2 * number + 1]
        with tenant_context(agency):
            status = Order.objects.get(pk=pk).status
        assert (isinstance(paid, Payment), closed, status) in (
            (True, False, "confirmed"),
            (False, True, "expired"),
        ), (paid, closed, status)
    all_agree()


def test_a_late_sale_and_a_new_buyer_race_for_the_same_place(agency, boat, all_agree):
    with tenant_context(agency):
        late = accepted(held("BOAT-DUSK", adult=20))
        _run_out(late)
        expired_free()

    def buy():
        held("BOAT-DUSK", adult=1)

    ends = race([inside(agency, _pay(late)), inside(agency, buy)])
    refused = [end for end in ends if isinstance(end, SoldOut)]
    assert len(refused) == 1, ends
    boat.refresh_from_db()
    assert boat.held + boat.sold in (1, 20)
    all_agree()
