"""Carries out one run, step by step, and says how far it is.

Every step commits, so that the page that asks sees it move. A run whose worker died stays
"running" without a sign of life; :attr:`STILL_AFTER` later the page says so, and the queue, which
hands the task of a lost worker to another, may begin it again from the start: results are
replaced, never added to.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shared_apps.commissions.models import ChangeSetStatus
from shared_apps.simulation.models import SimulationRun
from shared_apps.simulation.projection import journal_copy
from shared_apps.simulation.replay import Sales, agencies_selling, sales_replay, tables_drop
from shared_apps.simulation.rulebook import Rulebook, rules_gather
from shared_apps.simulation.sums import changes_told, totals_keep
from tenants.models import Agency

STILL_AFTER = timedelta(minutes=11)  # beyond the time limit of a task
Step = SimulationRun.Step
# Where each step begins and ends on the progress bar, in per cent.
SPANS = {Step.COPY: (0, 40), Step.RULES: (40, 45), Step.REPLAY: (45, 92), Step.SUMS: (92, 100)}
FAILURES = {
    "not_a_draft": _("The change set was published or discarded before the run began."),
    "too_long": _(
        "It took too long. What was read of the journal is kept: start it again, or choose a "
        "shorter period."
    ),
    "no_queue": _("The queue of background work does not answer. Try again in a minute."),
    "broken": _("Something went wrong. The team that runs the software finds it in its log."),
}
# How the replay's statements are run: whole sets meet whole sets. The planner takes a join over
# nine columns to find one row and would compare everything with everything, or sort it: so only
# hash joins are left, and their tables fit in the memory given.
WHOLE_SETS = {
    "jit": "off",
    "enable_nestloop": "off",
    "enable_mergejoin": "off",
    "work_mem": "64MB",
}


class RunRefused(Exception):
    """A run that cannot begin; the text is a key of :data:`FAILURES`."""


def simulation_carry_out(run: SimulationRun) -> SimulationRun:
    """Replay the sales of ``run`` and keep what was found. Runs in the operator's schema.

    Raises :class:`RunRefused` when its change set is no draft any more.
    """
    clock = _Clock(run)
    run.status, run.started_at, run.failure = SimulationRun.Status.RUNNING, timezone.now(), ""
    run.save(update_fields=["status", "started_at", "failure"])
    with _session({"jit": "off"}):
        clock.steps(Step.COPY, journal_copy())
    with _session(WHOLE_SETS):
        clock.begin(Step.RULES)
        sales = sales_of(run)
        rulebook = _rules(run, sales)
        clock.steps(Step.REPLAY, sales_replay(sales, rulebook))
        clock.begin(Step.SUMS)
        with transaction.atomic():
            run.lines = totals_keep(run=run.pk, floor=run.margin_floor)
            run.changes = changes_told()
            run.rules = rulebook.rules
            run.seconds = clock.stop()
            run.status, run.finished_at = SimulationRun.Status.DONE, timezone.now()
            run.progress = 100
            run.save()
        tables_drop()
    return run


def sales_of(run: SimulationRun) -> Sales:
    """Which sales the run replays."""
    return Sales(run.period_from, run.period_to, timezone.localdate(), run.agency_id)


def _rules(run: SimulationRun, sales: Sales) -> Rulebook:
    change_set = run.change_set
    if change_set is not None and change_set.status != ChangeSetStatus.DRAFT:
        raise RunRefused("not_a_draft")
    agencies = Agency.objects.filter(pk__in=agencies_selling(sales)).order_by("pk")
    if run.agency_id is not None:
        agencies = Agency.objects.filter(pk=run.agency_id)
    return rules_gather(
        on=sales.today,
        change_set=run.change_set_id,
        agencies=list(agencies),
        override_set=run.override_set_id,
    )


class _Clock:
    """Measures the steps and writes where the run stands."""

    def __init__(self, run: SimulationRun) -> None:
        self.run = run
        self.seconds: dict[str, str] = {}
        self.step: Step | None = None
        self.began = 0.0

    def begin(self, step: Step) -> None:
        self.stop()
        self.step, self.began = step, time.perf_counter()
        self.mark(0.0)

    def steps(self, step: Step, parts: Iterator[float]) -> None:
        self.begin(step)
        for part in parts:
            self.mark(part)

    def mark(self, part: float) -> None:
        if self.step is None:
            return
        first, last = SPANS[self.step]
        self.run.step, self.run.progress = self.step, round(first + (last - first) * part)
        self.run.moved_at = timezone.now()
        self.run.save(update_fields=["step", "progress", "moved_at"])

    def stop(self) -> dict[str, str]:
        if self.step is not None:
            spent = Decimal(time.perf_counter() - self.began).quantize(Decimal("0.01"))
            self.seconds[str(self.step)] = str(spent)
        return self.seconds


@contextmanager
def _session(settings: dict[str, str]) -> Iterator[None]:
    """Settings of this database session inside the block; none stays behind it."""
    with connection.cursor() as cursor:
        for name, value in settings.items():
            cursor.execute("SELECT set_config(%s, %s, false)", [name, value])
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                for name in settings:
                    cursor.execute(f"RESET {name}")
