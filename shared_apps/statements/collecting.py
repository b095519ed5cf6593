"""The SQL that gathers a statement's lines from the journal: one statement, whatever the count.

What goes in, for a period that ends on day L:

- sales, cancellations, cancellation fees and fundings of one party that happened by L and whose
  service date is L or earlier: the commission is earned once the service date has passed (L6).
  A cancellation stands beside its sale; one that comes after the sale was settled is a negative
  line of the next statement;
- for an agency, cash and transfers taken or given back by L for sales of TNP: that is TNP's money
  whatever the service date;
- never a line that stands in another statement of that side, draft or issued. A line that an
  earlier statement missed is therefore caught up by the next one.

Under own liability the agency is the seller and holds the money: its commission is no claim on
TNP. The direction turns: ``fee`` is TNP's part, ``settled`` what the card processor took of it
with the application fee. In the provider's statement such a line is marked as paid by the agency.

A provider's ``gross`` is its tariff for the quantities sold (the basis frozen in the journal),
so a provider reads neither sale price nor anybody's share. A fee line has no tariff: its share.
"""

COLUMNS = """
    statement_id, party, agency_schema, position, section, journal_line_id, adjustment_id,
    occurred_on, service_date, sold_by_id, order_reference, product, titles, channel, means,
    quantity, rule, note, gross, commission, collected, fee, settled, due, state
"""

# Of one journal line: is it sold under own liability, and how was its order paid.
_AGENCY_LINES = """
    SELECT j.*, left((j.payload::jsonb)->'details'->'rule'->>'id', 24) AS rule,
        left((j.payload::jsonb)->'details'->'rule'->>'label', 400) AS rule_name,
        seller.agency_id IS NOT NULL AS own,
        CASE WHEN seller.agency_id IS NOT NULL THEN (
            SELECT p.payment_means FROM journal_journalline p
            WHERE p.agency_schema = j.agency_schema AND p.order_reference = j.order_reference
                AND p.kind = 'payment'
            ORDER BY p.seq LIMIT 1
        ) END AS paid_by
    FROM journal_journalline j
    JOIN network_selleridentity seller ON seller.id = j.seller_id
    WHERE j.agency_id = %(owner)s AND j.currency = %(currency)s AND j.occurred_at < %(until)s
        AND (
            (j.kind IN ('sale', 'cancellation', 'fee', 'funding')
                AND COALESCE(j.service_date, %(last)s) {service} %(last)s)
            OR ({money} AND j.kind IN ('payment', 'refund')
                AND j.payment_means IN ('cash', 'transfer') AND seller.agency_id IS NULL)
        )
        AND NOT EXISTS (
            SELECT 1 FROM statements_statementline l
            WHERE l.party = 'agency' AND l.journal_line_id = j.id
        )
"""
_AGENCY_AMOUNTS = """
    SELECT d.*,
        CASE WHEN kind = 'payment' THEN 'collected' WHEN kind = 'refund' THEN 'given_back'
            WHEN own THEN 'own_sale' ELSE kind END AS section,
        CASE WHEN kind IN ('payment', 'refund') THEN 0 ELSE customer_pays END AS gross,
        CASE WHEN own OR kind IN ('payment', 'refund') THEN 0 ELSE agency_share END AS commission,
        CASE WHEN kind IN ('payment', 'refund') THEN customer_pays ELSE 0 END AS collected,
        CASE WHEN own THEN operator_share ELSE 0 END AS fee,
        CASE WHEN NOT own OR paid_by IS DISTINCT FROM 'card' THEN 0
            WHEN kind = 'cancellation' THEN LEAST(operator_share, 0)
            WHEN kind IN ('sale', 'fee') THEN GREATEST(operator_share, 0)
            ELSE 0 END AS settled
    FROM ({lines}) d
"""
_PROVIDER_LINES = """
    SELECT j.*, seller.agency_id IS NOT NULL AS own, '' AS rule, '' AS rule_name,
        COALESCE((
            SELECT sum(
                q.value::numeric
                * ((j.payload::jsonb)->'details'->'unit'->q.key->>'basis')::numeric
            )
            FROM jsonb_each_text(
                COALESCE((j.payload::jsonb)->'details'->'quantities', '{{}}')
            ) AS q(key, value)
        ) * CASE j.kind WHEN 'cancellation' THEN -1 ELSE 1 END, j.provider_share) AS tariff
    FROM journal_journalline j
    JOIN network_selleridentity seller ON seller.id = j.seller_id
    WHERE j.provider_id = %(owner)s AND j.currency = %(currency)s
        AND j.occurred_at < %(until)s
        AND j.kind IN ('sale', 'cancellation', 'fee', 'funding')
        AND (j.kind <> 'funding' OR j.provider_share <> 0)
        AND COALESCE(j.service_date, %(last)s) {service} %(last)s
        AND NOT EXISTS (
            SELECT 1 FROM statements_statementline l
            WHERE l.party = 'provider' AND l.journal_line_id = j.id
        )
"""
_PROVIDER_AMOUNTS = """
    SELECT d.*,
        CASE WHEN own THEN 'own_sale' ELSE kind END AS section,
        CASE kind WHEN 'funding' THEN 0 WHEN 'fee' THEN provider_share ELSE tariff END AS gross,
        CASE kind WHEN 'funding' THEN provider_share WHEN 'fee' THEN 0
            ELSE provider_share - tariff END AS commission,
        0 AS collected,
        0 AS fee,
        CASE WHEN own THEN provider_share ELSE 0 END AS settled
    FROM ({lines}) d
"""
_ORDER = """array_position(
    ARRAY['sale', 'cancellation', 'fee', 'funding', 'own_sale', 'collected', 'given_back'],
    a.section::text
)"""
_INSERT = """
INSERT INTO statements_statementline ({columns})
SELECT %(statement)s, %(party)s, %(schema)s,
    row_number() OVER (ORDER BY {order}, a.occurred_at, a.id),
    a.section, a.id, NULL,
    (a.occurred_at AT TIME ZONE %(zone)s)::date, a.service_date, a.agency_id, a.order_reference,
    COALESCE(p.reference, ''), COALESCE(p.titles, '{{}}'), a.channel, a.payment_means,
    a.quantity, COALESCE(a.rule, ''), COALESCE(a.rule_name, ''),
    a.gross, a.commission, a.collected, a.fee, a.settled, {due}, 'none'
FROM ({amounts}) a
LEFT JOIN catalog_product p ON p.id = a.product_id
"""
_DUE = {
    "agency": "a.commission - a.collected - a.fee + a.settled",
    "provider": "a.gross + a.commission - a.settled",
}
ADJUSTMENTS = f"""
INSERT INTO statements_statementline ({COLUMNS})
SELECT %(statement)s, a.party, a.agency_schema,
    %(lines)s + row_number() OVER (ORDER BY a.id), 'adjustment', NULL, a.id,
    (a.created_at AT TIME ZONE %(zone)s)::date, c.service_date, c.sold_by_id,
    c.order_reference, c.product, c.titles, c.channel, c.means, 0, c.rule, a.reason,
    a.gross, a.commission, a.collected, a.fee, a.settled, a.due, 'none'
FROM statements_adjustment a
JOIN statements_statementline c ON c.id = a.corrects_id
LEFT JOIN statements_statementline taken ON taken.adjustment_id = a.id
WHERE taken.id IS NULL AND a.party = %(party)s AND a.currency = %(currency)s
    AND COALESCE(a.agency_id, a.provider_id) = %(owner)s
"""
# The planner takes the lines of a table that has just grown for a handful, and would look through
# all of them for each line of the journal: 50,000 lines took minutes, and now seconds.
JOIN_BY_HASH = "SET LOCAL enable_nestloop = off"
# In SQL: Django would load every line first, to look for what hangs on it. Nothing does.
CLEAR = "DELETE FROM statements_statementline WHERE statement_id = %(statement)s"
TOTALS = """
UPDATE statements_statement s SET
    line_count = t.count, gross = t.gross, commission = t.commission, collected = t.collected,
    fee = t.fee, settled = t.settled, due = t.due
FROM (
    SELECT count(*) AS count, COALESCE(sum(gross), 0) AS gross,
        COALESCE(sum(commission), 0) AS commission, COALESCE(sum(collected), 0) AS collected,
        COALESCE(sum(fee), 0) AS fee, COALESCE(sum(settled), 0) AS settled,
        COALESCE(sum(due), 0) AS due
    FROM statements_statementline WHERE statement_id = %(statement)s
) t
WHERE s.id = %(statement)s
RETURNING s.line_count
"""
CURRENCIES = {
    "agency": """
        SELECT DISTINCT j.currency FROM journal_journalline j
        WHERE j.agency_id = %(owner)s AND j.occurred_at < %(until)s
        UNION SELECT currency FROM statements_adjustment WHERE agency_id = %(owner)s
        ORDER BY 1""",
    "provider": """
        SELECT DISTINCT j.currency FROM journal_journalline j
        WHERE j.provider_id = %(owner)s AND j.occurred_at < %(until)s
        UNION SELECT currency FROM statements_adjustment WHERE provider_id = %(owner)s
        ORDER BY 1""",
}


def _amounts(party: str, *, service: str, money: str) -> str:
    lines, amounts = {
        "agency": (_AGENCY_LINES, _AGENCY_AMOUNTS),
        "provider": (_PROVIDER_LINES, _PROVIDER_AMOUNTS),
    }[party]
    return amounts.format(lines=lines.format(service=service, money=money))


def earned_insert(party: str) -> str:
    """SQL that writes what is earned by the period's end as lines of one statement."""
    return _INSERT.format(
        columns=COLUMNS,
        order=_ORDER,
        due=_DUE[party],
        amounts=_amounts(party, service="<=", money="true"),
    )


def provisional_select(party: str) -> str:
    """SQL for what is sold and not earned yet: count, gross, commission or purchase amount."""
    earned = "a.commission" if party == "agency" else "a.gross + a.commission - a.settled"
    return f"""
        SELECT count(*), COALESCE(sum(a.gross), 0), COALESCE(sum({earned}), 0)
        FROM ({_amounts(party, service=">", money="false")}) a WHERE a.section <> 'own_sale'
    """
