"""An agency is made whole or not at all, without anybody else waiting, and undone the same way."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django_tenants.utils import schema_context, tenant_context

from shared_apps.inventory.models import Departure
from shared_apps.journal.models import ChainHead
from tenant_apps.orders.models import Order
from tenants import provisioning, template_script
from tenants.isolation import as_owner
from tenants.models import Agency, Domain, SchemaScript, schema_name_for
from tenants.provisioning import agency_create, agency_drop
from tenants.resolution import agency_for_host
from tenants.template_script import SCRATCH, schema_script


def traces_of(slug: str) -> set[str]:
    """What the platform (row, host) and PostgreSQL (schema, role) know of an agency."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'schema' FROM pg_namespace WHERE nspname = %(s)s UNION ALL "
            "SELECT 'role' FROM pg_roles WHERE rolname = %(s)s",
            {"s": schema_name_for(slug)},
        )
        found = {row[0] for row in cursor.fetchall()}
    if Agency.objects.filter(slug=slug).exists():
        found.add("row")
    if Domain.objects.filter(domain__startswith=f"{slug}.").exists():
        found.add("host")
    return found


@contextmanager
def impatient():
    """Whoever would wait for a lock of somebody else fails instead."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '300ms'")
        try:
            yield
        finally:
            cursor.execute("RESET lock_timeout")


def in_parallel(function):
    """Run ``function`` in a thread with a database session of its own; its result or error."""

    def whole():
        try:
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(whole).result(timeout=30)


def test_a_new_agency_answers_on_its_hosts_with_its_own_empty_tables(db):
    agency = agency_create(
        agency=Agency(slug="new-light", name="New"), domain=" WWW.New-Light.Example "
    )
    assert traces_of("new-light") == {"row", "host", "schema", "role"}
    assert agency_for_host("new-light.localhost") == agency
    assert agency_for_host("new-light.example") == agency
    assert agency.domains.get(is_primary=True).domain == "new-light.example"
    with tenant_context(agency):
        assert Order.objects.count() == 0
        Order.objects.create(reference="N-1", currency="EUR", seller_id=1)
        assert Order.objects.get().pk == 1


def test_furnishing_happens_inside_the_agency_and_its_transaction(db):
    seen = []
    agency_create(
        agency=Agency(slug="furnished", name="F"),
        furnish=lambda agency: seen.append((agency.slug, connection.schema_name)),
    )
    assert seen == [("furnished", "agency_furnished")]


def test_a_failure_half_way_leaves_nothing(own_database):
    def fail(_agency):
        Order.objects.create(reference="X", currency="EUR", seller_id=1)
        raise RuntimeError("no picture")

    with pytest.raises(RuntimeError, match="no picture"):
        agency_create(agency=Agency(slug="half-made", name="H"), furnish=fail)
    assert traces_of("half-made") == set()
    assert agency_for_host("half-made.localhost") is None
    # and the name is free again
    agency_create(agency=Agency(slug="half-made", name="H"))
    agency_drop(Agency.objects.get(slug="half-made"))


def test_a_script_that_breaks_half_way_leaves_nothing(own_database, monkeypatch):
    monkeypatch.setattr(
        provisioning, "_script", lambda _key: "CREATE TABLE one (id int); SELECT 1/0"
    )
    with pytest.raises(DatabaseError, match="division by zero"):
        agency_create(agency=Agency(slug="broken", name="B"))
    assert traces_of("broken") == set()
    assert connection.schema_name == "shared"


@pytest.mark.parametrize(
    "slug",
    [
        "lumiere",
        "tnp",
        "www",
        "Ocean",
        "ab",
        "-dash",
        "9lives",
        "under_score",
        "a" * 41,
        'x"; drop schema shared; --',
        "",
    ],
)
def test_a_bad_taken_or_reserved_name_is_refused(db, slug):
    with pytest.raises(ValidationError) as refusal:
        agency_create(agency=Agency(slug=slug, name="X"))
    assert "slug" in refusal.value.message_dict


@pytest.mark.parametrize(
    "host",
    ["tnp.localhost", "localhost", "127.0.0.1", "admin.localhost", "ocean.localhost",
     "http://x.example", "x.example:80", "x y.example", "x", "-x.example", "lumi\u00e8re.example"],
)  # fmt: skip
def test_a_host_that_is_not_the_agencys_to_take_is_refused(db, host):
    with pytest.raises(ValidationError) as refusal:
        agency_create(agency=Agency(slug="greedy", name="G"), domain=host)
    assert "domain" in refusal.value.message_dict
    assert traces_of("greedy") == set()


def test_of_two_creations_of_one_name_one_wins_and_the_other_is_told(own_database):
    both = threading.Barrier(2)

    def create(number: int) -> str:
        both.wait()
        try:
            agency_create(agency=Agency(slug="wanted", name=f"Wanted {number}"))
        except ValidationError as refusal:
            return ",".join(refusal.message_dict)
        finally:
            connection.close()
        return "created"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(create, range(2))) == ["created", "slug"]
    assert Agency.objects.filter(slug="wanted").count() == 1
    assert Domain.objects.filter(domain="wanted.localhost").count() == 1


def sell_something() -> str:
    """What a sale touches: the agency's order, and the stock of a shared departure."""
    agency = Agency.objects.get(slug="lumiere")
    with impatient(), transaction.atomic(), tenant_context(agency):
        order = Order.objects.create(reference="WHILE", currency="EUR", seller_id=1)
        departure = Departure.objects.order_by("pk").first()
        Departure.objects.filter(pk=departure.pk).update(held=departure.held + 1)
        return order.reference


def test_a_sale_does_not_wait_for_the_creation_of_an_agency(own_database):
    sold = []
    agency_create(
        agency=Agency(slug="meanwhile", name="M"),
        furnish=lambda _agency: sold.append(in_parallel(sell_something)),
    )
    assert sold == ["WHILE"]


def test_the_creation_of_an_agency_does_not_wait_for_a_sale(own_database):
    def create() -> str:
        with impatient():
            return agency_create(agency=Agency(slug="meanwhile", name="M")).slug

    with transaction.atomic():
        sell_something()
        assert in_parallel(create) == "meanwhile"


def test_an_agency_that_did_nothing_is_dropped_whole(own_database):
    agency = agency_create(agency=Agency(slug="unwanted", name="U"))
    assert agency_for_host("unwanted.localhost") == agency
    agency_drop(agency)
    assert traces_of("unwanted") == set()
    assert agency_for_host("unwanted.localhost") is None


def test_an_agency_with_a_past_is_not_dropped_and_loses_nothing(own_database):
    agency = agency_create(agency=Agency(slug="sold-some", name="S"))
    with tenant_context(agency):
        Order.objects.create(reference="S-1", currency="EUR", seller_id=1)
        ChainHead.objects.create(agency=agency, agency_schema=agency.schema_name)
    with pytest.raises(ProtectedError):
        agency_drop(Agency.objects.get(slug="sold-some"))
    assert traces_of("sold-some") == {"row", "host", "schema", "role"}
    with schema_context("agency_sold_some"):
        assert Order.objects.get().reference == "S-1"


def test_the_template_is_recorded_once_by_two_processes_that_both_need_it(own_database):
    expected = schema_script()
    SchemaScript.objects.all().delete()
    records = []
    record = template_script._record

    def count(*args):
        records.append(args)
        return record(*args)

    template_script._record = count
    try:
        with ThreadPoolExecutor(2) as pool:
            scripts = list(pool.map(lambda _: in_parallel(schema_script), range(2)))
    finally:
        template_script._record = record
    assert len(records) == 1
    assert scripts[0] == scripts[1]
    assert len(scripts[0].splitlines()) == len(expected.splitlines())
    assert SchemaScript.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = %s", [SCRATCH])
        assert cursor.fetchone() == (0,)
