"""Appends lines to an agency's chain, inside the transaction of the sale they tell (L8)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from moneyed import Money

from shared_apps.journal.chain import VERSION, canonical, link_hash
from shared_apps.journal.models import JournalLine
from shared_apps.pricing.money import money_text
from tenants.models import Agency
from tenants.together import rows_write

ZERO = Decimal(0)
# Makes the head on first use and locks it: the chain has one writer at a time, per agency.
LOCK_HEAD = """
INSERT INTO journal_chainhead (agency_id, agency_schema, seq, hash)
VALUES (%s, %s, 0, repeat('0', 64))
ON CONFLICT (agency_id) DO UPDATE SET seq = journal_chainhead.seq
RETURNING seq, hash
"""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """The facts of one line. Amounts are for the whole line, in ``currency``, signed.

    ``details`` is what else belongs in the hashed payload (quantities, unit waterfall, rule);
    it must hold no personal data.
    """

    kind: str
    order_reference: str
    channel: str
    seller_id: int
    currency: str
    line_id: UUID | None = None
    product_id: int | None = None
    provider_id: int | None = None
    departure_id: int | None = None
    service_date: date | None = None
    quantity: int = 0
    customer_pays: Decimal = ZERO
    provider_share: Decimal = ZERO
    agency_share: Decimal = ZERO
    operator_share: Decimal = ZERO
    payment_means: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    def facts(self, occurred_at: datetime) -> dict[str, Any]:
        """What is hashed: every column that matters, as text."""
        amounts = ("customer_pays", "provider_share", "agency_share", "operator_share")
        return {
            "kind": self.kind,
            "at": occurred_at.isoformat(),
            "order": self.order_reference,
            "line": str(self.line_id) if self.line_id else None,
            "channel": self.channel,
            "seller": self.seller_id,
            "product": self.product_id,
            "provider": self.provider_id,
            "departure": self.departure_id,
            "service_date": self.service_date.isoformat() if self.service_date else None,
            "quantity": self.quantity,
            "currency": self.currency,
            "means": self.payment_means,
            **{name: money_text(Money(getattr(self, name), self.currency)) for name in amounts},
            "details": self.details,
        }


def journal_append(*, agency: Agency, entries: Sequence[Entry]) -> list[JournalLine]:
    """Append ``entries`` to the agency's chain, in order; returns the lines.

    Locks the agency's head until the transaction ends, so call it late. Refuses entries whose
    shares do not add up to what the customer pays (ValueError): such a line must not exist.
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(LOCK_HEAD, [agency.pk, agency.schema_name])
        seq, head = cursor.fetchone()
        lines = []
        for entry in entries:
            _check_shares(entry)
            seq += 1
            payload = canonical(entry.facts(now))
            link = link_hash(version=VERSION, seq=seq, prev=head, payload=payload)
            lines.append(_line(agency, entry, now, seq=seq, prev=head, link=link, payload=payload))
            head = link
        rows_write(lines)
        cursor.execute(
            "UPDATE journal_chainhead SET seq = %s, hash = %s WHERE agency_id = %s",
            [seq, head, agency.pk],
        )
    return lines


def _check_shares(entry: Entry) -> None:
    if entry.kind in (JournalLine.Kind.PAYMENT, JournalLine.Kind.REFUND):
        return
    shares = entry.provider_share + entry.agency_share + entry.operator_share
    if shares != entry.customer_pays:
        raise ValueError(f"Shares {shares} do not make {entry.customer_pays} {entry.currency}")


def _line(
    agency: Agency, entry: Entry, now: datetime, *, seq: int, prev: str, link: str, payload: str
) -> JournalLine:
    return JournalLine(
        agency=agency,
        agency_schema=agency.schema_name,
        seq=seq,
        version=VERSION,
        kind=entry.kind,
        occurred_at=now,
        order_reference=entry.order_reference,
        line_id=entry.line_id,
        channel=entry.channel,
        seller_id=entry.seller_id,
        product_id=entry.product_id,
        provider_id=entry.provider_id,
        departure_id=entry.departure_id,
        service_date=entry.service_date,
        quantity=entry.quantity,
        currency=entry.currency,
        customer_pays=entry.customer_pays,
        provider_share=entry.provider_share,
        agency_share=entry.agency_share,
        operator_share=entry.operator_share,
        payment_means=entry.payment_means,
        payload=payload,
        prev_hash=prev,
        hash=link,
    )
