"""Checkout Sessions in payment mode: opened, paid once, or expired.

As at Stripe since 2022, the PaymentIntent is born when the payer first submits a card, so a session
that nobody tried to pay has none. A declined card leaves the session open; only success completes
it, only an open one can be expired, and an expired one can never be paid.
"""

from __future__ import annotations

from typing import Any, Final

from deploy.sandbox.stripe_double import currencies
from deploy.sandbox.stripe_double.amounts import amount_check, amount_text, fee_check
from deploy.sandbox.stripe_double.cards import TestCard
from deploy.sandbox.stripe_double.errors import StripeFault, missing_object, unreadable
from deploy.sandbox.stripe_double.events import event_emit
from deploy.sandbox.stripe_double.payments import intent_authenticate, intent_confirm, intent_open
from deploy.sandbox.stripe_double.store import Record
from deploy.sandbox.stripe_double.world import Call, World, new_id

EXPIRES_MIN: Final = 30 * 60
EXPIRES_MAX: Final = 24 * 3600
CLOCK_TOLERANCE: Final = 5


def session_create(world: World, call: Call, params: dict[str, Any]) -> dict[str, Any]:
    """POST /v1/checkout/sessions."""
    currency, total = _total(params["line_items"])
    payment = params.get("payment_intent_data", {})
    fee_check(
        payment.get("application_fee_amount"),
        total,
        call,
        param="payment_intent_data[application_fee_amount]",
    )
    now = world.now()
    expires_at = _expiry(params.get("expires_at"), now)
    session_id = new_id("cs_test_", 58)
    body = {
        "id": session_id,
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": now,
        "currency": currency,
        "customer": None,
        "customer_details": {"email": params["customer_email"]}
        if "customer_email" in params
        else None,
        "customer_email": params.get("customer_email"),
        "expires_at": expires_at,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata", {}),
        "mode": "payment",
        "payment_intent": None,
        "payment_method_types": params.get("payment_method_types", ["card"]),
        "payment_status": "unpaid",
        "status": "open",
        "submit_type": params.get("submit_type"),
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{world.options.public_url}/c/pay/{session_id}",
    }
    private = {"payment": payment, "lines": _line_items(params["line_items"])}
    record = world.keep("session", body, call, private)
    world.store.db.execute("INSERT INTO open_sessions VALUES (?, ?)", (session_id, expires_at))
    return session_shown(world, record, params)


def session_read(
    world: World, call: Call, session_id: str, params: dict[str, Any]
) -> dict[str, Any]:
    """GET /v1/checkout/sessions/{id}."""
    return session_shown(world, session_find(world, session_id, call), params)


def session_expire(
    world: World, call: Call, session_id: str, params: dict[str, Any]
) -> dict[str, Any]:
    """POST /v1/checkout/sessions/{id}/expire: only an open session can be expired."""
    session = session_find(world, session_id, call)
    if session.body["status"] != "open":
        raise StripeFault(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session.body['status']}`."
        )
    _close(world, session, call)
    return session.body


def sessions_expire_due(world: World) -> int:
    """Expire every open session whose time is over; how many. Called often by the server."""
    due = world.store.db.execute(
        "SELECT id FROM open_sessions WHERE expires_at <= ? LIMIT 500", (world.now(),)
    )
    ids = [row["id"] for row in due]
    for session_id in ids:
        session = world.store.get("session", session_id)
        if session is not None:
            with world.store.transaction():
                _close(world, session, Call(account=session.account))
    return len(ids)


def session_find(world: World, session_id: str, call: Call) -> Record:
    """The session in the calling account, with its expiry applied; else 404."""
    session = world.store.get("session", session_id, call.account)
    if session is None:
        raise missing_object("checkout.session", session_id, "session")
    if session.body["status"] == "open" and session.body["expires_at"] <= world.now():
        _close(world, session, Call(account=session.account))
    return session


def session_shown(world: World, session: Record, params: dict[str, Any]) -> dict[str, Any]:
    """The session as answered, with the asked-for expansions."""
    body = dict(session.body)
    expand = params.get("expand", [])
    if "line_items" in expand:
        body["line_items"] = {"object": "list", "data": session.private["lines"], "has_more": False}
    if "payment_intent" in expand and body["payment_intent"]:
        intent = world.store.get("payment_intent", body["payment_intent"], session.account)
        body["payment_intent"] = intent.body if intent else body["payment_intent"]
    return body


def session_pay(
    world: World, session: Record, card: TestCard, *, name: str = "", email: str = ""
) -> StripeFault | None:
    """The payer submits a card. None: paid, or 3-D Secure is wanted; else why not."""
    call = Call(account=session.account)
    closed = _closed(world, session, call)
    if closed is not None:
        return closed
    intent = _intent(world, session, call)
    session.body["customer_details"] = {
        "email": email or session.body["customer_email"],
        "name": name or None,
    }
    world.store.put(session)
    error = intent_confirm(world, intent, card, call)
    if error is None and intent.body["status"] == "succeeded":
        _complete(world, session, call)
    return error


def session_authenticate(world: World, session: Record, success: bool) -> StripeFault | None:
    """The payer answers the 3-D Secure page. None: paid; else why not."""
    call = Call(account=session.account)
    closed = _closed(world, session, call)
    if closed is not None:
        return closed
    error = intent_authenticate(world, _intent(world, session, call), success, call)
    if error is None:
        _complete(world, session, call)
    return error


def session_waits_for_authentication(world: World, session: Record) -> bool:
    """Whether the payer is between the card form and the bank's answer."""
    if session.body["status"] != "open" or session.body["payment_intent"] is None:
        return False
    intent = world.store.get("payment_intent", session.body["payment_intent"])
    return intent is not None and intent.body["status"] == "requires_action"


def _closed(world: World, session: Record, call: Call) -> StripeFault | None:
    if session.body["status"] == "open" and session.body["expires_at"] <= world.now():
        _close(world, session, call)
    if session.body["status"] == "open":
        return None
    return StripeFault(
        f"This Checkout Session is no longer active: its status is {session.body['status']}.",
        code="checkout_session_not_open",
    )


def _intent(world: World, session: Record, call: Call) -> Record:
    if session.body["payment_intent"] is not None:
        intent = world.store.get("payment_intent", session.body["payment_intent"], session.account)
        if intent is not None:
            return intent
    charged = {"amount": session.body["amount_total"], "currency": session.body["currency"]}
    intent = intent_open(world, call, charged | session.private["payment"])
    session.body["payment_intent"] = intent.id
    return intent


def _complete(world: World, session: Record, call: Call) -> None:
    session.body |= {"status": "complete", "payment_status": "paid", "url": None}
    world.store.put(session)
    world.store.db.execute("DELETE FROM open_sessions WHERE id = ?", (session.id,))
    event_emit(world, "checkout.session.completed", session.body, call)


def _close(world: World, session: Record, call: Call) -> None:
    session.body |= {"status": "expired", "url": None}
    world.store.put(session)
    world.store.db.execute("DELETE FROM open_sessions WHERE id = ?", (session.id,))
    event_emit(world, "checkout.session.expired", session.body, call)


def _total(lines: list[dict[str, Any]]) -> tuple[str, int]:
    if not lines:
        raise unreadable(
            "Missing required param: line_items.", code="parameter_missing", param="line_items"
        )
    used = {line["price_data"]["currency"] for line in lines}
    if len(used) > 1:
        raise unreadable("All line items must use the same currency.", param="line_items")
    currency = used.pop()
    total = sum(line["price_data"]["unit_amount"] * line["quantity"] for line in lines)
    minimum = currencies.MINIMUM.get(currency, 1)
    if total < minimum:
        raise unreadable(
            "The Checkout Session's total amount due must add up to at least "
            f"{amount_text(minimum, currency)} {currency}",
            code="amount_too_small",
        )
    amount_check(total, currency, param="line_items")
    return currency, total


def _expiry(wanted: int | None, now: int) -> int:
    """Between 30 minutes and 24 hours from now, with a few seconds for the way here."""
    if wanted is None:
        return now + EXPIRES_MAX
    if wanted < now + EXPIRES_MIN - CLOCK_TOLERANCE:
        raise unreadable(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout "
            "Session creation.",
            param="expires_at",
        )
    if wanted > now + EXPIRES_MAX:
        raise unreadable(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )
    return wanted


def _line_items(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id("li_1"),
            "object": "item",
            "amount_subtotal": line["price_data"]["unit_amount"] * line["quantity"],
            "amount_total": line["price_data"]["unit_amount"] * line["quantity"],
            "currency": line["price_data"]["currency"],
            "description": line["price_data"]["product_data"]["name"],
            "note": line["price_data"]["product_data"].get("description"),
            "quantity": line["quantity"],
        }
        for line in lines
    ]
