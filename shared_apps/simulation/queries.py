"""What the pages of a simulation show. Amounts of different currencies are never added up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shared_apps.commissions.models import ChangeSet, ChangeSetStatus, RuleStatus
from shared_apps.operator.listing import TotalsRow
from shared_apps.simulation.models import Scope, SimulationLine, SimulationRun, SimulationTotal

SUMS = (
    "pays", "paid", "present", "new", "change", "provider_present", "provider_new",
    "provider_change", "operator_present", "operator_new", "operator_change",
)  # fmt: skip
CHARTED = 10
MONTHS_BACK = 3


def runs() -> QuerySet[SimulationRun]:
    """Every run, newest first."""
    return SimulationRun.objects.select_related("author").order_by("-pk")


def draft_sets() -> QuerySet[Any]:
    """Change sets of the operator that are drafts and hold at least one change."""
    drafts = Count("rules", filter=Q(rules__status=RuleStatus.DRAFT))
    return ChangeSet.objects.filter(status=ChangeSetStatus.DRAFT).annotate(drafts=drafts)


def usual_period() -> tuple[date, date]:
    """The last three whole months and the days since: what one asks for most often."""
    today = timezone.localdate()
    first = today.replace(day=1)
    for _month in range(MONTHS_BACK):
        first = (first - timedelta(days=1)).replace(day=1)
    return first, today


def totals_of(run: SimulationRun, scope: str, part: str) -> QuerySet[Any]:
    """Totals of one part with the changes: what agencies, providers and the operator gain."""
    found = run.totals.filter(scope=scope, part=part).select_related("agency", "provider")
    return found.annotate(
        change=F("new") - F("present"),
        provider_change=F("provider_new") - F("provider_present"),
        operator_change=F("operator_new") - F("operator_present"),
    ).order_by("pk")


def lines_of(run: SimulationRun, scope: str, part: str) -> QuerySet[Any]:
    """Named lines of one part with the change for the agency, most affected first."""
    found = run.named_lines.filter(scope=scope, part=part)
    return (
        found.select_related("agency", "product", "provider")
        .annotate(
            change=F("new") - F("present"),
            operator_change=F("operator_new") - F("operator_present"),
        )
        .order_by("currency", "place")
    )


def sums_per_currency(rows: QuerySet[Any]) -> Sequence[TotalsRow]:
    """The footer of a table of totals."""
    sums = (
        rows.order_by()
        .values("currency")
        .annotate(**{f"sum_{name}": Sum(name) for name in SUMS})
        .order_by("currency")
    )
    return [
        TotalsRow(_("Total"), row["currency"], {name: row[f"sum_{name}"] for name in SUMS})
        for row in sums
    ]


@dataclass(frozen=True)
class ScopeShown:
    """One scope of a result: its totals per currency, its chart, its most affected lines."""

    scope: str
    label: str
    totals: list[Any]
    charts: list["Chart"]
    affected: list[Any]
    breaches: int


@dataclass(frozen=True)
class Chart:
    """The agencies that gain or lose most in one currency."""

    currency: str
    rows: list[Any]
    others: int

    @property
    def bars(self) -> dict[str, object]:
        """For the script that draws: names, changes as text, the currency."""
        return {
            "currency": self.currency,
            "labels": [row.agency.name for row in self.rows],
            "values": [str(row.change) for row in self.rows],
        }


def scopes_shown(run: SimulationRun) -> list[ScopeShown]:
    """Both scopes of a finished run."""
    return [
        ScopeShown(
            scope=scope,
            label=str(Scope(scope).label),
            totals=list(totals_of(run, scope, SimulationTotal.Part.NETWORK).order_by("currency")),
            charts=_charts(run, scope),
            affected=list(lines_of(run, scope, SimulationLine.Part.AFFECTED)),
            breaches=run.named_lines.filter(scope=scope, part=SimulationLine.Part.BREACH).count(),
        )
        for scope in Scope.values
    ]


def _charts(run: SimulationRun, scope: str) -> list[Chart]:
    by_currency: dict[str, list[Any]] = {}
    for row in totals_of(run, scope, SimulationTotal.Part.AGENCY).exclude(change=Decimal(0)):
        by_currency.setdefault(row.currency, []).append(row)
    charts = []
    for currency, rows in sorted(by_currency.items()):
        rows.sort(key=lambda row: (-abs(row.change), row.agency.name))
        kept = sorted(rows[:CHARTED], key=lambda row: -row.change)
        charts.append(Chart(currency, kept, len(rows) - len(kept)))
    return charts
