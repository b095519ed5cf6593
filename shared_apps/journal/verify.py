"""Verifies chains: every hash, every link, the head, and that the columns say the payload.

Closings are verified with the lines they add up (:mod:`.closing_faults`).

What it proves: no line was changed, removed, added in between or cut off the end since the head
was written. What it cannot prove alone: that somebody with the owner's password did not rewrite
a whole chain; publish or archive the heads (``journal_verify --heads``) to close that.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from shared_apps.journal.chain import GENESIS, link_hash
from shared_apps.journal.closing_faults import closing_faults
from shared_apps.journal.models import ChainHead, JournalLine
from tenants.models import Agency

_COLUMNS = {
    "kind": "kind",
    "order": "order_reference",
    "line": "line_id",
    "service_date": "service_date",
    "channel": "channel",
    "seller": "seller_id",
    "product": "product_id",
    "provider": "provider_id",
    "departure": "departure_id",
    "quantity": "quantity",
    "currency": "currency",
    "means": "payment_means",
}
_AMOUNTS = ("customer_pays", "provider_share", "agency_share", "operator_share")


@dataclass(frozen=True)
class ChainReport:
    """The state of one agency's chain; ``errors`` is empty when it holds."""

    agency: Agency
    lines: int
    head: str
    errors: tuple[str, ...]
    closed_to: date | None = None
    """The last day that is closed; None when none is."""


def journal_verify(agency: Agency) -> ChainReport:
    """Read one agency's chain and its closings from the first to the last and check every link."""
    errors: list[str] = []
    seq, prev = 0, GENESIS
    lines = JournalLine.objects.filter(agency=agency).order_by("seq")
    for line in lines.iterator(chunk_size=2000):
        seq += 1
        errors.extend(f"#{line.seq}: {what}" for what in _faults(line, agency, seq, prev))
        seq, prev = line.seq, line.hash
    head = ChainHead.objects.filter(agency=agency).first()
    if (head.seq, head.hash) != (seq, prev) if head else seq:
        errors.append(f"head: stands at #{head.seq if head else 0}, the last line is #{seq}")
    closed_to, faults = closing_faults(agency)
    return ChainReport(agency, seq, prev, (*errors, *faults), closed_to)


def _faults(line: JournalLine, agency: Agency, seq: int, prev: str) -> Iterator[str]:
    if line.seq != seq:
        yield f"line #{seq} is missing"
    if line.prev_hash != prev:
        yield "does not follow the line before it"
    expected = link_hash(
        version=line.version, seq=line.seq, prev=line.prev_hash, payload=line.payload
    )
    if line.hash != expected:
        yield "its content was changed"
    facts = json.loads(line.payload)
    for name, column in _COLUMNS.items():
        if facts[name] != _as_written(getattr(line, column)):
            yield f"column {column} differs from the payload"
    if datetime.fromisoformat(facts["at"]) != line.occurred_at:
        yield "column occurred_at differs from the payload"
    if line.agency_schema != agency.schema_name:
        yield "column agency_schema is not this agency's"
    for name in _AMOUNTS:
        if Decimal(facts[name]) != getattr(line, name):
            yield f"column {name} differs from the payload"


def _as_written(value: Any) -> Any:
    """A column as the payload writes it: ids and dates are text there."""
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
