"""Days, months and years are closed with totals that nobody can change afterwards (L8)."""

from contextlib import contextmanager
from datetime import date
from io import StringIO
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.db.utils import Error as DatabaseError
from django_tenants.utils import tenant_context

from shared_apps.journal.closings import ClosingRefused, journal_close, totals_of
from shared_apps.journal.models import ChainHead, Closing, JournalLine
from shared_apps.journal.tasks import journal_close_due
from shared_apps.journal.verify import journal_verify
from tenants.isolation import as_owner
from tests.closing import NIGHT, line_at, three_days


def _closed(agency):
    three_days(agency)
    with time_machine.travel(NIGHT, tick=False):
        return journal_close(agency=agency)


def _named(closings):
    return [(closing.period, closing.starts_on.isoformat()) for closing in closings]


def _row(lines, quantity, amount, *, share=None):
    none = "0.000" if amount.endswith("00") and len(amount.partition(".")[2]) == 3 else "0.00"
    return {
        "lines": str(lines),
        "quantity": str(quantity),
        "customer_pays": amount,
        "provider_share": none,
        "agency_share": none,
        "operator_share": amount if share is None else share,
    }


@pytest.fixture
def closed(own_database):
    """The first agency with three days closed, in a database of its own."""
    from tenants.models import Agency

    agency = Agency.objects.get(slug="lumiere")
    made = _closed(agency)
    assert journal_verify(agency).errors == ()
    return SimpleNamespace(agency=agency, made=made)


@contextmanager
def _triggers_off():
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def test_every_day_month_and_year_that_is_over_is_closed_in_order(lumiere):
    assert _named(_closed(lumiere)) == [
        ("day", "2025-12-30"),
        ("day", "2025-12-31"),
        ("month", "2025-12-01"),
        ("year", "2025-01-01"),
        ("day", "2026-01-01"),
    ]


def test_a_closing_states_the_totals_of_its_period_per_currency_and_kind(lumiere):
    first, second, month, year, january = _closed(lumiere)
    assert totals_of(first, "totals") == {
        "EUR": {
            "sale": _row(1, 2, "100.00"),
            "payment": _row(1, 0, "100.00", share="0.00"),
        },
        "TND": {"sale": _row(1, 1, "12.500")},
    }
    # 23:30 in London is the next day in Paris.
    assert totals_of(second, "totals") == {"EUR": {"sale": _row(1, 1, "40.00")}}
    assert totals_of(month, "totals")["EUR"]["sale"] == _row(2, 3, "140.00")
    assert totals_of(year, "totals") == totals_of(month, "totals")
    assert totals_of(january, "totals") == {"EUR": {"cancellation": _row(1, -1, "-40.00")}}


def test_perpetual_totals_go_on_across_months_and_years(lumiere):
    first, second, *_others, january = _closed(lumiere)
    assert totals_of(first, "perpetual") == totals_of(first, "totals")
    assert totals_of(second, "perpetual")["EUR"]["sale"] == _row(2, 3, "140.00")
    assert totals_of(january, "perpetual")["EUR"] == {
        "sale": _row(2, 3, "140.00"),
        "payment": _row(1, 0, "100.00", share="0.00"),
        "cancellation": _row(1, -1, "-40.00"),
    }
    assert totals_of(january, "perpetual")["TND"] == {"sale": _row(1, 1, "12.500")}


def test_closings_are_chained_and_name_the_head_of_the_journal(lumiere):
    made = _closed(lumiere)
    head = ChainHead.objects.get(agency=lumiere)
    assert {(closing.journal_seq, closing.journal_hash) for closing in made} == {(5, head.hash)}
    assert [closing.prev_hash for closing in made] == [
        "0" * 64,
        *(closing.hash for closing in made[:-1]),
    ]


def test_closing_again_changes_nothing_and_the_next_night_goes_on(lumiere):
    made = _closed(lumiere)
    with time_machine.travel(NIGHT, tick=False):
        assert journal_close(agency=lumiere) == []
    with time_machine.travel("2026-01-03T03:10:00+00:00", tick=False):
        later = journal_close(agency=lumiere)
    assert _named(later) == [("day", "2026-01-02")]
    assert later[0].prev_hash == made[-1].hash
    assert totals_of(later[0], "totals") == {}
    assert totals_of(later[0], "perpetual") == totals_of(made[-1], "perpetual")
    assert journal_verify(lumiere).errors == ()


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-01-02T10:00:00+00:00", date(2026, 1, 2)),
        ("2026-01-02T10:00:00+00:00", date(2026, 1, 9)),
        # Nine minutes past midnight in Paris: sales of the day may still be on their way.
        ("2026-01-01T23:09:00+00:00", date(2026, 1, 1)),
    ],
)
def test_a_day_that_is_not_over_is_not_closed(lumiere, now, day):
    three_days(lumiere)
    with time_machine.travel(now, tick=False), pytest.raises(ClosingRefused) as refused:
        journal_close(agency=lumiere, until=day)
    assert refused.value.code == "not_over"
    assert not Closing.objects.exists()


def test_ten_minutes_after_midnight_the_day_may_be_closed(lumiere):
    three_days(lumiere)
    with time_machine.travel("2026-01-01T23:10:00+00:00", tick=False):
        made = journal_close(agency=lumiere, until=date(2026, 1, 1))
    assert made[-1].ends_on == date(2026, 1, 1)


def test_an_agency_that_never_sold_has_nothing_to_close(lumiere, ocean):
    _closed(lumiere)
    with time_machine.travel(NIGHT, tick=False):
        assert journal_close(agency=ocean) == []
    assert journal_verify(ocean).closed_to is None


def test_each_agency_has_closings_of_its_own_and_sees_no_others(lumiere, ocean):
    _closed(lumiere)
    line_at(ocean, "sale", "7", "2026-01-01T09:00:00+00:00")
    with time_machine.travel(NIGHT, tick=False):
        (of_ocean,) = journal_close(agency=ocean)
    assert totals_of(of_ocean, "perpetual") == {"EUR": {"sale": _row(1, 1, "7.00")}}
    with tenant_context(ocean):
        assert [closing.pk for closing in Closing.objects.all()] == [of_ocean.pk]
    with tenant_context(ocean), pytest.raises(ProgrammingError, match="permission denied"):
        of_ocean.pk = None
        of_ocean.save(force_insert=True)


def test_the_nightly_task_closes_every_agency(lumiere, ocean):
    three_days(lumiere)
    line_at(ocean, "sale", "7", "2026-01-01T09:00:00+00:00")
    with time_machine.travel(NIGHT, tick=False):
        assert journal_close_due() == 6
        assert journal_close_due() == 0


def test_the_command_closes_one_agency_up_to_a_day(lumiere):
    three_days(lumiere)
    said = StringIO()
    call_command("journal_close", "--agency", "lumiere", "--date", "2025-12-30", stdout=said)
    assert said.getvalue().split() == [
        *("lumiere", "1", "new", "closings", "closed", "to", "2025-12-30")
    ]
    assert Closing.objects.count() == 1
    with (
        time_machine.travel(NIGHT, tick=False),
        pytest.raises(CommandError, match=r"pas encore terminée|not over yet"),
    ):
        call_command("journal_close", "--date", "2026-01-02", stdout=said)
    with pytest.raises(CommandError, match="No agency is called nobody"):
        call_command("journal_close", "--agency", "nobody", stdout=said)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("payload = replace(payload, '100.00', '90.00')", "its content was changed"),
        ("starts_on = '2025-12-29'", "column starts_on differs from the payload"),
        ("journal_seq = 4", "column journal_seq differs from the payload"),
        ("journal_hash = repeat('1', 64)", "its line of the journal is not the one it names"),
        ("agency_schema = 'agency_ocean'", "column agency_schema is not this agency's"),
        ("prev_hash = repeat('1', 64)", "does not follow the closing before it"),
    ],
)
def test_a_changed_closing_is_found(closed, change, fault):
    with _triggers_off() as cursor:
        cursor.execute(f"UPDATE journal_closing SET {change} WHERE seq = 1")
    assert f"closing #1: {fault}" in journal_verify(closed.agency).errors


def test_a_line_that_came_into_a_closed_day_is_found(closed):
    line_at(closed.agency, "sale", "1", "2025-12-31T10:00:00+00:00")
    errors = journal_verify(closed.agency).errors
    assert "closing #2: its totals are not what the lines of the period add up to" in errors
    assert "closing #5: its perpetual totals are not what all lines add up to" in errors
    assert not [error for error in errors if error.startswith("closing #1:")]


def test_a_closing_cut_out_of_the_middle_is_found(closed):
    with _triggers_off() as cursor:
        cursor.execute("DELETE FROM journal_closing WHERE seq = 2")
    errors = journal_verify(closed.agency).errors
    assert "closing #3: closing #2 is missing" in errors
    assert "closing #3: the day from 2025-12-31 is not closed there" in errors


def test_a_journal_rewritten_after_its_closing_is_found(closed):
    with _triggers_off() as cursor:
        cursor.execute("DELETE FROM journal_journalline WHERE seq = 5")
        cursor.execute(
            "UPDATE journal_chainhead SET seq = 4, hash = (SELECT hash FROM journal_journalline"
            " WHERE seq = 4 AND agency_id = %s) WHERE agency_id = %s",
            [closed.agency.pk, closed.agency.pk],
        )
    errors = journal_verify(closed.agency).errors
    assert "closing #1: its line of the journal is not the one it names" in errors
    assert "closing #5: its totals are not what the lines of the period add up to" in errors


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE shared.journal_closing SET payload = '{}'",
        "DELETE FROM shared.journal_closing",
        "TRUNCATE shared.journal_closing",
    ],
)
def test_the_database_refuses_to_change_a_closing_even_to_the_owner(closed, statement):
    with as_owner(), pytest.raises(DatabaseError, match="append-only"):
        connection.cursor().execute(statement)


def test_a_sale_in_the_middle_of_its_transaction_is_waited_for(closed):
    import threading

    from django.db import connections

    result: list[int] = []

    def close() -> None:
        try:
            result.append(len(journal_close(agency=closed.agency, until=date(2026, 1, 2))))
        finally:
            connections.close_all()

    with transaction.atomic():
        line_at(closed.agency, "sale", "5", "2026-01-02T10:00:00+00:00")
        worker = threading.Thread(target=close)
        worker.start()
        worker.join(timeout=0.5)
        assert worker.is_alive() and not result
    worker.join(timeout=20)
    assert result == [1]
    last = Closing.objects.get(agency=closed.agency, starts_on=date(2026, 1, 2))
    assert totals_of(last, "totals") == {"EUR": {"sale": _row(1, 1, "5.00")}}
    assert JournalLine.objects.filter(agency=closed.agency).count() == last.journal_seq == 6
    assert journal_verify(closed.agency).errors == ()
