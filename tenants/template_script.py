"""The SQL of an up-to-date agency schema, recorded once and replayed for each new agency.

Migrating a new schema takes seconds because Django rebuilds its model state at every step.
So a scratch schema is migrated once while every writing statement is recorded, and a new
agency replays the recording: one round trip. The recording is keyed by a hash of the
migration files, so a new migration makes a new one. Plain SQL without schema names: the
search path decides where it lands, so the dump of a replayed schema equals a migrated one.
"""

import hashlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django_tenants.utils import schema_context

from tenants.isolation import as_owner
from tenants.models import SchemaScript

# No slug can give this name: slugs have no double underscore and no leading one.
SCRATCH = "__agency_scratch"
RECORDING_LOCK = 0x7E3A1A7E  # any number of our own
READS = re.compile(r"^\s*(SELECT|SHOW|SAVEPOINT|RELEASE|ROLLBACK|SET)\b", re.IGNORECASE)


def migrations_key() -> str:
    """Hash of every migration's source: equal keys mean equal schemas."""
    digest = hashlib.sha256()
    loader = MigrationLoader(None)
    for name in sorted(loader.disk_migrations):
        digest.update(repr(name).encode())
        module = sys.modules[type(loader.disk_migrations[name]).__module__]
        digest.update(inspect.getsource(module).encode())
    digest.update(repr(settings.TENANT_APPS).encode())
    return digest.hexdigest()


class _Recorder:
    """An execute wrapper that keeps every statement that writes, with its values filled in."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        text = sql if isinstance(sql, str) else sql.as_string(connection.connection)
        if not READS.match(text):
            for values in params if many else [params]:
                # Without values (None) a "%" is a "%"; with an empty list "%%" means it.
                filled = text if values is None else connection.ops.compose_sql(text, values)
                self.statements.append(filled.rstrip().rstrip(";") + ";")
        return execute(sql, params, many, context)


def _record() -> str:
    recorder = _Recorder()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f'DROP SCHEMA IF EXISTS "{SCRATCH}" CASCADE')
        cursor.execute(f'CREATE SCHEMA "{SCRATCH}"')
        try:
            with schema_context(SCRATCH), connection.execute_wrapper(recorder):
                call_command("migrate_schemas", schema_name=SCRATCH, tenant=True, verbosity=0)
        finally:
            connection.set_schema_to_public()
            with connection.cursor() as cleaner:
                cleaner.execute(f'DROP SCHEMA IF EXISTS "{SCRATCH}" CASCADE')
    return "\n".join(recorder.statements)


def schema_script() -> str:
    """The script for the current migrations, recorded now if it is not known yet."""
    key = migrations_key()
    known = _known_script(key)
    if known is not None:
        return known
    with _recording_alone():
        known = _known_script(key)
        if known is not None:
            return known
        script = _record()
        SchemaScript.objects.create(key=key, sql=script)
    return script


def _known_script(key: str) -> str | None:
    return SchemaScript.objects.filter(key=key).values_list("sql", flat=True).first()


@contextmanager
def _recording_alone() -> Iterator[None]:
    """One recording at a time, over all processes: they share the scratch schema.

    The lock is held by a connection of its own, because migrating closes ours.
    """
    with closing(connections[connection.alias].copy()) as holder, holder.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [RECORDING_LOCK])
        yield
