"""Refunds: never more than was paid, each one remembered, some of them settled later.

The published test cards decide: most refunds succeed at once, 4000000000007726 leaves them pending
and 4000000000005126 lets a succeeded one fail afterwards. The later step is taken when the control
interface says so, so that a test need not wait.
"""

from __future__ import annotations

from typing import Any

from deploy.sandbox.stripe_double.amounts import amount_text
from deploy.sandbox.stripe_double.currencies import granularity
from deploy.sandbox.stripe_double.errors import StripeFault, missing_object, unreadable
from deploy.sandbox.stripe_double.events import event_emit
from deploy.sandbox.stripe_double.payments import intent_find
from deploy.sandbox.stripe_double.store import Record
from deploy.sandbox.stripe_double.world import Call, World, new_id


def refund_create(world: World, call: Call, params: dict[str, Any]) -> dict[str, Any]:
    """POST /v1/refunds."""
    charge = _charge_to_refund(world, call, params)
    left = charge.body["amount_captured"] - charge.body["amount_refunded"]
    if left <= 0:
        raise StripeFault(
            f"Charge {charge.id} has already been refunded.", code="charge_already_refunded"
        )
    amount = params.get("amount", left)
    _check_amount(amount, left, charge)
    if params.get("refund_application_fee") and not charge.body["application_fee"]:
        raise StripeFault(
            "Cannot refund the application fee: this charge has no application fee.",
            param="refund_application_fee",
        )
    later = charge.private.get("refund", "succeeded")
    body = {
        "id": new_id("re_3"),
        "object": "refund",
        "amount": amount,
        "charge": charge.id,
        "created": world.now(),
        "currency": charge.body["currency"],
        "failure_reason": None,
        "metadata": params.get("metadata", {}),
        "payment_intent": charge.body["payment_intent"],
        "reason": params.get("reason"),
        "status": "pending" if later == "pending" else "succeeded",
    }
    refund = world.keep("refund", body, call, private={"later": later})
    charge.body["amount_refunded"] += amount
    charge.body["refunded"] = charge.body["amount_refunded"] == charge.body["amount_captured"]
    world.store.put(charge)
    event_emit(world, "refund.created", body, call)
    event_emit(world, "charge.refunded", charge.body, call)
    if body["status"] == "succeeded":
        event_emit(world, "refund.updated", body, call)
    if params.get("refund_application_fee"):
        _refund_fee(world, charge, amount, call)
    return refund.body


def refund_read(world: World, call: Call, refund_id: str, params: dict[str, Any]) -> dict[str, Any]:
    """GET /v1/refunds/{id}."""
    refund = world.store.get("refund", refund_id, call.account)
    if refund is None:
        raise missing_object("refund", refund_id, "refund")
    return refund.body


def refund_settle(world: World, refund: Record, status: str) -> dict[str, Any]:
    """What the bank says afterwards: succeeded or failed. A failed one gives the balance back."""
    call = Call(account=refund.account)
    refund.body["status"] = status
    if status == "failed":
        refund.body["failure_reason"] = "lost_or_stolen_card"
        charge = world.store.get("charge", refund.body["charge"], refund.account)
        if charge is not None:
            charge.body["amount_refunded"] -= refund.body["amount"]
            charge.body["refunded"] = False
            world.store.put(charge)
    world.store.put(refund)
    event_emit(world, "refund.updated", refund.body, call)
    if status == "failed":
        event_emit(world, "refund.failed", refund.body, call)
    return refund.body


def _charge_to_refund(world: World, call: Call, params: dict[str, Any]) -> Record:
    if "payment_intent" not in params and "charge" not in params:
        raise unreadable(
            "One of the following params should be provided for this request: "
            "payment_intent or charge.",
            code="parameter_missing",
        )
    charge_id = params.get("charge")
    if "payment_intent" in params:
        intent = intent_find(world, params["payment_intent"], call, param="payment_intent")
        if intent.body["status"] != "succeeded":
            raise StripeFault(
                f"This PaymentIntent ({intent.id}) does not have a successful charge to refund.",
                param="payment_intent",
            )
        charge_id = intent.body["latest_charge"]
    charge = world.store.get("charge", str(charge_id), call.account)
    if charge is None:
        raise missing_object("charge", str(charge_id), "charge")
    if charge.body["status"] != "succeeded":
        raise StripeFault(
            f"The charge {charge.id} has failed and cannot be refunded.", param="charge"
        )
    return charge


def _check_amount(amount: int, left: int, charge: Record) -> None:
    currency = charge.body["currency"]
    if amount % granularity(currency):
        raise unreadable(
            f"Invalid amount: {amount}. Amounts in {currency} must be a multiple of "
            f"{granularity(currency)}.",
            code="parameter_invalid_integer",
            param="amount",
        )
    if amount > left:
        raise StripeFault(
            f"Refund amount ({amount_text(amount, currency)}) is greater than "
            "unrefunded amount on charge "
            f"({amount_text(left, currency)})",
            param="amount",
        )


def _refund_fee(world: World, charge: Record, amount: int, call: Call) -> None:
    """Give the platform's fee back in proportion to what is refunded, half-up, never too much."""
    fee = world.store.get("application_fee", charge.body["application_fee"])
    if fee is None:
        return
    total = charge.body["amount_captured"]
    share = (fee.body["amount"] * amount * 2 + total) // (2 * total)
    left = fee.body["amount"] - fee.body["amount_refunded"]
    fee.body["amount_refunded"] += left if charge.body["refunded"] else min(share, left)
    fee.body["refunded"] = fee.body["amount_refunded"] == fee.body["amount"]
    world.store.put(fee)
    event_emit(world, "application_fee.refunded", fee.body, Call(request_id=call.request_id))
