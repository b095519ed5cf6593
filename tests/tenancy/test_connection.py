"""Search path and role of the database session: after errors, in transactions, under threads.

Each test was seen to fail with its guard switched off: ``python -m tests.tenancy.guards_off``.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction
from django_tenants.utils import schema_context, tenant_context

from tenants.isolation import as_owner
from tenants.models import Agency
from tests.tenancy.probe_urls import ground

LUMIERE, OCEAN, OWNER = ["agency_lumiere"] * 2, ["agency_ocean"] * 2, ["shared", "app"]


class Boom(Exception):
    """An error that has nothing to do with the database."""


def fail_in_sql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


def test_the_role_follows_the_agency_inside_a_transaction(lumiere, ocean):
    with transaction.atomic():
        with tenant_context(lumiere):
            assert ground() == LUMIERE
            with tenant_context(ocean):
                assert ground() == OCEAN
            assert ground() == LUMIERE
            with as_owner():
                assert ground() == ["agency_lumiere", "app"]
            assert ground() == LUMIERE
        assert ground() == OWNER


@pytest.mark.parametrize("error", [Boom, DatabaseError])
def test_a_rolled_back_savepoint_does_not_leave_another_agency_behind(lumiere, ocean, error):
    with tenant_context(lumiere):
        assert ground() == LUMIERE
        with pytest.raises(error), transaction.atomic(), tenant_context(ocean):
            assert ground() == OCEAN
            if error is Boom:
                raise Boom
            fail_in_sql()
        assert ground() == LUMIERE


@pytest.mark.parametrize("error", [Boom, DatabaseError])
def test_a_savepoint_rolled_back_from_within_keeps_the_agency(lumiere, ocean, error):
    with tenant_context(ocean):
        with pytest.raises(error), transaction.atomic():
            # The first statement inside sets path and role; the rollback undoes both.
            connection.set_tenant(lumiere)
            assert ground() == LUMIERE
            if error is Boom:
                raise Boom
            fail_in_sql()
        assert ground() == LUMIERE


def test_a_rolled_back_transaction_does_not_leave_another_agency_behind(own_database):
    lumiere, ocean = Agency.objects.get(slug="lumiere"), Agency.objects.get(slug="ocean")
    with tenant_context(lumiere):
        assert ground() == LUMIERE
    with tenant_context(ocean):
        with pytest.raises(Boom), transaction.atomic():
            assert ground() == OCEAN
            raise Boom
        # PostgreSQL has gone back to the first agency; the session must not believe it.
        assert ground() == OCEAN
    assert ground() == OWNER


def test_a_new_database_session_starts_on_its_agencys_ground(own_database):
    with tenant_context(Agency.objects.get(slug="ocean")):
        assert ground() == OCEAN
        connection.close()
        assert ground() == OCEAN
        # The server drops the session; the next request finds out and opens another.
        connection.connection.close()
        connection.close_if_unusable_or_obsolete()
        assert ground() == OCEAN


def test_a_switch_in_a_failed_transaction_waits_for_its_end(lumiere, ocean):
    with tenant_context(lumiere):
        with pytest.raises(DatabaseError), transaction.atomic():
            with pytest.raises(DatabaseError):
                fail_in_sql()
            with tenant_context(ocean):
                ground()
        assert ground() == LUMIERE


def test_schema_context_takes_the_role_as_well(lumiere):
    with schema_context("agency_lumiere"):
        assert ground() == LUMIERE


def test_eight_threads_never_stand_on_each_others_ground(own_database):
    agencies = list(Agency.objects.order_by("slug"))
    assert len(agencies) == 2
    start = threading.Barrier(8)

    def switch_often(number: int) -> int:
        crossings = 0
        start.wait()
        try:
            for turn in range(150):
                agency = agencies[(number + turn) % 2]
                with tenant_context(agency):
                    crossings += ground() != [agency.schema_name] * 2
                    with tenant_context(agencies[number % 2]):
                        crossings += ground()[0] != agencies[number % 2].schema_name
                    crossings += ground()[0] != agency.schema_name
                crossings += connection.schema_name != "shared"
        finally:
            connection.close()
        return crossings

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(switch_often, range(8))) == [0] * 8
