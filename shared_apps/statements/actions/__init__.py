"""The verbs of settlement: draft, issue, answer, settle a dispute, pay, compare.

Each is one transaction with its audit entry. Statements are locked as
:mod:`shared_apps.statements.locks` says.
"""

from shared_apps.statements.actions.answering import (
    line_accept,
    line_answer,
    line_dispute,
    statement_accept,
)
from shared_apps.statements.actions.drafting import statements_draft, terms_set
from shared_apps.statements.actions.issuing import statement_issue
from shared_apps.statements.actions.paying import statement_close, statement_pay
from shared_apps.statements.actions.resolving import line_adjust, line_uphold

__all__ = [
    "line_accept",
    "line_adjust",
    "line_answer",
    "line_dispute",
    "line_uphold",
    "statement_accept",
    "statement_close",
    "statement_issue",
    "statement_pay",
    "statements_draft",
    "terms_set",
]
