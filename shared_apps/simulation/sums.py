"""Adds up the replayed lines into what a run keeps: totals, the most affected lines, breaches.

Currencies are never added together: every total and every ranking is of one currency. A sale that
was made in the period and whose service is still to come counts in both scopes, so scopes are
never added together either.
"""

from decimal import Decimal
from typing import Any

from django.db import connection

from shared_apps.simulation.replay import LINES
from shared_apps.simulation.rulebook import DRAWN, RULES

MOST_AFFECTED = 20
BREACHES_NAMED = 100
CHANGES_NAMED = 200

# What each party has of a line, less what it funds of a special operation. What the others fund
# comes back to the operator, who has paid the agency's commission in full.
SHARES = f"""
SELECT l.*, present - agency_funds_present AS agency_present, new - agency_funds_new AS agency_new,
    provider - provider_funds_present AS provider_present,
    provider - provider_funds_new AS provider_new,
    pays - provider - kept - present + provider_funds_present + agency_funds_present
        AS operator_present,
    pays - provider - kept - new + provider_funds_new + agency_funds_new AS operator_new
FROM {LINES} l
"""
JUDGED = f"""
SELECT shares.*,
    operator_present * 100 < %(floor)s * pays AS breach_present,
    operator_new * 100 < %(floor)s * pays AS breach_new,
    agency_present <> agency_new OR provider_present <> provider_new AS changed
FROM ({SHARES}) shares
"""
SUMMED = (
    "pays", "paid", "agency_present", "agency_new",
    "provider_present", "provider_new", "operator_present", "operator_new",
)  # fmt: skip
COUNTED = ("lines", "changed_lines", "breaches_present", "breaches_new")
TOTALS = f"""
INSERT INTO shared.simulation_simulationtotal (
    run_id, scope, part, agency_id, provider_id, currency,
    pays, paid, present, new, provider_present, provider_new, operator_present, operator_new,
    {", ".join(COUNTED)})
WITH together AS (
    SELECT agency_id, provider_id, currency, past, open,
        {", ".join(f"sum({name}) AS {name}" for name in SUMMED)},
        count(*) AS lines, count(*) FILTER (WHERE changed) AS changed_lines,
        count(*) FILTER (WHERE breach_present) AS breaches_present,
        count(*) FILTER (WHERE breach_new) AS breaches_new
    FROM ({JUDGED}) judged GROUP BY agency_id, provider_id, currency, past, open
), scoped AS (
    SELECT 'past' AS scope, together.* FROM together WHERE past
    UNION ALL SELECT 'open', together.* FROM together WHERE open
)
SELECT %(run)s, scope,
    CASE WHEN GROUPING(agency_id) = 0 THEN 'agency'
         WHEN GROUPING(provider_id) = 0 THEN 'provider' ELSE 'network' END,
    agency_id, provider_id, currency,
    {", ".join(f"sum({name})" for name in (*SUMMED, *COUNTED))}
FROM scoped
GROUP BY GROUPING SETS (
    (scope, currency), (scope, currency, agency_id), (scope, currency, provider_id))
"""
# Ties go to the older line, so that the same run names the same lines again.
NAMED = f"""
INSERT INTO shared.simulation_simulationline (
    run_id, scope, part, place, agency_id, order_reference, line_id, product_id, provider_id,
    sale_date, service_date, currency, pays, paid, present, new, operator_present, operator_new,
    rule_present, rule_new)
WITH judged AS MATERIALIZED (
    SELECT * FROM ({JUDGED}) every WHERE changed
), ranked AS (
    SELECT 'past' AS scope, 'affected' AS part, judged.*, row_number() OVER (
        PARTITION BY currency ORDER BY abs(agency_new - agency_present) DESC, agency_id, seq
    ) AS place FROM judged WHERE past
    UNION ALL
    SELECT 'open', 'affected', judged.*, row_number() OVER (
        PARTITION BY currency ORDER BY abs(agency_new - agency_present) DESC, agency_id, seq
    ) FROM judged WHERE open
    UNION ALL
    SELECT 'past', 'breach', judged.*, row_number() OVER (
        PARTITION BY currency ORDER BY operator_new - %(floor)s * pays * 0.01, agency_id, seq
    ) FROM judged WHERE past AND breach_new AND NOT breach_present
    UNION ALL
    SELECT 'open', 'breach', judged.*, row_number() OVER (
        PARTITION BY currency ORDER BY operator_new - %(floor)s * pays * 0.01, agency_id, seq
    ) FROM judged WHERE open AND breach_new AND NOT breach_present
), best AS MATERIALIZED (
    SELECT * FROM ranked
    WHERE place <= CASE part WHEN 'affected' THEN {MOST_AFFECTED} ELSE {BREACHES_NAMED} END
)
SELECT %(run)s, b.scope, b.part, b.place, b.agency_id, u.order_reference, u.line_id,
    b.product_id, b.provider_id, u.sale_date, u.service_date, b.currency,
    b.pays, b.paid, b.agency_present, b.agency_new, b.operator_present, b.operator_new,
    left(COALESCE(p.code || ' ' || p.name, ''), 160),
    left(COALESCE(n.code || ' ' || n.name, ''), 160)
FROM best b
CROSS JOIN LATERAL (
    SELECT order_reference, line_id, sale_date, service_date FROM shared.simulation_saleunit u
    WHERE u.agency_id = b.agency_id AND u.seq = b.seq LIMIT 1) u
LEFT JOIN {RULES} p ON p.rank = b.present_rank
LEFT JOIN {RULES} n ON n.rank = b.new_rank
"""
# For each draft: how many of the replayed lines its rule decides now, and would decide then.
CHANGES = f"""
WITH deciding AS (SELECT present_rank AS rank, count(*) AS lines FROM {LINES} GROUP BY 1),
     to_decide AS (SELECT new_rank AS rank, count(*) AS lines FROM {LINES} GROUP BY 1),
told AS (
    SELECT d.name, d.book || d.series AS code,
        CASE WHEN d.retires THEN 'retired' WHEN old.rank IS NULL THEN 'new' ELSE 'changed' END
            AS kind,
        COALESCE(deciding.lines, 0) AS present, COALESCE(to_decide.lines, 0) AS new
    FROM {DRAWN} d
    LEFT JOIN {RULES} old ON old.book = d.book AND old.series = d.series AND NOT old.draft
        AND (d.book = 'R' OR old.agency_id = d.agency_id)
    LEFT JOIN {RULES} fresh ON fresh.book = d.book AND fresh.series = d.series AND fresh.draft
        AND (d.book = 'R' OR fresh.agency_id = d.agency_id)
    LEFT JOIN deciding ON deciding.rank = old.rank
    LEFT JOIN to_decide ON to_decide.rank = fresh.rank
    WHERE d.draft
)
SELECT name, code, kind, present, new, count(*) OVER (),
       count(*) FILTER (WHERE present = 0 AND new = 0) OVER ()
FROM told ORDER BY GREATEST(present, new) DESC, code COLLATE "C" LIMIT {CHANGES_NAMED}
"""


def totals_keep(*, run: int, floor: Decimal) -> int:
    """Write totals and named lines of the run; answers how many lines were replayed.

    ``floor`` is the operator's margin, in per cent of what customers pay, below which a line is
    a breach. What the run had kept before is replaced.
    """
    values: dict[str, Any] = {"run": run, "floor": floor}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM shared.simulation_simulationtotal WHERE run_id = %s", [run])
        cursor.execute("DELETE FROM shared.simulation_simulationline WHERE run_id = %s", [run])
        cursor.execute(TOTALS, values)
        cursor.execute(NAMED, values)
        cursor.execute(f"SELECT count(*) FROM {LINES}")
        lines: int = cursor.fetchone()[0]
        return lines


def changes_told() -> dict[str, object]:
    """What each draft of the set decides of the replayed lines, the most telling first.

    ``idle`` counts the drafts that decide no line, now or then: their windows or scopes miss
    these sales, or another rule stands above them.
    """
    with connection.cursor() as cursor:
        cursor.execute(CHANGES)
        rows = cursor.fetchall()
    shown = [
        {"name": name, "code": code, "kind": kind, "present": present, "new": new}
        for name, code, kind, present, new, _total, _idle in rows
    ]
    total, idle = (rows[0][5], rows[0][6]) if rows else (0, 0)
    return {"shown": shown, "total": total, "idle": idle}
