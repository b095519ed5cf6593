"""What do I do now, the search box, and the agency's own trail."""

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from shared_apps.identity.access import can, requires
from shared_apps.operator.listing import listing_response
from tenant_apps.office import queries, waiting
from tenant_apps.office.filters import OfficeAuditFilters
from tenant_apps.office.tables import OfficeAuditTable


@requires("office.view", client_ready=True)
def home(request: HttpRequest) -> HttpResponse:
    """Counts of what waits, each a link to the list of exactly those."""
    tasks = [task for task in waiting.tasks() if can(request, task.capability)]
    context = {
        "waiting": [task for task in tasks if task.count],
        "clear": [task for task in tasks if not task.count],
        "second_factor": is_mfa_enabled(request.user),
    }
    return render(request, "office/home.html", context)


@requires("office.view", client_ready=True)
def search(request: HttpRequest) -> HttpResponse:
    """Orders and products that contain the words."""
    text = request.GET.get("q", "").strip()[:80]
    found = queries.search(request.agency, text) if len(text) > 1 else {}
    if not can(request, "orders.view"):
        found.pop("orders", None)
    context = {"text": text, "found": found, "nothing": not any(found.values())}
    return render(request, "office/search.html", context)


@requires("audit.view")
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what in this agency (R10)."""
    return listing_response(
        request,
        template="office/audit.html",
        title=_("Audit trail"),
        table_class=OfficeAuditTable,
        filterset_class=OfficeAuditFilters,
        queryset=queries.audit_entries(request.agency),
    )
