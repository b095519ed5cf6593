"""The double's memory: one SQLite file, so that a restart finds everything again.

Objects are stored as the JSON that the API answers plus a private part (what the double must know
and Stripe would not show). Idempotency keys, events waiting for delivery and settings live beside
them. All access is from the server's event loop, one statement at a time; ``transaction`` groups
what belongs together. Durability against power loss is not sought, against a kill of the process it
is given.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL,
    account TEXT NOT NULL, created INTEGER NOT NULL, body TEXT NOT NULL, private TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_kind ON objects (kind, seq);
CREATE TABLE IF NOT EXISTS open_sessions (id TEXT PRIMARY KEY, expires_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS keys (
    scope TEXT NOT NULL, key TEXT NOT NULL, path TEXT NOT NULL, fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL, body TEXT NOT NULL, request_id TEXT NOT NULL, created INTEGER NOT NULL,
    PRIMARY KEY (scope, key));
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, event_type TEXT NOT NULL,
    url TEXT NOT NULL, state TEXT NOT NULL, signature TEXT NOT NULL, position REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL, last_status INTEGER, last_error TEXT);
CREATE INDEX IF NOT EXISTS deliveries_state ON deliveries (state, due);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_TABLES: Final = ("objects", "open_sessions", "keys", "deliveries", "settings")
EVENTS_KEPT: Final = 50_000


@dataclass
class Record:
    """One stored object: what the API shows (``body``) and what it does not (``private``)."""

    id: str
    kind: str
    account: str
    created: int
    body: dict[str, Any]
    private: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SavedAnswer:
    """The first answer given under an idempotency key."""

    path: str
    fingerprint: str
    status: int
    body: str
    request_id: str


class Store:
    """The file, or memory when ``path`` is None."""

    def __init__(self, path: Path | None) -> None:
        if path is not None and path.suffix == "":
            path.mkdir(parents=True, exist_ok=True)
            path = path / "stripe_double.sqlite3"
        elif path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=OFF")
        self.db.executescript(_SCHEMA)
        self.db.execute("UPDATE deliveries SET state = 'pending' WHERE state = 'sending'")

    def close(self) -> None:
        """Close the file; further use is an error."""
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is written together, or not at all if an exception leaves the block."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def put(self, record: Record) -> None:
        """Insert or replace an object."""
        self.db.execute(
            "INSERT INTO objects (id, kind, account, created, body, private) VALUES "
            "(?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body, private = excluded.private",
            (
                record.id,
                record.kind,
                record.account,
                record.created,
                json.dumps(record.body),
                json.dumps(record.private),
            ),
        )

    def get(self, kind: str, object_id: str, account: str | None = None) -> Record | None:
        """The object, if it exists and (when an account is named) belongs to that account."""
        row = self.db.execute(
            "SELECT * FROM objects WHERE id = ? AND kind = ?", (object_id, kind)
        ).fetchone()
        if row is None or (account is not None and row["account"] != account):
            return None
        return _record(row)

    def latest(self, kind: str, limit: int) -> list[Record]:
        """The newest objects of a kind, newest first."""
        rows = self.db.execute(
            "SELECT * FROM objects WHERE kind = ? ORDER BY seq DESC LIMIT ?", (kind, limit)
        )
        return [_record(row) for row in rows]

    def forget_old_events(self) -> None:
        """Keep the newest events only, so that a long demo cannot fill the disk."""
        newest = self.db.execute("SELECT max(seq) FROM objects").fetchone()[0] or 0
        self.db.execute(
            "DELETE FROM objects WHERE kind = 'event' AND seq < ?", (newest - EVENTS_KEPT,)
        )
        self.db.execute(
            "DELETE FROM deliveries WHERE state NOT IN ('pending', 'held') "
            "AND id < (SELECT coalesce(max(id), 0) FROM deliveries) - ?",
            (EVENTS_KEPT,),
        )

    def key_find(self, scope: str, key: str) -> SavedAnswer | None:
        """The answer remembered for this key in this account, if any."""
        row = self.db.execute(
            "SELECT * FROM keys WHERE scope = ? AND key = ?", (scope, key)
        ).fetchone()
        if row is None:
            return None
        return SavedAnswer(
            row["path"], row["fingerprint"], row["status"], row["body"], row["request_id"]
        )

    def key_save(self, scope: str, key: str, answer: SavedAnswer, now: int) -> None:
        """Remember the first answer; a later one never replaces it."""
        self.db.execute(
            "INSERT OR IGNORE INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                scope,
                key,
                answer.path,
                answer.fingerprint,
                answer.status,
                answer.body,
                answer.request_id,
                now,
            ),
        )

    def keys_forget_before(self, moment: int) -> None:
        """Forget keys older than ``moment`` (Stripe keeps them at least 24 hours)."""
        self.db.execute("DELETE FROM keys WHERE created < ?", (moment,))

    def setting(self, name: str, default: Any = None) -> Any:
        """A stored setting, or the default."""
        row = self.db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return default if row is None else json.loads(row["value"])

    def setting_put(self, name: str, value: Any) -> None:
        """Store a setting."""
        self.db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, json.dumps(value)))

    def wipe(self) -> None:
        """Forget everything."""
        for table in _TABLES:
            self.db.execute(f"DELETE FROM {table}")


def _record(row: sqlite3.Row) -> Record:
    return Record(
        row["id"],
        row["kind"],
        row["account"],
        row["created"],
        json.loads(row["body"]),
        json.loads(row["private"]),
    )
