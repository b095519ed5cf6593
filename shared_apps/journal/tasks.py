"""Work of this app outside the request: the nightly closing."""

import structlog
from celery import shared_task

from shared_apps.journal.closings import journal_close
from tenants.models import Agency

log = structlog.get_logger(__name__)


@shared_task(name="journal.close_due")
def journal_close_due() -> int:
    """Close what is over, agency by agency; returns how many closings were made.

    One agency that cannot be closed does not keep the others open: it is logged and tried
    again at the next run, which also makes up for nights that were missed.
    """
    made = 0
    for agency in Agency.objects.order_by("pk"):
        try:
            made += len(journal_close(agency=agency))
        except Exception as error:
            log.error("journal_not_closed", agency=agency.slug, error=type(error).__name__)
    return made
