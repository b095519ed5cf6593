"""The fleet: which agency schemas are behind the code, and bringing them up to date.

``migrate_schemas`` visits every schema to find that there is nothing to do: minutes for 500
agencies (tenancy.md). Here one query reads what every schema has applied, those that are not
behind are never visited, and the others are migrated side by side in worker processes
(:mod:`tenants.fleet_workers`). A schema that fails is reported and left as its last good
migration made it; the others go on, and the next run picks the failed one up again.

Only migrations of tenant apps count. Django also records the shared apps' migrations in every
schema, where they do nothing: they are written along with the next one that matters.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from tenants.fleet_workers import Crew
from tenants.isolation import SHARED, as_owner

Name = tuple[str, str]  # (app label, migration name)

# Agencies read by one statement: it takes two locks for each.
READ_AT_ONCE = 1000

SCHEMAS = """
    SELECT a.slug, a.schema_name,
           to_regclass(quote_ident(a.schema_name) || '.django_migrations') IS NOT NULL
    FROM shared.tenants_agency a {where} ORDER BY a.slug
"""
APPLIED = """
    SELECT '{schema}', array_agg(app || '.' || name) FROM "{schema}".django_migrations
    WHERE app = ANY(%s)
"""


class State(StrEnum):
    """How an agency's schema stands to the code."""

    CURRENT = "up to date"
    BEHIND = "behind"
    AHEAD = "ahead"  # knows migrations this code does not: an older release runs
    MISSING = "no schema"
    MIGRATED = "migrated"
    FAILED = "failed"


class SharedBehind(RuntimeError):
    """The shared schema must be migrated before the agencies: run ``platform_setup``."""


@dataclass(frozen=True)
class Standing:
    """One agency's schema: its state, and what it lacks, as ``orders 0001 → 0002`` texts."""

    slug: str
    schema: str
    state: State
    at: str = ""
    to: str = ""
    seconds: float = 0.0
    error: str = ""


@dataclass
class Wanted:
    """What the code wants applied: migration by name, and the last name per app."""

    migrations: dict[Name, Migration]
    labels: list[str]
    last: dict[str, str] = field(default_factory=dict)

    def lacking(self, applied: set[Name]) -> list[Name]:
        """The migrations still to run where ``applied`` have run, in the order of names."""
        return sorted(
            name
            for name, migration in self.migrations.items()
            if name not in applied
            and not (migration.replaces and applied.issuperset(map(tuple, migration.replaces)))
        )

    def unknown(self, applied: set[Name]) -> list[Name]:
        """Applied migrations the code does not have."""
        known = set(self.migrations)
        for migration in self.migrations.values():
            known.update((app, name) for app, name in migration.replaces)
        return sorted(applied - known)


def labels_of(app_names: list[str]) -> list[str]:
    """The app labels of entries of ``SHARED_APPS`` or ``TENANT_APPS``."""
    wanted = set(app_names)
    return sorted(config.label for config in apps.get_app_configs() if config.name in wanted)


def wanted_in(labels: list[str]) -> Wanted:
    """What the migration files of ``labels`` ask for. Reads no database."""
    graph = MigrationLoader(None).graph
    nodes = {name: graph.nodes[name] for name in graph.nodes if name[0] in labels}
    return Wanted(nodes, labels, dict(sorted(nodes)))


def _applied_in(schemas: list[str], labels: list[str]) -> dict[str, set[Name]]:
    found: dict[str, set[Name]] = {}
    for start in range(0, len(schemas), READ_AT_ONCE):
        chunk = schemas[start : start + READ_AT_ONCE]
        sql = " UNION ALL ".join(APPLIED.format(schema=schema) for schema in chunk)
        with connection.cursor() as cursor:
            cursor.execute(sql, [labels] * len(chunk))
            for schema, names in cursor.fetchall():
                pairs = (name.split(".", 1) for name in names or [])
                found[schema] = {(app, name) for app, name in pairs}
    return found


def _standing(slug: str, schema: str, wanted: Wanted, applied: set[Name]) -> Standing:
    lacking = wanted.lacking(applied)
    if lacking:
        at, to = [], []
        for app in dict.fromkeys(app for app, _name in lacking):
            had = max((name for label, name in applied if label == app), default="–")
            at.append(f"{app} {had[:4]}")
            to.append(f"{app} {wanted.last[app][:4]}")
        return Standing(slug, schema, State.BEHIND, ", ".join(at), ", ".join(to))
    unknown = wanted.unknown(applied)
    if unknown:
        return Standing(slug, schema, State.AHEAD, ", ".join(f"{a} {n[:4]}" for a, n in unknown))
    return Standing(slug, schema, State.CURRENT)


def fleet_standings(slug: str = "") -> list[Standing]:
    """How every agency (or the one named ``slug``) stands, by slug. Two statements in all.

    Runs as the owner: an agency's role sees no other agency.
    """
    wanted = wanted_in(labels_of(settings.TENANT_APPS))
    with as_owner():
        with connection.cursor() as cursor:
            where = "WHERE a.slug = %s" if slug else ""
            cursor.execute(SCHEMAS.format(where=where), [slug] if slug else None)
            agencies = cursor.fetchall()
        present = [schema for _slug, schema, there in agencies if there]
        applied = _applied_in(present, wanted.labels)
    return [
        _standing(name, schema, wanted, applied[schema])
        if there
        else Standing(name, schema, State.MISSING, error="the schema has no migrations table")
        for name, schema, there in agencies
    ]


def require_current_shared() -> None:
    """Raise SharedBehind when the shared schema lacks migrations of its own apps."""
    wanted = wanted_in(labels_of(settings.SHARED_APPS))
    with as_owner():
        applied = _applied_in([SHARED], wanted.labels)[SHARED]
    lacking = wanted.lacking(applied)
    if lacking:
        names = ", ".join(".".join(name) for name in lacking)
        raise SharedBehind(f"The shared schema lacks {names}: run platform_setup first.")


def fleet_migrate(
    standings: list[Standing],
    *,
    jobs: int,
    report: Callable[[Standing, int, int], None] = lambda *_: None,
) -> Iterator[Standing]:
    """Migrate those of ``standings`` that are behind, ``jobs`` at a time; yield every result.

    ``report`` is called with each migrated or failed agency, its number and how many there
    are. Agencies that are not behind are yielded as they are, untouched.
    """
    behind = {row.schema: row for row in standings if row.state is State.BEHIND}
    yield from (row for row in standings if row.state is not State.BEHIND)
    if not behind:
        return
    # Workers inherit nothing of ours: a connection cannot be shared between processes.
    connection.close()
    for number, (schema, seconds, error) in enumerate(Crew(jobs).work(list(behind)), 1):
        row = behind[schema]
        state = State.FAILED if error else State.MIGRATED
        done = Standing(row.slug, schema, state, row.at, row.to, seconds, error)
        report(done, number, len(behind))
        yield done


def timed_standings(slug: str = "") -> tuple[list[Standing], float]:
    """:func:`fleet_standings` and the seconds it took."""
    started = time.perf_counter()
    return fleet_standings(slug), time.perf_counter() - started
