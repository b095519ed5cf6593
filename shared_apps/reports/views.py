"""The operator's dashboard."""

from django.http import HttpRequest, HttpResponse

from shared_apps.identity.access import requires
from shared_apps.reports.pages import OPERATOR, dashboard


@requires("reports.view")
def operator_dashboard(request: HttpRequest) -> HttpResponse:
    """The network: totals, margin, top and falling, by period."""
    return dashboard(request, OPERATOR)
