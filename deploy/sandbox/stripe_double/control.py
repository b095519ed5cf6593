"""The control door, /_double/: everything a test or a demo needs and Stripe does not offer.

Pay without a browser; advance the clock; hold, release, reverse, drop, delay, repeat and falsify
webhooks; plan failures; list what happened. Only JSON is accepted, so that no web page can drive it
with a plain form, and the server listens on the loopback address unless told otherwise.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from deploy.sandbox.stripe_double import sessions
from deploy.sandbox.stripe_double.cards import card_find
from deploy.sandbox.stripe_double.courier import Courier, post_event
from deploy.sandbox.stripe_double.events import delivery_queue, endpoints_for, event_emit
from deploy.sandbox.stripe_double.refunds import refund_settle
from deploy.sandbox.stripe_double.world import Call, Fault, World

BODY_BYTES_MAX: Final = 256 * 1024
ENDPOINTS_MAX: Final = 10
LISTED_MAX: Final = 1_000
REPEAT_MAX: Final = 50


class BadOrder(Exception):
    """A control request that makes no sense; answered 400 with the reason."""


Handler = Callable[[Request, dict[str, Any]], Awaitable[dict[str, Any]]]


class Control:
    """The handlers; each takes the JSON body and answers a JSON object."""

    def __init__(self, world: World, courier: Courier) -> None:
        self.world = world
        self.courier = courier

    def routes(self) -> list[Route]:
        """All control routes."""
        table: tuple[tuple[str, str, Handler], ...] = (
            ("GET", "/_double/health", self.health),
            ("POST", "/_double/config", self.config),
            ("POST", "/_double/reset", self.reset),
            ("POST", "/_double/clock", self.clock),
            ("POST", "/_double/faults", self.faults),
            ("GET", "/_double/events", self.events),
            ("POST", "/_double/events", self.emit),
            ("POST", "/_double/events/{id}/send", self.send),
            ("GET", "/_double/deliveries", self.deliveries),
            ("POST", "/_double/deliveries/mode", self.mode),
            ("POST", "/_double/deliveries/release", self.release),
            ("POST", "/_double/deliveries/settle", self.settle),
            ("POST", "/_double/sessions/{id}/pay", self.pay),
            ("POST", "/_double/refunds/{id}/settle", self.settle_refund),
        )
        return [Route(path, _door(handler), methods=[method]) for method, path, handler in table]

    async def health(self, request: Request, order: dict[str, Any]) -> dict[str, Any]:
        """Alive, and what is in store."""
        return {"ok": True, "now": self.world.now(), "deliveries": self.courier.counts()}

    async def config(self, request: Request, order: dict[str, Any]) -> dict[str, Any]:
        """Set webhooks, connected accounts, latency, parallel deliveries and retry delays."""
        known = {"webhooks", "accounts", "latency_seconds", "parallel", "retry_delays"}
        if unknown := set(order) - known:
            raise BadOrder(f"unknown settings: {', '.join(sorted(unknown))}")
        put = self.world.store.setting_put
        if "webhooks" in order:
            put("webhooks", endpoints_read(order["webhooks"]))
        if "accounts" in order:
            put("accounts", accounts_read(order["accounts"]))
        if "latency_seconds" in order:
            self.world.latency_seconds = _number(order["latency_seconds"], 0, 10)
        if "parallel" in order:
            put("parallel", int(_number(order["parallel"], 1, 32)))
        if "retry_delays" in order:
            put("retry_delays", [_number(delay, 0, 3_600) for delay in order["retry_delays"][:20]])
        self.courier.bell.set()
        return {
            "webhooks": self.world.store.setting("webhooks", []),
            "accounts": self.world.accounts(),
        }

    async def reset(self, request: Request, order: dict[str, Any]) -> dict[str, Any]:
        """Forget all objects; endpoints and accounts stay declared."""
        kept = {
            name: self.world.store.setting(name)
            for name in ("webhooks", "accounts", "retry_delays")
        }
        self.world.store.wipe()
        for name, value in kept.items():
            if value is not None:
                self.world.store.setting_put(name, value)
        self.world.faults.clear()
        self.world.latency_seconds = 0.0
        return {"ok": True}

    async def clock(self, request: Request, order: dict[str, Any]) -> dict[str, Any]:
        """Advance the double's clock by ``advance`` seconds and expire what is due."""
        step = int(_number(order.get("advance", 0), 0, 400 * 24 * 3600))
        self.world.store.setting_put(
            "clock_offset", int(self.world.store.setting("clock_offset", 0)) + step
        )
        return {"now": self.world.now(), "expired": sessions.sessions_expire_due(self.world)}

    async def faults(self, request: Request, order: dict[str, Any]) -> dict[str, Any]:
        """Plan ``times`` failures of POSTs under ``path``: ``when`` before or after executing."""
        when = order.get("when", "before")
        if when not in ("before", "after"):
            raise BadOrder("when is 'before' or 'after'")
        status = int(_number(order.get("status", 503), 400, 599))
        times = int(_number(order.get("times", 1), 1, 1_000))
        self.world.faults.append(Fault(str(order.get("path", "/v1/")), status, when, times))
        return {"planned": len(self.world.faults)}

    async def events(self, request: Request, order: dict[str, Any]) -> dict[str, Any]:
        """The newest events first; ``?limit=`` and ``?type=`` narrow the list."""
        wanted = request.query_params.get("type")
        records = self.world.store.latest("event", _limit(request))
        return {
            "events": [record.body for record in records if wanted in (None, record.body["type"])]
        }

    async def emit(self, request: Request, order: dict[str, Any]) -> dict[str, Any]:
        """Invent an event: any ``type`` (known to nobody, if wished) about any ``object``."""
        account = str(order.get("account") or "")
        if account and account not in self.world.accounts():
            raise BadOrder(f"no connected account {account}")
        subject = order.get("object") or {"id": "thing_1", "object": "thing"}
        record = event_emit(
            self.world, str(order.get("type", "double.unknown")), subject, Call(account=account)
        )
        return {"event": record.body}

    async def send(self, request: Request, order: dict[str, Any]) -> dict[str, Any]:
        """Deliver one event again, ``times`` times, now and outside the queue; what was answered.

        ``signature`` is good, bad, stale or none. ``queued: true`` puts it in the queue instead.
        """
        event = self.world.store.get("event", request.path_params["id"])
        if event is None:
            raise BadOrder("no such event")
        kind = order.get("signature", "good")
        if kind not in ("good", "bad", "stale", "none"):
            raise BadOrder("signature is good, bad, stale or none")
        times = int(_number(order.get("times", 1), 1, REPEAT_MAX))
        if order.get("queued"):
            return {"deliveries": delivery_queue(self.world, event, signature=kind, times=times)}
        answers = []
        for endpoint in endpoints_for(self.world, event.account) * times:
            outcome = await asyncio.to_thread(
                post_event, endpoint["url"], endpoint["secret"], event.body, kind
            )
            answers.append(
                {"url": endpoint["url"], "status": outcome.status, "error": outcome.error}
            )
        return {"answers": answers}

    async def deliveries(self, request: Request, order: dict[str, Any]) -> dict[str, Any]:
        """The newest deliveries first, with their state, attempts and last answer."""
        rows = self.world.store.db.execute(
            "SELECT * FROM deliveries ORDER BY id DESC LIMIT ?", (_limit(request),)
        )
        return {"deliveries": [dict(row) for row in rows]}

    async def mode(self, request: Request, order: dict[str, Any]) -> dict[str, Any]:
        """From now on: ``mode`` deliver, hold or drop, each new delivery ``delay`` seconds late."""
        mode = order.get("mode", "deliver")
        if mode not in ("deliver", "hold", "drop"):
            raise BadOrder("mode is deliver, hold or drop")
        setting = {"mode": mode, "delay": _number(order.get("delay", 0), 0, 3_600)}
        self.world.store.setting_put("delivery", setting)
        return setting

    async def release(self, request: Request, order: dict[str, Any]) -> dict[str, Any]:
        """Let held deliveries go, in ``order`` fifo or reverse."""
        direction = order.get("order", "fifo")
        if direction not in ("fifo", "reverse"):
            raise BadOrder("order is fifo or reverse")
        sign = "-" if direction == "reverse" else ""
        with self.world.store.transaction():
            cursor = self.world.store.db.execute(
                f"UPDATE deliveries SET state = 'pending', position = {sign}position "
                "WHERE state = 'held'"
            )
        self.courier.bell.set()
        return {"released": cursor.rowcount}

    async def settle(self, request: Request, order: dict[str, Any]) -> dict[str, Any]:
        """Wait until every delivery has been accepted or given up; counts by state."""
        return {"deliveries": await self.courier.settle(_number(order.get("timeout", 5), 0, 60))}

    async def pay(self, request: Request, order: dict[str, Any]) -> dict[str, Any]:
        """Pay as a payer would: ``card`` number, and the 3-D Secure answer ``authenticate``."""
        session = self.world.store.get("session", request.path_params["id"])
        card = card_find(str(order.get("card", "4242424242424242")))
        if session is None or card is None:
            raise BadOrder("no such session" if session is None else "not a test card")
        with self.world.store.transaction():
            error = sessions.session_pay(self.world, session, card, name="Sandbox Payer")
            waiting = sessions.session_waits_for_authentication(self.world, session)
            if error is None and waiting and "authenticate" in order:
                error = sessions.session_authenticate(
                    self.world, session, bool(order["authenticate"])
                )
        answer: dict[str, Any] = {
            "session": session.body,
            "error": error.body()["error"] if error else None,
        }
        return answer

    async def settle_refund(self, request: Request, order: dict[str, Any]) -> dict[str, Any]:
        """Say what becomes of a refund: ``status`` succeeded or failed."""
        refund = self.world.store.get("refund", request.path_params["id"])
        status = order.get("status", "succeeded")
        if refund is None or status not in ("succeeded", "failed"):
            raise BadOrder("no such refund" if refund is None else "status is succeeded or failed")
        with self.world.store.transaction():
            return {"refund": refund_settle(self.world, refund, status)}


def endpoints_read(given: Any) -> list[dict[str, str]]:
    """Validated webhook endpoints: url, secret (whsec_…) and scope all, account or connect."""
    endpoints = []
    for item in list(given)[: ENDPOINTS_MAX + 1]:
        url, secret, scope = (
            str(item.get("url", "")),
            str(item.get("secret", "")),
            item.get("scope", "all"),
        )
        if not url.startswith(("http://", "https://")) or not secret.startswith("whsec_"):
            raise BadOrder("a webhook has a http(s) url and a secret that starts with whsec_")
        if scope not in ("all", "account", "connect"):
            raise BadOrder("scope is all, account or connect")
        endpoints.append({"url": url, "secret": secret, "scope": scope})
    if len(endpoints) > ENDPOINTS_MAX:
        raise BadOrder(f"at most {ENDPOINTS_MAX} webhooks")
    return endpoints


def accounts_read(given: Any) -> dict[str, dict[str, str]]:
    """Validated connected accounts: id acct_…, name and country."""
    accounts = {}
    for item in list(given)[:10_000]:
        account_id = str(item.get("id", ""))
        if not account_id.startswith("acct_"):
            raise BadOrder("a connected account's id starts with acct_")
        accounts[account_id] = {
            "name": str(item.get("name") or account_id)[:100],
            "country": str(item.get("country") or "FR")[:2],
        }
    return accounts


def _door(handler: Handler) -> Callable[[Request], Awaitable[JSONResponse]]:
    async def endpoint(request: Request) -> JSONResponse:
        try:
            order = await _order(request)
            return JSONResponse(await handler(request, order))
        except (BadOrder, ValueError, TypeError, AttributeError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return endpoint


async def _order(request: Request) -> dict[str, Any]:
    if request.method == "GET":
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise BadOrder("the control interface takes JSON only")
    body = await request.body()
    if len(body) > BODY_BYTES_MAX:
        raise BadOrder("the body is too large")
    order = json.loads(body or b"{}")
    if not isinstance(order, dict):
        raise BadOrder("a JSON object is expected")
    return order


def _number(value: Any, low: float, high: float) -> float:
    number = float(value)
    if not low <= number <= high:
        raise BadOrder(f"{value} is not between {low} and {high}")
    return number


def _limit(request: Request) -> int:
    return int(_number(request.query_params.get("limit", 100), 1, LISTED_MAX))
