"""Events: a snapshot of an object at the moment something happened, queued for every endpoint.

An event belongs to the account in which it happened; for a connected account it carries
``account``, and only endpoints that listen to connected accounts receive it. Whether a queued
delivery leaves at once, waits, or is dropped is decided by the delivery mode (see ``control``).
"""

from __future__ import annotations

import time
from typing import Any

from deploy.sandbox.stripe_double.store import Record
from deploy.sandbox.stripe_double.world import API_VERSION, Call, World, new_id


def event_emit(world: World, type: str, subject: dict[str, Any], call: Call) -> Record:
    """Record an event about ``subject`` and queue one delivery for each listening endpoint."""
    body: dict[str, Any] = {
        "id": new_id("evt_1", 23),
        "object": "event",
        "api_version": API_VERSION,
        "created": world.now(),
        "data": {"object": subject},
        "livemode": False,
        "pending_webhooks": len(endpoints_for(world, call.account)),
        "request": {"id": call.request_id or None, "idempotency_key": call.idempotency_key},
        "type": type,
    }
    if call.account:
        body["account"] = call.account
    record = world.keep("event", body, call)
    delivery_queue(world, record)
    return record


def endpoints_for(world: World, account: str) -> list[dict[str, str]]:
    """Endpoints that listen to this account's events: scope all, account (platform) or connect."""
    wanted = "connect" if account else "account"
    endpoints: list[dict[str, str]] = world.store.setting("webhooks", [])
    return [endpoint for endpoint in endpoints if endpoint["scope"] in ("all", wanted)]


def delivery_queue(
    world: World, event: Record, *, signature: str = "good", times: int = 1
) -> list[int]:
    """Queue ``times`` deliveries of an event to each of its endpoints; the new delivery ids."""
    mode = world.store.setting("delivery", {"mode": "deliver", "delay": 0})
    state = {"deliver": "pending", "hold": "held", "drop": "dropped"}[mode["mode"]]
    due = time.time() + float(mode["delay"])
    queued = []
    for endpoint in endpoints_for(world, event.account) * times:
        cursor = world.store.db.execute(
            "INSERT INTO deliveries (event_id, event_type, url, state, signature, position, due) "
            "VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM deliveries), ?)",
            (event.id, event.body["type"], endpoint["url"], state, signature, due),
        )
        queued.append(int(cursor.lastrowid or 0))
    world.wake_courier()
    return queued
