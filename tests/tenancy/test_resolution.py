"""From host to agency: without a query when known, at once when something changed.

Each test was seen to fail with its guard switched off: ``python -m tests.tenancy.guards_off``.
"""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from redis.exceptions import ConnectionError as RedisDown

from tenants import resolution
from tenants.models import Agency, Domain
from tenants.resolution import agency_for_host, agency_host, agency_url

HOST = "lumiere.localhost"


def queries_for(host: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        agency_for_host(host)
    return len([query for query in captured if "set_config" not in query["sql"]])


def time_passes(monkeypatch, seconds: float) -> None:
    now = resolution.time.monotonic()
    monkeypatch.setattr(resolution.time, "monotonic", lambda: now + seconds)


def test_a_known_host_costs_no_query(db):
    assert [queries_for(HOST), queries_for(HOST), queries_for(HOST)] == [1, 0, 0]


def test_an_unknown_host_costs_one_query_and_pushes_no_agency_out(db, monkeypatch):
    monkeypatch.setattr(resolution, "MAX_ENTRIES", 3)
    agency_for_host(HOST)
    assert [queries_for("a.example"), queries_for("a.example")] == [1, 0]
    for number in range(10):
        agency_for_host(f"{number}.example")
    assert queries_for(HOST) == 0
    assert len(resolution._state.known.nobody) <= 3


def test_a_name_that_cannot_exist_costs_no_query(db):
    assert queries_for("a" * 254) == 0


@pytest.mark.parametrize("status", [Agency.Status.SUSPENDED, Agency.Status.CLOSED])
def test_a_suspended_agency_disappears_at_once_and_comes_back_at_once(lumiere, client, status):
    assert agency_for_host(HOST) == lumiere
    lumiere.status = status
    lumiere.save()
    assert agency_for_host(HOST) is None
    assert client.get("/", headers={"host": HOST}).status_code == 404
    lumiere.status = Agency.Status.ACTIVE
    lumiere.save()
    assert agency_for_host(HOST) == lumiere


def test_a_new_domain_is_found_although_it_was_unknown_before(lumiere):
    assert agency_for_host("voyages.example") is None
    domain = Domain.objects.create(tenant=lumiere, domain="voyages.example")
    assert agency_for_host("voyages.example") == lumiere
    assert agency_host(lumiere) == "voyages.example"
    assert agency_url(lumiere, "/x/") == "http://voyages.example/x/"
    domain.delete()
    assert agency_for_host("voyages.example") is None
    assert agency_host(lumiere) == HOST


def test_other_processes_follow_a_change_within_seconds(lumiere, monkeypatch):
    assert agency_for_host(HOST) == lumiere
    # given: another process suspends the agency; its signals do not reach this one
    Agency.objects.filter(pk=lumiere.pk).update(status=Agency.Status.SUSPENDED)
    caches["platform"].set(resolution.VERSION_KEY, 4711, None)
    assert agency_for_host(HOST) == lumiere
    time_passes(monkeypatch, resolution.VERSION_CHECK_SECONDS + 0.1)
    assert agency_for_host(HOST) is None


def test_what_is_remembered_is_asked_again_after_its_time(lumiere, monkeypatch):
    agency_for_host(HOST)
    Agency.objects.filter(pk=lumiere.pk).update(status=Agency.Status.SUSPENDED)
    time_passes(monkeypatch, resolution.TTL_SECONDS + 0.1)
    assert agency_for_host(HOST) is None


def test_an_answer_from_before_a_change_is_not_remembered_after_it(lumiere, monkeypatch):
    def forget_meanwhile(execute, *args):
        result = execute(*args)
        resolution.forget_here()
        return result

    with connection.execute_wrapper(forget_meanwhile):
        agency_for_host(HOST)
    assert queries_for(HOST) == 1


def test_shops_stay_open_while_the_cache_is_down(lumiere, monkeypatch):
    def down(*_args, **_kwargs):
        raise RedisDown("connection refused")

    for verb in ("get", "set", "incr"):
        monkeypatch.setattr(caches["platform"], verb, down)
    resolution._state.checked_at = 0
    assert agency_for_host(HOST) == lumiere
    lumiere.save()
    assert agency_for_host(HOST) == lumiere
