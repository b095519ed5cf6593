"""One key, one answer: however often a request is sent, it is carried out once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.inventory.models import Departure
from tenant_apps.orders.models import IdempotencyRecord, Order
from tests.doors.api.conftest import CUSTOMER, Partner, assert_problem

KEY = {"Idempotency_Key": "order-118"}


def test_the_same_request_is_answered_byte_for_byte_and_done_once(partner, boat, lumiere):
    first = partner.hold(boat, customer=CUSTOMER, headers=KEY)
    again = partner.hold(boat, customer=CUSTOMER, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Content-Type"] == first["Content-Type"]
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Departure.objects.get(pk=boat.pk).held == 2
    with tenant_context(lumiere):
        assert Order.objects.count() == 1


def test_a_confirmation_sent_twice_is_answered_the_same(partner, boat):
    order = partner.hold(boat, customer=CUSTOMER).json()
    first, again = (partner.confirm(order, headers=KEY) for _ in range(2))
    assert first.json()["status"] == "confirmed"
    assert again.content == first.content
    assert Departure.objects.get(pk=boat.pk).sold == 2


def test_a_cancellation_sent_twice_is_answered_the_same(partner, boat):
    order = partner.hold(boat, customer=CUSTOMER).json()
    address = f"orders/{order['reference']}/cancel/"
    first, again = (partner.post(address, {"reason": "ill"}, **KEY) for _ in range(2))
    assert (first.status_code, again.content) == (200, first.content)


def test_a_key_used_for_something_else_is_refused(partner, boat):
    partner.hold(boat, headers=KEY)
    assert_problem(partner.hold(boat, {"adult": 3}, headers=KEY), 422, "idempotency_mismatch")
    assert_problem(partner.post("orders/X/cancel/", {}, **KEY), 422, "idempotency_mismatch")
    assert Departure.objects.get(pk=boat.pk).held == 2


def test_keys_of_two_partners_do_not_meet(partner, boat, lumiere):
    other = Partner(lumiere)
    assert partner.hold(boat, headers=KEY).status_code == 201
    assert other.hold(boat, {"adult": 3}, headers=KEY).status_code == 201
    assert Departure.objects.get(pk=boat.pk).held == 5


def test_keys_of_two_agencies_do_not_meet(partner, stranger, boat):
    assert partner.hold(boat, headers=KEY).status_code == 201
    assert stranger.hold(boat, {"adult": 3}, headers=KEY).status_code == 201
    assert Departure.objects.get(pk=boat.pk).held == 5


def test_a_refusal_frees_its_key(partner, boat):
    partner.hold(boat, {"adult": 20})
    assert_problem(partner.hold(boat, {"adult": 1}, headers=KEY), 409, "sold_out")
    Departure.objects.filter(pk=boat.pk).update(capacity=21)
    assert partner.hold(boat, {"adult": 1}, headers=KEY).status_code == 201


def test_a_failure_of_ours_frees_its_key(partner, boat, monkeypatch):
    def fail(**_kwargs):
        raise RuntimeError("power cut")

    partner.client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("tenant_apps.orders.actions.holding.audit_record", fail)
        assert partner.hold(boat, headers=KEY).status_code == 500
    assert Departure.objects.get(pk=boat.pk).held == 0
    assert partner.hold(boat, headers=KEY).status_code == 201


def _cut_off(partner, boat, lumiere):
    """A request that was reserved and never answered, as a killed process leaves it."""
    partner.hold(boat, headers=KEY)
    with tenant_context(lumiere):
        IdempotencyRecord.objects.update(status_code=None, body=None)


def test_a_request_still_being_answered_is_a_conflict(partner, boat, lumiere):
    _cut_off(partner, boat, lumiere)
    assert_problem(partner.hold(boat, headers=KEY), 409, "in_progress")


def test_a_crash_frees_the_key_after_a_while_and_for_one_request(partner, boat, lumiere):
    _cut_off(partner, boat, lumiere)
    with tenant_context(lumiere):
        long_ago = timezone.now() - timedelta(minutes=3)
        IdempotencyRecord.objects.update(created_at=long_ago)
    assert partner.hold(boat, headers=KEY).status_code == 201
    again = partner.hold(boat, headers=KEY)
    assert again["Idempotent-Replayed"] == "true"


def test_the_answer_is_kept_in_the_transaction_of_the_sale(partner, boat, lumiere, monkeypatch):
    """Were it kept afterwards, a crash in between would let the same key sell twice."""
    from shared_apps.inventory import locks

    seen = []
    take = locks.places_take

    def look(wanted):
        seen.extend(IdempotencyRecord.objects.values_list("status_code", flat=True))
        take(wanted)

    monkeypatch.setattr(locks, "places_take", look)
    partner.hold(boat, headers=KEY)
    assert seen == [201]


@pytest.mark.parametrize("key", ["x" * 101, "a\tb", "clé"])
def test_a_key_that_is_no_key_is_refused(partner, boat, key):
    assert_problem(partner.hold(boat, headers={"Idempotency_Key": key}), 400, "bad_idempotency_key")
