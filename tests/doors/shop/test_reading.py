"""Home, search and product as a visitor reads them: what is on sale, at what price, for whom."""

import pytest
from django_tenants.utils import schema_context, tenant_context

from shared_apps.catalog.models import Product
from shared_apps.inventory.departures import availability_refresh
from shared_apps.inventory.models import Departure
from tenant_apps.overrides.models import MarkupOverride
from tenant_apps.selection.actions import selection_remove
from tests.doors.shop.conftest import Visitor, day

ALL = ["Balade en gabare", "Échappée à vélo", "Kayak de mer", "Traversée du jour"]


def _product(reference: str) -> Product:
    return Product.objects.get(reference=reference)


def test_the_home_page_shows_what_the_agency_features_first(visitor):
    page = visitor.read("/")

    assert page.status == 200
    assert page.cards()[0] == "Balade en gabare"
    assert "34 €" in page.main.replace("\xa0", " ")


@pytest.mark.parametrize(
    "path", ["/", "/recherche/", "/produits/BOAT-DUSK/", "/conditions/1/", "/mentions-legales/"]
)
def test_reading_sets_no_cookie_and_opens_no_session(visitor, path):
    page = visitor.read(path)

    assert page.status == 200
    assert page.cookies == ()
    assert not [sql for sql in page.statements if "django_session" in sql]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/recherche/",
        "/recherche/?q=gabare&category=tour&people=3&price_max=90&sort=price",
        "/recherche/?from=2031-01-01",
        "/produits/STAY-LOIRE/",
        "/produits/STAY-LOIRE/departs/",
        "/produits/KAYAK-SEA/",
    ],
)
@pytest.mark.parametrize("slug", ["lumiere", "ocean"])
def test_a_page_needs_at_most_eight_statements(db, slug, path):
    visitor = Visitor(slug)
    visitor.read("/")  # brand, seller and terms are then known for half a minute
    visitor.read(path)

    page = visitor.read(path)

    assert page.status == 200
    assert len(page.statements) <= 8, "\n".join(page.statements)
    assert "search_path" in page.statements[0]


def test_a_page_answers_a_request_for_its_head_alone(visitor):
    answer = visitor.client.head("/produits/BOAT-DUSK/", headers={"host": visitor.host})

    assert (answer.status_code, answer.content) == (200, b"")


def test_the_page_is_written_in_the_language_of_the_agency(visitor):
    page = visitor.read("/", **{"accept-language": "en"})

    assert page.soup.html["lang"] == "fr"
    assert page.headers["Content-Language"] == "fr"


def test_a_visitor_may_choose_english_and_keeps_it(visitor):
    answer = visitor.send(
        "/langue/", {"language": "en", "next": "/produits/BOAT-DUSK/?month=2027-01"}
    )

    assert answer.headers["Location"] == "/produits/BOAT-DUSK/?month=2027-01"
    page = visitor.read("/produits/BOAT-DUSK/")
    assert page.soup.html["lang"] == "en"
    assert page.soup.h1.string == "Sunset boat trip"
    assert "€34" in page.main


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_the_language_switch_leads_to_no_other_site(visitor, target):
    assert visitor.send("/langue/", {"language": "en", "next": target}).headers["Location"] == "/"


def test_another_site_cannot_switch_the_language_or_fill_the_cart(visitor):
    evil = "https://evil.example"
    filled = {"reference": "BOAT-DUSK"}

    assert visitor.send("/langue/", {"language": "en"}, origin=evil).status == 403
    assert visitor.send("/panier/ajouter/", filled, origin=evil).status == 403


def test_the_seller_block_stands_on_every_page_and_names_the_retailer(visitor):
    for path in ("/", "/recherche/", "/produits/BOAT-DUSK/", "/panier/", "/nowhere/"):
        block = visitor.read(path).soup.select_one(".seller").get_text(" ")
        for words in (
            "TNP Test",
            "SAS",
            "IM037000001",
            "Garantie Test",
            "2 rue du Test, 75017 Paris",
            "Assurance Test",
            "Médiation Test",
            "Lumière Voyages",
        ):
            assert words in block, (path, words)


def test_an_agency_under_own_liability_is_named_as_the_seller_of_its_own_product(stranger, visitor):
    own = stranger.read("/produits/KAYAK-SEA/").soup.select_one(".seller").get_text(" ")
    other = stranger.read("/produits/BOAT-DUSK/").soup.select_one(".seller").get_text(" ")
    elsewhere = visitor.read("/produits/KAYAK-SEA/").soup.select_one(".seller").get_text(" ")

    assert "Océan Réceptif SARL" in own and "IM056000002" in own
    assert "TNP Test" not in own
    assert "TNP Test" in other and "Océan Réceptif SARL" not in other
    assert "TNP Test" in elsewhere and "IM056000002" not in elsewhere


@pytest.mark.parametrize("reference", ["MUSEUM-NEW", "NO-SUCH", "1", "boat%00", "é" * 400])
def test_an_unvalidated_or_unknown_product_is_a_page_that_says_so(visitor, reference):
    page = visitor.read(f"/produits/{reference}/")

    assert page.status == 404
    assert "Lumière Voyages" in page.text
    assert "Musée nouveau" not in page.text


def test_a_product_the_agency_dropped_is_gone_from_its_shop_and_not_from_the_other(
    visitor, stranger, lumiere
):
    with tenant_context(lumiere):
        selection_remove(product=_product("BOAT-DUSK"))

    assert visitor.read("/produits/BOAT-DUSK/").status == 404
    assert "Balade en gabare" not in visitor.read("/recherche/?q=gabare").cards()
    assert stranger.read("/produits/BOAT-DUSK/").status == 200


def test_a_suspended_product_is_gone_at_the_next_request(visitor):
    assert visitor.read("/produits/BOAT-DUSK/").status == 200
    Product.objects.filter(reference="BOAT-DUSK").update(status="suspended")

    assert visitor.read("/produits/BOAT-DUSK/").status == 404
    assert "Balade en gabare" not in visitor.read("/").cards()


def test_a_discount_strikes_the_old_price_only_while_it_runs(visitor):
    prices = visitor.read("/produits/STAY-LOIRE/").soup.select_one(".price--panel")
    assert prices.s.get_text().replace("\xa0", " ").endswith("436,80 €")
    assert prices.strong.get_text().replace("\xa0", " ") == "395,20 €"

    Departure.objects.update(discount_to=day(-1))
    prices = visitor.read("/produits/STAY-LOIRE/").soup.select_one(".price--panel")
    assert prices.s is None
    assert prices.strong.get_text().replace("\xa0", " ") == "436,80 €"


def test_the_agencys_own_markup_shows_on_cards_and_panel_and_not_at_the_other(
    visitor, stranger, lumiere
):
    with tenant_context(lumiere):
        MarkupOverride.objects.create(product=_product("BOAT-DUSK"), percent=10)

    assert "37,40" in visitor.read("/recherche/?q=gabare").main
    assert "37,40" in visitor.read("/produits/BOAT-DUSK/").main
    assert "37,40" not in stranger.read("/recherche/?q=gabare").main


def test_the_calendar_prices_a_day_and_the_panel_adds_up_exactly(visitor):
    chosen = day(40)
    page = visitor.read(
        f"/produits/BOAT-DUSK/?day={chosen}&quantity_adult=2&quantity_child=1&quantity_free=1"
    )

    cell = page.soup.find(id=f"day-{chosen}")
    assert cell.select_one(".day__price").get_text().startswith("34")
    assert cell.select_one(".day__left").contents[0].strip() == "40"
    times = [time.get_text() for time in page.soup.select(".time strong")]
    assert times == ["17:30 à 19:00", "19:30 à 21:00"] or times == [
        "17:30 to 19:00",
        "19:30 to 21:00",
    ]
    assert page.soup.select_one("[data-total]").get_text().replace("\xa0", " ") == "86,00 €"


def test_the_panel_alone_is_served_for_a_page_that_swaps_it(visitor):
    page = visitor.read(f"/produits/BOAT-DUSK/departs/?day={day(40)}&quantity_adult=3")

    assert page.soup.html is None
    assert page.soup.form["id"] == "booking"
    assert page.soup.select_one("[data-total]").get_text().replace("\xa0", " ") == "102,00 €"


def test_more_people_than_places_is_said_with_the_number_left(visitor):
    page = visitor.read(f"/produits/KAYAK-SEA/?day={day(40)}&quantity_adult=9")

    assert "8" in page.soup.select_one(".notice--warning").get_text()
    assert page.soup.select_one(".booking__end .button--primary").has_attr("disabled")


@pytest.mark.parametrize(
    "query",
    [
        "day=yesterday",
        "day=2026-02-31",
        "day=0001-01-01",
        "day=9999-12-31",
        "month=2026-99",
        "month=9999-12",
        "departure=99999999999999999999",
        "departure=-1",
        "quantity_adult=-2",
        "quantity_adult=1e9",
        "quantity_adult=999999999999",
        "quantity_%00=1",
    ],
)
def test_a_product_address_with_bad_values_still_shows_the_product(visitor, query):
    page = visitor.read(f"/produits/BOAT-DUSK/?{query}")

    assert page.status == 200
    assert page.soup.h1.string == "Balade en gabare"


def test_a_sold_out_departure_says_full_and_cannot_be_chosen(visitor):
    chosen = day(41)
    Departure.objects.filter(product__reference="KAYAK-SEA", service_date=chosen).update(sold=8)

    page = visitor.read(f"/produits/KAYAK-SEA/?day={chosen}")

    assert page.soup.find(id=f"day-{chosen}") is None
    assert page.soup.select_one(".booking__end .button--primary").has_attr("disabled")


def test_a_product_with_nothing_left_says_so_and_offers_to_write(visitor):
    Departure.objects.filter(product__reference="KAYAK-SEA").update(status="closed")
    availability_refresh()

    page = visitor.read("/produits/KAYAK-SEA/")

    assert page.status == 200
    assert page.soup.select_one("#booking a[href='/contact/']")
    assert page.structured().get("offers") is None
    assert "Kayak de mer" not in visitor.read("/recherche/").cards()


def test_the_structured_data_is_schema_org_and_cannot_leave_its_block(visitor):
    with schema_context("shared"):
        Product.objects.filter(reference="BOAT-DUSK").update(
            summaries={"fr": "</script><script>alert(1)</script> & <b>"}
        )
    page = visitor.read("/produits/BOAT-DUSK/")
    data = page.structured()

    assert data["@type"] == "Product" and data["sku"] == "BOAT-DUSK"
    assert data["offers"]["price"] == "34.00" and data["offers"]["priceCurrency"] == "EUR"
    assert data["offers"]["seller"]["name"] == "TNP Test"
    assert data["description"].startswith("</script>")
    assert "<script>alert" not in page.html


def test_the_style_sheet_may_be_kept_for_ever_only_under_its_own_hash(visitor):
    address = visitor.read("/").soup.find("link", href=lambda href: "theme.css" in href)["href"]

    known = visitor.read(address)
    assert "immutable" in known.headers["Cache-Control"]
    assert "Vary" not in known.headers or "Cookie" not in known.headers["Vary"]
    assert visitor.read("/theme.css?v=old").headers["Cache-Control"] == "no-cache"


def test_robots_find_every_product_on_sale_and_no_basket(visitor):
    sitemap = visitor.read("/sitemap.xml")
    robots = visitor.read("/robots.txt")

    assert "http://lumiere.localhost/produits/BOAT-DUSK/" in sitemap.html
    assert "MUSEUM-NEW" not in sitemap.html
    assert "Disallow: /panier/" in robots.html
    assert "http://lumiere.localhost/sitemap.xml" in robots.html


def test_a_brand_picture_that_was_never_uploaded_is_not_found(visitor):
    assert visitor.read("/marque/logo/").status == 404
    assert visitor.read("/marque/secret/").status == 404
