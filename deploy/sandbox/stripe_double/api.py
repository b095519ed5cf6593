"""The /v1 door: authenticate, read, honour the idempotency key, execute once, answer.

The order is Stripe's and it matters. A key already known answers before anything is executed; a
request that cannot be read is forgotten, so that the caller may correct it under the same key;
whatever execution says, success or refusal, is kept for 24 hours and replayed word for word.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deploy.sandbox.stripe_double import payments, refunds, schemas, sessions
from deploy.sandbox.stripe_double.errors import StripeFault, missing_object, unreadable
from deploy.sandbox.stripe_double.forms import BODY_BYTES_MAX, parse_form
from deploy.sandbox.stripe_double.parameters import Group
from deploy.sandbox.stripe_double.store import SavedAnswer
from deploy.sandbox.stripe_double.world import (
    API_VERSION,
    KEY_LIFE_SECONDS,
    PLATFORM,
    Call,
    World,
    new_id,
)


@dataclass(frozen=True)
class Operation:
    """One method of one path: what it may be given and what it does."""

    method: str
    path: str
    schema: Group
    run: Callable[[World, Call, str, dict[str, Any]], dict[str, Any]]


def account_read(
    world: World, call: Call, account_id: str, params: dict[str, Any]
) -> dict[str, Any]:
    """GET /v1/account and /v1/accounts/{id}: who this is and whether it can be charged."""
    wanted = account_id or call.account or world.options.account_id
    if wanted == world.options.account_id:
        name, country = world.options.merchant, world.options.country
    elif wanted in world.accounts():
        name, country = world.merchant_of(wanted), world.accounts()[wanted]["country"]
    else:
        raise missing_object("account", wanted, "account")
    return {
        "id": wanted,
        "object": "account",
        "business_profile": {"name": name},
        "charges_enabled": True,
        "country": country,
        "details_submitted": True,
        "payouts_enabled": True,
    }


def event_read(world: World, call: Call, event_id: str, params: dict[str, Any]) -> dict[str, Any]:
    """GET /v1/events/{id}, in the account the event belongs to."""
    event = world.store.get("event", event_id, call.account)
    if event is None:
        raise missing_object("event", event_id, "id")
    return event.body


OPERATIONS = (
    Operation(
        "POST",
        "/v1/checkout/sessions",
        schemas.SESSION_CREATE,
        lambda w, c, _, p: sessions.session_create(w, c, p),
    ),
    Operation("GET", "/v1/checkout/sessions/{id}", schemas.SESSION_READ, sessions.session_read),
    Operation(
        "POST", "/v1/checkout/sessions/{id}/expire", schemas.NOTHING, sessions.session_expire
    ),
    Operation(
        "POST",
        "/v1/payment_intents",
        schemas.PAYMENT_CREATE,
        lambda w, c, _, p: payments.payment_create(w, c, p),
    ),
    Operation("GET", "/v1/payment_intents/{id}", schemas.PAYMENT_READ, payments.payment_read),
    Operation("GET", "/v1/charges/{id}", schemas.NOTHING, payments.charge_read),
    Operation("GET", "/v1/application_fees/{id}", schemas.NOTHING, payments.fee_read),
    Operation(
        "POST",
        "/v1/refunds",
        schemas.REFUND_CREATE,
        lambda w, c, _, p: refunds.refund_create(w, c, p),
    ),
    Operation("GET", "/v1/refunds/{id}", schemas.NOTHING, refunds.refund_read),
    Operation("GET", "/v1/events/{id}", schemas.NOTHING, event_read),
    Operation("GET", "/v1/account", schemas.NOTHING, account_read),
    Operation("GET", "/v1/accounts/{id}", schemas.NOTHING, account_read),
)


class Api:
    """The endpoints, with the keys that are being executed right now."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.in_flight: set[tuple[str, str]] = set()

    def routes(self) -> list[Route]:
        """One route per operation, and one for everything else under /v1."""
        served = [
            Route(operation.path, self._endpoint(operation), methods=[operation.method])
            for operation in OPERATIONS
        ]
        unknown = Route(
            "/v1/{rest:path}", self._unrecognized, methods=["GET", "POST", "DELETE", "PUT", "PATCH"]
        )
        return [*served, unknown]

    async def _unrecognized(self, request: Request) -> Response:
        fault = StripeFault(
            f"Unrecognized request URL ({request.method}: {request.url.path}). "
            "Please see https://stripe.com/docs or we can help at https://support.stripe.com/.",
            status=404,
        )
        return _answer(fault.status, json.dumps(fault.body()), Call(request_id=new_id("req_", 14)))

    def _endpoint(self, operation: Operation) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            call = Call(request_id=new_id("req_", 14))
            try:
                call = self._caller(request, call.request_id)
                encoded = await _encoded(request)
                if operation.method == "POST":
                    return await self._post(operation, request, call, encoded)
                return self._execute(operation, request, call, encoded)[0]
            except StripeFault as fault:
                return _answer(fault.status, json.dumps(fault.body()), call)

        return endpoint

    def _caller(self, request: Request, request_id: str) -> Call:
        key = _api_key(request)
        if key is None:
            raise StripeFault(
                "You did not provide an API key. You need to provide your API key in "
                "the Authorization header, "
                "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
                status=401,
                saved=False,
            )
        if key not in self.world.options.api_keys:
            hidden = f"{key[:8]}{'*' * 12}{key[-4:]}" if len(key) > 16 else "*" * len(key)
            raise StripeFault(f"Invalid API Key provided: {hidden}", status=401, saved=False)
        account = request.headers.get("stripe-account", PLATFORM)
        if account == self.world.options.account_id:
            account = PLATFORM
        if account and account not in self.world.accounts():
            raise StripeFault(
                f"The provided key does not have access to account '{account[:60]}' "
                "(or that account does not "
                "exist). Application access may have been revoked.",
                status=403,
                code="account_invalid",
                saved=False,
            )
        return Call(account, request_id, request.headers.get("idempotency-key"))

    async def _post(
        self, operation: Operation, request: Request, call: Call, encoded: str
    ) -> Response:
        key = self._idempotency_key(call)
        if key is None:
            return self._execute(operation, request, call, encoded)[0]
        fingerprint = hashlib.sha256(f"{request.url.path}\n{encoded}".encode()).hexdigest()
        slot = (call.account, key)
        if slot in self.in_flight:
            raise StripeFault(
                "There is currently another in-progress request using this Idempotent "
                "Key (that probably means "
                f"you submitted twice, and the other request is still going through): {key}. "
                "Please try again later.",
                status=409,
                type="idempotency_error",
                code="idempotency_key_in_use",
                saved=False,
            )
        known = self._known_answer(call.account, key)
        if known is not None:
            return _replay(known, request.url.path, fingerprint, key, call)
        self.in_flight.add(slot)
        try:
            if self.world.latency_seconds:
                await asyncio.sleep(self.world.latency_seconds)
            return self._execute_and_remember(operation, request, call, encoded, fingerprint)
        finally:
            self.in_flight.discard(slot)

    def _idempotency_key(self, call: Call) -> str | None:
        key = call.idempotency_key
        if key is None and self.world.options.require_idempotency:
            raise unreadable(
                "This double requires an Idempotency-Key header on every POST, so "
                "that no operation can be executed "
                "twice by accident.",
                code="idempotency_key_missing",
            )
        if key is not None and not 1 <= len(key) <= 255:
            raise unreadable("Idempotency keys must be between 1 and 255 characters long.")
        return key

    def _known_answer(self, account: str, key: str) -> SavedAnswer | None:
        self.world.store.keys_forget_before(self.world.now() - KEY_LIFE_SECONDS)
        return self.world.store.key_find(account, key)

    def _execute_and_remember(
        self, operation: Operation, request: Request, call: Call, encoded: str, fingerprint: str
    ) -> Response:
        path = request.url.path
        failure = self.world.fault_for(path, "before")
        if failure is not None:
            raise _played(failure)
        response, remember = self._execute(operation, request, call, encoded)
        if remember:
            answer = SavedAnswer(
                path,
                fingerprint,
                response.status_code,
                bytes(response.body).decode(),
                call.request_id,
            )
            self.world.store.key_save(
                call.account, call.idempotency_key or "", answer, self.world.now()
            )
        failure = self.world.fault_for(path, "after")
        if failure is not None:
            raise _played(failure)
        return response

    def _execute(
        self, operation: Operation, request: Request, call: Call, encoded: str
    ) -> tuple[Response, bool]:
        """Run the operation in one transaction; the answer, and whether it is to be remembered.

        A refusal found while executing may have changed something (a declined payment leaves a
        charge), so it is committed like a success. A refusal found while reading changes nothing.
        """
        remember = True
        object_id = request.path_params.get("id", "")
        with self.world.store.transaction():
            try:
                params = operation.schema.read(parse_form(encoded))
                status, body = 200, operation.run(self.world, call, object_id, params)
            except StripeFault as fault:
                status, body, remember = fault.status, fault.body(), fault.saved
        return _answer(status, json.dumps(body, indent=2), call), remember


def _api_key(request: Request) -> str | None:
    """The secret key of a Bearer header, or of a Basic one whose user name is the key."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip() or None
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(credentials, validate=True).decode().partition(":")[0] or None
        except (binascii.Error, UnicodeDecodeError):
            return None
    return None


async def _encoded(request: Request) -> str:
    """The form body of a POST, the query string of a GET."""
    if request.method == "GET":
        return request.url.query
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            raise StripeFault("The request body is too large.", status=413, saved=False)
    content_type = request.headers.get("content-type", "").partition(";")[0].strip()
    if body and content_type != "application/x-www-form-urlencoded":
        raise unreadable(
            f"Invalid request: the API takes form-encoded bodies, not '{content_type[:60]}'."
        )
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise unreadable("Invalid request: the body is not UTF-8.") from error


def _played(status: int) -> StripeFault:
    kind = "invalid_request_error" if status == 429 else "api_error"
    code = "rate_limit" if status == 429 else None
    return StripeFault(
        "The double was told to fail here.", status=status, type=kind, code=code, saved=False
    )


def _replay(known: SavedAnswer, path: str, fingerprint: str, key: str, call: Call) -> Response:
    if known.path != path:
        raise StripeFault(
            "Keys for idempotent requests can only be used for the same endpoint they "
            "were first used for "
            f"('{path}' vs '{known.path}'). Try using a key other than '{key}' if you "
            "meant to execute a "
            "different request.",
            type="idempotency_error",
            saved=False,
        )
    if known.fingerprint != fingerprint:
        raise StripeFault(
            "Keys for idempotent requests can only be used with the same parameters "
            "they were first used with. "
            f"Try using a key other than '{key}' if you meant to execute a different request.",
            type="idempotency_error",
            saved=False,
        )
    response = _answer(known.status, known.body, call)
    response.headers["Idempotent-Replayed"] = "true"
    response.headers["Original-Request"] = known.request_id
    return response


def _answer(status: int, body: str, call: Call) -> Response:
    response = Response(body, status_code=status, media_type="application/json")
    response.headers["Request-Id"] = call.request_id
    response.headers["Stripe-Version"] = API_VERSION
    response.headers["Cache-Control"] = "no-cache, no-store"
    if call.idempotency_key:
        response.headers["Idempotency-Key"] = call.idempotency_key
    if call.account:
        response.headers["Stripe-Account"] = call.account
    return response
