"""Adds messages to the outbox, inside the transaction that causes them."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from shared_apps.outbox.kick import kick_after_commit
from shared_apps.outbox.models import Message


def message_add(
    *, kind: str, dedupe_key: str, payload: dict[str, Any], available_at: datetime | None = None
) -> None:
    """Note one message to send after this transaction. The same ``dedupe_key`` is sent once.

    ``payload`` holds references, not personal data: the sender reads the rest when it sends.
    The agency is that of the connection; outside an agency the message is the operator's.
    A worker is called after the commit (:mod:`.kick`), for all messages of the transaction.
    """
    tenant = connection.tenant
    agency_id = getattr(tenant, "pk", None)
    Message.objects.bulk_create(
        [
            Message(
                agency_id=agency_id,
                agency_schema=connection.schema_name,
                kind=kind,
                dedupe_key=f"{connection.schema_name}:{dedupe_key}",
                payload=payload,
                available_at=available_at or timezone.now(),
            )
        ],
        ignore_conflicts=True,
    )
    if available_at is None:
        kick_after_commit()
