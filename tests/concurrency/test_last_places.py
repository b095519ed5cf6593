"""The last places, in one process: what the guard is for, and two agencies after one place."""

from django.db import connection
from django_tenants.utils import tenant_context

from shared_apps.inventory import locks
from shared_apps.inventory.errors import SoldOut
from shared_apps.inventory.models import Departure
from tenant_apps.orders.models import Order
from tenants.models import Agency
from tests.concurrency.racing import inside, race
from tests.selling import held

PLACES = 20


def _take_without_guard(wanted):
    """What a naive shop does: read, compare, write."""
    for departure_id, places in wanted.items():
        departure = Departure.objects.get(pk=departure_id)
        if departure.places_left < places:
            raise SoldOut(departure_id, places)
        Departure.objects.filter(pk=departure_id).update(held=departure.held + places)


def _buy_until_sold_out() -> None:
    for _ in range(6):
        try:
            held("BOAT-DUSK", adult=1)
        except SoldOut:
            return


def test_overselling_does_happen_when_the_guard_is_switched_off(own_database, boat, monkeypatch):
    """The races over HTTP prove something only if this one oversells."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE inventory_departure DROP CONSTRAINT departure_stock")
    monkeypatch.setattr(locks, "places_take", _take_without_guard)
    lumiere = Agency.objects.get(slug="lumiere")
    assert race([inside(lumiere, _buy_until_sold_out)] * 8) == [None] * 8
    with tenant_context(lumiere):
        assert Order.objects.count() > PLACES


def test_with_the_guard_the_same_race_sells_what_there_is(own_database, boat, all_agree):
    lumiere = Agency.objects.get(slug="lumiere")
    assert race([inside(lumiere, _buy_until_sold_out)] * 8) == [None] * 8
    with tenant_context(lumiere):
        assert Order.objects.count() == PLACES
    all_agree()


def test_two_agencies_race_for_the_last_place_and_one_wins(own_database, boat, all_agree):
    agencies = list(Agency.objects.all())
    with tenant_context(agencies[0]):
        held("BOAT-DUSK", adult=PLACES - 1)
    ends = race([inside(agency, lambda: held("BOAT-DUSK", adult=1)) for agency in agencies])
    assert sorted(type(end).__name__ for end in ends) == ["Order", "SoldOut"]
    all_agree()
