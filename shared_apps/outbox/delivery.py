"""Delivers due messages: claim, send, note the result; fair between agencies.

A batch is claimed by moving ``available_at`` a lease ahead, in a transaction of its own. Each
message of it is then *started*: its lease begins anew and its attempt is counted. The count is
the fence: a worker that was so slow that another took its message over finds another number
and lets go, before sending and again before noting the result. A worker that dies loses its
claims when the lease ends, and they are sent again. Claims take turns between agencies, so one
with ten thousand messages delays nobody.

What this does not promise: a worker that dies after the mail server said yes and before it
noted so sends the same mail again. It carries the same Message-ID (:mod:`.mail`).
"""

import time
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

import structlog
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django_tenants.utils import schema_context, schema_exists, tenant_context

from shared_apps.outbox.handlers import Obsolete, Undeliverable, forgotten_keys, handler_for
from shared_apps.outbox.models import Message
from tenants.isolation import SHARED
from tenants.models import Agency

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=2)
FIRST_DELAY = timedelta(seconds=15)
LONGEST_DELAY = timedelta(hours=2)
GIVE_UP_AFTER = 12
RUN_SECONDS = 20.0
# The clock is ours, as in ``available_at``: SQL's now() is the start of the transaction.
CLAIM = """
WITH turns AS (
    SELECT id, row_number() OVER (PARTITION BY agency_schema ORDER BY available_at) AS turn,
           available_at
    FROM outbox_message WHERE state = 'due' AND available_at <= %(now)s
), chosen AS (
    SELECT m.id FROM outbox_message m JOIN turns t ON t.id = m.id
    WHERE m.state = 'due' AND m.available_at <= %(now)s
    ORDER BY t.turn, t.available_at LIMIT %(at_most)s FOR UPDATE OF m SKIP LOCKED
)
UPDATE outbox_message SET available_at = %(leased)s
WHERE id IN (SELECT id FROM chosen) RETURNING id
"""


def messages_deliver_all(*, seconds: float = RUN_SECONDS) -> int:
    """Deliver until nothing is due or ``seconds`` have passed; returns how many were tried.

    The time is short on purpose: with a mail server that hangs, workers must still find time
    to give expired places back.
    """
    until = time.monotonic() + seconds
    tried = 0
    while found := messages_deliver(until=until):
        tried += found
        if time.monotonic() >= until:
            break
    return tried


def messages_deliver(*, at_most: int = 50, until: float | None = None) -> int:
    """Claim and deliver up to ``at_most`` due messages of all agencies; returns how many.

    Raises RuntimeError inside a transaction: what is sent cannot be rolled back. Past the
    monotonic time ``until`` the rest of the batch is given back untried.
    """
    with schema_context(SHARED):
        batch = _claim(at_most)
        tried = 0
        for message in batch:
            if until is not None and time.monotonic() >= until:
                _give_back(batch[tried:])
                break
            message_deliver(message)
            tried += 1
    return tried


def message_deliver(message: Message) -> bool:
    """Send one claimed message and note the result; True when it was delivered."""
    with schema_context(SHARED):
        if not _start(message):
            return False
        try:
            with _inside(message):
                handler_for(message.kind)(message)
        except Undeliverable as error:
            _note_failure(message, error, final=True)
            return False
        except Obsolete as reason:
            _ours(message).update(state=Message.State.OBSOLETE, last_error=str(reason))
            return False
        except Exception as error:
            # Whatever went wrong must not stop the messages behind this one.
            _note_failure(message, error, final=message.attempts >= GIVE_UP_AFTER)
            return False
        kept = {k: v for k, v in message.payload.items() if k not in forgotten_keys(message.kind)}
        _ours(message).update(
            state=Message.State.DELIVERED,
            delivered_at=timezone.now(),
            last_error="",
            payload=kept,
        )
    return True


def message_retry(message: Message) -> None:
    """Make a message due again, also one that was given up."""
    Message.objects.filter(pk=message.pk).exclude(state=Message.State.DELIVERED).update(
        state=Message.State.DUE, attempts=0, available_at=timezone.now()
    )


def _claim(at_most: int) -> list[Message]:
    # Durable: it must be committed before anything is sent, so it refuses an outer transaction.
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        now = timezone.now()
        cursor.execute(CLAIM, {"now": now, "leased": now + LEASE, "at_most": at_most})
        ids = [row[0] for row in cursor.fetchall()]
    # Those that failed before come last: one that kills its worker does not do so first.
    return list(Message.objects.filter(pk__in=ids).order_by("attempts", "created_at"))


def _ours(message: Message) -> QuerySet[Message]:
    """The row, as long as no other worker has started it since we read it."""
    return Message.objects.filter(pk=message.pk, state=Message.State.DUE, attempts=message.attempts)


def _start(message: Message) -> bool:
    """Count the attempt and let the lease begin now; False when the message is not ours."""
    if message.attempts >= GIVE_UP_AFTER:
        # Only a worker that died while sending leaves a full count behind.
        _note_failure(message, Undeliverable("its workers stopped while sending it"), final=True)
        return False
    started = _ours(message).update(attempts=F("attempts") + 1, available_at=timezone.now() + LEASE)
    message.attempts += started
    return bool(started)


def _give_back(messages: list[Message]) -> None:
    for message in messages:
        _ours(message).update(available_at=timezone.now())


def _inside(message: Message) -> AbstractContextManager[object]:
    if message.agency_id is None:
        if message.agency_schema != SHARED:
            raise Undeliverable(f"the agency of {message.agency_schema} is gone")
        return nullcontext()
    agency = Agency.objects.filter(pk=message.agency_id).first()
    if agency is None or not schema_exists(agency.schema_name):
        raise Undeliverable(f"the agency of {message.agency_schema} is gone")
    return tenant_context(agency)


def _note_failure(message: Message, error: Exception, *, final: bool) -> None:
    # A message that is given up waits for a person: that is an error, a first failure is not.
    (log.error if final else log.warning)(
        "message_not_delivered",
        message=str(message.pk),
        kind=message.kind,
        attempts=message.attempts,
        error=type(error).__name__,
        final=final,
    )
    delay = min(FIRST_DELAY * 2 ** max(message.attempts - 1, 0), LONGEST_DELAY)
    _ours(message).update(
        state=Message.State.FAILED if final else Message.State.DUE,
        last_error=f"{type(error).__name__}: {error}"[:2000],
        available_at=timezone.now() + delay,
    )
