"""Departures: exact instants, topping up, prices, discounts, and what search shows of them."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.catalog.models import Product
from shared_apps.inventory import departures as verbs
from shared_apps.inventory.departures import DepartureRefused, Discount, Pattern, Tariff
from shared_apps.inventory.models import Availability, Departure
from tests.world import DEPARTURE_DAYS, EVERY_DAY

pytestmark = pytest.mark.django_db


def product(reference: str) -> Product:
    return Product.objects.get(reference=reference)


def first_departure(reference: str) -> Departure:
    return product(reference).departures.order_by("starts_at").first()


def shown(reference: str) -> Availability:
    return Availability.objects.get(product__reference=reference)


def slots(**changes) -> Pattern:
    terms = {
        "weekdays": frozenset({5}),
        "times": (time(1, 30), time(20)),
        "duration_minutes": 120,
        "capacity": 7,
        "tariffs": {"adult": Tariff(Decimal(10)), "child": Tariff(Decimal(5))},
    }
    return Pattern(**terms | changes)


def test_two_hours_last_two_hours_in_the_night_the_clocks_change():
    sunday = Pattern(**{**_fields(slots()), "weekdays": frozenset({6})})
    spans = sunday.instants(date(2027, 3, 28))
    assert spans[0][0].astimezone(UTC) == datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    assert spans[0][1].astimezone(UTC) == datetime(2027, 3, 28, 2, 30, tzinfo=UTC)
    assert spans[0][1].hour == 4


def _fields(pattern: Pattern) -> dict:
    return {name: getattr(pattern, name) for name in Pattern.__slots__}


def test_a_stay_of_two_nights_ends_two_days_later():
    stay = first_departure("STAY-LOIRE")
    assert stay.service_date == timezone.localdate(stay.starts_at)
    assert timezone.localdate(stay.ends_at) - stay.service_date == timedelta(days=2)


def test_a_pattern_makes_its_weekdays_only_with_capacity_and_prices():
    boat = product("BOAT-DUSK")
    start = timezone.localdate() + timedelta(days=300)
    made = verbs.departures_generate(product=boat, pattern=slots(), start=start, days=14)
    fresh = boat.departures.filter(service_date__gte=start)
    assert (made, fresh.count()) == (4, 4)
    assert {departure.service_date.weekday() for departure in fresh} == {5}
    assert {departure.capacity for departure in fresh} == {7}
    assert {departure.prices.count() for departure in fresh} == {2}


def test_a_second_run_makes_nothing_and_a_later_one_only_what_is_new():
    boat = product("BOAT-DUSK")
    start = timezone.localdate() + timedelta(days=300)
    assert verbs.departures_generate(product=boat, pattern=slots(), start=start, days=14) == 4
    assert verbs.departures_generate(product=boat, pattern=slots(), start=start, days=14) == 0
    assert verbs.departures_generate(product=boat, pattern=slots(), start=start, days=21) == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tariffs": {"nobody": Tariff(Decimal(10))}}, "unknown_rate"),
        ({"tariffs": {}}, "unknown_rate"),
        ({"tariffs": {"adult": Tariff(Decimal(-1))}}, "negative_price"),
        ({"capacity": -1}, "capacity"),
        ({"discount": Discount(amount=Decimal(11))}, "discount"),
        ({"discount": Discount(amount=Decimal(0))}, "discount"),
        (
            {
                "discount": Discount(
                    amount=Decimal(1), sale_from=date(2027, 2, 1), sale_to=date(2027, 1, 1)
                )
            },
            "discount",
        ),
    ],
)
def test_a_pattern_that_cannot_be_is_refused_and_makes_nothing(changes, code):
    boat = product("BOAT-DUSK")
    before = boat.departures.count()
    with pytest.raises(DepartureRefused) as refusal:
        verbs.departures_generate(
            product=boat, pattern=slots(**changes), start=date(2027, 6, 1), days=14
        )
    assert refusal.value.code == code
    assert boat.departures.count() == before


@pytest.mark.parametrize("days", [0, -1, 801])
def test_too_few_or_too_many_days_are_refused(days):
    with pytest.raises(DepartureRefused):
        verbs.departures_generate(
            product=product("BOAT-DUSK"), pattern=slots(), start=date(2027, 6, 1), days=days
        )


def test_a_single_departure_is_made_once():
    boat = product("BOAT-DUSK")
    at = datetime(2027, 6, 1, 12, tzinfo=UTC)
    terms = {
        "product": boat,
        "starts_at": at,
        "ends_at": at + timedelta(hours=1),
        "capacity": 3,
        "tariffs": {"adult": Tariff(Decimal(9))},
    }
    made = verbs.departure_create(**terms)
    assert (made.service_date, made.prices.get().stay) == (date(2027, 6, 1), Decimal(9))
    with pytest.raises(DepartureRefused) as refusal:
        verbs.departure_create(**terms)
    assert refusal.value.code == "taken"


def test_the_capacity_cannot_fall_below_what_is_taken():
    departure = first_departure("BOAT-DUSK")
    Departure.objects.filter(pk=departure.pk).update(held=2, sold=3)
    with pytest.raises(DepartureRefused) as refusal:
        verbs.departure_update(departure=departure, capacity=4)
    assert refusal.value.code == "capacity"
    assert verbs.departure_update(departure=departure, capacity=5).places_left == 0


def test_the_second_of_two_people_editing_one_departure_is_told():
    mine, other = first_departure("BOAT-DUSK"), first_departure("BOAT-DUSK")
    verbs.departure_update(departure=other, markup=Decimal(3))
    with pytest.raises(DepartureRefused) as refusal:
        verbs.departure_update(departure=mine, markup=Decimal(5))
    assert refusal.value.code == "stale"


def test_only_the_rates_of_one_departure_change():
    departure = first_departure("BOAT-DUSK")
    verbs.departure_update(departure=departure, tariffs={"adult": Tariff(Decimal(20))})
    assert shown("BOAT-DUSK").price_from == Decimal("20.00")
    assert departure.prices.get(rate_category__code="child").stay == Decimal(18)
    assert not departure.product.departures.exclude(pk=departure.pk).filter(
        prices__stay=Decimal(20)
    )


def test_search_shows_the_next_date_and_the_price_of_the_first_rate_category():
    boat, tomorrow = shown("BOAT-DUSK"), timezone.localdate() + timedelta(days=1)
    assert (boat.next_on, boat.price_from, boat.listed_from) == (
        tomorrow,
        Decimal("34.00"),
        Decimal("34.00"),
    )
    assert boat.last_on == tomorrow + timedelta(days=DEPARTURE_DAYS - 1)


def test_search_shows_the_struck_price_with_markup_while_a_discount_runs():
    stay = shown("STAY-LOIRE")
    # 365 + 55 = 420 listed, 380 public; markup 4 %: R46, R49, R54.
    assert (stay.listed_from, stay.price_from) == (Decimal("436.80"), Decimal("395.20"))


@pytest.mark.parametrize(
    ("sale_from", "sale_to", "price"),
    [(-3, -1, "36.00"), (1, 9, "36.00"), (0, 0, "36.00"), (None, 0, "36.00")],
)
def test_a_discount_takes_the_stay_at_most_and_only_in_its_period(sale_from, sale_to, price):
    """The ferry's price is all transport: a reduction of the stay cannot lower it."""
    ferry, today = product("FERRY-DAY"), timezone.localdate()
    ferry.departures.update(
        discount=Decimal(5),
        discount_from=None if sale_from is None else today + timedelta(days=sale_from),
        discount_to=today + timedelta(days=sale_to),
    )
    verbs.availability_refresh([ferry.pk])
    assert shown("FERRY-DAY").price_from == Decimal(price)


@pytest.mark.parametrize(("sale_from", "sale_to", "price"), [(-3, -1, 34), (0, 0, 30), (1, 9, 34)])
def test_a_discount_counts_on_its_first_and_last_day_and_not_outside(sale_from, sale_to, price):
    boat, today = product("BOAT-DUSK"), timezone.localdate()
    discount = Discount(
        amount=Decimal(4),
        sale_from=today + timedelta(days=sale_from),
        sale_to=today + timedelta(days=sale_to),
    )
    changed = verbs.departures_discount(
        product=boat, first=today, last=today + timedelta(days=10), discount=discount
    )
    assert (changed, shown("BOAT-DUSK").price_from) == (20, Decimal(price))


def test_a_discount_is_taken_away_again():
    stay, today = product("STAY-LOIRE"), timezone.localdate()
    last = today + timedelta(days=DEPARTURE_DAYS)
    changed = verbs.departures_discount(product=stay, first=today, last=last, discount=None)
    assert (changed, shown("STAY-LOIRE").price_from) == (DEPARTURE_DAYS, Decimal("436.80"))


def test_a_full_closed_or_past_departure_is_not_shown():
    kayak, tomorrow = product("KAYAK-SEA"), timezone.localdate() + timedelta(days=1)
    days = list(kayak.departures.order_by("starts_at")[:3])
    Departure.objects.filter(pk=days[0].pk).update(sold=8)
    verbs.departure_close(departure=days[1])
    verbs.availability_refresh([kayak.pk])
    assert shown("KAYAK-SEA").next_on == tomorrow + timedelta(days=2)
    verbs.departure_reopen(departure=days[1])
    assert shown("KAYAK-SEA").next_on == tomorrow + timedelta(days=1)


def test_a_product_without_departures_keeps_an_empty_summary():
    kayak = product("KAYAK-SEA")
    kayak.departures.update(status=Departure.Status.CANCELLED)
    verbs.availability_refresh()
    summary = shown("KAYAK-SEA")
    assert (summary.next_on, summary.price_from, summary.listed_from) == (None, None, None)


def test_a_refresh_that_finds_nothing_new_changes_nothing():
    verbs.availability_refresh()
    assert verbs.availability_refresh() == 0


def test_an_agency_may_not_make_departures(lumiere):
    boat = product("BOAT-DUSK")
    with tenant_context(lumiere), pytest.raises(DatabaseError, match="permission denied"):
        verbs.departures_generate(
            product=boat, pattern=slots(weekdays=EVERY_DAY), start=date(2027, 6, 1), days=2
        )
