"""All sales across agencies, and the file of one sale."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from shared_apps.commissions.sight import Viewer
from shared_apps.identity.access import requires
from shared_apps.identity.client_view import client_view
from shared_apps.operator import ports, queries
from shared_apps.operator.filters import SaleFilters
from shared_apps.operator.listing import listing_response
from shared_apps.operator.sale_page import sale_context
from shared_apps.operator.tables import ClientSaleTable, SaleTable
from tenants.models import Agency


@requires("sales.view", client_ready=True)
def sales(request: HttpRequest) -> HttpResponse:
    """The shared journal: every movement of every agency, totals per currency."""
    return listing_response(
        request,
        template="operator/sales.html",
        title=_("Sales"),
        table_class=ClientSaleTable if client_view(request) else SaleTable,
        filterset_class=SaleFilters,
        queryset=queries.sales(),
        totals=queries.sales_totals,
        picture=queries.sales_by_day,
    )


@requires("sales.view", client_ready=True)
def sale(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """One sale: waterfall, rule, evidence, payments, journal and audit."""
    agency = get_object_or_404(Agency, slug=slug)
    viewer = Viewer.CLIENT if client_view(request) else Viewer.OPERATOR
    file = ports.sale_read(agency=agency, reference=reference, viewer=viewer)
    if file is None:
        raise Http404
    context = {"sale": file, **sale_context(file, viewer)}
    return render(request, "operator/sale.html", context)
