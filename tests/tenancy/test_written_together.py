"""Rows of one event, written in one statement (:mod:`tenants.together`)."""

from types import SimpleNamespace

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from shared_apps.audit.models import AuditEntry
from tenant_apps.customers.models import Customer
from tenants import together
from tenants.isolation import WrongAgency
from tenants.together import key_reserve, rows_write, written_together

pytestmark = pytest.mark.django_db


def an_entry(verb, schema):
    return AuditEntry(
        agency_schema=schema, actor_kind="system", verb=verb, object_type="test", object_id="1"
    )


def a_customer(email="ida@example.org"):
    return Customer(email=email, first_name="Ida", last_name="Noir")


def verbs():
    return list(AuditEntry.objects.filter(object_type="test").values_list("verb", flat=True))


def test_rows_of_several_tables_go_in_one_statement_and_keep_their_order(in_lumiere):
    with transaction.atomic(), CaptureQueriesContext(connection) as sent, written_together():
        rows_write([an_entry("first", in_lumiere.schema_name)])
        rows_write([a_customer()])
        rows_write([an_entry("second", in_lumiere.schema_name)])
    assert [query["sql"].split()[0] for query in sent] == ["WITH"]
    assert verbs() == ["second", "first"]  # newest first
    assert Customer.objects.get().created_at is not None


def test_rows_may_refer_to_a_row_whose_key_was_reserved(in_lumiere):
    customer = a_customer()
    customer.pk = key_reserve(Customer)
    with transaction.atomic(), written_together():
        rows_write([a_customer("other@example.org"), customer])
        assert customer.created_at is not None  # what is written can be told before
    assert Customer.objects.get(email="ida@example.org").pk == customer.pk


def test_a_failure_in_the_block_writes_nothing_and_the_next_block_starts_empty(in_lumiere):
    with pytest.raises(ZeroDivisionError), transaction.atomic(), written_together():
        rows_write([an_entry("lost", in_lumiere.schema_name)])
        raise ZeroDivisionError
    with transaction.atomic(), written_together():
        rows_write([an_entry("kept", in_lumiere.schema_name)])
    assert verbs() == ["kept"]


def test_a_conflict_in_one_table_takes_the_rows_of_all(in_lumiere):
    Customer.objects.create(email="ida@example.org", first_name="Ida", last_name="Noir")
    with pytest.raises(IntegrityError), transaction.atomic(), written_together():
        rows_write([an_entry("lost", in_lumiere.schema_name), a_customer()])
    assert verbs() == []


def test_a_text_that_is_too_long_is_refused_and_not_cut(in_lumiere):
    with pytest.raises(DataError), transaction.atomic(), written_together():
        rows_write([an_entry("v" * 61, in_lumiere.schema_name), a_customer()])
    assert verbs() == []


def test_outside_a_block_rows_are_written_at_once(in_lumiere):
    rows_write([an_entry("now", in_lumiere.schema_name)])
    assert verbs() == ["now"]


def test_a_block_without_a_transaction_is_refused(monkeypatch):
    monkeypatch.setattr(together, "connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(RuntimeError, match="transaction"), written_together():
        pass


def test_rows_of_another_agency_are_refused(in_lumiere, ocean):
    stranger = a_customer()
    stranger._state.schema = ocean.schema_name
    with pytest.raises(WrongAgency):
        rows_write([stranger])
