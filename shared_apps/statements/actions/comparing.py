"""Keeping the former portal's file beside a statement, row by row, bad rows included."""

from django.db import transaction
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.identity.models import User
from shared_apps.statements.actions.telling import event_add
from shared_apps.statements.errors import StatementRefused
from shared_apps.statements.models import PortalComparison, Statement, StatementEvent
from shared_apps.statements.portal.reading import BadFile, PortalFile, portal_read


def portal_compare(
    *, statement: Statement, by: User, filename: str, content: bytes
) -> PortalComparison:
    """Read ``content`` (CSV) and keep it beside an agency's statement; the newest one is shown.

    Raises StatementRefused: ``not_agency``, ``bad_file`` with the reason.
    """
    if not statement.for_agency:
        raise StatementRefused("not_agency", _("Only an agency's statement can be compared."))
    try:
        found = portal_read(content, currency=statement.currency)
    except BadFile as error:
        raise StatementRefused("bad_file", str(error)) from error
    with transaction.atomic():
        comparison = PortalComparison.objects.create(
            statement=statement,
            agency_schema=statement.agency_schema,
            filename=filename[:160],
            uploaded_by=by,
            uploaded_name=str(by),
            **_kept(found),
        )
        event_add(
            statement,
            StatementEvent.Kind.COMPARED,
            by=by,
            rows=len(found.rows),
            refused=len(found.refused),
        )
        audit_record(
            verb="statement.compare",
            target=statement,
            after={"rows": len(found.rows), "refused": len(found.refused)},
        )
    return comparison


def _kept(found: PortalFile) -> dict[str, list[dict[str, object]]]:
    return {
        "rows": [
            {
                "row": row.row,
                "order": row.order,
                "commission": str(row.commission),
                "currency": row.currency,
                "rate": None if row.rate is None else str(row.rate),
            }
            for row in found.rows
        ],
        "refused": [
            {"row": row.row, "text": row.text, "reason": row.reason} for row in found.refused
        ],
    }
