"""Work of this app outside the request."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from shared_apps.statements.accounts import Account
from shared_apps.statements.actions import statements_draft
from shared_apps.statements.periods import Period, span_parse
from tenants.models import Agency

LOOK_BACK = timedelta(days=10)


@shared_task(name="statements.draft")
def statements_draft_task(span: str = "", agency: str = "") -> int:
    """Draft the statements of ``span`` (``2026-11``, ``2026-W47``); returns how many.

    Without a span: all periods that ended in the last ten days, so that a night without a worker
    is caught up. ``agency`` is one slug, empty for everybody. Repeatable.
    """
    wanted = span_parse(span) if span else _lately()
    accounts = [Account(agency=Agency.objects.get(slug=agency))] if agency else None
    return len(statements_draft(span=wanted, accounts=accounts))


def _lately() -> Period:
    yesterday = timezone.localdate() - timedelta(days=1)
    return Period(yesterday - LOOK_BACK, yesterday)
