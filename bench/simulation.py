"""What a simulation costs: a change set replayed over a million journal lines.

In a database of its own (``bench_simulation``), made once and kept for the next run as long as
migrations and this part of the bench are the same. Two numbers matter: reading a journal that was
never read before, which happens once in its life, and the replay, which happens at every run.
Beside the replay stands a plain sum over the same rows, measured just before it.
"""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from bench import simulated_sales
from bench.catalogue import Facts
from bench.ground import HOME, Ground
from bench.report import Row, at_most

DATABASE = "bench_simulation"
KEPT = HOME / "simulation.json"
LIMIT_SECONDS = 60
CHANGED_RULES, ENDED_RULES, ADDED_RULES = 300, 20, 20
PLAIN_SUM = "SELECT sum(quantity * pays) FROM shared.simulation_saleunit"


def simulation(ground: Ground, facts: Facts, seconds: float) -> Iterator[Row]:
    """Copy the journal from nothing, then replay a change set over a year of sales, twice."""
    with scratch(ground):
        from shared_apps.simulation.carrying import simulation_carry_out

        run = change_set_run()
        before = processor_seconds()
        spent, units = copy_from_nothing()
        note = (
            f"{simulated_sales.LINES:,} lines, {units:,} units, once in a journal's life; "
            f"processor {processor_seconds() - before:.1f} s"
        )
        yield Row("simulation", "journal read", spent, "s", note=note)
        for what in ("first replay", "replay"):
            plain = timed(PLAIN_SUM)
            before, started = processor_seconds(), time.perf_counter()
            simulation_carry_out(run)
            spent = time.perf_counter() - started
            note = (
                f"{run.lines:,} lines, {run.rules:,} rules, {spent / plain:.0f} plain sums; "
                f"processor {processor_seconds() - before:.1f} s"
            )
            yield at_most("simulation", what, spent, "s", LIMIT_SECONDS, note)


@contextlib.contextmanager
def scratch(ground: Ground) -> Iterator[None]:
    """Make the database of this part current, filled; the bench's own comes back after it."""
    from tenants.template_script import migrations_key

    previous = connections["default"].settings_dict["NAME"]
    today = timezone.localdate()
    key = hashlib.sha256(
        migrations_key().encode() + Path(simulated_sales.__file__).read_bytes()
    ).hexdigest()
    stands = KEPT.exists() and json.loads(KEPT.read_text())["key"] == key
    if not stands:
        KEPT.unlink(missing_ok=True)
        ground.postgres.execute(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
    ground.postgres.ensure_database(DATABASE)
    _point_to(DATABASE)
    try:
        if not stands:
            call_command("platform_setup")
            simulated_sales.network_fill(today)
            KEPT.write_text(json.dumps({"key": key}))
        yield
    finally:
        _point_to(previous)


def _point_to(name: str) -> None:
    connections.close_all()
    connections["default"].settings_dict["NAME"] = name


def change_set_run() -> Any:
    """A run over the whole year, of a change set that changes 280 rules, ends 20 and adds 20."""
    from shared_apps.commissions.models import ChangeSet, CommissionRule
    from shared_apps.identity.models import User
    from shared_apps.simulation.models import SimulationRun

    author, _made = User.objects.get_or_create(email="bench@tnp.example")
    changes = ChangeSet.objects.create(name="Bench", author=author)
    rules = list(CommissionRule.objects.filter(status="active").order_by("?")[:CHANGED_RULES])
    for number, rule in enumerate(rules):
        rule.series, rule.version, rule.pk = rule.series_id, rule.version + 1, None
        rule.status, rule.change_set, rule.percent = "draft", changes, rule.percent + 2
        rule.retires = number < ENDED_RULES
    CommissionRule.objects.bulk_create(rules)
    CommissionRule.objects.bulk_create(
        CommissionRule(name=f"New {number}", percent=9, provider=rule.provider, change_set=changes)
        for number, rule in enumerate(rules[:ADDED_RULES])
    )
    today = timezone.localdate()
    return SimulationRun.objects.create(
        author=author,
        change_set=changes,
        name=changes.name,
        period_from=today - timedelta(days=simulated_sales.DAYS + 31),
        period_to=today,
        margin_floor=2,
    )


def copy_from_nothing() -> tuple[float, int]:
    """Empty the copy of the journal and fill it again: seconds, and sale units copied."""
    from shared_apps.simulation.models import SaleUnit
    from shared_apps.simulation.projection import journal_copy

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE shared.simulation_saleunit, shared.simulation_cancelledline, "
            "shared.simulation_copiedchain"
        )
    started = time.perf_counter()
    for _part in journal_copy():
        pass
    spent = time.perf_counter() - started
    return spent, SaleUnit.objects.count()


def processor_seconds() -> float:
    """Seconds of processor the database's process of this session has used; 0 where unknown.

    On a busy machine the clock measures the others too; this does not.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def timed(statement: str) -> float:
    """Seconds one statement takes."""
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.fetchall()
    return time.perf_counter() - started
