"""Delivering: once each, later when it fails, never at somebody else's cost."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.outbox import delivery
from shared_apps.outbox.actions import message_add
from shared_apps.outbox.delivery import message_deliver, message_retry, messages_deliver
from shared_apps.outbox.handlers import Undeliverable, handles
from shared_apps.outbox.models import Message
from tenants.models import Agency
from tests.domain.outbox.conftest import KIND, add

pytestmark = pytest.mark.usefixtures("quiet")


def _pass_time(message: Message, by: timedelta) -> None:
    Message.objects.filter(pk=message.pk).update(available_at=timezone.now() - by)


def _fail(_message: Message) -> None:
    raise ConnectionError("mail server away")


def test_a_message_is_delivered_once_inside_its_agency(register, lumiere):
    message = add("lumiere", "hello")
    assert messages_deliver() == 1
    assert messages_deliver() == 0
    assert register.seen == [(lumiere.schema_name, "hello")]
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == ("delivered", 1, "")
    assert message.delivered_at is not None


def test_a_message_of_the_operator_is_delivered_in_the_shared_schema(register):
    add(None, "hello")
    messages_deliver()
    assert register.seen == [("shared", "hello")]


def test_delivery_called_inside_an_agency_still_serves_all_and_comes_back(register, ocean):
    add("lumiere", "for lumiere")
    with tenant_context(ocean):
        assert messages_deliver() == 1
        assert connection.schema_name == ocean.schema_name
    assert register.seen == [("agency_lumiere", "for lumiere")]


def test_the_same_key_is_one_message_and_two_agencies_do_not_share_keys(register):
    add("lumiere", "same")
    add("lumiere", "same")
    add("ocean", "same")
    assert messages_deliver() == 2
    assert sorted(register.seen) == [("agency_lumiere", "same"), ("agency_ocean", "same")]


def test_the_same_key_after_delivery_sends_nothing_again(register):
    add("lumiere", "once")
    messages_deliver()
    add("lumiere", "once")
    assert messages_deliver() == 0
    assert register.texts == ["once"]


def test_a_message_for_later_waits(register):
    message = add("lumiere", "later", available_at=timezone.now() + timedelta(hours=1))
    assert messages_deliver() == 0
    _pass_time(message, timedelta(0))
    assert messages_deliver() == 1


def test_a_failure_is_tried_again_later_and_later(register):
    register.behaviour = _fail
    message = add("lumiere", "hello")
    waits = []
    for _attempt in range(5):
        messages_deliver()
        message.refresh_from_db()
        waits.append(round((message.available_at - timezone.now()).total_seconds()))
        _pass_time(message, timedelta(0))
    assert waits == [15, 30, 60, 120, 240]
    assert message.state == Message.State.DUE
    assert message.last_error == "ConnectionError: mail server away"
    register.behaviour = None
    assert messages_deliver() == 1
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("delivered", "")


def test_after_twelve_attempts_it_is_given_up_and_may_be_sent_again_by_hand(register):
    register.behaviour = _fail
    message = add("lumiere", "hello")
    for _attempt in range(20):
        _pass_time(message, timedelta(0))
        messages_deliver()
    message.refresh_from_db()
    assert (message.state, message.attempts, len(register.seen)) == ("failed", 12, 12)
    register.behaviour = None
    message_retry(message)
    assert messages_deliver() == 1
    message.refresh_from_db()
    assert message.state == Message.State.DELIVERED


def test_a_delivered_message_cannot_be_sent_again_by_hand(register):
    message = add("lumiere", "hello")
    messages_deliver()
    message_retry(message)
    assert messages_deliver() == 0
    assert register.texts == ["hello"]


def test_what_can_never_be_delivered_is_given_up_at_once(register):
    def never(_message):
        raise Undeliverable("no address")

    register.behaviour = never
    message = add("lumiere", "hello")
    messages_deliver()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", 1)
    assert message.last_error == "Undeliverable: no address"


def test_a_kind_nobody_knows_is_given_up_and_says_so(in_lumiere):
    message_add(kind="test.unknown", dedupe_key="unknown", payload={})
    messages_deliver()
    message = Message.objects.get()
    assert message.state == Message.State.FAILED
    assert message.last_error == "Undeliverable: nobody delivers test.unknown"


def test_a_poisoned_message_does_not_stop_those_behind_it(register):
    def choke(message):
        if message.payload["text"] == "poison":
            raise ValueError("indigestible")

    register.behaviour = choke
    add("lumiere", "poison")
    for number in range(3):
        add("lumiere", f"good {number}")
    assert messages_deliver() == 4
    assert Message.objects.filter(state=Message.State.DELIVERED).count() == 3


def test_a_message_that_kills_its_worker_is_given_up_after_twelve_starts(register):
    class PowerCut(BaseException):
        """Nothing of the delivery code runs after this."""

    def die(_message):
        raise PowerCut

    register.behaviour = die
    message = add("lumiere", "deadly")
    for _start in range(12):
        _pass_time(message, timedelta(0))
        with pytest.raises(PowerCut):
            messages_deliver()
    _pass_time(message, timedelta(0))
    messages_deliver()
    message.refresh_from_db()
    assert (message.state, len(register.seen)) == ("failed", 12)
    assert message.last_error == "Undeliverable: its workers stopped while sending it"


def test_a_message_that_killed_its_worker_comes_after_those_it_took_along(register):
    add("lumiere", "deadly")
    add("lumiere", "innocent")
    Message.objects.filter(payload__text="deadly").update(attempts=1)
    messages_deliver()
    assert register.texts == ["innocent", "deadly"]


def test_a_crash_between_claim_and_sending_is_made_good_after_the_lease(register):
    message = add("lumiere", "hello")
    delivery._claim(50)  # and the worker dies here
    assert messages_deliver() == 0
    _pass_time(message, timedelta(0))
    assert messages_deliver() == 1
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("delivered", 1)
    assert register.texts == ["hello"]


def test_a_worker_that_lost_its_claim_neither_sends_nor_notes(register):
    message = add("lumiere", "hello")
    (slow,) = delivery._claim(50)
    _pass_time(message, timedelta(0))  # its lease ends
    assert messages_deliver() == 1  # another worker sends
    assert message_deliver(slow) is False
    assert register.texts == ["hello"]


def test_the_lease_of_each_message_begins_when_it_is_sent(register):
    message = add("lumiere", "hello")
    left = []

    def look(_message):
        fresh = Message.objects.get(pk=message.pk)
        left.append(fresh.available_at - timezone.now())

    register.behaviour = look
    (claimed,) = delivery._claim(50)
    _pass_time(message, timedelta(0) - timedelta(seconds=5))  # five seconds of lease are left
    message_deliver(claimed)
    assert left[0] > delivery.LEASE - timedelta(seconds=5)


def test_what_a_run_has_no_time_for_is_due_again_at_once(register):
    add("lumiere", "one")
    add("lumiere", "two")
    assert messages_deliver(until=0.0) == 0
    assert register.seen == []
    assert messages_deliver() == 2


def test_delivery_refuses_to_run_inside_a_transaction(register):
    add("lumiere", "hello")
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        messages_deliver()
    assert register.seen == []


def test_a_rolled_back_transaction_leaves_no_message(register, in_lumiere):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        message_add(kind=KIND, dedupe_key="gone", payload={"text": "gone"})
        raise ZeroDivisionError
    assert messages_deliver() == 0
    assert register.seen == []


def test_a_message_of_an_agency_without_schema_is_given_up(register):
    gone = Agency.objects.create(slug="gone", name="Gone", schema_name="agency_gone")
    message = Message.objects.create(
        agency=gone,
        agency_schema="agency_gone",
        kind=KIND,
        dedupe_key="gone",
        payload={"text": "hello"},
    )
    messages_deliver()
    message.refresh_from_db()
    assert (message.state, register.seen) == ("failed", [])
    assert message.last_error == "Undeliverable: the agency of agency_gone is gone"


def test_a_message_that_lost_its_agency_never_runs_in_the_shared_schema(register):
    message = Message.objects.create(
        agency=None, agency_schema="agency_gone", kind=KIND, dedupe_key="x", payload={"text": "x"}
    )
    messages_deliver()
    message.refresh_from_db()
    assert (message.state, register.seen) == ("failed", [])


def test_secrets_of_a_message_are_erased_once_it_is_delivered(register, monkeypatch):
    from shared_apps.outbox import handlers

    monkeypatch.setitem(handlers._forgotten, KIND, ("secret",))
    message = add("lumiere", "hello")
    Message.objects.filter(pk=message.pk).update(payload={"text": "hello", "secret": "token"})
    register.behaviour = _fail
    messages_deliver()
    message.refresh_from_db()
    assert message.payload == {"text": "hello", "secret": "token"}  # still needed
    register.behaviour = None
    _pass_time(message, timedelta(0))
    messages_deliver()
    message.refresh_from_db()
    assert message.payload == {"text": "hello"}


def test_a_kind_has_one_handler(register):
    with pytest.raises(ValueError, match=KIND):
        handles(KIND)(lambda message: None)


def _noise(agency, count: int) -> None:
    """Messages that have been due for an hour."""
    Message.objects.bulk_create(
        Message(
            agency=agency,
            agency_schema=agency.schema_name,
            kind=KIND,
            dedupe_key=f"noise {number}",
            payload={"text": f"noise {number}"},
            available_at=timezone.now() - timedelta(hours=1),
        )
        for number in range(count)
    )


def _quiet_among_the_first_ten(register, lumiere) -> list[str]:
    _noise(lumiere, 200)
    for number in range(3):
        add("ocean", f"quiet {number}")
    messages_deliver(at_most=10)
    assert len(register.seen) == 10
    return [text for schema, text in register.seen if schema == "agency_ocean"]


def test_a_quiet_agency_does_not_wait_behind_a_noisy_one(register, lumiere):
    assert _quiet_among_the_first_ten(register, lumiere) == ["quiet 0", "quiet 1", "quiet 2"]


def test_without_turns_the_quiet_agency_would_wait(register, lumiere, monkeypatch):
    in_one_line = delivery.CLAIM.replace(
        "ORDER BY t.turn, t.available_at", "ORDER BY t.available_at"
    )
    assert in_one_line != delivery.CLAIM
    monkeypatch.setattr(delivery, "CLAIM", in_one_line)
    assert _quiet_among_the_first_ten(register, lumiere) == []
