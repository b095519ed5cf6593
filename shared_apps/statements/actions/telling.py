"""What every verb of settlement notes beside its write: the event, and whom to tell."""

from typing import Any

from django.db.models import Q

from shared_apps.identity.models import Membership, User
from shared_apps.identity.rules import capabilities_of
from shared_apps.outbox.actions import message_add
from shared_apps.statements.models import Statement, StatementEvent, StatementLine


def event_add(
    statement: Statement,
    kind: str,
    *,
    by: User | None,
    line: StatementLine | None = None,
    **details: Any,
) -> StatementEvent:
    """Append what happened, with who did it."""
    return StatementEvent.objects.create(
        statement=statement,
        agency_schema=statement.agency_schema,
        kind=kind,
        line=line,
        by=by,
        by_name=str(by) if by else "",
        details=details,
    )


def party_tell(statement: Statement, kind: str, *, once: str) -> None:
    """One message to each person of the party who may answer; to its contact when nobody can.

    ``once`` tells two messages of one kind about one statement apart.
    """
    people = _answering(statement)
    for user_id in people or [None]:
        message_add(
            kind=kind,
            dedupe_key=f"{kind}:{statement.pk}:{once}:{user_id or 'contact'}",
            payload={"statement": statement.pk, "user": user_id},
        )


def operator_tell(statement: Statement, kind: str, *, line: StatementLine, once: str) -> None:
    """One message to the operator's own address: somebody waits for an answer."""
    message_add(
        kind=kind,
        dedupe_key=f"{kind}:{line.pk}:{once}",
        payload={"statement": statement.pk, "line": line.pk},
    )


def _answering(statement: Statement) -> list[int | None]:
    whose = (
        Q(agency=statement.agency_id) if statement.for_agency else Q(provider=statement.provider_id)
    )
    members = Membership.objects.filter(whose, party=statement.party, ended_at=None)
    return [
        member.user_id
        for member in members.order_by("user_id")
        if "statements.answer" in capabilities_of(member)
    ]
