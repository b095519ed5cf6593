"""The only place that locks rows of settlement. Order: the account, then the statement.

The account's counter row makes drafting and issuing of one party wait for each other, and
keeps its numbers without gaps: whoever rolls back gives the number back.
"""

from django.db import connection

from shared_apps.statements.models import Statement, StatementCounter, StatementLine

ACCOUNT = """
INSERT INTO statements_statementcounter (account, last) VALUES (%s, 0)
ON CONFLICT (account) DO UPDATE SET last = statements_statementcounter.last
"""
NEXT = "UPDATE statements_statementcounter SET last = last + 1 WHERE account = %s RETURNING last"


def account_lock(account: str) -> None:
    """Lock the settlement of one party until the transaction ends; made on first use."""
    with connection.cursor() as cursor:
        cursor.execute(ACCOUNT, [account])


def number_next(account: str) -> int:
    """The next number of an account that is locked."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [account])
        return int(cursor.fetchone()[0])


def statement_lock(pk: int) -> Statement:
    """The statement, locked until the transaction ends. Raises Statement.DoesNotExist."""
    return Statement.objects.select_for_update().get(pk=pk)


def line_lock(line: StatementLine) -> StatementLine:
    """The line with its statement, the statement locked: answers to one statement take turns."""
    statement = statement_lock(line.statement_id)
    fresh = StatementLine.objects.get(pk=line.pk)
    fresh.statement = statement
    return fresh


def last_number(account: str) -> int:
    """The last number given (for reports; 0 when none)."""
    return (
        StatementCounter.objects.filter(account=account).values_list("last", flat=True).first() or 0
    )
