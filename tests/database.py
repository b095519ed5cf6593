"""The test server, the template database and its copies."""

import fcntl
import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from deploy.sandbox.postgres import test_server

ROOT = Path(__file__).resolve().parent.parent
SERVER = test_server()
TEST_ENVIRONMENT = {
    "SECRET_KEY": "only-for-tests-0123456789-0123456789-0123456789",
    "INSECURE_LOCAL": "1",
    "DEBUG": "0",
    "DATABASE_URL": SERVER.dsn("postgres"),
    "REDIS_URL": "",
    "CELERY_BROKER_URL": "memory://",
    "CELERY_TASK_ALWAYS_EAGER": "1",
    "EMAIL_URL": "memorymail://",
    "STRIPE_API_KEY": "",
    "STRIPE_WEBHOOK_SECRET": "whsec_tests",
    "STRIPE_API_BASE": "https://checkout.stripe.com",
    "BASE_DOMAIN": "localhost",
    "PUBLIC_PORT": "",
    "STATIC_MANIFEST": "0",
    "MEMO_SECONDS": "0",
    "LOG_LEVEL": "ERROR",
    "MEDIA_ROOT": str(ROOT / "var" / "test-media"),
}


def _key() -> str:
    from tenants.template_script import migrations_key

    # The world's departures start the day it is built, so a template lasts a month.
    digest = hashlib.sha256(f"{migrations_key()}{datetime.now(UTC):%Y-%m}".encode())
    for path in ("tests/world.py", "tenants/roles.py", "saas/settings.py"):
        digest.update((ROOT / path).read_bytes())
    return digest.hexdigest()[:16]


def _point_to(name: str) -> None:
    from django.db import connections

    connections.close_all()
    connections["default"].settings_dict["NAME"] = name
    os.environ["DATABASE_URL"] = SERVER.dsn(name)


def _admin(statement: str) -> list[tuple]:
    import psycopg

    with psycopg.connect(SERVER.dsn("postgres"), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def template_database() -> str:
    """Name of the template for the current migrations; built now, under a lock, if absent."""
    from django.core.management import call_command

    from tests.world import build_world

    name = f"template_{_key()}"
    lock = ROOT / "var" / "template.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if _admin(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            return name
        from django.db import connections

        previous = connections["default"].settings_dict["NAME"]
        draft = f"draft_{uuid.uuid4().hex[:12]}"
        _admin(f"CREATE DATABASE {draft}")
        _point_to(draft)
        with Path(os.devnull).open("w") as silence:
            call_command("platform_setup", stdout=silence)
        build_world()
        _point_to(previous)
        _admin(f"ALTER DATABASE {draft} RENAME TO {name}")
    return name


@contextmanager
def copy_of_template(template: str) -> Iterator[str]:
    """A database made from ``template``, current inside the block, dropped after it."""
    from django.db import connections

    previous = connections["default"].settings_dict["NAME"]
    name = f"run_{uuid.uuid4().hex[:16]}"
    _admin(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    _point_to(name)
    try:
        yield name
    finally:
        _point_to(previous)
        _admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
