"""Search: words without accents, filters that can be removed, and bad values said in words."""

import pytest
from django_tenants.utils import tenant_context

from shared_apps.catalog.models import Product
from shared_apps.inventory.models import Departure
from tenant_apps.overrides.models import MarkupOverride
from tests.doors.shop.conftest import day

ALL = {"Balade en gabare", "Échappée à vélo", "Kayak de mer", "Traversée du jour"}


def _titles(visitor, query: str) -> list[str]:
    page = visitor.read(f"/recherche/?{query}")
    assert page.status == 200
    return page.cards() if not page.soup.select_one(".empty") else []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=echappee+velo", {"Échappée à vélo"}),
        ("q=VÉLO", {"Échappée à vélo"}),
        ("q=velo+amboise", {"Échappée à vélo"}),
        ("q=sunset", {"Balade en gabare"}),
        ("q=BOAT-DUSK", {"Balade en gabare"}),
        ("q=quiberon", {"Kayak de mer"}),
        ("q=gab", {"Balade en gabare"}),
        ("q=%25", ALL),
        ("q=gabare'%3B--", {"Balade en gabare"}),
        ("q=nothing+like+this", set()),
        ("q=musee", set()),
        ("category=stay", {"Échappée à vélo"}),
        ("category=stay&category=tour", {"Échappée à vélo", "Balade en gabare"}),
        ("place=Quiberon", {"Kayak de mer"}),
        ("place=Centre-Val+de+Loire", ALL),
        ("price_max=36", {"Balade en gabare", "Traversée du jour"}),
        ("price_min=36,5&price_max=60", {"Kayak de mer"}),
        ("people=13", {"Balade en gabare", "Traversée du jour"}),
    ],
)
def test_a_search_finds_exactly_what_answers_it(visitor, query, expected):
    assert set(_titles(visitor, query)) == expected


def test_the_number_of_a_product_finds_nothing_but_its_reference_does(visitor):
    found = Product.objects.get(reference="STAY-LOIRE")
    Product.objects.filter(pk=found.pk).update(reference="LOIRE-X", search_text="loire x")

    assert _titles(visitor, f"q=id{found.pk}") == []
    assert _titles(visitor, "q=LOIRE-X") == ["Échappée à vélo"]


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("recommended", "Balade en gabare"),
        ("price", "Balade en gabare"),
        ("title", "Balade en gabare"),
    ],
)
def test_results_are_sorted_as_asked(visitor, sort, first):
    titles = _titles(visitor, f"sort={sort}")

    assert titles[0] == first
    if sort == "price":
        assert titles == [
            "Balade en gabare",
            "Traversée du jour",
            "Kayak de mer",
            "Échappée à vélo",
        ]


def test_price_order_and_filter_follow_the_agencys_own_markup(visitor, lumiere):
    with tenant_context(lumiere):
        boat = Product.objects.get(reference="BOAT-DUSK")
        MarkupOverride.objects.create(product=boat, percent=10)

    assert _titles(visitor, "sort=price")[0] == "Traversée du jour"
    assert set(_titles(visitor, "price_max=37")) == {"Traversée du jour"}


def test_a_date_finds_what_is_open_that_day_and_shows_its_price(visitor):
    chosen = day(30)
    Departure.objects.filter(product__reference="KAYAK-SEA", service_date=chosen).update(sold=8)
    Departure.objects.filter(product__reference="FERRY-DAY", service_date=chosen).update(
        status="closed"
    )

    page = visitor.read(f"/recherche/?from={chosen}")

    assert set(page.cards()) == {"Balade en gabare", "Échappée à vélo"}
    assert {time["datetime"] for time in page.soup.select("time")} == {chosen.isoformat()}


def test_an_empty_day_proposes_the_days_around_it(visitor):
    closed = day(30)
    Departure.objects.filter(service_date=closed).update(status="closed")

    page = visitor.read(f"/recherche/?from={closed}&category=tour")
    near = page.soup.select(".near a")

    assert page.soup.select_one(".empty") and 1 <= len(near) <= 5
    assert any(f"from={day(29)}" in link["href"] for link in near)
    assert set(visitor.read(near[0]["href"]).cards()) == {"Balade en gabare"}


def test_every_active_filter_is_a_chip_that_removes_only_itself(visitor):
    page = visitor.read("/recherche/?q=a&category=tour&price_max=90&people=2&sort=price")

    links = [chip["href"] for chip in page.soup.select(".chip:not(.chip--clear)")]
    assert links == [
        "/recherche/?people=2&category=tour&price_max=90&sort=price",
        "/recherche/?q=a&people=2&price_max=90&sort=price",
        "/recherche/?q=a&category=tour&price_max=90&sort=price",
        "/recherche/?q=a&people=2&category=tour&sort=price",
    ]
    assert page.soup.select_one(".chip--clear")["href"] == "/recherche/?sort=price"


def test_the_filters_say_how_many_they_would_leave(visitor):
    page = visitor.read("/recherche/?category=tour")
    counts = {
        option.find("span").get_text(): option.select_one(".option__count").contents[-1].strip()
        for option in page.soup.select(".option")
    }

    assert counts["Séjours"] == "1"
    assert page.soup.find("input", {"value": "tour"}).has_attr("checked")


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-02-31",
        "from=tomorrow",
        "from=2020-01-01",
        "from=2020-01-01&to=2020-02-01",
        "to=9999-12-31",
        "people=-1",
        "people=0",
        "people=100",
        "people=1e3",
        "people=%C2%B2",
        "price_min=abc",
        "price_max=NaN",
        "price_max=-5",
        "price_min=1e400",
        "price_min=90&price_max=10",
        "sort=secret",
        "category=nothing",
        "page=0",
        "page=x",
    ],
)
def test_what_cannot_be_understood_is_said_and_the_rest_still_runs(visitor, query):
    page = visitor.read(f"/recherche/?{query}&q=gabare")

    assert page.status == 200
    assert page.soup.select_one(".notice--warning").get_text().strip()
    if "price" not in query:
        assert page.cards() == ["Balade en gabare"]


@pytest.mark.parametrize("query", ["q=%00", "place=%00", "q=" + "a" * 5000, "page=9999"])
def test_hostile_values_are_harmless(visitor, query):
    assert visitor.read(f"/recherche/?{query}").status == 200


def test_dates_in_the_wrong_order_are_exchanged(visitor):
    page = visitor.read(f"/recherche/?from={day(20)}&to={day(10)}")

    assert page.soup.find(id="filter-from")["value"] == day(10).isoformat()
    assert page.soup.find(id="filter-to")["value"] == day(20).isoformat()
    assert page.cards()


def test_a_long_list_comes_in_pages_of_twenty_four(visitor, db):
    source = Product.objects.get(reference="BOAT-DUSK")
    _copies(source, 60)

    first = visitor.read("/recherche/?category=tour")
    last = visitor.read("/recherche/?category=tour&page=3")
    beyond = visitor.read("/recherche/?category=tour&page=40")

    assert (len(first.cards()), len(last.cards()), len(beyond.cards())) == (24, 13, 24)
    assert first.soup.select_one("[rel=next]")["href"] == "/recherche/?category=tour&page=2"
    assert last.soup.select_one("[rel=next]") is None
    assert len({*first.cards()}) == 24


def _copies(source: Product, number: int) -> None:
    """Copies of a product with one departure each, selected by the first agency."""
    from shared_apps.inventory.departures import availability_refresh
    from shared_apps.inventory.models import DeparturePrice
    from tenant_apps.selection.models import SelectedProduct
    from tenants.models import Agency

    rate = source.rate_categories.get(code="adult")
    boat = source.departures.first()
    made = []
    for index in range(number):
        copy = Product.objects.get(pk=source.pk)
        copy.pk, copy.reference, copy.external_id = None, f"COPY-{index:03d}", None
        copy.titles = {"fr": f"Copie {index:03d}"}
        copy.save(force_insert=True)
        own = copy.rate_categories.create(code="adult", labels=rate.labels)
        departure = copy.departures.create(
            service_date=boat.service_date,
            starts_at=boat.starts_at,
            ends_at=boat.ends_at,
            capacity=10,
        )
        DeparturePrice.objects.create(departure=departure, rate_category=own, stay=10)
        made.append(copy.pk)
    availability_refresh(made)
    with tenant_context(Agency.objects.get(slug="lumiere")):
        SelectedProduct.objects.bulk_create(SelectedProduct(product_id=pk) for pk in made)
