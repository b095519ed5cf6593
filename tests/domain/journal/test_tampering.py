"""Somebody with the owner's password changes the journal: the chain tells (L8).

Each test switches the triggers off in a database of its own, as only a superuser can.
"""

from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.utils import Error as DatabaseError
from django_tenants.utils import tenant_context

from shared_apps.journal.models import ChainHead, JournalLine
from shared_apps.journal.verify import journal_verify
from tenants.isolation import as_owner
from tenants.models import Agency
from tests.selling import sold


@contextmanager
def _triggers_off():
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture
def lumiere_sold(own_database):
    """The first agency with three sales: six lines."""
    agency = Agency.objects.get(slug="lumiere")
    with tenant_context(agency):
        for days in (40, 41, 42):
            sold(days=days)
    assert journal_verify(agency).errors == ()
    return agency


def _errors(agency) -> list[str]:
    return list(journal_verify(agency).errors)


def test_a_whole_chain_has_no_errors_and_names_its_head(lumiere_sold):
    report = journal_verify(lumiere_sold)
    assert (report.lines, report.errors) == (6, ())
    assert report.head == ChainHead.objects.get(agency=lumiere_sold).hash


def test_a_changed_payload_is_found(lumiere_sold):
    with _triggers_off() as cursor:
        cursor.execute(
            "UPDATE journal_journalline SET payload = replace(payload, '68.00', '60.00')"
            " WHERE agency_id = %s AND seq = 3",
            [lumiere_sold.pk],
        )
    assert "#3: its content was changed" in _errors(lumiere_sold)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("customer_pays", "60"),
        ("agency_share", "0"),
        ("provider_share", "1"),
        ("operator_share", "1"),
        ("quantity", "1"),
        ("kind", "'fee'"),
        ("currency", "'CHF'"),
        ("payment_means", "'card'"),
        ("order_reference", "'LUM-OTHER'"),
        ("channel", "'api'"),
        ("departure_id", "NULL"),
        ("line_id", "gen_random_uuid()"),
        ("service_date", "'2020-01-01'"),
        ("occurred_at", "'2020-01-01'"),
    ],
)
def test_a_changed_column_is_found(lumiere_sold, column, value):
    with _triggers_off() as cursor:
        cursor.execute(
            f"UPDATE journal_journalline SET {column} = {value} WHERE agency_id = %s AND seq = 3",
            [lumiere_sold.pk],
        )
    assert _errors(lumiere_sold) == [f"#3: column {column} differs from the payload"]


def test_a_line_shown_to_another_agency_is_found(lumiere_sold):
    with _triggers_off() as cursor:
        cursor.execute(
            "UPDATE journal_journalline SET agency_schema = 'agency_ocean' WHERE seq = 3"
        )
    assert _errors(lumiere_sold) == ["#3: column agency_schema is not this agency's"]


def test_a_payload_changed_with_its_hash_breaks_the_next_link(lumiere_sold):
    from shared_apps.journal.chain import link_hash

    line = JournalLine.objects.get(agency=lumiere_sold, seq=2)
    payload = line.payload.replace("68.00", "60.00")
    forged = link_hash(version=1, seq=2, prev=line.prev_hash, payload=payload)
    with _triggers_off() as cursor:
        cursor.execute(
            "UPDATE journal_journalline SET payload = %s, hash = %s, customer_pays = 60"
            " WHERE id = %s",
            [payload, forged, line.pk],
        )
    assert _errors(lumiere_sold) == ["#3: does not follow the line before it"]


def test_a_deleted_line_is_found(lumiere_sold):
    with _triggers_off() as cursor:
        cursor.execute(
            "DELETE FROM journal_journalline WHERE agency_id = %s AND seq = 3", [lumiere_sold.pk]
        )
    assert "#4: line #3 is missing" in _errors(lumiere_sold)


def test_a_cut_off_tail_is_found(lumiere_sold):
    with _triggers_off() as cursor:
        cursor.execute(
            "DELETE FROM journal_journalline WHERE agency_id = %s AND seq > 4", [lumiere_sold.pk]
        )
    assert _errors(lumiere_sold) == ["head: stands at #6, the last line is #4"]


def test_a_journal_emptied_with_its_head_left_is_found(lumiere_sold):
    with _triggers_off() as cursor:
        cursor.execute("DELETE FROM journal_journalline")
    assert _errors(lumiere_sold) == ["head: stands at #6, the last line is #0"]


def test_swapped_lines_are_found(lumiere_sold):
    with _triggers_off() as cursor:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            cursor.execute(
                "UPDATE journal_journalline SET seq = %s WHERE agency_id = %s AND seq = %s",
                [new, lumiere_sold.pk, old],
            )
    found = _errors(lumiere_sold)
    assert "#2: its content was changed" in found
    assert "#3: does not follow the line before it" in found


def test_chains_of_two_agencies_are_independent(lumiere_sold):
    ocean = Agency.objects.get(slug="ocean")
    with tenant_context(ocean):
        from tenant_apps.payments.actions import payment_record
        from tests.selling import accepted, held

        payment_record(order=accepted(held(days=43)), means="transfer")
    with _triggers_off() as cursor:
        cursor.execute(
            "UPDATE journal_journalline SET customer_pays = 1 WHERE agency_id = %s",
            [lumiere_sold.pk],
        )
    assert _errors(ocean) == []
    assert _errors(lumiere_sold)
    first = JournalLine.objects.get(agency=ocean, seq=1)
    assert first.prev_hash == "0" * 64


def test_the_command_says_which_chain_is_broken_and_fails(lumiere_sold):
    call_command("journal_verify", stdout=StringIO())
    with _triggers_off() as cursor:
        cursor.execute("DELETE FROM journal_journalline WHERE seq = 6")
    said = StringIO()
    with pytest.raises(CommandError, match="1 chains are broken"):
        call_command("journal_verify", stdout=said, stderr=said)
    assert "lumiere" in said.getvalue()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE shared.journal_journalline SET customer_pays = 0",
        "DELETE FROM shared.journal_journalline",
        "TRUNCATE shared.journal_journalline CASCADE",
    ],
)
@pytest.mark.parametrize("who", ["the owner", "the agency"])
def test_the_database_refuses_to_change_the_journal(lumiere_sold, statement, who):
    with tenant_context(lumiere_sold), pytest.raises(DatabaseError) as refused:
        if who == "the agency":
            connection.cursor().execute(statement)
        else:
            with as_owner():
                connection.cursor().execute(statement)
    words = "append-only" if who == "the owner" else "permission denied"
    assert words in str(refused.value)
    assert journal_verify(lumiere_sold).errors == ()
