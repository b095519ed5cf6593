"""Work of this app outside the request: one run, from its first step to its last."""

import structlog
from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from shared_apps.simulation.actions import simulation_fail
from shared_apps.simulation.carrying import RunRefused, simulation_carry_out
from shared_apps.simulation.models import SimulationRun

log = structlog.get_logger(__name__)
WAITING = (SimulationRun.Status.QUEUED, SimulationRun.Status.RUNNING)
SECONDS = 570  # a little less than the time limit of every task


@shared_task(name="simulation.run", soft_time_limit=SECONDS)
def simulation_run(pk: int) -> None:
    """Carry out the run ``pk``; one that is over, or was never committed, is left alone.

    Whatever ends it is written on the run, so that its page never waits for nothing.
    """
    run = SimulationRun.objects.select_related("change_set").filter(pk=pk).first()
    if run is None or run.status not in WAITING:
        return
    try:
        simulation_carry_out(run)
    except RunRefused as refusal:
        simulation_fail(run=run, failure=str(refusal))
    except SoftTimeLimitExceeded:
        simulation_fail(run=run, failure="too_long")
    except Exception:
        log.exception("simulation.broken", run=pk)
        simulation_fail(run=run, failure="broken")
        raise
