"""The doors under load: search, product page, orders on one departure and on many."""

import json
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlencode

from django.utils import timezone

from bench.catalogue import HOT, PRODUCTS, TOWNS, WORDS, Facts
from bench.ground import Ground
from bench.load import Connection, Outcome, Step, asking, drive, get, post_json
from bench.report import Row, at_least, at_most

HOST = "bench-1.localhost"
MOST_QUERIES = 8
WANTED_ORDERS = 100
CUSTOMER = {"first_name": "Bench", "last_name": "Mark", "email": "bench@example.org"}


def search_paths() -> list[str]:
    """Searches as people make them: words, a place, dates, a price, a later page."""
    chance = random.Random(7)
    soon = timezone.localdate() + timedelta(days=10)
    kinds: list[Callable[[], dict[str, str]]] = [
        lambda: {"q": chance.choice(WORDS)},
        lambda: {"q": f"{chance.choice(WORDS)} {chance.choice(WORDS)}"},
        lambda: {"place": chance.choice(TOWNS)},
        lambda: {"category": chance.choice(["stay", "tour", "activity"]), "people": "2"},
        lambda: {"from": soon.isoformat(), "to": (soon + timedelta(days=6)).isoformat()},
        lambda: {"q": chance.choice(WORDS), "price_max": "90", "sort": "price"},
        lambda: {"page": str(chance.randint(2, 9))},
    ]
    return [f"/recherche/?{urlencode(kinds[n % len(kinds)]())}" for n in range(140)]


def product_paths() -> list[str]:
    """Product pages spread over the catalogue."""
    chance = random.Random(11)
    return [f"/produits/B-{chance.randint(1, PRODUCTS):05d}/" for _ in range(200)]


def search(ground: Ground, facts: Facts, seconds: float) -> Iterator[Row]:
    """``/recherche/`` over 5,000 products and 100,000 departures."""
    yield from _pages(ground, "search", search_paths(), seconds)


def product(ground: Ground, facts: Facts, seconds: float) -> Iterator[Row]:
    """``/produits/<reference>/`` with its calendar."""
    yield from _pages(ground, "product", product_paths(), seconds)


def _pages(ground: Ground, part: str, paths: list[str], seconds: float) -> Iterator[Row]:
    queries = max(queries_of(path) for path in paths[:14])
    with ground.web() as port:
        outcome = drive(port, asking([get(HOST, path) for path in paths]), seconds)
    _refuse_failures(part, outcome)
    yield Row(part, "pages", outcome.rate, "req/s", note=_times(outcome))
    yield Row(part, "p95", outcome.percentile(0.95), "ms")
    yield at_most(part, "queries of a page, at most", queries, "", MOST_QUERIES)


def queries_of(path: str) -> int:
    """Statements one page takes once the process is warm, path and role included."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, counts = Client(headers={"host": HOST}), []
    for _ in range(3):  # a host is looked up again every now and then
        with CaptureQueriesContext(connection) as captured:
            status = client.get(path).status_code
        assert status == 200, f"{path}: {status}"
        counts.append(len(captured))
    return min(counts)


def hot(ground: Ground, facts: Facts, seconds: float) -> Iterator[Row]:
    """Orders on one departure: every buyer wants the same row."""
    yield from _orders(ground, "hot", facts, [facts.hot], seconds)


def many(ground: Ground, facts: Facts, seconds: float) -> Iterator[Row]:
    """Orders spread over thousands of departures."""
    yield from _orders(ground, "many", facts, facts.departures, seconds)


def _orders(
    ground: Ground, part: str, facts: Facts, departures: list[int], seconds: float
) -> Iterator[Row]:
    with ground.web() as port:
        placed = drive(port, _buyers(facts, departures, confirm=False), seconds)
        sold = drive(port, _buyers(facts, departures, confirm=True), seconds)
    _refuse_failures(part, placed)
    _refuse_failures(part, sold)
    if part == "hot":
        yield at_least(
            part, "orders placed", placed.rate, "orders/s", WANTED_ORDERS, _times(placed)
        )
    else:
        yield Row(part, "orders placed", placed.rate, "orders/s", note=_times(placed))
    yield Row(part, "orders placed and confirmed", sold.rate, "orders/s", note=_times(sold))


def _buyers(facts: Facts, departures: list[int], *, confirm: bool) -> Callable[[int], Iterator]:
    """Buyers of one place each; with ``confirm`` they also pay by transfer (two requests)."""
    key = facts.keys["bench-1"]
    accepted = {"sha256": facts.terms, "text": "I accept the terms."}
    paid = json.dumps({"payment": {"means": "transfer"}}).encode()

    def steps(number: int) -> Iterator[Step]:
        chance = random.Random(number)

        def buy(connection: Connection) -> int:
            body = {
                "lines": [{"departure": chance.choice(departures), "quantities": {"adult": 1}}],
                "customer": {**CUSTOMER, "email": f"{uuid.uuid4().hex[:12]}@example.org"},
                "accepted_terms": accepted,
                "language": "fr",
            }
            request = post_json(HOST, "/api/v1/orders/", json.dumps(body).encode(), key)
            status, answer = connection.exchange(request)
            if not confirm or status != 201:
                return status
            reference = json.loads(answer)["reference"]
            path = f"/api/v1/orders/{reference}/confirm/"
            return connection.exchange(post_json(HOST, path, paid, key))[0]

        while True:
            yield buy

    return steps


def _times(outcome: Outcome) -> str:
    return f"p50 {outcome.percentile(0.5):.0f} ms, p95 {outcome.percentile(0.95):.0f} ms"


def _refuse_failures(part: str, outcome: Outcome) -> None:
    """Numbers of pages that failed are worth nothing; sold-out departures are expected."""
    wrong = {status: count for status, count in outcome.failures.items() if status != 409}
    if wrong or not outcome.times:
        raise RuntimeError(f"{part}: answers that are no success: {wrong} (departure {HOT})")
