"""Reads of statements: totals by section, what is to be paid, what other apps may ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _
from moneyed import Money

from shared_apps.operator.listing import TotalsRow
from shared_apps.statements.flows import Flow, flows
from shared_apps.statements.models import Party, Section, Statement, StatementLine
from shared_apps.statements.models.statement import AMOUNTS


@dataclass(frozen=True)
class SectionTotal:
    """The sums of one section of a statement, in its currency, signed."""

    section: str
    count: int
    gross: Decimal
    commission: Decimal
    collected: Decimal
    fee: Decimal
    settled: Decimal
    due: Decimal

    @property
    def label(self) -> str:
        """The heading."""
        return str(Section(self.section).label)


def sections_of(statement: Statement) -> list[SectionTotal]:
    """The sums per section, in the order of a statement; only sections that have lines."""
    rows: Any = statement.lines.values("section").order_by("section")
    found = {
        row["section"]: SectionTotal(
            section=row["section"],
            count=row["count"],
            **{name: row[f"sum_{name}"] for name in AMOUNTS},
        )
        for row in rows.annotate(
            count=Count("pk"), **{f"sum_{name}": Sum(name) for name in AMOUNTS}
        )
    }
    return [found[section] for section in Section.values if section in found]


def statement_flows(statement: Statement) -> list[Flow]:
    """What has to be paid, by whom, and what is left (:mod:`shared_apps.statements.flows`)."""
    if statement.for_agency:
        credit = statement.commission
        debit = statement.collected + statement.fee - statement.settled
    else:
        credit, debit = statement.due, Decimal(0)
    paid = statement.payments.values_list("direction", "amount")
    return flows(credit=credit, debit=debit, netting=statement.netting, paid=paid)


def disputed_due(statement: Statement) -> Decimal:
    """How much of the statement's due amount stands on lines whose dispute is open."""
    disputed = statement.lines.filter(state=StatementLine.State.DISPUTED)
    return disputed.aggregate(sum=Sum("due"))["sum"] or Decimal(0)


def statements() -> QuerySet[Statement]:
    """All statements with their parties and the number of their open disputes.

    Inside an agency, row-level security leaves its own, from their issue on.
    """
    disputed = Count("lines", filter=Q(lines__state=StatementLine.State.DISPUTED))
    return Statement.objects.select_related("agency", "provider").annotate(disputes=disputed)


def commission_totals(statement: Statement) -> Money:
    """The commission an agency earned on an issued statement, net, in its currency.

    Sales, cancellations, cancellation fees, operations and adjustments of commission together;
    what was collected, and TNP's fee on own-liability sales, are not in it. May be negative.
    For the commission invoice (L7). Raises ValueError for a provider's statement or a draft.
    """
    if not statement.for_agency or statement.status == Statement.Status.DRAFT:
        raise ValueError(f"Statement {statement.pk} is no issued statement of an agency")
    return Money(statement.commission, statement.currency)


def invoiceable() -> QuerySet[Statement]:
    """Agency statements that are issued and earned some commission, oldest first (L7)."""
    return (
        Statement.objects.filter(party="agency")
        .exclude(status=Statement.Status.DRAFT)
        .exclude(commission=0)
        .select_related("agency")
        .order_by("issued_at", "pk")
    )


def threads_of(statement: Statement) -> Sequence[StatementLine]:
    """Lines that somebody disputed, with their messages, open disputes first."""
    lines = statement.lines.filter(messages__isnull=False).distinct()
    found = list(lines.prefetch_related("messages"))
    return sorted(found, key=lambda line: (line.state != StatementLine.State.DISPUTED, line.pk))


def statements_totals(rows: QuerySet[Statement]) -> list[TotalsRow]:
    """Sums of a filtered list per kind of party and currency: what one owes is another's income."""
    names = ("gross", "commission", "collected", "due")
    # The annotation that counts disputes joins lines: sum over the bare rows.
    bare = Statement.objects.filter(pk__in=rows.order_by().values("pk"))
    sums: Any = bare.values("party", "currency").order_by("party", "currency")
    labels: dict[str, Any] = {Party.AGENCY: _("Agencies"), Party.PROVIDER: _("Providers")}
    return [
        TotalsRow(
            labels[row["party"]], row["currency"], {name: row[f"sum_{name}"] for name in names}
        )
        for row in sums.annotate(**{f"sum_{name}": Sum(name) for name in names})
    ]


def lines_of(statement: Statement) -> QuerySet[StatementLine]:
    """The lines of a statement, with what their pages show."""
    return statement.lines.select_related("statement", "sold_by")


def lines_totals(rows: QuerySet[StatementLine], statement: Statement) -> list[TotalsRow]:
    """Sums of the filtered lines, in the statement's currency."""
    sums = rows.order_by().aggregate(**{name: Sum(name) for name in AMOUNTS})
    amounts = {name: amount or Decimal(0) for name, amount in sums.items()}
    return [TotalsRow(_("Total"), statement.currency, amounts)]
