"""``agencies_migrate``: who is behind, who fails, who is left alone."""

import io
import os

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import tenant_context

from tenants import fleet_workers
from tenants.fleet import State, fleet_standings
from tenants.isolation import as_owner
from tenants.models import Agency
from tenants.provisioning import agency_create
from tests.tenancy.catalogue import catalogue_of

NOTE_TABLE = """migrations.CreateModel(
    name='Note',
    fields=[
        ('id', models.BigAutoField(primary_key=True)),
        ('text', models.CharField(max_length=20, default='', unique=True)),
    ],
)"""


def migrate(*arguments: str) -> tuple[str, CommandError | None]:
    """Run the command; its output, and how it failed."""
    out = io.StringIO()
    try:
        call_command("agencies_migrate", *arguments, stdout=out)
    except CommandError as failure:
        return out.getvalue(), failure
    return out.getvalue(), None


def as_the_owner(statement: str) -> list[tuple]:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def states() -> dict[str, State]:
    return {row.slug: row.state for row in fleet_standings()}


def test_a_fleet_that_is_up_to_date_is_left_alone(own_database, monkeypatch):
    monkeypatch.setattr(fleet_workers.Crew, "work", lambda *_: pytest.fail("a worker was started"))
    output, failure = migrate("--jobs", "2")
    assert failure is None
    assert "2 up to date" in output
    assert states() == {"lumiere": State.CURRENT, "ocean": State.CURRENT}


def test_reading_the_fleet_takes_as_many_statements_for_five_agencies_as_for_two(own_database):
    with CaptureQueriesContext(connection) as for_two:
        fleet_standings()
    for number in range(3):
        agency_create(agency=Agency(slug=f"more-{number}", name="More"))
    with CaptureQueriesContext(connection) as for_five:
        assert len(fleet_standings()) == 5
    assert len(for_five) == len(for_two) == 3  # path and role, agencies, migrations


def test_agencies_that_are_behind_are_migrated_with_their_rights(own_database, scratch_migrations):
    scratch_migrations.add("0002_note", NOTE_TABLE)
    assert set(states().values()) == {State.BEHIND}
    output, failure = migrate("--jobs", "2")
    assert failure is None
    assert "[1/2]" in output
    assert "[2/2]" in output
    assert "lumiere  migrated  selection 0001  selection 0002" in output
    assert set(states().values()) == {State.CURRENT}
    lumiere = Agency.objects.get(slug="lumiere")
    with tenant_context(lumiere), connection.cursor() as cursor:
        cursor.execute("INSERT INTO selection_note (text) VALUES ('mine')")
        with pytest.raises(ProgrammingError, match="permission denied"):
            cursor.execute("SELECT * FROM agency_ocean.selection_note")


def test_only_the_named_agency_is_migrated(own_database, scratch_migrations):
    scratch_migrations.add("0002_note", NOTE_TABLE)
    output, failure = migrate("--agency", "ocean")
    assert failure is None
    assert "lumiere" not in output
    assert states() == {"lumiere": State.BEHIND, "ocean": State.CURRENT}
    assert "no agency named nobody" in str(migrate("--agency", "nobody")[1])


def test_a_failed_agency_is_reported_and_the_next_run_picks_it_up(own_database, scratch_migrations):
    scratch_migrations.add("0002_note", NOTE_TABLE)
    # given: somebody has put a table where the migration wants to make one
    as_the_owner("CREATE TABLE agency_lumiere.selection_note (id int)")
    output, failure = migrate("--jobs", "1")
    # then: the agency is named with its error, the other one went on, the exit code says so
    assert failure.returncode == 1
    assert "lumiere  failed" in output
    assert 'relation "selection_note" already exists' in output
    assert "1 failed" in output
    assert states() == {"lumiere": State.BEHIND, "ocean": State.CURRENT}
    # when: the cause is gone
    as_the_owner("DROP TABLE agency_lumiere.selection_note")
    output, failure = migrate("--jobs", "2")
    # then: only the failed one is taken up
    assert failure is None
    assert "[1/1] lumiere: migrated" in output
    assert states() == {"lumiere": State.CURRENT, "ocean": State.CURRENT}


def test_a_failure_half_way_resumes_at_the_migration_that_failed(own_database, scratch_migrations):
    scratch_migrations.add("0002_note", NOTE_TABLE)
    scratch_migrations.add("0003_once", "migrations.RunSQL('CREATE TABLE selection_once (id int)')")
    as_the_owner("CREATE TABLE agency_ocean.selection_once (id int)")
    _output, failure = migrate()
    assert failure is not None
    (ocean,) = fleet_standings("ocean")
    assert (ocean.at, ocean.to) == ("selection 0002", "selection 0003")
    as_the_owner("DROP TABLE agency_ocean.selection_once")
    assert migrate()[1] is None
    assert set(states().values()) == {State.CURRENT}


def test_a_worker_that_dies_fails_one_agency_and_not_the_run(
    own_database, scratch_migrations, monkeypatch
):
    scratch_migrations.add("0002_note", NOTE_TABLE)
    whole = fleet_workers.schema_migrate

    def die_in_lumiere(schema):
        if schema == "agency_lumiere":
            os._exit(9)
        whole(schema)

    monkeypatch.setattr(fleet_workers, "schema_migrate", die_in_lumiere)
    output, failure = migrate("--jobs", "1")
    assert failure is not None
    assert "the worker process died (exit code 9)" in output
    assert states() == {"lumiere": State.BEHIND, "ocean": State.CURRENT}


def test_two_runs_do_not_migrate_one_agency_at_once(own_database, scratch_migrations):
    scratch_migrations.add("0002_note", NOTE_TABLE)
    holder = connection.copy()
    with holder.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended('agency_ocean', 0))")
    output, failure = migrate("--jobs", "2")
    holder.close()
    assert failure is not None
    assert "Busy: another run is migrating this agency" in output
    assert states() == {"lumiere": State.CURRENT, "ocean": State.BEHIND}


def test_an_agency_without_schema_is_told_and_the_others_are_read(own_database):
    as_the_owner("DROP SCHEMA agency_ocean CASCADE")
    output, failure = migrate()
    assert failure.returncode == 1
    assert "ocean   no schema" in output
    assert "1 up to date" in output


def test_the_shared_schema_comes_first(own_database):
    as_the_owner("DELETE FROM shared.django_migrations WHERE app = 'journal'")
    _output, failure = migrate()
    assert "journal.0001_initial" in str(failure)
    assert "run platform_setup first" in str(failure)


def test_migrations_this_release_does_not_know_are_said_and_kept(own_database):
    as_the_owner(
        "INSERT INTO agency_ocean.django_migrations (app, name, applied) "
        "VALUES ('orders', '0099_of_tomorrow', now())"
    )
    out = io.StringIO()
    call_command("agencies_status", "--check", stdout=out)
    assert "ocean    ahead" in out.getvalue()
    assert migrate()[1] is None


def test_the_status_says_who_is_behind_and_changes_nothing(own_database, scratch_migrations):
    scratch_migrations.add("0002_note", NOTE_TABLE)
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("agencies_status", "--check", stdout=out)
    assert "2 behind" in out.getvalue()
    assert set(states().values()) == {State.BEHIND}


def test_a_new_agency_equals_an_old_one_that_was_migrated(own_database, scratch_migrations):
    # given: a migration with everything that is easily lost on the way
    scratch_migrations.add("0002_note", NOTE_TABLE)
    scratch_migrations.add(
        "0003_marks",
        "migrations.AddField('note', 'mark', models.CharField(max_length=9, db_default='100%')),"
        "migrations.AddConstraint('note', models.CheckConstraint("
        "name='note_mark', condition=models.Q(mark__contains='%') | models.Q(text='50 %')))",
    )
    scratch_migrations.add(
        "0004_rows",
        "migrations.RunSQL([('INSERT INTO selection_note (text) VALUES (%s)', ['5%'])])",
    )
    # when: an old agency is migrated, and a new one made from the recorded script
    assert migrate()[1] is None
    agency_create(agency=Agency(slug="newcomer", name="Newcomer"))
    # then: nothing tells them apart
    old, new = catalogue_of("agency_lumiere"), catalogue_of("agency_newcomer")
    for kind in old:
        assert new[kind] == old[kind], kind
        assert new[kind] or kind == "triggers", kind
    assert as_the_owner("SELECT text, mark FROM agency_newcomer.selection_note") == [("5%", "100%")]
