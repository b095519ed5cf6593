"""An estimate of what changed rates would have meant for the sales of the last days.

Read from the journal in one statement: the lines that each changed rule won, with the unit prices
they were sold at, and the commission computed again with the new amounts. It is an estimate and
says so: it looks at the newest :data:`LINES` sales of the last :data:`DAYS` days, leaves
cancellations out, and answers nothing for a rule that is new, ends, or fits other sales than
before, because who would win instead is not asked. The exact answer is the simulator's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from moneyed import Money

from shared_apps.commissions.books import Book
from shared_apps.commissions.models import RuleTerms
from shared_apps.pricing.money import money_round

DAYS = 30
LINES = 20_000

READ = """
WITH recent AS MATERIALIZED (
    SELECT currency, agency_share, operator_share, payload::jsonb -> 'details' AS details
    FROM journal_journalline
    WHERE kind = 'sale' AND occurred_at >= %(since)s
      AND (%(schema)s::text IS NULL OR agency_schema = %(schema)s)
    ORDER BY occurred_at DESC LIMIT %(lines)s
), changed AS (
    SELECT * FROM unnest(
        %(drafts)s::bigint[], %(series)s::text[], %(bases)s::text[], %(currencies)s::text[],
        %(percents)s::numeric[], %(fixed)s::numeric[], %(floors)s::numeric[], %(caps)s::numeric[]
    ) AS c (draft, series, base, currency, percent, fixed, floor, cap)
), unit AS (
    SELECT c.draft, r.currency, r.agency_share, r.operator_share, (
        SELECT SUM(q.value::integer * (
            LEAST(c.cap, GREATEST(c.floor, c.fixed + ROUND(c.percent / 100 * CASE c.base
                WHEN 'sale_price' THEN (u.value ->> 'reference')::numeric
                WHEN 'public_tariff' THEN (u.value ->> 'basis')::numeric
                ELSE (u.value ->> 'reference')::numeric - (u.value ->> 'purchase')::numeric
            END, 2))) - (u.value ->> 'commission')::numeric))
        FROM jsonb_each(r.details -> 'unit') u
        JOIN jsonb_each_text(r.details -> 'quantities') q ON q.key = u.key
    ) AS difference
    FROM recent r
    JOIN changed c ON c.series = split_part(r.details -> 'rule' ->> 'id', '.', 1)
    WHERE c.currency IN ('', r.currency)
)
SELECT draft, currency, COUNT(*), SUM(agency_share), SUM(operator_share), SUM(difference)
FROM unit GROUP BY draft, currency ORDER BY draft, currency
"""


@dataclass(frozen=True)
class Effect:
    """The shares of the sales that one rule won, as they were and as they would have been.

    The operator's share is None where an agency reads: it would tell the purchase price.
    """

    lines: int
    agency_before: Money
    agency_after: Money
    operator_before: Money | None
    operator_after: Money | None

    @property
    def difference(self) -> Money:
        """What the agencies would have had more, or less when negative."""
        return self.agency_after - self.agency_before


def effects_estimate(book: Book, drafts: Sequence[RuleTerms]) -> Mapping[int, list[Effect]]:
    """The effects of ``drafts`` that change amounts only, by draft and currency; see the module."""
    if not drafts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(READ, _parameters(book, drafts))
        rows = cursor.fetchall()
    found: dict[int, list[Effect]] = {}
    for draft, currency, lines, agency, operator, difference in rows:
        found.setdefault(draft, []).append(
            Effect(
                lines=lines,
                agency_before=_money(agency, currency),
                agency_after=_money(agency + difference, currency),
                operator_before=None if book.agency else _money(operator, currency),
                operator_after=None if book.agency else _money(operator - difference, currency),
            )
        )
    return found


def effects_total(effects: Sequence[Effect]) -> list[Effect]:
    """The effects added up, one a currency."""
    totals: dict[str, Effect] = {}
    for effect in effects:
        code = str(effect.agency_before.currency.code)
        totals[code] = _added(totals[code], effect) if code in totals else effect
    return [totals[code] for code in sorted(totals)]


def _added(one: Effect, other: Effect) -> Effect:
    def plus(mine: Money | None, theirs: Money | None) -> Money | None:
        return None if mine is None or theirs is None else mine + theirs

    return Effect(
        lines=one.lines + other.lines,
        agency_before=one.agency_before + other.agency_before,
        agency_after=one.agency_after + other.agency_after,
        operator_before=plus(one.operator_before, other.operator_before),
        operator_after=plus(one.operator_after, other.operator_after),
    )


def _parameters(book: Book, drafts: Sequence[RuleTerms]) -> dict[str, Any]:
    return {
        "since": timezone.now() - timedelta(days=DAYS),
        "schema": book.schema if book.agency else None,
        "lines": LINES,
        "drafts": [draft.pk for draft in drafts],
        "series": [f"{book.letter}{draft.series_id}" for draft in drafts],
        "bases": [draft.base for draft in drafts],
        "currencies": [draft.currency for draft in drafts],
        "percents": [draft.percent for draft in drafts],
        "fixed": [draft.fixed for draft in drafts],
        "floors": [draft.floor for draft in drafts],
        "caps": [draft.cap for draft in drafts],
    }


def _money(amount: Any, currency: str) -> Money:
    return money_round(Money(amount, currency))
