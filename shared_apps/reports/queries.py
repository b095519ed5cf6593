"""Reads the journal for a dashboard: one pass over both spans, whatever is shown.

``GROUPING SETS`` adds up the whole, the steps and every dimension in one statement, so that a
million lines are read once and not once a card. The index on ``occurred_at`` finds the lines.
Row-level security narrows an agency's connection to its own; nothing here filters by agency.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from shared_apps.catalog.models import Product, Provider
from shared_apps.catalog.texts import text_in
from shared_apps.operator.filters import CHANNELS
from shared_apps.operator.queries import TURNOVER
from shared_apps.reports.figures import Board, Commission, Figure, Row, Step, falling, top
from shared_apps.reports.periods import Span
from tenants.models import Agency

ZERO = Decimal(0)
# Dimension → column of the journal. The order is that of GROUPING's bits below.
DIMENSIONS = {
    "product": "product_id",
    "channel": "channel",
    "provider": "provider_id",
    "agency": "agency_id",
}
SHARES = {"agency": "agency_share", "operator": "operator_share"}

BOARD = """
WITH lines AS (
    SELECT currency, product_id, channel, provider_id, agency_id, kind,
           customer_pays AS sales, {share} AS share, occurred_at >= %(start)s AS is_now,
           date_trunc(%(step)s, occurred_at AT TIME ZONE %(zone)s)::date AS step
    FROM journal_journalline
    WHERE occurred_at >= %(before)s AND occurred_at < %(end)s AND kind = ANY(%(kinds)s)
)
SELECT currency,
       GROUPING(step) = 0 AS of_step, {flags},
       step, is_now, {columns},
       sum(sales), sum(share), count(*) FILTER (WHERE kind = 'sale')
FROM lines
GROUP BY GROUPING SETS ((currency, is_now), (currency, is_now, step), {sets})
"""

COMMISSION = """
SELECT line.currency,
       COALESCE(sum(agency_share) FILTER (WHERE line.service_date >= %(today)s), 0),
       COALESCE(sum(agency_share) FILTER (
           WHERE line.service_date < %(today)s OR line.service_date IS NULL), 0),
       COALESCE(sum(agency_share) FILTER (WHERE statement.status = 'paid'), 0)
FROM journal_journalline line
JOIN network_selleridentity seller ON seller.id = line.seller_id AND seller.agency_id IS NULL
LEFT JOIN statements_statementline stated
    ON stated.journal_line_id = line.id AND stated.party = 'agency'
LEFT JOIN statements_statement statement ON statement.id = stated.statement_id
WHERE line.occurred_at >= %(start)s AND line.occurred_at < %(end)s AND line.kind = ANY(%(kinds)s)
GROUP BY line.currency
"""


class Sums(NamedTuple):
    """Sales, share and number of sales of one group in one span."""

    sales: Decimal
    share: Decimal
    sold: int


NOTHING = Sums(ZERO, ZERO, 0)
Group = dict[bool, Sums]
"""Whether in the span (or in the one before) → the sums."""


def boards_read(span: Span, *, share: str, dimensions: Iterable[str]) -> list[Board]:
    """The figures of ``span`` per currency, beside those of the span before.

    ``share`` is whose earnings are shown, ``agency`` or ``operator``; ``dimensions`` are keys of
    :data:`DIMENSIONS`. One query, and one a dimension for names. KeyError for unknown keys.
    """
    wanted = list(dimensions)
    totals: dict[str, Group] = defaultdict(dict)
    steps: dict[str, dict[tuple[date, bool], Sums]] = defaultdict(dict)
    groups: dict[str, dict[str, dict[str, Group]]] = defaultdict(
        lambda: {name: defaultdict(dict) for name in wanted}
    )
    for row in _rows(span, SHARES[share], wanted):
        currency, of_step, flags, step, is_now, keys, sums = row
        dimension = next((name for name, flag in zip(wanted, flags, strict=True) if flag), None)
        if of_step:
            steps[currency][step, is_now] = sums
        elif dimension:
            key = keys[wanted.index(dimension)]
            groups[currency][dimension]["" if key is None else str(key)][is_now] = sums
        else:
            totals[currency][is_now] = sums
    boards = [
        Board(
            currency=currency,
            sales=_sales(totals[currency]),
            share=_share(totals[currency]),
            count=_sold(totals[currency]),
            steps=_steps(span, steps[currency]),
            groups={
                name: [
                    Row(key, key, _sales(group), _share(group), _sold(group))
                    for key, group in found.items()
                ]
                for name, found in groups[currency].items()
            },
        )
        for currency in sorted(totals)
    ]
    for name in wanted:
        _shorten_and_name(boards, name)
    return boards


def commission_read(span: Span, *, today: date) -> dict[str, Commission]:
    """Per currency: the commission of the span's sales that is provisional, earned, paid (L6).

    Earned once the service date has passed; paid when the statement it stands in is. Sales under
    the agency's own liability earn no commission from TNP and are left out.
    """
    start, end = _moment(span.first), _moment(span.last + timedelta(days=1))
    wanted: dict[str, Any] = {"start": start, "end": end, "today": today, "kinds": list(TURNOVER)}
    with connection.cursor() as cursor:
        cursor.execute(COMMISSION, wanted)
        return {currency: Commission(*sums) for currency, *sums in cursor.fetchall()}


def _rows(span: Span, share: str, dimensions: list[str]) -> Iterator[tuple[Any, ...]]:
    columns = [DIMENSIONS[name] for name in dimensions]
    statement = BOARD.format(
        share=share,
        flags=", ".join(f"GROUPING({column}) = 0" for column in columns),
        columns=", ".join(columns),
        sets=", ".join(f"(currency, is_now, {column})" for column in columns),
    )
    wanted: dict[str, Any] = {
        "before": _moment(span.before.first),
        "start": _moment(span.first),
        "end": _moment(span.last + timedelta(days=1)),
        "step": span.step,
        "zone": timezone.get_current_timezone_name(),
        "kinds": list(TURNOVER),
    }
    many = len(columns)
    with connection.cursor() as cursor:
        cursor.execute(statement, wanted)
        for currency, of_step, *rest in cursor:
            flags, (step, is_now), keys = rest[:many], rest[many : many + 2], rest[many + 2 : -3]
            yield currency, of_step, flags, step, is_now, keys, Sums(*rest[-3:])


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _sales(group: Group) -> Figure:
    now, before = _both(group)
    return Figure(now.sales, before.sales)


def _share(group: Group) -> Figure:
    now, before = _both(group)
    return Figure(now.share, before.share)


def _sold(group: Group) -> Figure:
    now, before = _both(group)
    return Figure(Decimal(now.sold), Decimal(before.sold))


def _both(group: Group) -> tuple[Sums, Sums]:
    return group.get(True, NOTHING), group.get(False, NOTHING)


def _steps(span: Span, found: dict[tuple[date, bool], Sums]) -> list[Step]:
    """Every step of the span, also the empty ones, beside the one at the same place before."""
    earlier = span.before.starts
    steps = []
    for place, start in enumerate(span.starts):
        group: Group = {}
        if (start, True) in found:
            group[True] = found[start, True]
        if place < len(earlier) and (earlier[place], False) in found:
            group[False] = found[earlier[place], False]
        steps.append(Step(start, _sales(group), _share(group)))
    return steps


def _shorten_and_name(boards: list[Board], dimension: str) -> None:
    """Keep the rows that are shown, and give them names and pages."""
    for board in boards:
        rows = board.groups[dimension]
        kept = {row.key: row for row in [*top(rows), *falling(rows)]}
        board.groups[dimension] = list(kept.values())
    keys = {row.key for board in boards for row in board.groups[dimension] if row.key}
    names = _NAMES[dimension](keys)
    for board in boards:
        board.groups[dimension] = [
            replace(
                row, label=names.get(row.key, ("—", ""))[0], url=names.get(row.key, ("", ""))[1]
            )
            for row in board.groups[dimension]
        ]


Names = dict[str, tuple[str, str]]


def _product_names(keys: set[str]) -> Names:
    language = get_language() or "fr"
    rows = Product.objects.filter(pk__in=keys).only("reference", "titles")
    return {
        str(row.pk): (
            f"{text_in(row.titles, language) or row.reference}",
            _page("operator_product", row.reference),
        )
        for row in rows
    }


def _provider_names(keys: set[str]) -> Names:
    rows = Provider.objects.filter(pk__in=keys).only("reference", "name")
    return {str(row.pk): (row.name, _page("operator_provider", row.reference)) for row in rows}


def _agency_names(keys: set[str]) -> Names:
    rows = Agency.objects.filter(pk__in=keys).only("slug", "name")
    return {str(row.pk): (row.name, _page("operator_agency", row.slug)) for row in rows}


def _channel_names(keys: set[str]) -> Names:
    words = dict(CHANNELS)
    return {key: (str(words.get(key, key)), "") for key in keys}


def _page(name: str, key: str) -> str:
    """The row's own page in the console; an agency's office has none for catalogue rows."""
    if hasattr(connection.tenant, "slug"):
        return ""
    return reverse(name, args=[key], urlconf="saas.urls_operator")


_NAMES = {
    "product": _product_names,
    "provider": _provider_names,
    "agency": _agency_names,
    "channel": _channel_names,
}
