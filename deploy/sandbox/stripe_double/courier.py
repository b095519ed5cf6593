"""The courier: takes queued deliveries to their endpoints, signed, and comes back when refused.

One background task. By default deliveries leave one at a time in queue order, which is what makes
"held, then released in reverse" a real disorder for the receiver; ``parallel`` raises that for load
runs. Anything but a 2xx is tried again after the configured delays, then given up.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import sqlite3
import time
from dataclasses import dataclass
from typing import Any, Final

import requests

from deploy.sandbox.stripe_double.world import World

RETRY_DELAYS: Final = (1.0, 3.0, 10.0, 30.0, 120.0, 600.0)
TIMEOUT_SECONDS: Final = 10.0
IDLE_SECONDS: Final = 0.5
STALE_SECONDS: Final = 3_600
ANSWER_BYTES_MAX: Final = 2_000


@dataclass(frozen=True)
class Outcome:
    """What an endpoint answered: an HTTP status, or an error when there was no answer."""

    status: int | None
    error: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the delivery is done."""
        return self.status is not None and 200 <= self.status < 300


def payload_of(event: dict[str, Any]) -> bytes:
    """The exact bytes that are signed and sent: indented, as Stripe sends them."""
    return json.dumps(event, indent=2).encode()


def signature_header(payload: bytes, secret: str, kind: str = "good") -> str:
    """The ``Stripe-Signature`` header: good, bad (wrong secret), stale (an hour old) or none."""
    moment = int(time.time()) - (STALE_SECONDS if kind == "stale" else 0)
    key = secret if kind != "bad" else "whsec_not_the_secret_of_this_endpoint"
    signed = f"{moment}.".encode() + payload
    digest = hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest},v0={secrets.token_hex(32)}"


def post_event(url: str, secret: str, event: dict[str, Any], kind: str = "good") -> Outcome:
    """Deliver once, now. Redirects are not followed; the answer is read to a bound only."""
    payload = payload_of(event)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
    if kind != "none":
        headers["Stripe-Signature"] = signature_header(payload, secret, kind)
    try:
        with requests.Session() as session:
            session.trust_env = False
            with session.post(
                url,
                data=payload,
                headers=headers,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
                stream=True,
            ) as answer:
                answer.raw.read(ANSWER_BYTES_MAX)
                return Outcome(answer.status_code)
    except (requests.RequestException, OSError) as error:
        return Outcome(None, type(error).__name__)


class Courier:
    """The background task and the two questions others ask of it: wake up, and are you done?"""

    def __init__(self, world: World) -> None:
        self.world = world
        self.bell = asyncio.Event()
        self.idle = asyncio.Event()
        world.wake_courier = self.bell.set

    async def run(self) -> None:
        """Deliver what is due until cancelled."""
        while True:
            self.bell.clear()
            batch = self._take()
            if batch:
                await asyncio.gather(*(self._deliver(row) for row in batch))
                continue
            self.idle.set()
            try:
                await asyncio.wait_for(self.bell.wait(), timeout=self._pause())
            except TimeoutError:
                continue

    async def settle(self, timeout: float) -> dict[str, int]:
        """Wait until nothing is waiting to leave, at most ``timeout`` seconds; counts by state."""
        deadline = time.monotonic() + timeout
        while self.counts().get("pending", 0) + self.counts().get("sending", 0):
            left = deadline - time.monotonic()
            if left <= 0:
                break
            self.idle.clear()
            self.bell.set()
            try:
                await asyncio.wait_for(self.idle.wait(), timeout=min(left, IDLE_SECONDS))
            except TimeoutError:
                continue
        return self.counts()

    def counts(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        rows = self.world.store.db.execute(
            "SELECT state, count(*) AS n FROM deliveries GROUP BY state"
        )
        return {row["state"]: row["n"] for row in rows}

    def _take(self) -> list[sqlite3.Row]:
        limit = int(self.world.store.setting("parallel", 1))
        rows = self.world.store.db.execute(
            "SELECT * FROM deliveries WHERE state = 'pending' AND due <= ? ORDER BY "
            "position LIMIT ?",
            (time.time(), limit),
        ).fetchall()
        for row in rows:
            self.world.store.db.execute(
                "UPDATE deliveries SET state = 'sending' WHERE id = ?", (row["id"],)
            )
        return rows

    def _pause(self) -> float:
        row = self.world.store.db.execute(
            "SELECT min(due) AS due FROM deliveries WHERE state = 'pending'"
        ).fetchone()
        if row["due"] is None:
            return IDLE_SECONDS
        return min(max(float(row["due"]) - time.time(), 0.01), IDLE_SECONDS)

    async def _deliver(self, row: sqlite3.Row) -> None:
        event = self.world.store.get("event", row["event_id"])
        endpoints = {
            endpoint["url"]: endpoint for endpoint in self.world.store.setting("webhooks", [])
        }
        endpoint = endpoints.get(row["url"])
        if event is None or endpoint is None:
            self._record(row, "dropped", Outcome(None, "the event or its endpoint is gone"))
            return
        outcome = await asyncio.to_thread(
            post_event, row["url"], endpoint["secret"], event.body, row["signature"]
        )
        if outcome.accepted:
            self._record(row, "delivered", outcome)
            return
        delays = self.world.store.setting("retry_delays", list(RETRY_DELAYS))
        if row["attempts"] < len(delays):
            self._record(row, "pending", outcome, due=time.time() + float(delays[row["attempts"]]))
        else:
            self._record(row, "failed", outcome)

    def _record(
        self, row: sqlite3.Row, state: str, outcome: Outcome, due: float | None = None
    ) -> None:
        self.world.store.db.execute(
            "UPDATE deliveries SET state = ?, attempts = attempts + 1, last_status = "
            "?, last_error = ?, "
            "due = coalesce(?, due) WHERE id = ?",
            (state, outcome.status, outcome.error, due, row["id"]),
        )
