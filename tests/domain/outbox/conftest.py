"""Messages of a kind that only tests know, and a register of what was delivered."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.db import connection
from django_tenants.utils import schema_context, tenant_context

from shared_apps.outbox import handlers
from shared_apps.outbox.actions import message_add
from shared_apps.outbox.models import Message
from tenants.isolation import SHARED
from tenants.models import Agency

KIND = "test.note"


@dataclass
class Register:
    """What the test's handler was given, and what it does with it."""

    seen: list[tuple[str, str]] = field(default_factory=list)
    behaviour: Callable[[Message], None] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, message: Message) -> None:
        with self.lock:
            self.seen.append((connection.schema_name, message.payload["text"]))
        if self.behaviour:
            self.behaviour(message)

    @property
    def texts(self) -> list[str]:
        return [text for _schema, text in self.seen]


@pytest.fixture
def register(monkeypatch) -> Iterator[Register]:
    """Deliver :data:`KIND` into a list; messages the world wrote are out of the way."""
    register = Register()
    monkeypatch.setitem(handlers._handlers, KIND, register)
    return register


@pytest.fixture
def quiet(db) -> None:
    """No message of the world is due."""
    Message.objects.all().delete()


def add(slug: str | None, text: str, **options) -> Message:
    """One message of :data:`KIND` for an agency, or for the operator."""
    context = tenant_context(Agency.objects.get(slug=slug)) if slug else schema_context(SHARED)
    with context:
        message_add(kind=KIND, dedupe_key=f"{slug}:{text}", payload={"text": text}, **options)
    return Message.objects.get(payload__text=text, agency_schema=_schema(slug))


def _schema(slug: str | None) -> str:
    return Agency.objects.get(slug=slug).schema_name if slug else SHARED
