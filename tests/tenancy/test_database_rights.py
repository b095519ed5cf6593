"""What PostgreSQL itself refuses an agency, whatever the code above it does.

Each test was seen to fail with its guard switched off: ``python -m tests.tenancy.guards_off``.
"""

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.audit.models import AuditEntry
from shared_apps.inventory.models import Departure, Hold, StockMovement
from shared_apps.journal.models import ChainHead, JournalLine
from shared_apps.network.models import SellerIdentity
from shared_apps.outbox.models import Message
from tenant_apps.orders.models import IdempotencyRecord
from tenants.isolation import as_owner
from tenants.models import Agency

OWN_ROWS = [JournalLine, ChainHead, AuditEntry, Message, Hold, StockMovement]
APPEND_ONLY = ["journal_journalline", "audit_auditentry", "inventory_stockmovement"]


def run(statement: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


def rows_of(agency: Agency) -> None:
    """One row of every kind that is fenced by agency, made by the owner."""
    own = {"agency": agency, "agency_schema": agency.schema_name}
    departure, now = Departure.objects.earliest("pk"), timezone.now()
    hold = Hold.objects.create(
        **own, order_reference="X", departure=departure, places=1, expires_at=now
    )
    StockMovement.objects.create(
        departure=departure, hold=hold, agency_schema=agency.schema_name, held_delta=1
    )
    ChainHead.objects.get_or_create(agency=agency, agency_schema=agency.schema_name)
    AuditEntry.objects.create(**own, actor_kind="system", verb="test")
    Message.objects.create(**own, kind="test", dedupe_key=f"test:{agency.slug}")
    JournalLine.objects.create(
        **own,
        seq=1_000_000,
        kind="sale",
        occurred_at=now,
        order_reference="X",
        channel="shop",
        seller=SellerIdentity.objects.earliest("pk"),
        currency="EUR",
        payload="{}",
        prev_hash="0",
        hash=f"hash of {agency.slug}",
    )


@pytest.fixture
def fenced(lumiere, ocean):
    """Both agencies have rows in every shared table of movements."""
    for agency in (lumiere, ocean):
        rows_of(agency)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM agency_ocean.orders_order",
        "INSERT INTO agency_ocean.selection_selectedproduct DEFAULT VALUES",
        "DROP SCHEMA agency_ocean CASCADE",
        "CREATE TABLE agency_lumiere.mine (id int)",
        "ALTER TABLE agency_lumiere.orders_order ADD COLUMN x int",
        "DROP TABLE agency_lumiere.orders_order",
        "TRUNCATE agency_lumiere.orders_order",
        "CREATE TABLE shared.mine (id int)",
        "CREATE SCHEMA mine",
        "UPDATE agency_lumiere.orders_acceptance SET kind = 'x'",
        "DELETE FROM agency_lumiere.orders_acceptance",
        "DELETE FROM agency_lumiere.django_migrations",
        "UPDATE shared.catalog_product SET status = 'validated'",
        "UPDATE shared.catalog_product SET reference = 'x'",
        "INSERT INTO shared.catalog_provider DEFAULT VALUES",
        "DELETE FROM shared.catalog_product",
        "UPDATE shared.catalog_termsversion SET body = ''",
        "UPDATE shared.inventory_departure SET capacity = 1000",
        "UPDATE shared.inventory_departureprice SET stay = 0",
        "DELETE FROM shared.inventory_hold",
        "UPDATE shared.network_agreement SET markup_max = 100",
        "UPDATE shared.network_selleridentity SET valid_to = NULL",
        "INSERT INTO shared.commissions_commissionrule DEFAULT VALUES",
        "UPDATE shared.identity_membership SET role = 'admin'",
        "INSERT INTO shared.identity_membership DEFAULT VALUES",
        "UPDATE shared.tenants_agency SET status = 'active'",
        "INSERT INTO shared.tenants_domain DEFAULT VALUES",
        "UPDATE shared.journal_journalline SET customer_pays = 0",
        "DELETE FROM shared.journal_journalline",
        "TRUNCATE shared.journal_journalline CASCADE",
        "UPDATE shared.outbox_message SET state = 'delivered'",
        "INSERT INTO shared.journal_closing DEFAULT VALUES",
        "SELECT * FROM shared.outbox_inboundevent",
        "SELECT * FROM shared.django_session",
        "SELECT * FROM shared.tenants_schemascript",
    ],
)
def test_the_database_itself_refuses_what_an_agency_may_not_do(in_lumiere, statement):
    refusals = "permission denied|must be owner"
    with pytest.raises(ProgrammingError, match=refusals):
        run(statement)


@pytest.mark.parametrize("model", OWN_ROWS, ids=lambda model: model.__name__)
def test_an_agency_sees_only_its_own_rows_of_shared_movements(fenced, lumiere, model):
    assert set(model.objects.values_list("agency_schema", flat=True)) >= {
        "agency_lumiere",
        "agency_ocean",
    }
    with tenant_context(lumiere):
        assert set(model.objects.values_list("agency_schema", flat=True)) == {"agency_lumiere"}


@pytest.mark.parametrize("model", OWN_ROWS, ids=lambda model: model.__name__)
def test_an_agency_appends_no_row_in_the_name_of_another(fenced, lumiere, ocean, model):
    row = model.objects.filter(agency_schema=ocean.schema_name).latest("pk")
    if model is not ChainHead:
        row.pk = None if model not in (Message, Hold) else model._meta.pk.get_default()
    row._state.adding = True
    for field in ("hash", "dedupe_key"):
        if hasattr(row, field):
            setattr(row, field, "another")
    with (
        tenant_context(lumiere),
        pytest.raises(ProgrammingError, match="row-level security policy"),
        transaction.atomic(),
    ):
        row.save(force_insert=True)


def test_an_agency_does_not_settle_the_holds_of_another(fenced, lumiere, ocean):
    with tenant_context(lumiere):
        ours = run("UPDATE shared.inventory_hold SET state = 'released'")
    states = Hold.objects.values_list("agency_schema", "state")
    assert ours == len([1 for schema, _state in states if schema == "agency_lumiere"]) > 0
    assert {state for schema, state in states if schema == "agency_ocean"} == {"held"}


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE {} SET agency_schema = 'x'", "DELETE FROM {}"])
def test_history_is_not_edited_even_by_the_owner(fenced, table, verb):
    with as_owner(), pytest.raises(IntegrityError, match="append-only"):
        run(verb.format(f"shared.{table}"))


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_history_is_not_emptied_even_by_the_owner(db, table):
    with as_owner(), pytest.raises(IntegrityError, match="append-only"):
        run(f"TRUNCATE shared.{table} CASCADE")


def test_a_shared_row_that_was_sold_is_not_deleted(fenced):
    with pytest.raises(ProtectedError):
        Departure.objects.earliest("pk").delete()


def test_idempotency_keys_of_two_agencies_never_meet(lumiere, ocean):
    for agency in (lumiere, ocean):
        with tenant_context(agency):
            IdempotencyRecord.objects.create(key="same", fingerprint=agency.slug)
    for agency in (lumiere, ocean):
        with tenant_context(agency):
            assert IdempotencyRecord.objects.get(key="same").fingerprint == agency.slug


def test_an_agency_whose_role_is_gone_is_refused_loudly(lumiere):
    lumiere.schema_name = "agency_without_role"
    with (
        tenant_context(lumiere),
        pytest.raises(DatabaseError, match='role "agency_without_role" does not exist'),
        transaction.atomic(),
    ):
        run("SELECT 1")


def test_no_agency_table_has_a_database_key_to_the_shared_schema(lumiere):
    across = """
        SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
        WHERE contype = 'f' AND connamespace = 'agency_lumiere'::regnamespace
          AND confrelid NOT IN (
              SELECT oid FROM pg_class WHERE relnamespace = 'agency_lumiere'::regnamespace)"""
    inside = (
        "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND connamespace = %s::regnamespace"
    )
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(across)
        assert cursor.fetchall() == []
        cursor.execute(inside, ["agency_lumiere"])
        assert cursor.fetchone()[0] > 0
