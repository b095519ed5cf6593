"""Several workers at one outbox: every message goes out once, whoever takes it."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from shared_apps.outbox.delivery import messages_deliver, messages_deliver_all
from shared_apps.outbox.models import Message
from tests.domain.outbox.conftest import add


@pytest.fixture
def outbox_of_forty(own_database, register) -> None:
    """Forty due messages of two agencies, committed; the world's own are out of the way."""
    Message.objects.all().delete()
    for number in range(20):
        add("lumiere", f"lumiere {number}")
        add("ocean", f"ocean {number}")


def _at_once(workers: int, work: Callable[[], int]) -> list[int]:
    """Run ``work`` in that many threads that begin together, each with its own connection."""
    start = Barrier(workers)

    def run(_number: int) -> int:
        try:
            start.wait(timeout=10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, range(workers)))


def test_four_workers_send_forty_messages_once_each(outbox_of_forty, register):
    tried = _at_once(4, lambda: messages_deliver_all(seconds=30))
    assert sum(tried) == 40
    assert set(Counter(register.texts).values()) == {1}
    assert len(register.texts) == 40
    assert not Message.objects.exclude(state=Message.State.DELIVERED).exists()


def test_two_workers_that_claim_at_the_same_moment_share_the_work(outbox_of_forty, register):
    tried = _at_once(2, lambda: messages_deliver(at_most=20))
    assert sum(tried) <= 40
    assert len(register.texts) == len(set(register.texts)) == sum(tried)


def test_each_message_is_delivered_inside_its_own_agency_whoever_delivers(
    outbox_of_forty, register
):
    _at_once(3, lambda: messages_deliver_all(seconds=30))
    assert {schema for schema, text in register.seen if text.startswith("lumiere")} == {
        "agency_lumiere"
    }
    assert {schema for schema, text in register.seen if text.startswith("ocean")} == {
        "agency_ocean"
    }
