"""Processes that migrate one schema after another, and survive each other.

Processes, not threads: building Django's model state is processor work. One process serves
many schemas, because starting it costs more than a small migration. A worker that dies (out
of memory, killed) fails the schema it had in hand; a new one takes the next.
"""

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from typing import Any

import django
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from tenants.isolation import as_owner
from tenants.roles import agency_role_sql

# A migration waits this long for a running sale and then gives up, so that later sales do not
# queue behind it; the next run tries again.
LOCK_TIMEOUT = "10s"

Result = tuple[str, float, str]  # schema, seconds, error ("" when it went well)

# Forking copies a loaded Django for nothing; where it is unsafe, start afresh.
CONTEXT = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


class Busy(RuntimeError):
    """Another run is migrating this schema."""


def schema_migrate(schema: str) -> None:
    """Bring ``schema`` to the newest migrations and renew its role's rights.

    Each migration is a transaction of its own, as Django runs them. Raises what the migration
    raised, or Busy.
    """
    connection.set_schema(schema)
    try:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [schema])
            if not cursor.fetchone()[0]:
                raise Busy("another run is migrating this agency")
            cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
            executor = MigrationExecutor(connection)
            executor.migrate(executor.loader.graph.leaf_nodes())
            cursor.execute(agency_role_sql(schema))
    finally:
        # Also gives the lock back and forgets the settings, whatever state it was left in.
        connection.close()
        connection.set_schema_to_public()


def _one_line(error: BaseException) -> str:
    text = " ".join(str(error).split()) or "no message"
    return f"{type(error).__name__}: {text}"


def _serve(pipe: Connection, inherited: list[Connection]) -> None:
    """A worker's life: a schema in, a result out, until None comes or the parent is gone.

    ``inherited``: the parent's ends of all pipes, which a fork copies; while a copy is open,
    nobody notices that the parent has died.
    """
    for parents_end in inherited:
        parents_end.close()
    django.setup()
    connections.close_all()
    while schema := _next(pipe):
        started = time.perf_counter()
        error = ""
        try:
            schema_migrate(schema)
        except Exception as raised:  # any error of any migration is a line of the report
            error = _one_line(raised)
        pipe.send((schema, time.perf_counter() - started, error))
    # Nothing of the parent's (its test run, its output) may be ended here.
    os._exit(0)


def _next(pipe: Connection) -> str | None:
    try:
        return pipe.recv()
    except EOFError:
        return None


class Crew:
    """``size`` workers on one list of schemas."""

    def __init__(self, size: int) -> None:
        self.size = max(1, size)
        self._workers: dict[Connection, Any] = {}
        self._in_hand: dict[Connection, tuple[str, float]] = {}

    def work(self, schemas: list[str]) -> Iterator[Result]:
        """Yield the result of every schema as it is done. Workers end with the last one."""
        waiting = list(reversed(schemas))
        try:
            for _ in range(min(self.size, len(schemas))):
                self._hire(waiting.pop())
            while self._in_hand:
                for pipe in wait(list(self._in_hand)):
                    yield self._collect(pipe)  # type: ignore[arg-type]
                    if waiting:
                        self._give(pipe, waiting.pop())  # type: ignore[arg-type]
        finally:
            self._dismiss()

    def _hire(self, schema: str) -> None:
        ours, theirs = CONTEXT.Pipe()
        forked = CONTEXT.get_start_method() == "fork"
        inherited = [ours, *self._workers] if forked else []
        process = CONTEXT.Process(target=_serve, args=(theirs, inherited), daemon=True)
        process.start()
        theirs.close()
        self._workers[ours] = process
        self._hand(ours, schema)

    def _hand(self, pipe: Connection, schema: str) -> None:
        self._in_hand[pipe] = (schema, time.perf_counter())
        pipe.send(schema)

    def _give(self, pipe: Connection, schema: str) -> None:
        if pipe in self._workers:
            self._hand(pipe, schema)
        else:
            self._hire(schema)

    def _collect(self, pipe: Connection) -> Result:
        schema, since = self._in_hand.pop(pipe)
        try:
            return pipe.recv()
        except EOFError:
            process = self._workers.pop(pipe)
            process.join()
            pipe.close()
            error = f"the worker process died (exit code {process.exitcode})"
            return schema, time.perf_counter() - since, error

    def _dismiss(self) -> None:
        for pipe, process in self._workers.items():
            if pipe in self._in_hand:
                process.terminate()
            else:
                pipe.send(None)
            process.join()
            pipe.close()
        self._workers.clear()
        self._in_hand.clear()
