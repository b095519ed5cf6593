"""The narrow gateway: the only module of the product that imports ``stripe``.

Everything the product may ask of the card processor is a method here, and nothing else is possible:
open, read and close a hosted Checkout page, read a payment, refund it, and verify an event. Answers
are frozen values in the product's own words and in ``Money``; Stripe's objects do not leave this
app. The same code talks to Stripe or to the double, depending only on ``base_url`` (L6).

What it refuses: a call without an idempotency key (the caller stores the key before calling, so a
crash between the two is repaired by calling again); an amount Stripe cannot represent; an
application fee without a connected account, because TNP never collects for an agency that sells
under its own liability and takes a fee only on that agency's own charge.

What it does not do: decide anything. An event says that something happened *somewhere*; the caller
re-reads the state with ``checkout_retrieve`` and acts on that, never on the event's own copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

import stripe
from moneyed import Money

from tenant_apps.payments.processor_reading import (
    event_read,
    payment_read,
    refund_read,
    session_read,
)
from tenant_apps.payments.processor_requests import (
    fee_params,
    minor_or_refused,
    session_params,
)
from tenant_apps.payments.processor_values import (
    EXPIRY_MAX,
    EXPIRY_MIN,
    BadSignature,
    CheckoutLine,
    CheckoutSession,
    Event,
    GatewayError,
    GatewayRefused,
    GatewayUnavailable,
    PaymentDeclined,
    PaymentIntent,
    Refund,
    expiry_within_bounds,
)

if TYPE_CHECKING:
    from stripe.params import RefundCreateParams
    from stripe.params.checkout import SessionCreateParams

__all__ = [
    "EXPIRY_MAX",
    "EXPIRY_MIN",
    "BadSignature",
    "CheckoutLine",
    "CheckoutSession",
    "Event",
    "GatewayError",
    "GatewayRefused",
    "GatewayUnavailable",
    "PaymentDeclined",
    "PaymentIntent",
    "Refund",
    "StripeGateway",
    "expiry_within_bounds",
    "gateway_from_settings",
]

# The SDK otherwise writes an identifier into the home directory and reports timings.
stripe.enable_telemetry = False

EVENT_BYTES_MAX: Final = 1024 * 1024


class StripeGateway:
    """One platform account at Stripe (or at the double). Safe to share between threads.

    ``timeout`` is seconds for one attempt; the SDK repeats a failed attempt up to
    ``max_network_retries`` times under the same idempotency key. Several webhook secrets may be
    given: Stripe signs platform and connected events with different ones, and rotates them.
    """

    def __init__(
        self,
        api_key: str,
        webhook_secrets: str | Sequence[str],
        *,
        base_url: str | None = None,
        timeout: float = 20.0,
        max_network_retries: int = 2,
        signature_tolerance: int = 300,
    ) -> None:
        if not api_key:
            raise ValueError("a Stripe secret key is needed")
        secrets = [webhook_secrets] if isinstance(webhook_secrets, str) else webhook_secrets
        self._secrets = tuple(secret.strip() for secret in secrets if secret.strip())
        self._tolerance = signature_tolerance
        self._client = stripe.StripeClient(
            api_key,
            base_addresses={"api": base_url.rstrip("/")} if base_url else {},
            max_network_retries=max_network_retries,
            http_client=stripe.RequestsClient(timeout=timeout),
        )

    def checkout_create(
        self,
        *,
        amount: Money,
        reference: str,
        success_url: str,
        cancel_url: str,
        idempotency_key: str,
        description: str = "",
        lines: Sequence[CheckoutLine] = (),
        customer_email: str = "",
        locale: str = "auto",
        expires_at: datetime | None = None,
        metadata: Mapping[str, str] | None = None,
        connected_account: str | None = None,
        application_fee: Money | None = None,
    ) -> CheckoutSession:
        """Open a hosted page on which ``amount`` can be paid by card, once (L6).

        ``reference`` is the order's public reference; it and ``metadata`` come back with every
        event of the session and of the payment. ``lines`` must add up to ``amount``; without lines
        one line named ``description`` is shown. ``connected_account`` makes it a direct charge of
        that agency, and only then may ``application_fee`` be given. Raises ``ValueError`` for an
        inconsistent call, ``GatewayRefused`` or ``GatewayUnavailable`` from the processor.
        """
        params = session_params(
            amount=amount,
            reference=reference,
            description=description,
            lines=lines,
            customer_email=customer_email,
            locale=locale,
            expires_at=expires_at,
            metadata=metadata or {},
            fee=fee_params(application_fee, amount, connected_account),
        )
        params |= {"success_url": success_url, "cancel_url": cancel_url}
        with _translated_errors():
            session = self._client.v1.checkout.sessions.create(
                cast("SessionCreateParams", params),
                options=_options(connected_account, idempotency_key),
            )
        return session_read(session)

    def checkout_retrieve(
        self, session_id: str, *, connected_account: str | None = None
    ) -> CheckoutSession:
        """Read a session as it is now; this, not the event, is what a confirmation rests on."""
        with _translated_errors():
            session = self._client.v1.checkout.sessions.retrieve(
                session_id, options=_options(connected_account)
            )
        return session_read(session)

    def checkout_expire(
        self, session_id: str, *, idempotency_key: str, connected_account: str | None = None
    ) -> CheckoutSession:
        """Close an open page so that it can no longer be paid (hold gone, quote replaced: R130).

        ``GatewayRefused`` if the session is no longer open: re-read it, it may just have been paid.
        """
        with _translated_errors():
            session = self._client.v1.checkout.sessions.expire(
                session_id, options=_options(connected_account, idempotency_key)
            )
        return session_read(session)

    def payment_retrieve(
        self, payment_intent: str, *, connected_account: str | None = None
    ) -> PaymentIntent:
        """Read a payment as it is now."""
        with _translated_errors():
            intent = self._client.v1.payment_intents.retrieve(
                payment_intent, options=_options(connected_account)
            )
        return payment_read(intent)

    def refund_create(
        self,
        *,
        payment_intent: str,
        idempotency_key: str,
        amount: Money | None = None,
        reason: str = "",
        metadata: Mapping[str, str] | None = None,
        connected_account: str | None = None,
        refund_application_fee: bool = False,
    ) -> Refund:
        """Give ``amount`` back (all that is left, when None), to the card that paid.

        ``reason``: empty, duplicate, fraudulent or requested_by_customer. A refund of a direct
        charge may give the operator's fee back in proportion. ``GatewayRefused`` with the code
        ``charge_already_refunded`` means that nothing is left.
        """
        params: dict[str, Any] = {"payment_intent": payment_intent}
        if amount is not None:
            params["amount"] = minor_or_refused(amount)
        if reason:
            params["reason"] = reason
        if metadata:
            params["metadata"] = dict(metadata)
        if refund_application_fee:
            if connected_account is None:
                raise ValueError("an application fee exists only on a connected account's charge")
            params["refund_application_fee"] = True
        with _translated_errors():
            refund = self._client.v1.refunds.create(
                cast("RefundCreateParams", params),
                options=_options(connected_account, idempotency_key),
            )
        return refund_read(refund)

    def refund_retrieve(self, refund_id: str, *, connected_account: str | None = None) -> Refund:
        """Read a refund as it is now; a refund may fail days after it was accepted."""
        with _translated_errors():
            refund = self._client.v1.refunds.retrieve(
                refund_id, options=_options(connected_account)
            )
        return refund_read(refund)

    def event_verify(self, raw_body: bytes, signature_header: str) -> Event:
        """The event in ``raw_body``, if one of the endpoint secrets signed exactly these bytes.

        Pass the body as received, before any parsing. Raises ``BadSignature`` for a wrong, missing
        or stale signature, and for signed bytes that are not an event.
        """
        if len(raw_body) > EVENT_BYTES_MAX:
            raise BadSignature("the body is larger than any event")
        if not any(
            self._signed_with(secret, raw_body, signature_header) for secret in self._secrets
        ):
            raise BadSignature("no known secret signed this body, or the signature is too old")
        try:
            return event_read(raw_body)
        except ValueError as error:
            raise BadSignature(f"the signed body is not an event: {error}") from error

    def _signed_with(self, secret: str, raw_body: bytes, header: str) -> bool:
        try:
            stripe.WebhookSignature.verify_header(raw_body, header, secret, self._tolerance)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            return False
        return True


def gateway_from_settings() -> StripeGateway:
    """The gateway for ``STRIPE_API_KEY``, ``STRIPE_WEBHOOK_SECRET`` and ``STRIPE_API_BASE``.

    ``STRIPE_WEBHOOK_SECRET`` may name several secrets separated by commas; ``STRIPE_API_BASE`` is
    None for Stripe itself. Reads the settings at each call, so a test may override them.
    """
    from django.conf import settings

    return _shared_gateway(
        settings.STRIPE_API_KEY,
        tuple(str(settings.STRIPE_WEBHOOK_SECRET or "").split(",")),
        getattr(settings, "STRIPE_API_BASE", None) or None,
    )


@lru_cache(maxsize=8)
def _shared_gateway(api_key: str, secrets: tuple[str, ...], base_url: str | None) -> StripeGateway:
    return StripeGateway(api_key, secrets, base_url=base_url)


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Turn the SDK's exceptions into the three the product knows.

    A 409 is the same key still in flight; the SDK has already waited and repeated, so to the caller
    it is an unknown outcome like a 5xx. The order matters: every class below is a ``StripeError``.
    """
    try:
        yield
    except stripe.CardError as error:
        raise PaymentDeclined(
            _said(error),
            code=error.code or "",
            decline_code=getattr(error.error, "decline_code", None) or "",
            request_id=error.request_id or "",
        ) from error
    except (
        stripe.InvalidRequestError,
        stripe.IdempotencyError,
        stripe.AuthenticationError,
        stripe.PermissionError,
    ) as error:
        raise GatewayRefused(
            _said(error),
            code=_code_of(error),
            param=getattr(error, "param", None) or "",
            request_id=error.request_id or "",
        ) from error
    except stripe.StripeError as error:
        raise GatewayUnavailable(
            _said(error), code=_code_of(error), request_id=error.request_id or ""
        ) from error


def _said(error: stripe.StripeError) -> str:
    return error.user_message or type(error).__name__


def _code_of(error: stripe.StripeError) -> str:
    """The processor's code; an error without one (idempotency, key) is named by its type."""
    detail = error.error
    return error.code or getattr(detail, "code", None) or getattr(detail, "type", None) or ""


def _options(connected_account: str | None, idempotency_key: str | None = None) -> Any:
    options: dict[str, Any] = {}
    if connected_account:
        options["stripe_account"] = connected_account
    if idempotency_key is not None:
        if not 1 <= len(idempotency_key) <= 255:
            raise ValueError("an idempotency key has 1 to 255 characters")
        options["idempotency_key"] = idempotency_key
    return options
