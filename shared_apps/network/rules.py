"""Who may be the seller, decided on values: no database, no Django.

The operator sells by default (R9). An agency sells only what is its own, only when its
agreement says so, and only on evidence that the operator approved and that is in force on
the day (R11, L1). Evidence that has run out stops new sales instead of handing them to the
operator: whoever sells must be the one the traveller was told.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol, TypeVar


class SellerRefused(Exception):
    """Nobody may sell this now. ``code``: no_seller, evidence_missing, evidence_not_approved
    or evidence_expired; ``message`` is for people.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Evidence(Protocol):
    """What a decision needs of a seller's dated evidence."""

    valid_from: date
    valid_to: date | None
    approved_at: datetime | None


E = TypeVar("E", bound=Evidence)


def in_force(evidence: Evidence, on: date) -> bool:
    """Whether ``on`` lies in the evidence's period, both bounds included."""
    return evidence.valid_from <= on and (evidence.valid_to is None or on <= evidence.valid_to)


def own_liability_applies(*, owner_id: int | None, agency_id: int, granted: bool) -> bool:
    """Whether the agency sells this under its own liability: its own product, and granted."""
    return granted and owner_id is not None and owner_id == agency_id


def evidence_choose(candidates: Iterable[E], on: date) -> E:
    """The agency's evidence that carries a sale on ``on``: approved, in force, newest first.

    Raises SellerRefused with the reason when there is none.
    """
    found = sorted(candidates, key=lambda evidence: evidence.valid_from, reverse=True)
    if not found:
        raise SellerRefused("evidence_missing", "evidence_missing")
    approved = [evidence for evidence in found if evidence.approved_at is not None]
    if not approved:
        raise SellerRefused("evidence_not_approved", "evidence_not_approved")
    for evidence in approved:
        if in_force(evidence, on):
            return evidence
    raise SellerRefused("evidence_expired", "evidence_expired")
