"""Refusals in the shape Stripe sends them: one exception, one JSON body.

A refusal that happens while *reading* the request (``saved=False``) is not remembered under the
idempotency key, a refusal that happens while *executing* it is. That is Stripe's rule, and client
code that reuses a key after correcting a parameter depends on it.
"""

from __future__ import annotations

from typing import Any


class StripeFault(Exception):
    """An error answer: HTTP status, Stripe error type, optional code, param and decline code."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        decline_code: str | None = None,
        saved: bool = True,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.type = type
        self.code = code
        self.param = param
        self.decline_code = decline_code
        self.saved = saved
        self.extra = extra or {}

    def body(self) -> dict[str, Any]:
        """The JSON body: absent fields are left out, as Stripe does."""
        error: dict[str, Any] = {"type": self.type, "message": self.message}
        if self.code is not None:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.param is not None:
            error["param"] = self.param
        if self.decline_code is not None:
            error["decline_code"] = self.decline_code
        return {"error": error | self.extra}


def unreadable(message: str, *, code: str | None = None, param: str | None = None) -> StripeFault:
    """A 400 found while reading parameters; nothing is remembered under the idempotency key."""
    return StripeFault(message, code=code, param=param, saved=False)


def missing_object(kind: str, object_id: str, param: str) -> StripeFault:
    """A 404 for an id that does not exist *in the account the request speaks for*."""
    return StripeFault(
        f"No such {kind}: '{object_id}'", status=404, code="resource_missing", param=param
    )
