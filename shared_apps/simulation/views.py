"""Simulations in the console: ask, watch, read, export. Results stay and can be found again."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shared_apps.identity.access import person, requires
from shared_apps.operator.listing import listing_response
from shared_apps.outbox.kick import QUEUE_DOWN
from shared_apps.simulation import queries
from shared_apps.simulation.actions import simulation_ask, simulation_fail
from shared_apps.simulation.carrying import FAILURES, STILL_AFTER
from shared_apps.simulation.filters import (
    AgencyTotalFilters,
    LineFilters,
    ProviderTotalFilters,
    RunFilters,
)
from shared_apps.simulation.forms import SimulationForm
from shared_apps.simulation.models import Scope, SimulationRun
from shared_apps.simulation.tables import (
    AgencyTotalTable,
    BreachTable,
    NamedLineTable,
    ProviderTotalTable,
    RunTable,
)
from shared_apps.simulation.tasks import simulation_run

SCOPES = {"periode": Scope.PAST, "reservations": Scope.OPEN}
PARTS: dict[str, dict[str, Any]] = {
    "agences": {"table_class": AgencyTotalTable, "filterset_class": AgencyTotalFilters},
    "prestataires": {"table_class": ProviderTotalTable, "filterset_class": ProviderTotalFilters},
    "lignes": {"table_class": NamedLineTable, "filterset_class": LineFilters},
    "plancher": {"table_class": BreachTable, "filterset_class": LineFilters},
}
KINDS = {
    "agences": "agency",
    "prestataires": "provider",
    "lignes": "affected",
    "plancher": "breach",
}


@requires("commissions.view")
def simulations(request: HttpRequest) -> HttpResponse:
    """Every run, newest first: where one finds what was left running."""
    return listing_response(
        request,
        template="office/simulation/list.html",
        title=_("Simulations"),
        table_class=RunTable,
        filterset_class=RunFilters,
        queryset=queries.runs(),
        context={"empty_help": _("Choose a draft change set and see what it would do.")},
    )


@requires("commissions.change")
def simulation_new(request: HttpRequest) -> HttpResponse:
    """Ask for a run; ``?set=`` proposes a draft."""
    form = SimulationForm(request.POST or None, initial={"change_set": request.GET.get("set")})
    if request.method == "POST" and form.is_valid():
        try:
            run = simulation_ask(author=person(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _start(run)
            return redirect("simulation", run.pk)
    status = 422 if form.errors else 200
    return render(request, "office/simulation/new.html", {"form": form}, status=status)


def _start(run: SimulationRun) -> None:
    try:
        simulation_run.delay(run.pk)
    except QUEUE_DOWN:
        simulation_fail(run=run, failure="no_queue")


@requires("commissions.view")
def simulation(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: how far it is, or what it found."""
    run = get_object_or_404(queries.runs(), pk=pk)
    context = _progress(run)
    if run.status == SimulationRun.Status.DONE:
        context |= {"scopes": queries.scopes_shown(run), "addresses": _addresses()}
    return render(request, "office/simulation/run.html", context)


@require_GET
@requires("commissions.view")
def simulation_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress bar alone, asked for every second; the whole page once the run is over."""
    run = get_object_or_404(queries.runs(), pk=pk)
    if run.status in (SimulationRun.Status.DONE, SimulationRun.Status.FAILED):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "office/simulation/progress.html", _progress(run))


@requires("commissions.view")
def simulation_part(request: HttpRequest, pk: int, scope: str, part: str) -> HttpResponse:
    """One table of a result: agencies, providers, most affected lines, or breaches."""
    run = get_object_or_404(queries.runs(), pk=pk, status=SimulationRun.Status.DONE)
    if scope not in SCOPES or part not in PARTS:
        raise Http404
    totals = part in ("agences", "prestataires")
    read = queries.totals_of if totals else queries.lines_of
    return listing_response(
        request,
        template="office/simulation/part.html",
        title=f"{run.name} – {_titles()[part]}",
        queryset=read(run, SCOPES[scope], KINDS[part]),
        totals=queries.sums_per_currency if totals else None,
        context={
            "run": run,
            "scope": scope,
            "part": part,
            "scope_label": SCOPES[scope].label,
            "titles": _titles(),
            "scopes": [(slug, value.label) for slug, value in SCOPES.items()],
            "empty_help": _("No line of this kind in this simulation."),
        },
        **PARTS[part],
    )


def _titles() -> dict[str, str]:
    return {
        "agences": _("Per agency"),
        "prestataires": _("Per provider"),
        "lignes": _("Most affected lines"),
        "plancher": _("Newly under the margin floor"),
    }


def _addresses() -> dict[str, str]:
    return {value: slug for slug, value in SCOPES.items()}


def _progress(run: SimulationRun) -> dict[str, Any]:
    """The run, whether it has gone silent, and why it failed if it did."""
    last_sign = run.moved_at or run.created_at
    waiting = run.status in (SimulationRun.Status.QUEUED, SimulationRun.Status.RUNNING)
    return {
        "run": run,
        "waiting": waiting,
        "silent": waiting and timezone.now() - last_sign > STILL_AFTER,
        "failure": FAILURES.get(run.failure, ""),
    }
