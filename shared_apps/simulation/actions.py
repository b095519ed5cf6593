"""Asking for a simulation, and noting how it ended."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.commissions.models import ChangeSet, ChangeSetStatus
from shared_apps.identity.models import User
from shared_apps.simulation.models import SimulationRun

LONGEST_PERIOD_DAYS = 3 * 366


@transaction.atomic
def simulation_ask(
    *,
    author: User,
    change_set: ChangeSet,
    period_from: date,
    period_to: date,
    margin_floor: Decimal = Decimal(0),
) -> SimulationRun:
    """Note a run of ``change_set`` over the sales of a period, both days included.

    ``margin_floor`` is the operator's margin in per cent of what customers pay, below which a
    line is named as a breach. The run waits for a worker (:mod:`shared_apps.simulation.tasks`).
    Raises ValidationError for a set that is no draft and for a period that is none.
    """
    if change_set.status != ChangeSetStatus.DRAFT:
        raise ValidationError({"change_set": _("Only a draft can be simulated.")})
    if period_to < period_from:
        raise ValidationError({"period_to": _("The period ends before it begins.")})
    if (period_to - period_from).days > LONGEST_PERIOD_DAYS:
        raise ValidationError({"period_from": _("A period is three years at most.")})
    run = SimulationRun(
        author=author,
        change_set=change_set,
        name=change_set.name or f"#{change_set.pk}",
        period_from=period_from,
        period_to=period_to,
        margin_floor=margin_floor,
    )
    run.save()
    audit_record(
        verb="simulation.ask",
        target=run,
        after={
            "change_set": change_set.pk,
            "period": f"{period_from} – {period_to}",
            "margin_floor": str(margin_floor),
        },
    )
    return run


def simulation_fail(*, run: SimulationRun, failure: str) -> None:
    """Note that the run ended without a result; ``failure`` is a key of ``FAILURES``."""
    SimulationRun.objects.filter(pk=run.pk).update(
        status=SimulationRun.Status.FAILED, failure=failure, finished_at=timezone.now()
    )
