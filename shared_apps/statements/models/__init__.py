"""Settlement: terms, statements with their lines, the talk about them, payments, comparisons.

A statement is a document: once issued, neither it nor its lines change, and triggers refuse it
for the owner too (:mod:`shared_apps.statements.frozen`). What may still move is said in one
place there: the answer of the party, and that the money has moved. Everything that happens
later is appended beside it: messages, events, payments, and adjustments that stand in the next
statement.
"""

from shared_apps.statements.models.conversation import LineMessage, StatementEvent
from shared_apps.statements.models.portal import PortalComparison
from shared_apps.statements.models.settlement import (
    PeriodKind,
    SettlementTerms,
    StatementCounter,
    StatementPayment,
)
from shared_apps.statements.models.statement import (
    Adjustment,
    Party,
    Section,
    Statement,
    StatementLine,
)

__all__ = [
    "Adjustment",
    "LineMessage",
    "Party",
    "PeriodKind",
    "PortalComparison",
    "Section",
    "SettlementTerms",
    "Statement",
    "StatementCounter",
    "StatementEvent",
    "StatementLine",
    "StatementPayment",
]
