"""A million sales of 500 agencies under 10,000 rules, made by a few statements.

Everything follows from row numbers, so every run measures the same network. The journal's lines
carry payloads as the product writes them (about 1.3 kB), because reading them is what the copy
costs. What is not true here: the hash chain, whose hashes are of line numbers.

The rules are spread as a busy network would spread them: half are the agencies' own overrides,
the rest name products, groups, providers and categories, a fifth with windows or channels; and
some special operations stand above them.
"""

from datetime import date, timedelta

from django.db import connection

from bench.catalogue import insert

AGENCIES, GROUPS, PROVIDERS, PRODUCTS = 500, 12, 100, 1_000
LINES, BATCH = 1_000_000, 100_000
OVERRIDES_EACH = 10
SHARED_RULES = 5_000
DAYS = 365
CODES = ("adult", "child")

UNIT = """jsonb_build_object(
    'listed', {basis}::text, 'public', {basis}::text, 'sale', {reference}::text, 'struck', NULL,
    'basis', {basis}::text, 'purchase', {purchase}::text, 'reference', {reference}::text,
    'commission_base', {reference}::text, 'commission_uncapped', {commission}::text,
    'commission', {commission}::text, 'markup_gain', '0.00', 'agency_funding', '0.00',
    'pays', {reference}::text, 'provider', {purchase}::text, 'agency', {commission}::text,
    'operator', ({reference} - {purchase} - {commission})::text)"""
RULE = """jsonb_build_object('id', 'R1.1', 'position', 100, 'status', 'active', 'label', 'Network',
    'channels', NULL, 'product', NULL)"""
# Line n is the next link of agency n % 500; its day, product and people follow from n too.
LINE_FACTS = f"""
SELECT n, a.id AS agency_id, a.schema_name, n / {AGENCIES} + 1 AS seq,
       p.id AS product_id, p.provider_id, c.code AS category, g.code AS grouped,
       (ARRAY['shop', 'back_office', 'api'])[1 + n %% 3] AS channel,
       %(today)s::date - (n::bigint * 7919 %% {DAYS})::int AS sold,
       %(today)s::date - (n::bigint * 7919 %% {DAYS})::int + (n %% 120) AS served,
       1 + n %% 3 AS adults, n / 7 %% 2 AS children,
       round(20 + (n::bigint * 104729 %% 20000) / 100.0, 2) AS basis
FROM generate_series(%(first)s, %(last)s) AS n
JOIN bench_agency a ON a.place = n %% {AGENCIES}
JOIN bench_product p ON p.place = (hashint8(n) & 2147483647) %% {PRODUCTS}
JOIN shared.catalog_category c ON c.id = p.category_id
JOIN shared.network_agencygroup g ON g.id = a.group_id
"""
LINES_SQL = f"""
INSERT INTO shared.journal_journalline (
    agency_id, agency_schema, seq, version, kind, occurred_at, order_reference, line_id, channel,
    seller_id, product_id, provider_id, service_date, quantity, currency, customer_pays,
    provider_share, agency_share, operator_share, payment_means, payload, prev_hash, hash)
WITH fact AS ({LINE_FACTS}), priced AS (
    SELECT fact.*, adults + children AS heads, round(basis * 1.04, 2) AS reference,
           round(basis * 0.88, 2) AS purchase, round(round(basis * 1.04, 2) * 0.1, 2) AS commission
    FROM fact
)
SELECT agency_id, schema_name, seq, 1, 'sale', sold + time '10:00', 'B' || n,
       md5(n::text)::uuid, channel, %(seller)s, product_id, provider_id, served, heads, 'EUR',
       heads * reference, heads * purchase, heads * commission,
       heads * (reference - purchase - commission), '',
       jsonb_build_object(
           'kind', 'sale', 'at', sold || 'T10:00:00+00:00', 'order', 'B' || n,
           'line', md5(n::text)::uuid, 'channel', channel, 'seller', %(seller)s,
           'product', product_id, 'provider', provider_id, 'departure', NULL,
           'service_date', served, 'quantity', heads, 'currency', 'EUR', 'means', '',
           'customer_pays', (heads * reference)::text, 'provider_share', (heads * purchase)::text,
           'agency_share', (heads * commission)::text,
           'operator_share', (heads * (reference - purchase - commission))::text,
           'details', jsonb_build_object(
               'quantities', CASE children WHEN 0 THEN jsonb_build_object('adult', adults)
                   ELSE jsonb_build_object('adult', adults, 'child', children) END,
               'places', heads, 'vat_regime', 'MARGIN_EU', 'band', 'default', 'rule', {RULE},
               'sale', jsonb_build_object(
                   'category', category, 'group', grouped, 'sale_date', sold),
               'unit', CASE children WHEN 0 THEN jsonb_build_object('adult', {UNIT})
                   ELSE jsonb_build_object('adult', {UNIT}, 'child', {UNIT}) END))::text,
       repeat('0', 64), encode(sha256(n::text::bytea), 'hex')
FROM priced
""".replace("{basis}", "basis").replace("{reference}", "reference") \
    .replace("{purchase}", "purchase").replace("{commission}", "commission")  # fmt: skip
OVERRIDES = """
INSERT INTO "{schema}".overrides_commissionoverride (
    name, base, percent, fixed, channels, position, status, reason, currency, version, retires,
    created_at, product_id, category_id)
SELECT 'Negotiated ' || n, 'sale_price', 8 + n %% 7, 0, '{{}}', 100, 'active', '', '', 1, FALSE,
       now(), CASE WHEN n %% 3 > 0 THEN p.id END, CASE WHEN n %% 3 = 0 THEN p.category_id END
FROM generate_series(1, %(each)s) AS n
JOIN bench_product p ON p.place = (n * 97 + %(place)s * 31) %% %(products)s
"""


def network_fill(today: date) -> None:
    """Fill an empty platform with agencies, products, rules and a million journal lines."""
    from shared_apps.catalog.actions import categories_ensure
    from tenants.models import Agency
    from tenants.provisioning import agency_create

    categories_ensure()
    _catalogue()
    for number in range(AGENCIES):
        slug = f"net-{number:03d}"
        agency_create(agency=Agency(slug=slug, name=f"Network {number}"))
    with connection.cursor() as cursor:
        _places(cursor, today)
        _rules(cursor)
        seller = _seller(today)
        for first in range(0, LINES, BATCH):
            cursor.execute(
                LINES_SQL,
                {"today": today, "first": first, "last": first + BATCH - 1, "seller": seller},
            )
        cursor.execute(
            "INSERT INTO shared.journal_chainhead (agency_id, agency_schema, seq, hash) "
            "SELECT agency_id, agency_schema, max(seq), repeat('0', 64) "
            "FROM shared.journal_journalline GROUP BY agency_id, agency_schema"
        )
        cursor.execute("ANALYZE")


def _catalogue() -> None:
    insert(
        "catalog_provider",
        f"FROM generate_series(1, {PROVIDERS}) AS n",
        reference="'P' || n",
        name="'Provider ' || n",
        status="'validated'",
        version="1",
        notification_email="'orders@provider.example'",
        notification_language="'fr'",
    )
    insert(
        "catalog_place",
        "FROM shared.catalog_provider AS p",
        provider_id="p.id",
        name="'Place ' || p.id",
        locality="'Amboise'",
        country="'FR'",
        status="'validated'",
        version="1",
    )
    insert(
        "catalog_product",
        f"""FROM generate_series(1, {PRODUCTS}) AS n
        JOIN shared.catalog_provider p ON p.reference = 'P' || (1 + n % {PROVIDERS})
        JOIN shared.catalog_place l ON l.provider_id = p.id
        JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS size
              FROM shared.catalog_category) c ON c.place = n % c.size""",
        reference="'N-' || lpad(n::text, 5, '0')",
        provider_id="p.id",
        place_id="l.id",
        category_id="c.id",
        kind="'date'",
        titles="jsonb_build_object('fr', 'Produit ' || n, 'en', 'Product ' || n)",
        languages="'{fr,en}'",
        currency="'EUR'",
        default_markup="4",
        provider_commission="12",
        transport_commissionable="true",
        status="'validated'",
        version="1",
    )


def _seller(today: date) -> int:
    from shared_apps.network.actions import seller_register

    names = (
        "legal_name", "legal_form", "address", "phone", "guarantor_name", "guarantor_address",
        "registration_number", "insurer_name", "insurer_address", "mediator_name",
        "mediator_address",
    )  # fmt: skip
    seller = seller_register(
        agency=None,
        valid_from=today - timedelta(days=DAYS),
        email="contact@tnp.example",
        mediator_url="https://mediation.example/",
        **dict.fromkeys(names, "Bench"),
    )
    return int(seller.pk)


def _places(cursor, today: date) -> None:
    """Groups, memberships, and the two tables by which line numbers find agency and product."""
    insert(
        "network_agencygroup",
        f"FROM generate_series(1, {GROUPS}) AS n",
        code="'group-' || n",
        name="'Group ' || n",
    )
    cursor.execute(
        "CREATE TABLE bench_agency AS SELECT a.id, a.schema_name, g.id AS group_id, "
        "(row_number() OVER (ORDER BY a.id) - 1)::int AS place FROM shared.tenants_agency a "
        f"JOIN shared.network_agencygroup g ON g.code = 'group-' || (1 + a.id % {GROUPS})"
    )
    cursor.execute(
        "CREATE TABLE bench_product AS SELECT id, provider_id, category_id, "
        "(row_number() OVER (ORDER BY id) - 1)::int AS place FROM shared.catalog_product"
    )
    insert(
        "network_groupmembership",
        "FROM bench_agency AS a",
        agency_id="a.id",
        group_id="a.group_id",
        valid_from=f"'{today - timedelta(days=DAYS)}'::date",
    )


def _rules(cursor) -> None:
    insert(
        "commissions_specialoperation",
        "FROM generate_series(1, 5) AS n",
        code="'operation-' || n",
        name="'Operation ' || n",
        status="'running'",
        currency="'EUR'",
        starts_on="current_date - 400",
        ends_on="current_date + 400",
        operator_percent="50",
        provider_percent="30",
        agency_percent="20",
    )
    insert(
        "commissions_commissionrule",
        f"""FROM generate_series(1, {SHARED_RULES}) AS n
        JOIN bench_product p ON p.place = n * 7 % {PRODUCTS}
        JOIN bench_agency a ON a.place = n * 11 % {AGENCIES}
        JOIN shared.network_agencygroup g ON g.code = 'group-' || (1 + n % {GROUPS})
        JOIN shared.commissions_specialoperation o ON o.code = 'operation-' || (1 + n % 5)""",
        name="CASE n WHEN 1 THEN 'Network' ELSE 'Rule ' || n END",
        base="(ARRAY['sale_price', 'sale_price', 'public_tariff', 'margin'])[1 + n % 4]",
        percent="5 + n % 20",
        fixed="0",
        status="'active'",
        version="1",
        position="100",
        channels="CASE n % 10 WHEN 3 THEN ARRAY['shop'] ELSE ARRAY[]::varchar[] END",
        sale_from="CASE n % 10 WHEN 4 THEN current_date - (n % 300) END",
        service_to="CASE n % 10 WHEN 5 THEN current_date + (n % 100) END",
        product_id="CASE WHEN n > 1 AND n % 50 NOT BETWEEN 30 AND 49 THEN p.id END",
        provider_id="CASE WHEN n % 50 BETWEEN 30 AND 36 THEN p.provider_id END",
        category_id="CASE WHEN n % 50 BETWEEN 37 AND 38 THEN p.category_id END",
        agency_id="CASE WHEN n % 50 BETWEEN 10 AND 24 OR n % 50 BETWEEN 40 AND 49 THEN a.id END",
        group_id="CASE WHEN n % 50 BETWEEN 25 AND 38 THEN g.id END",
        operation_id="CASE WHEN n % 50 = 24 THEN o.id END",
    )
    cursor.execute("SELECT place, schema_name FROM bench_agency ORDER BY place")
    for place, schema in cursor.fetchall():
        cursor.execute(
            OVERRIDES.format(schema=schema),
            {"each": OVERRIDES_EACH, "place": place, "products": PRODUCTS},
        )
