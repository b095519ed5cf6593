"""Twenty places, sixty-four buyers over HTTP: nothing is ever oversold (R135).

One web server on one database for the whole module; every race has a departure of its own.
"""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import pytest
from django.db import connection
from django_tenants.utils import tenant_context

from deploy.sandbox.ports import wait_until
from shared_apps.inventory.models import Departure, Hold
from shared_apps.inventory.reconcile import stock_differences
from shared_apps.journal.verify import journal_verify
from tenant_apps.orders.api_keys import api_key_create
from tenant_apps.orders.models import Order
from tenants.models import Agency
from tests.database import copy_of_template, template_database
from tests.selling import departure_of
from tests.serving import Site, running_site

BUYERS = 64
PLACES = 20


@dataclass
class Arena:
    """A web server, and a key to each agency's API."""

    site: Site
    keys: dict[str, str]

    def all_agree(self) -> None:
        """Counters, movements, holds and chains tell one story."""
        assert stock_differences() == []
        for agency in Agency.objects.all():
            assert journal_verify(agency).errors == ()


@pytest.fixture(scope="module")
def arena(django_db_setup, django_db_blocker):
    """The server on a private database, once."""
    with django_db_blocker.unblock(), copy_of_template(template_database()) as database:
        keys = {}
        for agency in Agency.objects.all():
            with tenant_context(agency):
                keys[agency.slug] = api_key_create("Race")[1]
        with running_site(database) as site:
            yield Arena(site, keys)
        connection.close()


def _buy(client: httpx.Client, url: str, slug: str, key: str, departure: int) -> int:
    """One buyer: one place over HTTP. Returns the status, or 0 when nobody answered."""
    headers = {"Authorization": f"Bearer {key}", "Host": f"{slug}.localhost"}
    body = {"lines": [{"departure": departure, "quantities": {"adult": 1}}]}
    try:
        answer = client.post(f"{url}/api/v1/orders/", json=body, headers=headers)
    except httpx.TransportError:
        return 0
    return answer.status_code


def _storm(url: str, keys: dict[str, str], departure: int) -> Counter[int]:
    slugs = sorted(keys)
    # One client for all: each of its own would spend the machine on certificates it never uses.
    many = httpx.Limits(max_connections=BUYERS, max_keepalive_connections=BUYERS)
    with (
        ThreadPoolExecutor(BUYERS) as pool,
        httpx.Client(verify=False, limits=many, timeout=60, trust_env=False) as client,
    ):
        tries = [
            pool.submit(_buy, client, url, slugs[n % 2], keys[slugs[n % 2]], departure)
            for n in range(BUYERS)
        ]
        return Counter(done.result() for done in tries)


def test_of_64_buyers_over_http_exactly_20_get_a_place(arena):
    """Fails without the condition in ``places_take``: the CHECK then answers with 500s."""
    boat = departure_of("BOAT-DUSK", days=45)
    answers = _storm(arena.site.url, arena.keys, boat.pk)
    assert answers == {201: PLACES, 409: BUYERS - PLACES}
    boat.refresh_from_db()
    assert (boat.held, boat.sold) == (PLACES, 0)
    arena.all_agree()


def test_a_web_process_killed_in_the_storm_oversells_nothing(arena):
    """Whatever the kill interrupted is whole or absent; the second storm takes what is left."""
    boat, site = departure_of("BOAT-DUSK", days=46), arena.site
    storm: list[Counter[int]] = []
    buyers = threading.Thread(
        target=lambda: storm.append(_storm(site.url, arena.keys, boat.pk)), daemon=True
    )
    buyers.start()
    taken = Hold.objects.filter(departure_id=boat.pk)
    assert wait_until(lambda: taken.count() >= 3, timeout=30, pause=0.005)
    site.kill()
    buyers.join()
    assert storm[0][500] == 0
    held = Departure.objects.get(pk=boat.pk).held
    assert 3 <= held <= PLACES
    arena.all_agree()
    site.start()
    answers = _storm(site.url, arena.keys, boat.pk)
    wanted = {201: PLACES - held, 409: BUYERS - PLACES + held}
    assert answers == {status: number for status, number in wanted.items() if number}
    arena.all_agree()


def test_one_idempotency_key_used_by_ten_at_once_makes_one_order(arena):
    """Fails without the unique key: every request then finds nobody before it and sells."""
    boat = departure_of("BOAT-DUSK", days=47)
    headers = {
        "Authorization": f"Bearer {arena.keys['lumiere']}",
        "Host": "lumiere.localhost",
        "Idempotency-Key": "one",
    }
    line = {"departure": boat.pk, "quantities": {"adult": 1}}
    body = {"lines": [line], "partner_reference": "ten at once"}
    address = f"{arena.site.url}/api/v1/orders/"

    def ask() -> httpx.Response:
        return httpx.post(address, json=body, headers=headers, timeout=60)

    with ThreadPoolExecutor(10) as pool:
        answers = [done.result() for done in [pool.submit(ask) for _ in range(10)]]
    last = ask()
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"in_progress"}
    assert {a.content for a in answers if a.status_code == 201} == {last.content}
    with tenant_context(Agency.objects.get(slug="lumiere")):
        assert Order.objects.filter(partner_reference="ten at once").count() == 1
    assert Departure.objects.get(pk=boat.pk).held == 1
