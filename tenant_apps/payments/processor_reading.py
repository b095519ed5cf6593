"""Reading the processor's answers into the product's values.

Only attributes this product relies on are read, by name, and a missing one fails here and at once
rather than in a view. The objects are the SDK's (attributes, not dictionaries); this module needs
their shape only, so it does not import the SDK.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tenant_apps.payments.minor_units import from_minor
from tenant_apps.payments.processor_values import (
    CheckoutSession,
    Event,
    PaymentIntent,
    Refund,
)


def session_read(session: Any) -> CheckoutSession:
    """A Checkout Session as a value; amounts in the session's currency, times in UTC."""
    details = getattr(session, "customer_details", None)
    email = getattr(details, "email", None) or getattr(session, "customer_email", None)
    return CheckoutSession(
        id=session.id,
        url=session.url or "",
        payment_intent=_id(session.payment_intent),
        status=session.status,
        payment_status=session.payment_status,
        amount=from_minor(session.amount_total, session.currency),
        reference=session.client_reference_id or "",
        expires_at=datetime.fromtimestamp(session.expires_at, tz=UTC),
        customer_email=email or "",
        metadata=_tags(session.metadata),
    )


def payment_read(intent: Any) -> PaymentIntent:
    """A PaymentIntent as a value, with the last failure if there was one."""
    failure = getattr(intent, "last_payment_error", None)
    fee = getattr(intent, "application_fee_amount", None)
    return PaymentIntent(
        id=intent.id,
        status=intent.status,
        amount=from_minor(intent.amount, intent.currency),
        amount_received=from_minor(getattr(intent, "amount_received", 0), intent.currency),
        charge=_id(intent.latest_charge),
        application_fee=None if fee is None else from_minor(fee, intent.currency),
        failure_code=getattr(failure, "code", None) or "",
        decline_code=getattr(failure, "decline_code", None) or "",
        metadata=_tags(intent.metadata),
    )


def refund_read(refund: Any) -> Refund:
    """A Refund as a value."""
    return Refund(
        id=refund.id,
        status=refund.status or "",
        amount=from_minor(refund.amount, refund.currency),
        payment_intent=_id(refund.payment_intent),
        charge=_id(refund.charge),
        reason=getattr(refund, "reason", None) or "",
        failure_reason=getattr(refund, "failure_reason", None) or "",
        metadata=_tags(refund.metadata),
    )


def event_read(raw_body: bytes) -> Event:
    """The event in a verified body; ``ValueError`` if the body is no event at all."""
    payload = json.loads(raw_body)
    if not isinstance(payload, dict) or payload.get("object") != "event":
        raise ValueError("its object is not 'event'")
    try:
        subject = payload["data"]["object"]
        return Event(
            id=str(payload["id"]),
            type=str(payload["type"]),
            account=str(payload.get("account") or ""),
            object_id=str(subject.get("id") or ""),
            object_type=str(subject.get("object") or ""),
            created=datetime.fromtimestamp(int(payload["created"]), tz=UTC),
            livemode=bool(payload.get("livemode")),
            payload=payload,
        )
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"it lacks {error}") from error


def _id(reference: Any) -> str:
    """The id behind an expandable field, which is an id, an object, or null."""
    if reference is None or isinstance(reference, str):
        return reference or ""
    return str(reference.id)


def _tags(metadata: Any) -> dict[str, str]:
    return (
        {} if metadata is None else {key: str(value) for key, value in metadata.to_dict().items()}
    )
