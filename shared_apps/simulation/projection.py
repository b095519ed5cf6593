"""Copies the sales journal into columns that a replay can join: new lines only, in batches.

What the rules were chosen on and what each unit's price was made of stand in the hashed payload
of a line, as text. Reading a million payloads takes longer than replaying them, so each is read
once, ever: the journal is append-only, hence so is the copy. A mark per agency's chain says how
far it has been read.

Old lines do not say category, group and sale date in their payload. Their sale date is then the
day of the line, the group the one the agency was in on that day, and the category the product's
present one: the best that can be known, and exact unless a product has changed its category.

Fees, payments, refunds and funding are not copied: no rule decides them.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection, transaction

BATCH = 50_000  # journal lines
LOCK = 7_301_184  # one copier at a time; any number that nothing else uses

PENDING = """
SELECT h.agency_id, COALESCE(c.seq, 0), h.seq
FROM shared.journal_chainhead h
LEFT JOIN shared.simulation_copiedchain c ON c.agency_id = h.agency_id
WHERE h.seq > COALESCE(c.seq, 0)
ORDER BY h.agency_id
"""
RANGES = """unnest(%(agencies)s::bigint[], %(after)s::bigint[], %(upto)s::bigint[])
    AS span (agency_id, after, upto)
JOIN shared.journal_journalline l
    ON l.agency_id = span.agency_id AND l.seq > span.after AND l.seq <= span.upto"""
UNITS = f"""
INSERT INTO shared.simulation_saleunit (
    agency_id, seq, code, line_id, order_reference, product_id, provider_id, category_id,
    group_id, channel, sale_date, service_date, currency, quantity,
    basis, reference, purchase, commission, kept, pays, provider)
WITH line AS MATERIALIZED (
    SELECT l.agency_id, l.seq, l.line_id, l.order_reference, l.product_id, l.provider_id,
           l.channel, l.service_date, l.currency, l.occurred_at,
           l.payload::jsonb -> 'details' AS details
    FROM {RANGES}
    WHERE l.kind = 'sale' AND l.line_id IS NOT NULL AND l.product_id IS NOT NULL
), dated AS (
    SELECT line.*, details -> 'sale' AS sale,
           COALESCE((details -> 'sale' ->> 'sale_date')::date,
                    (occurred_at AT TIME ZONE %(zone)s)::date) AS sale_date
    FROM line
)
SELECT d.agency_id, d.seq, u.code, d.line_id, d.order_reference, d.product_id, d.provider_id,
       COALESCE(c.id, p.category_id),
       CASE WHEN d.sale IS NOT NULL THEN g.id ELSE (
           SELECT m.group_id FROM shared.network_groupmembership m
           WHERE m.agency_id = d.agency_id AND m.valid_from <= d.sale_date
             AND (m.valid_to IS NULL OR m.valid_to >= d.sale_date)
           ORDER BY m.valid_from DESC, m.id DESC LIMIT 1) END,
       d.channel, d.sale_date, d.service_date, d.currency,
       (d.details -> 'quantities' ->> u.code)::integer,
       a.basis, a.reference, a.purchase, a.commission, a.agency - a.commission, a.pays, a.provider
FROM dated d
JOIN shared.catalog_product p ON p.id = d.product_id
LEFT JOIN shared.catalog_category c ON c.code = d.sale ->> 'category'
LEFT JOIN shared.network_agencygroup g ON g.code = d.sale ->> 'group'
CROSS JOIN LATERAL jsonb_each(d.details -> 'unit') AS u (code, stages)
CROSS JOIN LATERAL jsonb_to_record(u.stages) AS a (
    basis numeric, reference numeric, purchase numeric, commission numeric, agency numeric,
    pays numeric, provider numeric)
ON CONFLICT DO NOTHING
"""
CANCELLED = f"""
INSERT INTO shared.simulation_cancelledline (line_id)
SELECT DISTINCT l.line_id FROM {RANGES}
WHERE l.kind = 'cancellation' AND l.line_id IS NOT NULL
ON CONFLICT DO NOTHING
"""
MARK = """
INSERT INTO shared.simulation_copiedchain (agency_id, seq)
SELECT * FROM unnest(%(agencies)s::bigint[], %(upto)s::bigint[])
ON CONFLICT (agency_id) DO UPDATE SET seq = EXCLUDED.seq
"""


def journal_copy() -> Iterator[float]:
    """Copy what the journal has gained; yields the part done (0 to 1) after each batch.

    Each batch is a transaction of its own, so that work done is kept when the worker dies.
    """
    total = sum(upto - after for _agency, after, upto in _pending())
    done = 0
    while copied := _batch_copy():
        done += copied
        yield min(1.0, done / max(total, 1))
    if done:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE shared.simulation_saleunit")


def _pending() -> list[tuple[int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(PENDING)
        return cursor.fetchall()


@transaction.atomic
def _batch_copy() -> int:
    """Copy at most :data:`BATCH` lines; answers how many links of chains were read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        spans, room = [], BATCH
        for agency, after, upto in _pending():
            taken = min(upto - after, room)
            spans.append((agency, after, after + taken))
            room -= taken
            if not room:
                break
        if not spans:
            return 0
        agencies, after_links, upto_links = (list(column) for column in zip(*spans, strict=True))
        values: dict[str, Any] = {
            "agencies": agencies,
            "after": after_links,
            "upto": upto_links,
            "zone": settings.TIME_ZONE,
        }
        cursor.execute(UNITS, values)
        cursor.execute(CANCELLED, values)
        cursor.execute(MARK, values)
    return BATCH - room
