"""What the product knows about the card processor: values, refusals, and the page's life span.

Kept apart from the gateway so that tests, views and tasks can speak about a payment without
importing the processor's SDK. Values are frozen and carry ``Money``; there is nothing to save here,
the rows that remember a payment are the models of this app.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from moneyed import Money

EXPIRY_MIN: Final = timedelta(minutes=31)
EXPIRY_MAX: Final = timedelta(hours=23, minutes=59)


class GatewayError(Exception):
    """Any failure of a call to the processor; the subclasses say what the caller may do."""

    def __init__(self, message: str, *, code: str = "", request_id: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.request_id = request_id


class PaymentDeclined(GatewayError):
    """The bank said no. Final for this card; ``decline_code`` says why."""

    def __init__(
        self, message: str, *, code: str = "", decline_code: str = "", request_id: str = ""
    ) -> None:
        super().__init__(message, code=code, request_id=request_id)
        self.decline_code = decline_code


class GatewayUnavailable(GatewayError):
    """No answer, a 5xx, a 429, or the same key still in flight: the outcome is unknown.

    Repeat the call later **with the same idempotency key**; a new key could pay or refund twice.
    """


class GatewayRefused(GatewayError):
    """The processor understood and refused: repeating the call cannot help.

    ``param`` names the offending parameter, if there is one. The processor remembers a refusal
    found while executing under the call's key, but not one found while reading the request (such
    as an ``expires_at`` too near): the corrected call may use the same key.
    """

    def __init__(
        self, message: str, *, code: str = "", param: str = "", request_id: str = ""
    ) -> None:
        super().__init__(message, code=code, request_id=request_id)
        self.param = param


class BadSignature(Exception):
    """The bytes were not signed by a known endpoint secret, or are not an event: answer 400."""


@dataclass(frozen=True, slots=True)
class CheckoutLine:
    """One line shown on the payment page; ``unit_amount`` is tax-included, quantity at least 1."""

    label: str
    unit_amount: Money
    quantity: int = 1
    description: str = ""


@dataclass(frozen=True, slots=True)
class CheckoutSession:
    """A hosted payment page. ``url`` is empty unless open; ``payment_intent`` until confirmed.

    ``status``: open, complete, expired. ``payment_status``: paid, unpaid, no_payment_required.
    """

    id: str
    url: str
    payment_intent: str
    status: str
    payment_status: str
    amount: Money
    reference: str
    expires_at: datetime
    customer_email: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_paid(self) -> bool:
        """Whether the money has been taken (not merely promised)."""
        return self.status == "complete" and self.payment_status == "paid"


@dataclass(frozen=True, slots=True)
class PaymentIntent:
    """A payment as the processor sees it; ``amount_received`` is what has really been taken."""

    id: str
    status: str
    amount: Money
    amount_received: Money
    charge: str
    application_fee: Money | None
    failure_code: str = ""
    decline_code: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refund:
    """Money going back. ``status``: pending, requires_action, succeeded, failed, canceled."""

    id: str
    status: str
    amount: Money
    payment_intent: str
    charge: str
    reason: str = ""
    failure_reason: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """A verified event. ``account`` is set for a connected account's events, else empty."""

    id: str
    type: str
    account: str
    object_id: str
    object_type: str
    created: datetime
    livemode: bool
    payload: Mapping[str, Any]


def expiry_within_bounds(wanted: datetime, *, now: datetime) -> datetime:
    """The nearest moment to ``wanted`` that Stripe accepts for a page opened at ``now``.

    Stripe takes 30 minutes to 24 hours; a minute is kept at both ends for the call itself. Store
    the result with the idempotency key: a repeat of the call must carry the same value.
    """
    return min(max(wanted, now + EXPIRY_MIN), now + EXPIRY_MAX).replace(microsecond=0)
