"""Adds messages to the outbox, inside the transaction that causes them."""

from collections.abc import Mapping
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
    _write([_message(kind, dedupe_key, payload, available_at or timezone.now())])
    if available_at is None:
        kick_after_commit()


def messages_add(wanted: Mapping[str, tuple[str, dict[str, Any]]]) -> None:
    """As :func:`message_add` for several at once: ``{dedupe_key: (kind, payload)}``."""
    now = timezone.now()
    _write([_message(kind, key, payload, now) for key, (kind, payload) in wanted.items()])
    kick_after_commit()


def _message(kind: str, dedupe_key: str, payload: dict[str, Any], at: datetime) -> Message:
    return Message(
        agency_id=getattr(connection.tenant, "pk", None),
        agency_schema=connection.schema_name,
        kind=kind,
        dedupe_key=f"{connection.schema_name}:{dedupe_key}",
        payload=payload,
        available_at=at,
    )


def _write(messages: list[Message]) -> None:
    Message.objects.bulk_create(messages, ignore_conflicts=True)
