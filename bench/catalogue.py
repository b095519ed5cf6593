"""A catalogue of 5,000 products and 100,000 departures, made by a few statements.

The operator, the agencies and their agreements are made with the product's own actions; only
the bulk of the catalogue is written as SQL. Numbers are derived from row numbers, so every run
measures the same catalogue. One extra product has the hot departure.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from bench.ground import HOME, Ground

PRODUCTS, DEPARTURES_EACH = 5_000, 20
AGENCIES = 3
HOT = "B-HOT"
CATEGORIES = ("stay", "tour", "activity", "culture", "transport")
WORDS = [
    "kayak", "gabare", "bicyclette", "randonnee", "vignoble", "chateau", "foret", "canal",
    "atelier", "degustation", "traversee", "voilier", "cathedrale", "marche", "potier", "jardin",
    "observatoire", "grotte", "moulin", "phare", "troglodyte", "abbaye", "lagune", "estuaire",
    "belvedere",
]  # fmt: skip
TOWNS = [
    "Amboise", "Saumur", "Quiberon", "Vannes", "Annecy", "Arles", "Colmar", "Dinan", "Etretat",
    "Figeac", "Giverny", "Honfleur", "Issoire", "Joigny", "Langres", "Menton", "Nyons", "Orange",
    "Pau", "Redon",
]  # fmt: skip

# What a column holds that must hold something and is not said otherwise.
FILLING = {
    "character varying": "''",
    "text": "''",
    "boolean": "false",
    "integer": "0",
    "smallint": "0",
    "bigint": "0",
    "numeric": "0",
    "jsonb": "'{}'",
    "timestamp with time zone": "now()",
    "ARRAY": "'{}'",
}


@dataclass
class Facts:
    """What the measures need to know of the seeded database."""

    keys: dict[str, str]  # agency → API key
    terms: list[str]  # hashes of the terms in force
    hot: int  # the hot departure
    departures: list[int]  # a sample of others


def insert(table: str, source: str, **values: str) -> None:
    """``INSERT INTO shared.table SELECT … FROM source``; other columns that must be filled are."""
    required = """
        SELECT column_name, data_type FROM information_schema.columns
        WHERE table_schema = 'shared' AND table_name = %s AND is_nullable = 'NO'
          AND column_default IS NULL AND is_identity = 'NO'"""
    with connection.cursor() as cursor:
        cursor.execute(required, [table])
        whole = {name: FILLING.get(kind, "NULL") for name, kind in cursor.fetchall()} | values
        columns = ", ".join(f'"{name}"' for name in whole)
        cursor.execute(
            f"INSERT INTO shared.{table} ({columns}) SELECT {', '.join(whole.values())} {source}"
        )


def prepared(ground: Ground) -> Facts:
    """The seeded database, found again when code and migrations are those it was made with."""
    kept, key = HOME / "facts.json", seed_key()
    if kept.exists():
        found = json.loads(kept.read_text())
        if found.pop("key") == key and _stands():
            _renew_hot(found["hot"])
            return Facts(**found)
    from django.db import connections

    connections.close_all()
    ground.recreate_database()
    call_command("platform_setup")
    facts = seed()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    kept.write_text(json.dumps({"key": key, **asdict(facts)}))
    return facts


def seed_key() -> str:
    """Hash of what the seeded database depends on."""
    from tenants.template_script import migrations_key

    today = timezone.localdate().isoformat()  # departures lie in the future of their day
    text = migrations_key() + Path(__file__).read_text() + today
    return hashlib.sha256(text.encode()).hexdigest()


def _stands() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('shared.catalog_product') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def _renew_hot(departure: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE shared.inventory_departure SET capacity = held + sold + 1000000 WHERE id = %s",
            [departure],
        )


@transaction.atomic
def seed() -> Facts:
    """Fill an empty platform. About half a minute."""
    from shared_apps.catalog.actions import categories_ensure
    from shared_apps.commissions.actions import rule_create
    from shared_apps.inventory.availability import availability_refresh

    terms = _operator()
    categories_ensure()
    _providers_and_places()
    _products()
    _rates_and_pictures()
    _departures()
    availability_refresh()
    rule_create(name="Network", percent=Decimal(10), base="sale_price")
    keys = {f"bench-{number}": _agency(number) for number in range(1, AGENCIES + 1)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id FROM shared.inventory_departure d "
            "JOIN shared.catalog_product p ON p.id = d.product_id "
            "WHERE p.reference <> %s AND d.capacity >= 20 ORDER BY d.id %% 97, d.id LIMIT 5000",
            [HOT],
        )
        sample = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT d.id FROM shared.inventory_departure d "
            "JOIN shared.catalog_product p ON p.id = d.product_id WHERE p.reference = %s LIMIT 1",
            [HOT],
        )
        hot = cursor.fetchone()[0]
    _renew_hot(hot)
    return Facts(keys, terms, hot, sample)


def _operator() -> list[str]:
    from shared_apps.catalog.actions import terms_publish
    from shared_apps.network.actions import seller_register

    text = dict.fromkeys(
        ["legal_form", "address", "phone", "guarantor_name", "guarantor_address"], "Bench"
    )
    seller = seller_register(
        agency=None,
        valid_from=timezone.localdate() - timedelta(days=365),
        legal_name="TNP Bench",
        email="bench@tnp.example",
        registration_number="IM000000000",
        insurer_name="Bench",
        insurer_address="Bench",
        mediator_name="Bench",
        mediator_address="Bench",
        mediator_url="https://mediation.example/",
        **text,
    )
    return [
        terms_publish(
            seller=seller,
            language=language,
            version="1",
            title="Terms",
            body="# Terms\n\nBench.\n",
            at=timezone.now() - timedelta(days=1),
        ).sha256
        for language in ("fr", "en")
    ][:1]


def _providers_and_places() -> None:
    insert(
        "catalog_provider",
        "FROM generate_series(1, 100) AS n",
        reference="'P' || n",
        name="'Provider ' || n",
        status="'validated'",
        version="1",
        notification_email="'orders@provider.example'",
        notification_language="'fr'",
    )
    towns = "(ARRAY" + repr(TOWNS) + ")"
    insert(
        "catalog_place",
        "FROM generate_series(1, 500) AS n JOIN shared.catalog_provider p "
        "ON p.reference = 'P' || (1 + n % 100)",
        provider_id="p.id",
        name="'Place ' || n",
        locality=f"{towns}[1 + n % {len(TOWNS)}]",
        region="'Region ' || n % 13",
        country="'FR'",
        status="'validated'",
        version="1",
    )


def _products() -> None:
    words, size = "(ARRAY" + repr(WORDS) + ")", len(WORDS)
    title = f"{words}[1 + n % {size}] || ' ' || {words}[1 + (n / {size}) % {size}] || ' ' || n"
    text = f"'A text of some length about ' || {title} || repeat(' with more words', 30)"
    source = f"""
        FROM (SELECT n, {title} AS title, {text} AS words,
                     (ARRAY{list(CATEGORIES)!r})[1 + n % {len(CATEGORIES)}] AS category
              FROM generate_series(0, {PRODUCTS}) AS n) AS one
        JOIN LATERAL (SELECT id, provider_id, locality FROM shared.catalog_place
                      WHERE name = 'Place ' || (1 + one.n % 500)) AS place ON true
        JOIN shared.catalog_category c ON c.code = one.category"""
    insert(
        "catalog_product",
        source,
        reference=f"CASE n WHEN 0 THEN '{HOT}' ELSE 'B-' || lpad(n::text, 5, '0') END",
        provider_id="place.provider_id",
        place_id="place.id",
        category_id="c.id",
        kind="'slot'",
        titles="jsonb_build_object('fr', title, 'en', title)",
        summaries="jsonb_build_object('fr', left(words, 120), 'en', left(words, 120))",
        descriptions="jsonb_build_object('fr', words, 'en', words)",
        included="""'{"fr": ["Accueil"], "en": ["Welcome"]}'::jsonb""",
        cancellation_scale="""'[{"days_before": 30, "fee_percent": "10"}]'::jsonb""",
        languages="'{fr,en}'",
        currency="'EUR'",
        default_markup="4",
        provider_commission="12",
        transport_commissionable="true",
        duration_minutes="90",
        status="'validated'",
        version="1",
        search_text="lower(title || ' ' || left(words, 120) || ' ' || place.locality)",
    )


def _rates_and_pictures() -> None:
    for code, position in (("adult", 0), ("child", 1)):
        insert(
            "catalog_ratecategory",
            "FROM shared.catalog_product AS p",
            product_id="p.id",
            code=f"'{code}'",
            labels=f"""'{{"fr": "{code}", "en": "{code}"}}'::jsonb""",
            pax_count="1",
            position=str(position),
        )
    insert(
        "catalog_media",
        "FROM shared.catalog_product AS p, generate_series(0, 2) AS n",
        product_id="p.id",
        picture="'generic.svg'",
        alt="""'{"fr": "Image", "en": "Picture"}'::jsonb""",
        position="n",
    )


def _departures() -> None:
    day = "(current_date + 5 + (k * 9 + p.id % 9)::int)"
    start = f"(({day} + time '10:00') AT TIME ZONE 'Europe/Paris')"
    insert(
        "inventory_departure",
        f"FROM shared.catalog_product AS p, generate_series(0, {DEPARTURES_EACH - 1}) AS k",
        product_id="p.id",
        service_date=day,
        starts_at=start,
        ends_at=f"{start} + interval '90 minutes'",
        status="'open'",
        capacity="20 + (p.id % 30)::int",
        currency="'EUR'",
        discount_funder="'provider'",
        discount="CASE WHEN p.id % 7 = 0 THEN 3 END",
        version="1",
    )
    insert(
        "inventory_departureprice",
        "FROM shared.inventory_departure AS d "
        "JOIN shared.catalog_ratecategory AS r ON r.product_id = d.product_id",
        departure_id="d.id",
        rate_category_id="r.id",
        stay="20 + d.product_id % 180 - CASE r.code WHEN 'child' THEN 8 ELSE 0 END",
        transport="d.product_id % 3",
    )


def _agency(number: int) -> str:
    """Open the agency ``bench-<number>`` and return a key to its API."""
    from django_tenants.utils import tenant_context

    from shared_apps.network.actions import agreement_set
    from tenant_apps.office.opening import agency_open
    from tenant_apps.orders.api_keys import api_key_create

    slug = f"bench-{number}"
    agency = agency_open(name=slug, slug=slug, admin_email=f"admin@{slug}.example").agency
    means = ["card", "transfer", "cash"]
    agreement_set(agency=agency, catalogue="all", collects=True, payment_means=means)
    with tenant_context(agency):
        _key, clear = api_key_create("Bench")
    return clear
