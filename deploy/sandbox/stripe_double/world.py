"""What every part of the double shares: its options, its memory, its clock and who is calling.

The clock is the machine's plus an offset that the control interface can advance, so that expiry and
the 24-hour life of idempotency keys can be shown in a test that does not wait.
"""

from __future__ import annotations

import secrets
import string
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from deploy.sandbox.stripe_double.store import Record, Store

API_VERSION: Final = "2026-10-28.endive"
PLATFORM: Final = ""
KEY_LIFE_SECONDS: Final = 24 * 3600

_ALPHABET: Final = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    """An unguessable id in Stripe's manner."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(length))


@dataclass(frozen=True)
class Options:
    """What is fixed when the process starts."""

    api_keys: tuple[str, ...] = ("sk_test_double",)
    account_id: str = "acct_double000platform"
    merchant: str = "Sandbox merchant"
    country: str = "FR"
    public_url: str = "http://127.0.0.1:12111"
    require_idempotency: bool = True


@dataclass(frozen=True)
class Call:
    """Who asks: the account spoken for (empty for the platform) and the request's names."""

    account: str = PLATFORM
    request_id: str = ""
    idempotency_key: str | None = None


@dataclass
class Fault:
    """A failure to play: before executing (nothing happened) or after (the answer is lost)."""

    path: str
    status: int
    when: str
    times: int


@dataclass
class World:
    """The double's state, shared by the API, the payment page, the courier and the controls."""

    store: Store
    options: Options
    faults: list[Fault] = field(default_factory=list)
    latency_seconds: float = 0.0
    wake_courier: Callable[[], None] = lambda: None

    def now(self) -> int:
        """Seconds since 1970 on the double's clock."""
        return int(time.time()) + int(self.store.setting("clock_offset", 0))

    def accounts(self) -> dict[str, dict[str, str]]:
        """Declared connected accounts: id to name and country."""
        declared: dict[str, dict[str, str]] = self.store.setting("accounts", {})
        return declared

    def merchant_of(self, account: str) -> str:
        """The name a payer sees."""
        return self.accounts()[account]["name"] if account else self.options.merchant

    def keep(
        self, kind: str, body: dict[str, Any], call: Call, private: dict[str, Any] | None = None
    ) -> Record:
        """Store a new object of the calling account."""
        record = Record(body["id"], kind, call.account, body["created"], body, private or {})
        self.store.put(record)
        return record

    def fault_for(self, path: str, when: str) -> int | None:
        """The status to fail with now, if a planned fault matches; faults are used up."""
        for fault in self.faults:
            if fault.when == when and fault.times > 0 and path.startswith(fault.path):
                fault.times -= 1
                return fault.status
        return None
