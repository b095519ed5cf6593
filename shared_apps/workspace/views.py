"""The provider workspace: to do now, own sales with their why, own statements.

The gate lets in whoever has ``workspace.view`` on this host, and only a provider's membership
has it. Which provider is read from that membership and from nowhere else: no address names one.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shared_apps.catalog.models import Provider
from shared_apps.commissions.views_of_line import provider_line_view
from shared_apps.identity.access import can, requires
from shared_apps.operator.listing import listing_response
from shared_apps.statements import pages
from shared_apps.statements.desk import Desk, provider_desk
from shared_apps.workspace import queries
from shared_apps.workspace.filters import SaleFilters
from shared_apps.workspace.tables import SaleTable


def provider_here(request: HttpRequest) -> Provider:
    """Whose workspace this is. Raises Http404 for a person of no provider."""
    found: Provider | None = request.membership.provider
    if found is None:
        raise Http404
    return found


def desk_here(request: HttpRequest) -> Desk:
    """The desk of this provider."""
    return provider_desk(provider_here(request))


@requires("workspace.view")
def home(request: HttpRequest) -> HttpResponse:
    """What waits, and what is provisional, earned and due."""
    provider = provider_here(request)
    tasks = [task for task in queries.tasks(provider) if can(request, task.capability)]
    context = {
        "provider": provider,
        "waiting": [task for task in tasks if task.count],
        "clear": [task for task in tasks if not task.count],
        "figures": queries.figures(provider),
    }
    return render(request, "workspace/home.html", context)


@requires("workspace.view")
def sales(request: HttpRequest) -> HttpResponse:
    """Every movement of this provider's products, whoever sold them (R18)."""
    return listing_response(
        request,
        template="workspace/sales.html",
        title=_("Sales"),
        table_class=SaleTable,
        filterset_class=SaleFilters,
        queryset=queries.sales(provider_here(request)),
        totals=queries.sales_totals,
    )


@requires("workspace.view")
def sale(request: HttpRequest, pk: int) -> HttpResponse:
    """One movement: for how much, and why that much."""
    found = queries.sale(provider_here(request), pk)
    if found is None:
        raise Http404
    context = {"sale": found, "view": provider_line_view(found)}
    return render(request, "workspace/sale.html", context)


@requires("workspace.view")
@requires("statements.view")
def statements(request: HttpRequest) -> HttpResponse:
    """Statements that were issued to this provider."""
    return pages.statement_list(request, desk_here(request))


@requires("workspace.view")
@requires("statements.view")
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement."""
    return pages.statement_page(request, desk_here(request), pk)


@requires("workspace.view")
@requires("statements.view")
def statement_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """It as a file."""
    return pages.statement_file(desk_here(request), pk, kind)


@requires("workspace.view")
@requires("statements.answer")
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept every line that is not answered yet."""
    return pages.statement_answer(request, desk_here(request), pk)


@requires("workspace.view")
@requires("statements.view")
def line(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """One line and its thread."""
    return pages.line_page(request, desk_here(request), pk, line_pk)


@requires("workspace.view")
@requires("statements.answer")
@require_POST
def line_act(request: HttpRequest, pk: int, line_pk: int, verb: str) -> HttpResponse:
    """Accept, dispute or write."""
    return pages.line_act(request, desk_here(request), pk, line_pk, verb)
