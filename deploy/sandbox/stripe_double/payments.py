"""PaymentIntents and charges: confirm with a card, authenticate, succeed or be declined.

One intent may be tried several times; each try leaves a charge, and only the last can succeed. The
order of events follows the facts: the charge, then the intent, then (elsewhere) the session.
"""

from __future__ import annotations

from typing import Any

from deploy.sandbox.stripe_double.amounts import amount_check, fee_check
from deploy.sandbox.stripe_double.cards import BY_METHOD, TestCard, decline_message
from deploy.sandbox.stripe_double.errors import StripeFault, missing_object, unreadable
from deploy.sandbox.stripe_double.events import event_emit
from deploy.sandbox.stripe_double.store import Record
from deploy.sandbox.stripe_double.world import Call, World, new_id

PAYABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


def payment_create(world: World, call: Call, params: dict[str, Any]) -> dict[str, Any]:
    """POST /v1/payment_intents, optionally confirmed at once with a test payment method."""
    amount_check(params["amount"], params["currency"], param="amount")
    fee_check(
        params.get("application_fee_amount"), params["amount"], call, param="application_fee_amount"
    )
    card = None
    if "payment_method" in params:
        card = BY_METHOD.get(params["payment_method"])
        if card is None:
            raise missing_object("PaymentMethod", params["payment_method"], "payment_method")
    if params.get("confirm") and card is None:
        raise unreadable(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
        )
    intent = intent_open(world, call, params)
    if params.get("confirm") and card is not None:
        error = intent_confirm(world, intent, card, call)
        if error is not None:
            raise error
    return intent.body


def payment_read(
    world: World, call: Call, intent_id: str, params: dict[str, Any]
) -> dict[str, Any]:
    """GET /v1/payment_intents/{id}; ``expand[]=latest_charge`` is the only expansion."""
    body = dict(intent_find(world, intent_id, call, param="intent").body)
    if "latest_charge" in params.get("expand", []) and body["latest_charge"]:
        charge = world.store.get("charge", body["latest_charge"], call.account)
        body["latest_charge"] = charge.body if charge else body["latest_charge"]
    return body


def charge_read(world: World, call: Call, charge_id: str, params: dict[str, Any]) -> dict[str, Any]:
    """GET /v1/charges/{id}."""
    charge = world.store.get("charge", charge_id, call.account)
    if charge is None:
        raise missing_object("charge", charge_id, "id")
    return charge.body


def intent_find(world: World, intent_id: str, call: Call, *, param: str) -> Record:
    """The intent in the calling account, else 404: accounts do not see each other's payments."""
    intent = world.store.get("payment_intent", intent_id, call.account)
    if intent is None:
        raise missing_object("payment_intent", intent_id, param)
    return intent


def intent_open(world: World, call: Call, params: dict[str, Any]) -> Record:
    """A new intent waiting for a payment method."""
    intent_id = new_id("pi_3")
    body = {
        "id": intent_id,
        "object": "payment_intent",
        "amount": params["amount"],
        "amount_capturable": 0,
        "amount_received": 0,
        "application_fee_amount": params.get("application_fee_amount"),
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{intent_id}_secret_{new_id('', 25)}",
        "confirmation_method": "automatic",
        "created": world.now(),
        "currency": params["currency"],
        "customer": None,
        "description": params.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "next_action": None,
        "payment_method": params.get("payment_method"),
        "payment_method_types": ["card"],
        "receipt_email": params.get("receipt_email"),
        "status": "requires_confirmation"
        if params.get("payment_method")
        else "requires_payment_method",
    }
    intent = world.keep("payment_intent", body, call)
    event_emit(world, "payment_intent.created", body, call)
    return intent


def intent_confirm(
    world: World, intent: Record, card: TestCard, call: Call, *, authenticated: bool = False
) -> StripeFault | None:
    """Try to take the money. None: taken, or waiting for 3-D Secure; else the refusal."""
    if intent.body["status"] not in PAYABLE:
        return StripeFault(
            "You cannot confirm this PaymentIntent because it has already "
            f"{intent.body['status']}.",
            code="payment_intent_unexpected_state",
        )
    intent.body["payment_method"] = new_id("pm_1")
    if card.challenge and not authenticated:
        intent.private["card"] = card.payment_method
        intent.body |= {
            "status": "requires_action",
            "next_action": {
                "type": "redirect_to_url",
                "redirect_to_url": {"url": None, "return_url": None},
            },
        }
        world.store.put(intent)
        event_emit(world, "payment_intent.requires_action", intent.body, call)
        return None
    if card.error:
        return _decline(world, intent, card, card.error, card.decline_code, call)
    _succeed(world, intent, card, call)
    return None


def intent_authenticate(
    world: World, intent: Record, success: bool, call: Call
) -> StripeFault | None:
    """What the payer answered on the 3-D Secure page."""
    if intent.body["status"] != "requires_action":
        return StripeFault(
            "This payment is not waiting for authentication.",
            code="payment_intent_unexpected_state",
        )
    card = BY_METHOD[intent.private["card"]]
    if success:
        return intent_confirm(world, intent, card, call, authenticated=True)
    return _decline(world, intent, card, "payment_intent_authentication_failure", "", call)


def _succeed(world: World, intent: Record, card: TestCard, call: Call) -> None:
    charge = _charge(world, intent, card, call, failure=None)
    intent.body |= {
        "status": "succeeded",
        "amount_received": intent.body["amount"],
        "latest_charge": charge.id,
        "last_payment_error": None,
        "next_action": None,
    }
    world.store.put(intent)
    event_emit(world, "charge.succeeded", charge.body, call)
    event_emit(world, "payment_intent.succeeded", intent.body, call)


def _decline(
    world: World, intent: Record, card: TestCard, error: str, decline_code: str, call: Call
) -> StripeFault:
    message = decline_message(error, decline_code)
    if error != "payment_intent_authentication_failure":
        charge = _charge(world, intent, card, call, failure=(error, decline_code, message))
        intent.body["latest_charge"] = charge.id
        event_emit(world, "charge.failed", charge.body, call)
    problem: dict[str, Any] = {"type": "card_error", "code": error, "message": message}
    if decline_code:
        problem["decline_code"] = decline_code
    intent.body |= {
        "status": "requires_payment_method",
        "last_payment_error": problem,
        "next_action": None,
        "payment_method": None,
    }
    intent.private.pop("card", None)
    world.store.put(intent)
    event_emit(world, "payment_intent.payment_failed", intent.body, call)
    return StripeFault(
        message, status=402, type="card_error", code=error, decline_code=decline_code or None
    )


def _charge(
    world: World,
    intent: Record,
    card: TestCard,
    call: Call,
    *,
    failure: tuple[str, str, str] | None,
) -> Record:
    fee = intent.body["application_fee_amount"]
    body = {
        "id": new_id("ch_3"),
        "object": "charge",
        "amount": intent.body["amount"],
        "amount_captured": 0 if failure else intent.body["amount"],
        "amount_refunded": 0,
        "application_fee": None,
        "application_fee_amount": fee,
        "captured": failure is None,
        "created": world.now(),
        "currency": intent.body["currency"],
        "description": intent.body["description"],
        "disputed": False,
        "failure_code": failure[0] if failure else None,
        "failure_message": failure[2] if failure else None,
        "livemode": False,
        "metadata": intent.body["metadata"],
        "paid": failure is None,
        "payment_intent": intent.id,
        "payment_method_details": {
            "type": "card",
            "card": {"brand": card.brand, "last4": card.last4},
        },
        "refunded": False,
        "status": "failed" if failure else "succeeded",
    }
    if failure is None and fee:
        body["application_fee"] = _fee(world, body, fee, call)
    return world.keep("charge", body, call, private={"refund": card.refund})


def _fee(world: World, charge: dict[str, Any], fee: int, call: Call) -> str:
    """The platform's fee on a direct charge: an object of the platform, not of the agency."""
    platform = Call(request_id=call.request_id, idempotency_key=call.idempotency_key)
    body = {
        "id": new_id("fee_1"),
        "object": "application_fee",
        "account": call.account,
        "amount": fee,
        "amount_refunded": 0,
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "livemode": False,
        "refunded": False,
    }
    world.keep("application_fee", body, platform)
    event_emit(world, "application_fee.created", body, platform)
    return str(body["id"])


def fee_read(world: World, call: Call, fee_id: str, params: dict[str, Any]) -> dict[str, Any]:
    """GET /v1/application_fees/{id}; only the platform sees its fees."""
    fee = world.store.get("application_fee", fee_id, call.account)
    if fee is None:
        raise missing_object("application_fee", fee_id, "id")
    return fee.body
