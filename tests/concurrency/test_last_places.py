"""Twenty places, sixty-four buyers: the proofs that nothing is ever oversold (R135)."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
from django.db import connection
from django_tenants.utils import tenant_context

from deploy.sandbox.ports import wait_until
from shared_apps.inventory import locks
from shared_apps.inventory.models import Departure, Hold
from tenant_apps.orders.models import Order
from tenants.models import Agency
from tests.selling import held
from tests.serving import running_site

BUYERS = 64
PLACES = 20


def _buy(url: str, slug: str, key: str, departure: int) -> int:
    """One buyer: one place over HTTP. Returns the status, or 0 when nobody answered."""
    headers = {"Authorization": f"Bearer {key}", "Host": f"{slug}.localhost"}
    body = {"lines": [{"departure": departure, "quantities": {"adult": 1}}]}
    try:
        answer = httpx.post(f"{url}/api/v1/orders/", json=body, headers=headers, timeout=30)
    except httpx.TransportError:
        return 0
    return answer.status_code


def _storm(url: str, keys: dict[str, str], departure: int) -> Counter[int]:
    slugs = sorted(keys)
    with ThreadPoolExecutor(BUYERS) as pool:
        tries = [
            pool.submit(_buy, url, slugs[n % 2], keys[slugs[n % 2]], departure)
            for n in range(BUYERS)
        ]
        return Counter(done.result() for done in tries)


def test_of_64_buyers_over_http_exactly_20_get_a_place(own_database, keys, boat, all_agree):
    """Fails without the condition in ``places_take``: the CHECK then answers with 500s."""
    with running_site(own_database) as site:
        answers = _storm(site.url, keys, boat.pk)
    assert answers == {201: PLACES, 409: BUYERS - PLACES}
    boat.refresh_from_db()
    assert (boat.held, boat.sold) == (PLACES, 0)
    all_agree()


def test_a_web_process_killed_in_the_storm_oversells_nothing(own_database, keys, boat, all_agree):
    """Whatever the kill interrupted is whole or absent; the second storm takes what is left."""
    with running_site(own_database) as site:
        storm: list[Counter[int]] = []
        buyers = threading.Thread(
            target=lambda: storm.append(_storm(site.url, keys, boat.pk)), daemon=True
        )
        buyers.start()
        assert wait_until(
            lambda: Hold.objects.filter(departure_id=boat.pk).count() >= 3, timeout=30, pause=0.005
        )
        site.kill()
        buyers.join()
        assert storm[0][500] == 0
        taken = Departure.objects.get(pk=boat.pk).held
        assert 3 <= taken <= PLACES
        all_agree()
        site.start()
        answers = _storm(site.url, keys, boat.pk)
    assert answers == {201: PLACES - taken, 409: BUYERS - PLACES + taken}
    all_agree()


def _race(number: int, work) -> None:
    """Run ``work`` in ``number`` threads that start together."""
    start = threading.Barrier(number)

    def run() -> None:
        try:
            start.wait()
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _take_without_guard(wanted):
    """What a naive shop does: read, compare, write."""
    from shared_apps.inventory.errors import SoldOut

    for departure_id, places in wanted.items():
        departure = Departure.objects.get(pk=departure_id)
        if departure.places_left < places:
            raise SoldOut(departure_id, places)
        Departure.objects.filter(pk=departure_id).update(held=departure.held + places)


def test_overselling_does_happen_when_the_guard_is_switched_off(own_database, boat, monkeypatch):
    """The races above prove something only if this one oversells."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE inventory_departure DROP CONSTRAINT departure_stock")
    monkeypatch.setattr(locks, "places_take", _take_without_guard)
    lumiere = Agency.objects.get(slug="lumiere")

    def buy() -> None:
        from shared_apps.inventory.errors import SoldOut

        with tenant_context(lumiere):
            for _ in range(6):
                try:
                    held("BOAT-DUSK", adult=1)
                except SoldOut:
                    return

    _race(8, buy)
    with tenant_context(lumiere):
        assert Order.objects.count() > PLACES


def test_two_agencies_race_for_the_last_place_and_one_wins(own_database, boat, all_agree):
    agencies = list(Agency.objects.all())
    with tenant_context(agencies[0]):
        held("BOAT-DUSK", adult=PLACES - 1)
    results: list[str] = []
    lock = threading.Lock()
    turns = iter(agencies)

    def buy() -> None:
        from shared_apps.inventory.errors import SoldOut

        with lock:
            agency = next(turns)
        with tenant_context(agency):
            try:
                held("BOAT-DUSK", adult=1)
            except SoldOut:
                results.append("refused")
            else:
                results.append("held")

    _race(2, buy)
    assert sorted(results) == ["held", "refused"]
    all_agree()
