"""Gathers the rules of a simulation into one ranked table: those of today, and the drafts.

The table holds each rule once and says in which of the two worlds it stands: at present, under
the change set, or in both. A draft replaces the rule of its series; one that retires a rule only
takes it away.

The order of D13 (band, product scope, agency scope, position, id) does not depend on the sale. So
every rule gets its place in that order as a number, once, and the winner of a sale is simply the
smallest number among the rules that fit it: a MIN instead of a comparison of rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from shared_apps.simulation import ports
from tenants.models import Agency

DRAWN = "simulation_drawn"
RULES = "simulation_rule"

TERMS = """t.name, t.base, t.percent, t.fixed, t.floor, t.cap, t.currency, t.channels,
    t.sale_from, t.sale_to, t.service_from, t.service_to, t.position,
    t.product_id, t.provider_id, t.category_id"""
COLUMNS = (
    "book, series, version, draft, retires, name, base, percent, fixed, floor, cap, currency, "
    "channels, sale_from, sale_to, service_from, service_to, position, "
    "product_id, provider_id, category_id, agency_id, group_id, "
    "operation_id, operator_percent, provider_percent, agency_percent"
)
STANDING = """t.status = 'active'
    AND (t.applies_from IS NULL OR t.applies_from <= %(on)s)
    AND (t.applies_to IS NULL OR t.applies_to >= %(on)s)"""
DRAFTED = "t.status = 'draft' AND t.change_set_id = %(set)s"

CREATE = f"""
CREATE TEMP TABLE {DRAWN} (
    book text, series bigint, version integer, draft boolean, retires boolean,
    name text, base text, percent numeric, fixed numeric, floor numeric, cap numeric,
    currency text, channels text[],
    sale_from date, sale_to date, service_from date, service_to date, position bigint,
    product_id bigint, provider_id bigint, category_id bigint, agency_id bigint, group_id bigint,
    operation_id bigint, operator_percent numeric, provider_percent numeric, agency_percent numeric
)
"""
# A budget that is used up stops its rules on both sides. An operation that is itself a draft
# stands only where its rules are drafts: the point is to see what it would do. A draft whose
# operation cannot run still replaces its rule, as one that retires it does.
SHARED_RULES = f"""
INSERT INTO {DRAWN} ({COLUMNS})
SELECT 'R', COALESCE(t.series, t.id), t.version, t.status = 'draft',
       t.retires OR COALESCE(o.status = 'stopped' OR o.spent >= o.budget, FALSE), {TERMS},
       t.agency_id, t.group_id,
       t.operation_id, o.operator_percent, o.provider_percent, o.agency_percent
FROM shared.commissions_commissionrule t
LEFT JOIN shared.commissions_specialoperation o ON o.id = t.operation_id
WHERE ({DRAFTED})
   OR ({STANDING} AND COALESCE(o.status, 'running') = 'running'
       AND NOT COALESCE(o.spent >= o.budget, FALSE))
"""
# As Candidate.band, product_scope and agency_scope say it.
RANKED = f"""
CREATE TEMP TABLE {RULES} AS
WITH replaced AS (
    SELECT DISTINCT book, series, CASE book WHEN 'A' THEN agency_id ELSE 0 END AS owner
    FROM {DRAWN} WHERE draft
), scoped AS (
    SELECT d.*,
        CASE WHEN product_id IS NOT NULL THEN 0 WHEN provider_id IS NOT NULL THEN 1
             WHEN category_id IS NOT NULL THEN 2 ELSE 3 END AS product_scope,
        CASE WHEN agency_id IS NOT NULL THEN 0 WHEN group_id IS NOT NULL THEN 1
             ELSE 2 END AS agency_scope,
        (product_id IS NOT NULL)::int + 2 * (provider_id IS NOT NULL)::int
            + 4 * (category_id IS NOT NULL)::int + 8 * (agency_id IS NOT NULL)::int
            + 16 * (group_id IS NOT NULL)::int AS signature,
        d.book || d.series || '.' || d.version AS code,
        NOT draft AS in_present, draft OR replaced.series IS NULL AS in_new
    FROM {DRAWN} d LEFT JOIN replaced ON replaced.book = d.book AND replaced.series = d.series
        AND replaced.owner = CASE d.book WHEN 'A' THEN d.agency_id ELSE 0 END
), banded AS (
    SELECT scoped.*,
        CASE WHEN operation_id IS NOT NULL THEN 0
             WHEN agency_scope = 0 THEN CASE WHEN product_scope < 3 THEN 1 ELSE 3 END
             WHEN agency_scope = 1 THEN CASE WHEN product_scope < 3 THEN 2 ELSE 4 END
             ELSE CASE WHEN product_scope < 3 THEN 5 ELSE 6 END END AS band
    FROM scoped WHERE NOT (draft AND retires)
), ranked AS (
    SELECT banded.*, row_number() OVER (
        ORDER BY band, product_scope, agency_scope, position, code COLLATE "C", agency_id, draft
    )::integer AS rank
    FROM banded
)
SELECT rank, signature, code, book, series, draft, name, base, percent, fixed, floor, cap,
       currency, channels, sale_from, sale_to, service_from, service_to,
       product_id, provider_id, category_id, agency_id, group_id,
       operation_id, operator_percent, provider_percent, agency_percent,
       CASE WHEN in_present THEN rank END AS present_rank,
       CASE WHEN in_present AND operation_id IS NULL THEN rank END AS present_plain,
       CASE WHEN in_new THEN rank END AS new_rank,
       CASE WHEN in_new AND operation_id IS NULL THEN rank END AS new_plain
FROM ranked
"""
CROWD = 4  # rules that name the same
SIGNATURES = f"""
SELECT signature, count(*),
       count(DISTINCT ROW (product_id, provider_id, category_id, agency_id, group_id))
FROM {RULES} GROUP BY signature ORDER BY signature
"""


@dataclass(frozen=True)
class Signature:
    """A set of scopes that rules name: bit 0 product, then provider, category, agency, group.

    ``crowded``: many rules name the very same things, so that they are better compared with the
    few situations that differ for them than with all.
    """

    scopes: int
    crowded: bool


@dataclass(frozen=True)
class Rulebook:
    """What was gathered: how many rules, which signatures, and the days on which windows turn."""

    rules: int
    signatures: tuple[Signature, ...]
    sale_edges: tuple[date, ...]
    service_edges: tuple[date, ...]


def rules_gather(
    *, on: date, change_set: int | None, agencies: Sequence[Agency], override_set: int | None
) -> Rulebook:
    """Make the temporary table :data:`RULES`: rules standing for sales of ``on``, and drafts.

    ``change_set`` is a draft set of the operator's book, ``override_set`` one of the single
    agency in ``agencies``; whichever is None adds nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{DRAWN}, pg_temp.{RULES}")
        cursor.execute(CREATE)
        cursor.execute(SHARED_RULES, {"on": on, "set": change_set})
        ports.overrides_draw(into=DRAWN, agencies=agencies, on=on, override_set=override_set)
        cursor.execute(f"ANALYZE {DRAWN}")
        cursor.execute(RANKED)
        cursor.execute(f"ANALYZE {RULES}")
        cursor.execute(SIGNATURES)
        found = cursor.fetchall()
        return Rulebook(
            rules=sum(count for _scopes, count, _distinct in found),
            signatures=tuple(
                Signature(scopes, count > CROWD * distinct) for scopes, count, distinct in found
            ),
            sale_edges=_edges("sale"),
            service_edges=_edges("service"),
        )


def _edges(axis: str) -> tuple[date, ...]:
    """The first days from which some rule's window is open or closed, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {axis}_from FROM {RULES} WHERE {axis}_from IS NOT NULL "
            f"UNION SELECT {axis}_to + 1 FROM {RULES} WHERE {axis}_to IS NOT NULL ORDER BY 1"
        )
        return tuple(row[0] for row in cursor.fetchall())
