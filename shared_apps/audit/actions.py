"""Appends audit entries (R10). Called inside the transaction of the write it describes."""

from typing import Any

from django.db import connection, models

from shared_apps.audit.actor import current_actor
from shared_apps.audit.models import AuditEntry
from tenants.together import rows_write


def audit_record(
    *,
    verb: str,
    target: models.Model,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    label: str = "",
) -> AuditEntry:
    """Append who did ``verb`` to ``target``, with what changed (R10).

    ``before`` and ``after`` hold only the changed fields, as JSON values (amounts as text).
    The agency is that of the connection; outside an agency the entry is the operator's.
    """
    actor = current_actor()
    agency = connection.tenant if hasattr(connection.tenant, "slug") else None
    entry = AuditEntry(
        agency_id=agency.pk if agency else None,
        agency_schema=connection.schema_name,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        verb=verb,
        object_type=target._meta.label_lower,
        object_id=str(target.pk),
        object_label=(label or str(target))[:200],
        before=before,
        after=after,
        request_id=actor.request_id,
    )
    rows_write([entry])
    return entry
