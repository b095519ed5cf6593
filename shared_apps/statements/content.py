"""The canonical content of a statement and its hash, so that a copy can be held against it."""

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from moneyed import Money

from shared_apps.journal.chain import canonical
from shared_apps.pricing.money import money_text
from shared_apps.statements.models import Statement, StatementLine
from shared_apps.statements.models.statement import AMOUNTS

VERSION = 1


def content_hash(statement: Statement, lines: Iterable[StatementLine]) -> str:
    """SHA-256 of what the statement says: head, terms, totals and every line, in their order.

    Not in it: answers, payments and messages, which come later.
    """
    content = {
        "version": VERSION,
        "account": statement.account,
        "reference": statement.reference,
        "from": statement.period_from.isoformat(),
        "to": statement.period_to.isoformat(),
        "currency": statement.currency,
        "netting": statement.netting,
        "due_on": statement.due_on.isoformat() if statement.due_on else None,
        "totals": _amounts(statement, statement.currency),
        "lines": [_line(line, statement.currency) for line in lines],
    }
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _amounts(row: Statement | StatementLine, currency: str) -> dict[str, str]:
    return {name: _text(getattr(row, name), currency) for name in AMOUNTS}


def _text(amount: Decimal, currency: str) -> str:
    return money_text(Money(amount, currency))


def _line(line: StatementLine, currency: str) -> dict[str, Any]:
    return {
        "position": line.position,
        "section": line.section,
        "journal": line.journal_line_id,
        "adjustment": line.adjustment_id,
        "on": line.occurred_on.isoformat(),
        "service": line.service_date.isoformat() if line.service_date else None,
        "order": line.order_reference,
        "product": line.product,
        "quantity": line.quantity,
        "rule": line.rule,
        "note": line.note,
        **_amounts(line, currency),
    }
