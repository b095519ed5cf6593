"""What a provider may read: its own sales, and never what anybody else earns.

Providers work on the operator's host, where no row-level security narrows the tables. So every
read here takes the provider and filters by it, and the columns a provider must not see are not
loaded: neither the sale price, nor the agency's commission, nor the operator's margin.
"""

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shared_apps.catalog.models import Provider
from shared_apps.journal.models import JournalLine
from shared_apps.operator.listing import TotalsRow
from shared_apps.operator.waiting import Task
from shared_apps.statements.desk import provider_desk
from shared_apps.statements.models import LineMessage, Party, Statement, StatementLine

Kind = JournalLine.Kind
KINDS = (Kind.SALE, Kind.CANCELLATION, Kind.FEE, Kind.FUNDING)
WITHHELD = ("customer_pays", "agency_share", "operator_share", "payload", "prev_hash", "hash")
SOON_DAYS = 7


def sales(provider: Provider) -> QuerySet[JournalLine]:
    """Every movement of this provider's products, whoever sold them (R18).

    ``settled_by`` is the reference of the statement it stands in; ``stage`` says whether the
    amount is provisional, earned, or settled.
    """
    own = StatementLine.objects.filter(
        party=Party.PROVIDER, journal_line=OuterRef("pk"), statement__reference__isnull=False
    )
    return (
        JournalLine.objects.filter(provider=provider, kind__in=KINDS)
        .exclude(kind=Kind.FUNDING, provider_share=0)
        .select_related("product", "agency")
        .defer(*WITHHELD)
        .annotate(
            settled_by=Subquery(own.values("statement__reference")[:1]),
            stage=Case(
                When(Exists(own), then=Value("settled")),
                When(service_date__gt=timezone.localdate(), then=Value("provisional")),
                default=Value("earned"),
                output_field=CharField(),
            ),
        )
    )


def sales_totals(rows: QuerySet[JournalLine]) -> list[TotalsRow]:
    """What the provider gets of the filtered movements, per currency."""
    sums = rows.order_by("currency").values("currency").annotate(sum=Sum("provider_share"))
    return [TotalsRow(_("Total"), row["currency"], {"provider_share": row["sum"]}) for row in sums]


def sale(provider: Provider, pk: int) -> JournalLine | None:
    """One movement of this provider, or None."""
    return sales(provider).filter(pk=pk).first()


def tasks(provider: Provider) -> list[Task]:
    """What waits for a provider's person."""
    return [_to_answer(provider), _answers(provider), _soon(provider)]


def figures(provider: Provider) -> list[dict[str, Any]]:
    """Per currency: what is provisional, what is earned and in no statement yet, what is due."""
    rows = sales(provider).filter(seller__agency=None).order_by("currency")
    found = rows.values("currency").annotate(
        provisional=Sum("provider_share", filter=Q(stage="provisional"), default=0),
        earned=Sum("provider_share", filter=Q(stage="earned"), default=0),
    )
    shown = {row["currency"]: {**row, "due": 0} for row in found}
    for row in (
        provider_desk(provider)
        .statements()
        .exclude(status=Statement.Status.PAID)
        .order_by("currency")
        .values("currency", amount=F("due"))
    ):
        place = shown.setdefault(
            row["currency"],
            {"currency": row["currency"], "provisional": 0, "earned": 0, "due": 0},
        )
        place["due"] += row["amount"]
    return [shown[code] for code in sorted(shown)]


def _to_answer(provider: Provider) -> Task:
    count = provider_desk(provider).statements().filter(status=Statement.Status.ISSUED).count()
    return Task(
        count,
        ngettext("statement to answer", "statements to answer", count),
        _("Accept it, or dispute the line that looks wrong."),
        "workspace_statements",
        "status=issued",
        "statements.view",
    )


def _answers(provider: Provider) -> Task:
    last_side = LineMessage.objects.filter(line=OuterRef("pk")).order_by("-pk").values("side")[:1]
    count = (
        StatementLine.objects.filter(
            statement__provider=provider,
            party=Party.PROVIDER,
            state=StatementLine.State.DISPUTED,
        )
        .annotate(last_side=Subquery(last_side))
        .filter(last_side=LineMessage.Side.OPERATOR)
        .count()
    )
    return Task(
        count,
        ngettext("disputed line TNP has answered", "disputed lines TNP has answered", count),
        _("Read the answer and write back, or withdraw the dispute."),
        "workspace_statements",
        "status=disputed",
        "statements.view",
    )


def _soon(provider: Provider) -> Task:
    first = timezone.localdate()
    last = first + timedelta(days=SOON_DAYS)
    count = _sold_between(provider, first, last)
    return Task(
        count,
        ngettext("place sold for the next 7 days", "places sold for the next 7 days", count),
        _("Who comes is in the booking e-mails; here is what is sold."),
        "workspace_sales",
        f"service_date_min={first.isoformat()}&service_date_max={last.isoformat()}",
        "workspace.view",
    )


def _sold_between(provider: Provider, first: date, last: date) -> int:
    moved = JournalLine.objects.filter(
        provider=provider,
        kind__in=(Kind.SALE, Kind.CANCELLATION),
        service_date__range=(first, last),
    )
    return int(moved.aggregate(sum=Sum("quantity"))["sum"] or 0)
