"""Background work runs for the agency that asked, or not at all.

Each test was seen to fail with its guard switched off: ``python -m tests.tenancy.guards_off``.
"""

import contextlib
from queue import Queue

import pytest
from celery.contrib.testing.worker import start_worker
from celery.signals import task_failure, task_success
from django.db import connection, transaction
from django_tenants.utils import tenant_context

from saas.celery import AgencyGone, AgencyTask, app
from tenant_apps.orders.models import Order
from tenants.isolation import NoAgency
from tenants.models import Agency
from tests.tenancy.probe_urls import ground

LUMIERE, OCEAN = ["agency_lumiere"] * 2, ["agency_ocean"] * 2
SEEN: list[list[str]] = []


@app.task(name="tests.stand")
def stand(note: str = "") -> list[str]:
    """Where this task stands."""
    SEEN.append(ground() + ([note] if note else []))
    return SEEN[-1]


@app.task(name="tests.fail")
def fail() -> None:
    """Break the transaction, then raise."""
    ground()
    with contextlib.suppress(Exception), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    raise ValueError("nothing to do with the database")


@app.task(name="tests.count_orders")
def count_orders() -> int:
    """A task of an agency."""
    return Order.objects.count()


@pytest.fixture(autouse=True)
def nothing_seen():
    SEEN.clear()


class Outcomes:
    """What the worker's tasks returned or raised, in order."""

    def __init__(self) -> None:
        self.queue: Queue = Queue()

    def succeeded(self, result, **_):
        self.queue.put(result)

    def failed(self, exception, **_):
        self.queue.put(exception)

    def next(self):
        """Wait for the next one."""
        return self.queue.get(timeout=20)


@pytest.fixture
def worker(own_database):
    """A real worker on a broker in memory; tasks travel as messages."""
    app.conf.task_always_eager = False
    app.conf.broker_transport_options = {"polling_interval": 0.02}
    outcomes = Outcomes()
    task_success.connect(outcomes.succeeded)
    task_failure.connect(outcomes.failed)
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30):
        yield outcomes
    task_success.disconnect(outcomes.succeeded)
    task_failure.disconnect(outcomes.failed)
    app.conf.task_always_eager = True


def agency(slug: str) -> Agency:
    return Agency.objects.get(slug=slug)


def test_a_task_runs_for_the_agency_that_sent_it(worker):
    for slug, expected in (("lumiere", LUMIERE), ("ocean", OCEAN), ("lumiere", LUMIERE)):
        with tenant_context(agency(slug)):
            stand.delay()
        # Somebody else is current here by the time it runs there.
        with tenant_context(agency("ocean")):
            assert worker.next() == expected
    stand.delay()
    assert worker.next() == ["shared", "app"]


def test_a_task_of_a_failed_or_vanished_agency_leaves_nothing_to_the_next(worker):
    with tenant_context(agency("lumiere")):
        fail.delay()
    assert isinstance(worker.next(), ValueError)
    with tenant_context(Agency(slug="gone", schema_name="agency_gone")):
        stand.delay()
    outcome = worker.next()
    assert isinstance(outcome, AgencyGone)
    assert str(outcome) == "tests.stand: sent from agency_gone, which is gone"
    assert SEEN == []
    with tenant_context(agency("ocean")):
        app.send_task("tests.stand")  # by name, as the scheduler does
    assert worker.next() == OCEAN
    app.send_task("tests.stand")
    assert worker.next() == ["shared", "app"]


def test_a_task_that_needs_an_agency_is_refused_without_one(db):
    with pytest.raises(NoAgency):
        count_orders.delay().get()


def test_a_task_called_as_a_function_stays_where_it_is(in_lumiere):
    assert stand() == LUMIERE


def test_an_eager_task_runs_for_its_agency_and_gives_the_caller_his_back(lumiere, ocean):
    with tenant_context(lumiere):
        stand.delay()
        stand.apply_async(headers={"_schema_name": ocean.schema_name})
        assert ground() == LUMIERE
        assert connection.tenant == lumiere
    assert SEEN == [LUMIERE, OCEAN]


def test_a_task_put_off_to_the_commit_belongs_to_the_agency_that_asked(own_database):
    with transaction.atomic():
        with tenant_context(agency("lumiere")):
            stand.delay_on_commit("delay")
            stand.apply_async_on_commit(kwargs={"note": "apply"})
        with tenant_context(agency("ocean")):
            stand.delay_on_commit("delay")
        assert SEEN == []
    assert [line[1:] for line in SEEN] == [
        ["agency_lumiere", "delay"],
        ["agency_lumiere", "apply"],
        ["agency_ocean", "delay"],
    ]


def test_a_task_put_off_to_a_commit_that_never_comes_is_not_sent(own_database):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        stand.delay_on_commit()
        raise ZeroDivisionError
    assert SEEN == []


def test_every_task_of_the_project_minds_its_agency():
    own = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    assert own
    for task in own:
        assert isinstance(task, AgencyTask), task.name
