"""What the card processor tells us: verify, store, then ask and act (L6).

One endpoint for the platform's and the connected agencies' events. The signature is checked on
the raw body; the event is stored before anything is done with it; duplicates and disorder are
harmless because every handler asks the processor for the present state instead of believing the
event. Bad signature: 400. Unknown type: stored, 200. A failure while handling: 500, so that the
processor sends it again.
"""

from collections.abc import Callable

import structlog
from django.db import transaction
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
from tenant_apps.payments.actions import payment_settle
from tenant_apps.payments.models import Payment, Refund
from tenant_apps.payments.refunds import refund_settle
from tenants.models import Agency

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
    details = stored.payload.get("data", {}).get("object", {})
    metadata = details.get("metadata") or {}
    agency = Agency.objects.filter(schema_name=metadata.get("schema", "")).first()
    if handler is None or agency is None:
        return _finish(stored, InboundEvent.State.IGNORED)
    actor = Actor(AuditEntry.ActorKind.PROVIDER_EVENT, stored.event_id, f"Stripe {stored.type}")
    try:
        with tenant_context(agency), acting(actor):
            handler(details)
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


def _session_changed(session: dict) -> None:
    payment = Payment.objects.filter(session_id=session["id"]).first()
    if payment is None:
        # The event overtook our own note of the session: the metadata names the payment.
        payment = Payment.objects.get(pk=session["metadata"]["payment"])
        with transaction.atomic():
            payment.session_id = session["id"]
            payment.save(update_fields=["session_id"])
    payment_settle(payment)


def _refund_changed(details: dict) -> None:
    refund = Refund.objects.filter(pk=details["metadata"].get("refund")).first()
    if refund is None:
        return
    known = {"succeeded": Refund.Status.SUCCEEDED, "failed": Refund.Status.FAILED}
    account = refund.payment.connected_account or None
    answer = processor.gateway_from_settings().refund_retrieve(
        details["id"], connected_account=account
    )
    if answer.status in known:
        refund_settle(refund, status=known[answer.status], provider_id=answer.id)


HANDLERS: dict[str, Callable[[dict], None]] = {
    "checkout.session.completed": _session_changed,
    "checkout.session.async_payment_succeeded": _session_changed,
    "checkout.session.async_payment_failed": _session_changed,
    "checkout.session.expired": _session_changed,
    "refund.updated": _refund_changed,
    "refund.failed": _refund_changed,
    "charge.refund.updated": _refund_changed,
}
