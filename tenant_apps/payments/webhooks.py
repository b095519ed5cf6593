"""What the card processor tells us: verify, store, then ask and act (L6).

One endpoint for the platform's and the connected agencies' events. The signature is checked on
the raw body; the event is stored before anything is done with it; duplicates and disorder are
harmless because every handler asks the processor for the present state instead of believing the
event. Bad signature: 400. Unknown type: stored, 200. A failure while handling: 500, so that the
processor sends it again.
"""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from django.db.models import F
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django_tenants.utils import tenant_context

from shared_apps.audit.actor import Actor, acting
from shared_apps.audit.models import AuditEntry
from shared_apps.outbox.models import InboundEvent
from tenant_apps.payments import gateway as processor
from tenant_apps.payments.models import Payment, Refund
from tenant_apps.payments.refunds import refund_ask
from tenant_apps.payments.settling import payment_settle
from tenants.models import Agency

Details = Mapping[str, Any]
log = structlog.get_logger(__name__)


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> JsonResponse:
    """The endpoint: 200 for every signed event that was stored, 400 for any other body."""
    try:
        event = processor.gateway_from_settings().event_verify(
            request.body, request.headers.get("Stripe-Signature", "")
        )
    except processor.BadSignature:
        log.warning("webhook_bad_signature")
        return JsonResponse({"error": "bad signature"}, status=400)
    stored, created = InboundEvent.objects.get_or_create(
        provider="stripe",
        event_id=event.id,
        defaults={"type": event.type, "account": event.account, "payload": dict(event.payload)},
    )
    if not created:
        InboundEvent.objects.filter(pk=stored.pk).update(deliveries=F("deliveries") + 1)
        if stored.state in (InboundEvent.State.HANDLED, InboundEvent.State.IGNORED):
            return JsonResponse({"status": "known"})
    return JsonResponse({"status": event_handle(stored)})


def event_handle(stored: InboundEvent) -> str:
    """Act on a stored event; also called again by hand or by the worker. Returns its state."""
    handler = HANDLERS.get(stored.type)
    details = stored.payload.get("data", {}).get("object") or {}
    metadata = details.get("metadata") or {}
    agency = Agency.objects.filter(schema_name=str(metadata.get("schema", ""))).first()
    if handler is None or agency is None:
        return _finish(stored, InboundEvent.State.IGNORED)
    actor = Actor(AuditEntry.ActorKind.PROVIDER_EVENT, stored.event_id, f"Stripe {stored.type}")
    try:
        with tenant_context(agency), acting(actor):
            handler(details, stored.account)
    except Exception as error:
        InboundEvent.objects.filter(pk=stored.pk).update(
            state=InboundEvent.State.FAILED, error=f"{type(error).__name__}: {error}"[:2000]
        )
        raise
    return _finish(stored, InboundEvent.State.HANDLED)


def _finish(stored: InboundEvent, state: str) -> str:
    InboundEvent.objects.filter(pk=stored.pk).update(
        state=state, handled_at=timezone.now(), error=""
    )
    return state


def _session_changed(session: Details, account: str) -> None:
    payment = Payment.objects.filter(pk=_named(session, "payment")).first()
    # A connected account writes the metadata of its own events: it may name only its payments.
    if payment is None or payment.connected_account != account:
        log.warning("webhook_names_no_payment_of_its_account", account=account)
        return
    if not payment.session_id:
        # The event overtook our own note of the session.
        Payment.objects.filter(pk=payment.pk, session_id="").update(session_id=session["id"])
        payment.refresh_from_db()
    if payment.session_id == session["id"]:
        payment_settle(payment)


def _refund_changed(details: Details, account: str) -> None:
    refund = Refund.objects.filter(pk=_named(details, "refund")).first()
    if refund is None or refund.payment.connected_account != account:
        log.warning("webhook_names_no_refund_of_its_account", account=account)
        return
    refund_ask(refund, provider_id=str(details["id"]))


def _named(details: Details, what: str) -> uuid.UUID:
    """The id of ours that the metadata names; for anything that is no id, one nobody has."""
    try:
        return uuid.UUID(str(details["metadata"].get(what)))
    except ValueError:
        return uuid.UUID(int=0)


HANDLERS: dict[str, Callable[[Details, str], None]] = {
    "checkout.session.completed": _session_changed,
    "checkout.session.async_payment_succeeded": _session_changed,
    "checkout.session.async_payment_failed": _session_changed,
    "checkout.session.expired": _session_changed,
    "refund.updated": _refund_changed,
    "refund.failed": _refund_changed,
    "charge.refund.updated": _refund_changed,
}
