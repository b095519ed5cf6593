"""What the database refuses, whoever asks: issued statements change in nothing but their answer."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, InternalError, ProgrammingError
from django_tenants.utils import tenant_context

from shared_apps.identity.models import User
from shared_apps.statements.actions import line_dispute, statement_accept, statement_pay
from shared_apps.statements.content import content_hash
from shared_apps.statements.models import (
    LineMessage,
    Statement,
    StatementCounter,
    StatementLine,
    StatementPayment,
)
from tests.settling import drafted, issued, month_of, on, operator, sold_by_card


@pytest.fixture
def statement(lumiere, ocean) -> Statement:
    return issued("lumiere", month_of("lumiere", sold_by_card("lumiere")))


def refused(sql: str, *values) -> str:
    """What the database says to ``sql``; the test fails when it agrees."""
    with pytest.raises(DatabaseError) as said, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    return str(said.value)


@pytest.mark.parametrize("column", ["due", "commission", "gross", "collected"])
def test_no_amount_of_an_issued_statement_changes(statement, column):
    told = refused(f"UPDATE statements_statement SET {column} = 1 WHERE id = %s", statement.pk)
    assert "issued, never changed" in told


def test_neither_number_nor_period_nor_seal_of_an_issued_statement_changes(statement):
    for change in ("number = 7", "period_to = now()", "sha256 = ''", "status = 'draft'"):
        told = refused(f"UPDATE statements_statement SET {change} WHERE id = %s", statement.pk)
        assert "statement" in told


def test_an_issued_statement_is_never_deleted(statement):
    told = refused("DELETE FROM statements_statement WHERE id = %s", statement.pk)
    assert "issued" in told


def test_no_line_of_an_issued_statement_is_changed_added_or_taken_away(statement):
    line = statement.lines.get()
    told = refused("UPDATE statements_statementline SET due = 0 WHERE id = %s", line.pk)
    assert "its lines never change" in told
    told = refused("DELETE FROM statements_statementline WHERE id = %s", line.pk)
    assert "its lines stay" in told
    line.pk, line.position, line.journal_line_id = None, 99, line.journal_line_id
    with pytest.raises((InternalError, DatabaseError)), transaction.atomic():
        line.save(force_insert=True)


def test_a_draft_cannot_skip_its_issue(lumiere):
    (draft,) = drafted("lumiere", month_of("lumiere", sold_by_card("lumiere")))
    told = refused("UPDATE statements_statement SET status = 'paid' WHERE id = %s", draft.pk)
    assert "a draft is issued first" in told


def test_a_paid_statement_is_not_reopened(statement):
    with on(statement.due_on):
        statement_pay(
            statement=statement,
            by=operator(),
            direction="to_party",
            amount=Decimal("8.16"),
            paid_on=statement.due_on,
            reference="VIR 1",
        )
    told = refused("UPDATE statements_statement SET status = 'issued' WHERE id = %s", statement.pk)
    assert "paid does not become issued" in told


def test_messages_events_and_payments_are_appended(statement):
    line_dispute(line=statement.lines.get(), by=operator(), text="why")
    for table in ("linemessage", "statementevent"):
        told = refused(f"UPDATE statements_{table} SET agency_schema = 'x'")
        assert "append-only" in told


def test_the_seal_is_of_what_the_statement_says(statement):
    lines = list(statement.lines.all())
    assert statement.sha256 == content_hash(statement, lines)
    lines[0].due += 1
    assert statement.sha256 != content_hash(statement, lines)


def test_a_refused_issue_gives_its_number_back(lumiere):
    month = month_of("lumiere", sold_by_card("lumiere"))
    with pytest.raises(RuntimeError), transaction.atomic():
        issued("lumiere", month)
        raise RuntimeError
    assert issued("lumiere", month).number == 1


def test_an_agencys_role_reads_its_own_statements_and_no_draft_and_no_providers(
    statement, lumiere, ocean
):
    month = month_of("lumiere", sold_by_card("lumiere", days=80))
    drafted("lumiere", month)
    issued("FLEUVE", month)
    with tenant_context(lumiere):
        assert [one.reference for one in Statement.objects.all()] == ["A-LUMIERE-0001"]
        assert StatementLine.objects.count() == 1
    with tenant_context(ocean):
        assert not Statement.objects.exists()
        assert not StatementLine.objects.exists()


def test_an_agencys_role_answers_and_can_do_nothing_else(statement, lumiere):
    agent = User.objects.get(email="admin@lumiere.example")
    with tenant_context(lumiere):
        for attempt in (
            "UPDATE statements_statement SET status = 'paid'",
            "UPDATE statements_statement SET paid_at = now()",
            "UPDATE statements_statementline SET state = 'resolved'",
            "UPDATE statements_statementline SET due = 0",
            "DELETE FROM statements_statementline",
            "INSERT INTO statements_statementpayment DEFAULT VALUES",
            "UPDATE statements_statementcounter SET last = 9",
        ):
            refused(attempt)
        statement_accept(statement=statement, by=agent)
    statement.refresh_from_db()
    assert statement.status == "accepted"
    assert not StatementPayment.objects.exists()
    assert StatementCounter.objects.get(account=f"agency:{lumiere.pk}").last == 1


def test_an_agencys_role_cannot_speak_as_the_operator_nor_on_anothers_line(
    statement, lumiere, ocean
):
    line, by = statement.lines.get(), operator()
    with tenant_context(ocean):
        with pytest.raises(ProgrammingError), transaction.atomic():
            _message(line, by, side="agency", schema=ocean.schema_name)
        with pytest.raises(ProgrammingError), transaction.atomic():
            _message(line, by, side="agency", schema=lumiere.schema_name)
    with (
        tenant_context(lumiere),
        pytest.raises(ProgrammingError),
        transaction.atomic(),
    ):
        _message(line, by, side="operator", schema=lumiere.schema_name)
    assert not LineMessage.objects.exists()


def _message(line, by, *, side: str, schema: str) -> LineMessage:
    return LineMessage.objects.create(
        line=line, agency_schema=schema, side=side, author=by, author_name=str(by), text="x"
    )


def test_a_journal_line_stands_once_per_side(statement):
    line = statement.lines.get()
    later = statement.period_to + timedelta(days=20)
    twin = Statement.objects.create(
        party="agency",
        agency=statement.agency,
        agency_schema=statement.agency_schema,
        period="monthly",
        period_from=later,
        period_to=later,
        currency="EUR",
        drafted_at=statement.drafted_at,
    )
    line.pk, line.statement = None, twin
    with pytest.raises(DatabaseError, match="journal_line_once_per_party"), transaction.atomic():
        line.save(force_insert=True)
