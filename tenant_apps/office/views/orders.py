"""Orders: the list, one order, taking cash or a transfer, cancelling."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shared_apps.identity.access import can, requires
from shared_apps.inventory.errors import SoldOut
from shared_apps.network.queries import payment_means_for
from shared_apps.operator.listing import listing_response
from shared_apps.operator.sale_page import sale_context
from tenant_apps.office import queries
from tenant_apps.office.filters import OrderFilters
from tenant_apps.office.sale_file import sale_here
from tenant_apps.office.tables import ClientOrderTable, OrderTable
from tenant_apps.office.viewing import viewer_of
from tenant_apps.orders.actions import order_cancel
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.orders.models import Order
from tenant_apps.payments.actions import payment_record
from tenant_apps.payments.models import Means

BY_HAND = (Means.CASH, Means.TRANSFER)


@requires("orders.view", client_ready=True)
def orders(request: HttpRequest) -> HttpResponse:
    """All orders of this agency."""
    return listing_response(
        request,
        template="office/orders.html",
        title=_("Orders"),
        table_class=OrderTable if can(request, "commissions.view") else ClientOrderTable,
        filterset_class=OrderFilters,
        queryset=queries.orders(),
        totals=queries.orders_totals,
    )


@requires("orders.view", client_ready=True)
def order(request: HttpRequest, reference: str) -> HttpResponse:
    """One order: price, rule in words, payments, evidence, what was done."""
    viewer = viewer_of(request)
    file = sale_here(agency=request.agency, reference=reference, viewer=viewer)
    if file is None:
        raise Http404
    granted = payment_means_for(request.agency)
    is_open = file.order.status in (Order.Status.HOLD, Order.Status.PENDING)
    over = file.order.status in (Order.Status.CANCELLED, Order.Status.EXPIRED)
    context = {
        "sale": file,
        **sale_context(file, viewer),
        "actions_template": "office/partials/order_actions.html",
        "means": [(means.value, means.label) for means in BY_HAND if means in granted]
        if is_open and can(request, "payments.record")
        else [],
        "may_cancel": can(request, "orders.cancel") and not over,
    }
    return render(request, "office/order.html", context)


@requires("payments.record", client_ready=True)
@require_POST
def order_collect(request: HttpRequest, reference: str) -> HttpResponse:
    """Note cash or a transfer and confirm the order; only means granted (R7, R8)."""
    found = get_object_or_404(Order, reference=reference)
    try:
        payment = payment_record(order=found, means=request.POST.get("means", ""))
    except (OrderRefused, SoldOut) as refusal:
        messages.error(request, getattr(refusal, "message", "") or str(refusal))
    else:
        said = _("Received, and the order is confirmed.")
        if payment.receipt_number:
            said += " " + _("Receipt %(number)s.") % {"number": payment.receipt_number}
        messages.success(request, said)
    return redirect("office_order", reference)


@requires("orders.cancel", client_ready=True)
@require_POST
def order_stop(request: HttpRequest, reference: str) -> HttpResponse:
    """Cancel with a reason; what was paid goes back less the fee frozen on the sale."""
    found = get_object_or_404(Order, reference=reference)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, _("Give the reason: the customer and the provider will ask."))
        return redirect("office_order", reference)
    try:
        order_cancel(order=found, reason=reason, waive_fee=bool(request.POST.get("waive_fee")))
        messages.success(request, _("Cancelled. Places are free again; the refund is on its way."))
    except OrderRefused as refusal:
        messages.error(request, refusal.message)
    return redirect("office_order", reference)
