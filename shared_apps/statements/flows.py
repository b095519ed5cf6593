"""What has to be paid for a statement, by whom, and what is left of it. Pure.

With netting one amount moves: the difference. Without, TNP pays what it owes whole, and the
party remits what it holds whole. Amounts are in the statement's currency.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

TO_PARTY, FROM_PARTY = "to_party", "from_party"


@dataclass(frozen=True)
class Flow:
    """One direction of payment: what is owed, what was paid; amounts are not negative."""

    direction: str
    amount: Decimal
    paid: Decimal

    @property
    def left(self) -> Decimal:
        """What is still to be paid."""
        return self.amount - self.paid


def flows(
    *, credit: Decimal, debit: Decimal, netting: bool, paid: Iterable[tuple[str, Decimal]] = ()
) -> list[Flow]:
    """The payments a statement asks for: ``credit`` is owed to the party, ``debit`` by it.

    A negative credit is owed by the party, and the other way round. No flow: nothing to pay.
    """
    parts = [credit - debit] if netting else [credit, -debit]
    owed = {TO_PARTY: Decimal(0), FROM_PARTY: Decimal(0)}
    for part in parts:
        owed[TO_PARTY if part > 0 else FROM_PARTY] += abs(part)
    done = {TO_PARTY: Decimal(0), FROM_PARTY: Decimal(0)}
    for direction, amount in paid:
        done[direction] += amount
    return [Flow(way, amount, done[way]) for way, amount in owed.items() if amount or done[way]]
