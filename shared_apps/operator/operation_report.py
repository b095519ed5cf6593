"""What a special operation brought and cost: read from its ledger and the sales journal.

A line belongs to the operation when the operation paid for it. Its sales are net: a cancelled
line takes its sale away again and leaves the fee. Sums are per currency; the budget counts its
own currency only. Every grouping comes from one statement (GROUPING SETS), so that the tables
of one report cannot disagree.

The comparison looks at everything sold in the operation's scope, with its rule or without,
during the operation and over as many days before it. It compares; it does not prove that the
operation was the cause.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import get_language

from shared_apps.catalog.models import Category, Product, Provider
from shared_apps.catalog.texts import text_in
from shared_apps.commissions.models import OperationSpending, SpecialOperation
from shared_apps.commissions.operations import OperationTerms, operation_terms
from shared_apps.journal.models import JournalLine
from shared_apps.network.models import AgencyGroup
from tenants.models import Agency

SOLD = ("sale", "cancellation", "fee")
REPORT = """
WITH taken AS (
    SELECT agency_schema, order_reference, line_id, currency, min(occurred_at) AS at,
           sum(amount) AS extra, sum(operator_part) AS by_operator,
           sum(provider_part) AS by_provider, sum(agency_part) AS by_agency
    FROM commissions_operationspending WHERE operation_id = %(operation)s
    GROUP BY agency_schema, order_reference, line_id, currency
), line AS (
    SELECT t.*, j.agency_id, j.product_id, j.sold, j.cancelled,
           (t.at AT TIME ZONE %(zone)s)::date AS day
    FROM taken t CROSS JOIN LATERAL (
        SELECT min(agency_id) AS agency_id, min(product_id) AS product_id,
               sum(customer_pays) AS sold, bool_or(kind = 'cancellation') AS cancelled
        FROM journal_journalline j
        WHERE j.agency_schema = t.agency_schema AND j.order_reference = t.order_reference
          AND j.line_id = t.line_id AND j.kind IN ('sale', 'cancellation', 'fee')
    ) j
)
SELECT grouping(agency_id, product_id, day), currency, agency_id, product_id, day,
       count(*), count(*) FILTER (WHERE cancelled), sum(sold), sum(extra),
       sum(by_operator), sum(by_provider), sum(by_agency)
FROM line
GROUP BY GROUPING SETS ((currency), (currency, agency_id), (currency, product_id), (currency, day))
ORDER BY 1, 2, 8 DESC
"""
# Bits of grouping(): set for the columns that a row is not grouped by.
TOTAL, BY_AGENCY, BY_PRODUCT, BY_DAY = 0b111, 0b011, 0b101, 0b110


@dataclass(frozen=True)
class Row:
    """Sums of one currency: net sales of ``lines`` lines, their extra commission, who funds it."""

    label: str
    currency: str
    day: date | None
    lines: int
    cancelled: int
    sold: Decimal
    extra: Decimal
    operator: Decimal
    provider: Decimal
    agency: Decimal


@dataclass(frozen=True)
class Period:
    """Everything sold in the scope over some days, in one currency."""

    first: date
    last: date
    currency: str
    lines: int
    sold: Decimal
    agency_share: Decimal


@dataclass(frozen=True)
class Comparison:
    """The days before an operation against as many days of it; ``change`` in per cent."""

    before: Period
    during: Period

    @property
    def change(self) -> Decimal | None:
        """How much more was sold, in per cent of before; None when nothing was sold before."""
        if not self.before.sold:
            return None
        more = self.during.sold - self.before.sold
        return (more / self.before.sold * 100).quantize(Decimal("0.1"))


@dataclass(frozen=True)
class Report:
    """The result of one operation."""

    totals: list[Row]
    agencies: list[Row]
    products: list[Row]
    days: list[Row]


def operations() -> QuerySet[SpecialOperation]:
    """Operations, the latest first, with how many sale lines they paid."""
    lines = (
        OperationSpending.objects.filter(operation=OuterRef("pk"))
        .order_by()
        .values("operation")
        .annotate(lines=Count("line_id", distinct=True))
        .values("lines")
    )
    return SpecialOperation.objects.annotate(paid=Coalesce(Subquery(lines), 0)).order_by(
        "-starts_on", "-id"
    )


def spendings(operation: SpecialOperation) -> QuerySet[OperationSpending]:
    """The ledger of one operation, newest first."""
    return OperationSpending.objects.filter(operation=operation).order_by("-id")


def report_read(operation: SpecialOperation) -> Report:
    """The sums of the operation: in all, by agency, by product and by day of the sale."""
    with connection.cursor() as cursor:
        cursor.execute(
            REPORT,
            {"operation": operation.pk, "zone": str(timezone.get_current_timezone())},
        )
        rows = cursor.fetchall()
    agencies = dict(
        Agency.objects.filter(pk__in={row[2] for row in rows}).values_list("pk", "name")
    )
    language = get_language() or "fr"
    products = {
        pk: text_in(titles, language) or reference
        for pk, reference, titles in Product.objects.filter(
            pk__in={row[3] for row in rows}
        ).values_list("pk", "reference", "titles")
    }

    def grouped(by: int) -> list[Row]:
        names = {BY_AGENCY: (2, agencies), BY_PRODUCT: (3, products)}
        place, known = names.get(by, (2, {}))
        return [Row(known.get(row[place], ""), row[1], *row[4:]) for row in rows if row[0] == by]

    days = sorted(grouped(BY_DAY), key=lambda row: (row.currency, row.day or date.min))
    return Report(grouped(TOTAL), grouped(BY_AGENCY), grouped(BY_PRODUCT), days)


def comparisons_read(operation: SpecialOperation) -> list[Comparison]:
    """The operation's days so far against as many days before it, one a currency."""
    during, before = periods_of(operation)
    scope = scope_of(operation_terms(operation))
    sums = {}
    for name, (first, last) in (("before", before), ("during", during)):
        rows = (
            _sold(scope, first, last)
            .values("currency")
            .annotate(
                lines=Count("id", filter=Q(kind="sale")),
                sold=Sum("customer_pays"),
                share=Sum("agency_share"),
            )
        )
        for row in rows:
            found = Period(first, last, row["currency"], row["lines"], row["sold"], row["share"])
            sums[row["currency"], name] = found
    currencies = sorted({currency for currency, _name in sums})
    nothing = Decimal(0)
    return [
        Comparison(
            sums.get((code, "before"), Period(*before, code, 0, nothing, nothing)),
            sums.get((code, "during"), Period(*during, code, 0, nothing, nothing)),
        )
        for code in currencies
    ]


def sold_by_day(operation: SpecialOperation) -> list[tuple[date, str, Decimal]]:
    """What was sold in the scope on each day of both periods: (day, currency, amount)."""
    (_first, last), (first, _last) = periods_of(operation)
    rows = (
        _sold(scope_of(operation_terms(operation)), first, last)
        .annotate(day=TruncDate("occurred_at"))
        .values("day", "currency")
        .annotate(total=Sum("customer_pays"))
        .order_by("day")
    )
    return [(row["day"], row["currency"], row["total"]) for row in rows]


def periods_of(operation: SpecialOperation) -> tuple[tuple[date, date], tuple[date, date]]:
    """First and last day of the operation so far, and of the equally long time before it."""
    last = max(operation.starts_on, min(operation.ends_on, timezone.localdate()))
    length = (last - operation.starts_on).days + 1
    day = timedelta(days=1)
    return (
        (operation.starts_on, last),
        (operation.starts_on - length * day, operation.starts_on - day),
    )


def scope_of(terms: OperationTerms) -> Q:
    """Journal lines that the operation is about: its audience and its goods."""

    def ids(named: Sequence[Any], kind: type) -> list[int]:
        return [found.pk for found in named if isinstance(found, kind)]

    scope = Q()
    if terms.audience:
        groups = ids(terms.audience, AgencyGroup)
        members = Agency.objects.filter(
            group_memberships__group__in=groups, group_memberships__valid_to=None
        )
        scope &= Q(agency__in=ids(terms.audience, Agency)) | Q(agency__in=members)
    if terms.goods:
        scope &= (
            Q(product__in=ids(terms.goods, Product))
            | Q(provider__in=ids(terms.goods, Provider))
            | Q(product__category__in=ids(terms.goods, Category))
        )
    return scope


def _sold(scope: Q, first: date, last: date) -> QuerySet[JournalLine]:
    return JournalLine.objects.filter(
        scope, kind__in=SOLD, occurred_at__date__gte=first, occurred_at__date__lte=last
    ).order_by()
