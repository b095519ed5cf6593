"""Refunds are carried out by the worker: again when nobody answered, by a person when refused."""

import uuid

import pytest

from shared_apps.outbox.actions import message_add
from shared_apps.outbox.models import Message
from tenant_apps.orders.actions import order_cancel
from tenant_apps.payments import handlers
from tenant_apps.payments.gateway import GatewayRefused, GatewayUnavailable
from tenant_apps.payments.models import Refund
from tests.domain.notifications.conftest import due_again, sold, state_of


@pytest.fixture
def refund(in_lumiere) -> Refund:
    """A refund that waits for the worker."""
    order_cancel(order=sold("BOAT-DUSK"), reason="x")
    return Refund.objects.get()


def test_a_cancelled_order_is_refunded_and_told_in_one_run(refund, deliver):
    mails = deliver()
    refund.refresh_from_db()
    assert refund.status == Refund.Status.SUCCEEDED
    assert len(mails["refund.sent"]) == 1


def test_a_processor_that_does_not_answer_is_asked_again(refund, deliver, monkeypatch):
    asked = []

    def silent(refund_id):
        asked.append(refund_id)
        raise GatewayUnavailable("no answer")

    with monkeypatch.context() as patch:
        patch.setattr(handlers, "refund_execute", silent)
        assert "refund.sent" not in deliver()
        assert state_of("refund.execute") == ("due", "GatewayUnavailable: no answer")
    due_again("refund.execute")
    assert len(deliver()["refund.sent"]) == 1
    assert asked == [str(refund.pk)]


def test_a_refusal_waits_for_a_person_and_leaves_the_refund_open(refund, deliver, monkeypatch):
    def refuse(_refund_id):
        raise GatewayRefused("charge already refunded")

    with monkeypatch.context() as patch:
        patch.setattr(handlers, "refund_execute", refuse)
        deliver()
    refund.refresh_from_db()
    assert refund.status == Refund.Status.CREATED
    state, error = state_of("refund.execute")
    assert state == Message.State.FAILED
    assert error == "Undeliverable: refused by the processor: charge already refunded"


def test_delivering_a_refund_twice_gives_the_money_back_once(refund, deliver):
    deliver()
    due_again("refund.execute")
    assert "refund.sent" not in deliver()
    assert Refund.objects.filter(status=Refund.Status.SUCCEEDED).count() == 1


def test_a_refund_that_does_not_exist_is_given_up(in_lumiere, deliver):
    payload = {"refund": str(uuid.uuid4())}
    message_add(kind="refund.execute", dedupe_key="nothing", payload=payload)
    deliver()
    assert state_of("refund.execute") == ("failed", "Undeliverable: no such refund")
