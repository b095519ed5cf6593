"""The agency's dashboard."""

from django.http import HttpRequest, HttpResponse

from shared_apps.identity.access import requires
from shared_apps.reports.pages import AGENCY, dashboard


@requires("reports.view")
def agency_dashboard(request: HttpRequest) -> HttpResponse:
    """Its sales and commission, by product and channel, by period."""
    return dashboard(request, AGENCY)
