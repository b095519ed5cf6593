"""A statement beside the former portal's figures: gathers both sides for the pure comparison."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Min
from django.utils.formats import date_format

from shared_apps.journal.models import JournalLine
from shared_apps.pricing.money import minor_unit
from shared_apps.statements.models import PortalComparison, Section, Statement, StatementLine
from shared_apps.statements.portal.differences import (
    CurrencyTotals,
    Elsewhere,
    OurOrder,
    Reason,
    compare,
)
from shared_apps.statements.portal.reading import PortalRow

_NO_COMMISSION = (Section.COLLECTED, Section.GIVEN_BACK, Section.OWN_SALE)
_TAKEN_BACK = (Section.CANCELLATION, Section.CANCELLATION_FEE)


def comparison_of(comparison: PortalComparison) -> list[CurrencyTotals]:
    """Both sides per currency, every difference with its reason."""
    statement = comparison.statement
    rows = [
        PortalRow(
            row=row["row"],
            order=row["order"],
            commission=Decimal(row["commission"]),
            currency=row["currency"],
            rate=Decimal(row["rate"]) if row["rate"] is not None else None,
        )
        for row in comparison.rows
    ]
    ours = _our_orders(statement)
    missing = {row.order for row in rows} - {order.order for order in ours}
    return compare(
        currency=statement.currency,
        unit=Decimal(1).scaleb(-minor_unit(statement.currency)),
        ours=ours,
        rows=rows,
        elsewhere=_elsewhere(statement, missing),
    )


def _our_orders(statement: Statement) -> list[OurOrder]:
    by_order: dict[str, list[StatementLine]] = defaultdict(list)
    lines = statement.lines.exclude(section__in=_NO_COMMISSION)
    for line in lines.iterator(chunk_size=2000):
        by_order[line.order_reference].append(line)
    return [_our_order(order, lines) for order, lines in by_order.items()]


def _our_order(order: str, lines: list[StatementLine]) -> OurOrder:
    sales = [line for line in lines if line.section == Section.SALE]
    return OurOrder(
        order=order,
        commission=sum((line.commission for line in lines), Decimal(0)),
        sold=sum((line.commission for line in sales), Decimal(0)),
        gross_sold=sum((line.gross for line in sales), Decimal(0)),
        lines=len(lines),
        cancelled=any(line.section in _TAKEN_BACK for line in lines),
        adjusted=any(line.section == Section.ADJUSTMENT for line in lines),
        rules=tuple(sorted({line.rule for line in sales if line.rule})),
    )


def _elsewhere(statement: Statement, orders: Iterable[str]) -> dict[str, Elsewhere]:
    """Where the agency's orders are that its statement does not hold."""
    found: dict[str, Elsewhere] = {}
    wanted = list(orders)
    sales = JournalLine.objects.filter(
        agency_schema=statement.agency_schema,
        order_reference__in=wanted,
        kind=JournalLine.Kind.SALE,
    )
    facts = sales.values("order_reference", "seller__agency_id", "currency")
    for fact in facts.annotate(first=Min("service_date")):
        found[fact["order_reference"]] = _place(statement, fact)
    settled = StatementLine.objects.filter(
        agency_schema=statement.agency_schema,
        order_reference__in=wanted,
        section__in=[Section.SALE, Section.CANCELLATION],
        statement__reference__isnull=False,
    ).order_by("statement_id")
    for line in settled.values("order_reference", "statement__reference"):
        found[line["order_reference"]] = Elsewhere(
            reason=Reason.OTHER_STATEMENT, detail=str(line["statement__reference"])
        )
    return found


def _place(statement: Statement, fact: Mapping[str, Any]) -> Elsewhere:
    if fact["seller__agency_id"] is not None:
        return Elsewhere(reason=Reason.OWN_LIABILITY)
    if fact["currency"] != statement.currency:
        return Elsewhere(reason=Reason.CURRENCY)
    if fact["first"] and fact["first"] > statement.period_to:
        day = date_format(fact["first"], "SHORT_DATE_FORMAT")
        return Elsewhere(reason=Reason.PROVISIONAL, detail=day)
    return Elsewhere(reason=Reason.NOT_COMMISSIONED)
