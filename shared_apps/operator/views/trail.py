"""The audit trail, the outbox and the events of the payment provider."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shared_apps.identity.access import requires
from shared_apps.operator import actions, filters, ports, queries, tables
from shared_apps.operator.listing import listing_response
from shared_apps.outbox.models import InboundEvent, Message


@requires("audit.view")
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what, in every agency and here (R10)."""
    return listing_response(
        request,
        template="operator/audit.html",
        title=_("Audit trail"),
        table_class=tables.AuditTable,
        filterset_class=filters.AuditFilters,
        queryset=queries.audit_entries(),
    )


@requires("messages.view")
def outbox(request: HttpRequest) -> HttpResponse:
    """What was sent, what waits, what was given up."""
    return listing_response(
        request,
        template="operator/messages.html",
        title=_("Messages"),
        table_class=tables.MessageTable,
        filterset_class=filters.MessageFilters,
        queryset=queries.messages(),
    )


@requires("messages.view")
def events(request: HttpRequest) -> HttpResponse:
    """What the payment provider told us."""
    return listing_response(
        request,
        template="operator/events.html",
        title=_("Payment events"),
        table_class=tables.EventTable,
        filterset_class=filters.EventFilters,
        queryset=queries.inbound_events(),
    )


@requires("messages.retry")
@require_POST
def message_retry(request: HttpRequest, pk: str) -> HttpResponse:
    """Send a given-up message again."""
    try:
        actions.message_retry(message=get_object_or_404(Message, pk=pk))
        messages.success(request, _("It will be sent again within seconds."))
    except actions.OperatorRefused as refusal:
        messages.error(request, refusal.message)
    return redirect("operator_messages")


@requires("messages.retry")
@require_POST
def event_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Handle a stored event again."""
    event = get_object_or_404(InboundEvent, pk=pk)
    failure = ports.event_retry(event)
    if failure:
        messages.error(request, _("It failed again: %(why)s") % {"why": failure})
    else:
        messages.success(request, _("Handled."))
    return redirect("operator_events")
