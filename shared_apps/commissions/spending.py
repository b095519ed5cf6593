"""Taking from the budgets of special operations, and giving back: one statement an order.

The guard is in the database (:mod:`shared_apps.commissions.budget_guard`); this module only
writes the claims as JSON. Call it late in the sale's transaction: whoever spends makes every
other sale of the same operation wait until the commit.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from shared_apps.commissions.funding import Parts


@dataclass(frozen=True)
class Claim:
    """One sale line: the operations that may pay it, best first, each with its parts."""

    line_id: UUID
    currency: str
    choices: Sequence[tuple[str, Parts]]


def operations_spend(
    *, agency_schema: str, order_reference: str, claims: Sequence[Claim]
) -> dict[UUID, str]:
    """Take each line's cost from the first of its operations whose budget suffices (R14).

    Returns the code of the operation that pays, by line; a line that none can pay is absent.
    A budget counts lines in its own currency only. Needs a transaction; the rows of the
    operations stay locked until it ends.
    """
    asked = [
        {
            "line": str(claim.line_id),
            "currency": claim.currency,
            "choices": [{"operation": code, **parts.to_json()} for code, parts in claim.choices],
        }
        for claim in claims
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line, operation FROM shared.operations_spend(%s, %s, %s::jsonb)",
            [agency_schema, order_reference, json.dumps(asked)],
        )
        return dict(cursor.fetchall())


def operations_return(
    *, agency_schema: str, order_reference: str, kept: Mapping[UUID, Parts]
) -> int:
    """Give back what the lines of an order took, except the parts ``kept`` with its fee.

    Appends a negative row to the ledger for each line, and a positive one for what is kept.
    Returns how many lines gave something back.
    """
    asked = [{"line": str(line_id), **parts.to_json()} for line_id, parts in kept.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shared.operations_return(%s, %s, %s::jsonb)",
            [agency_schema, order_reference, json.dumps(asked)],
        )
        returned: int = cursor.fetchone()[0]
    return returned
