"""The agency's pages of sub-commissions, the link of a seller, and who sees nothing of it."""

import csv
import io
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.html import escape
from django_tenants.utils import tenant_context

from tenant_apps.orders.api_keys import api_key_create
from tenant_apps.orders.models import ApiKey, Order
from tenant_apps.subcommissions.actions import rule_add, seller_add
from tenant_apps.subcommissions.models import PointOfSale, SubCommissionLine, SubCommissionRule
from tests.doors.signing_in import OPERATOR_HOST, signed_in, visitor
from tests.selling import departure_of, sold

HOST = "lumiere.localhost"
PAGES = ("/gestion/vendeurs/", "/gestion/vendeurs/regles/", "/gestion/vendeurs/lignes/")


@pytest.fixture
def admin(lumiere):
    """The first agency's administrator."""
    return signed_in("admin@lumiere.example", HOST)


@pytest.fixture
def zoe(lumiere):
    """A seller of the first agency with 30 % of its commission."""
    with tenant_context(lumiere):
        seller = seller_add(name="Rosa Levert")
        rule_add(seller=seller, percent=Decimal(30), valid_from=timezone.localdate())
        return seller


def _inside(lumiere, read):
    with tenant_context(lumiere):
        return read()


def test_people_and_points_of_sale_are_added_with_their_links(admin, lumiere):
    admin.post("/gestion/vendeurs/", {"add": "place", "place-name": "Hôtel du Port"})
    admin.post("/gestion/vendeurs/", {"add": "seller", "seller-name": "Rosa Levert"})
    page = admin.get("/gestion/vendeurs/").content.decode()
    assert "?vendeur=rosa-levert" in page
    assert "?vendeur=hotel-du-port" in page


def test_somebody_who_sells_no_more_loses_the_link(admin, zoe):
    admin.post(f"/gestion/vendeurs/vendeur/{zoe.pk}/finir/")
    assert "?vendeur=rosa-levert" not in admin.get("/gestion/vendeurs/").content.decode()
    assert admin.post(f"/gestion/vendeurs/chat/{zoe.pk}/finir/").status_code == 404


def test_a_rule_is_added_and_ended_and_never_edited(admin, zoe, lumiere):
    today = timezone.localdate().isoformat()
    form = {
        "seller": zoe.pk,
        "kind": "fixed",
        "amount": "2.50",
        "currency": "EUR",
        "valid_from": today,
    }
    assert admin.post("/gestion/vendeurs/regles/", form).status_code == 302
    rule = _inside(lumiere, lambda: SubCommissionRule.objects.order_by("-id").first())
    assert (rule.fixed, rule.percent, rule.currency) == (Decimal("2.500"), None, "EUR")
    admin.post(f"/gestion/vendeurs/regles/{rule.pk}/finir/", {"last_day": "2020-01-01"})
    assert _inside(lumiere, lambda: SubCommissionRule.objects.get(pk=rule.pk)).valid_to is None
    admin.post(f"/gestion/vendeurs/regles/{rule.pk}/finir/", {"last_day": today})
    ended = _inside(lumiere, lambda: SubCommissionRule.objects.get(pk=rule.pk))
    assert ended.valid_to == timezone.localdate()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seller": ""}, "Choose a seller or a point of sale, one of them."),
        ({"amount": "101"}, "A percentage lies between 0 and 100."),
        ({"valid_from": "2020-01-01"}, "A rule begins today or later"),
        ({"valid_to": "2020-01-01"}, "The last day is before the first."),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_in_words(admin, zoe, changes, said):
    form = {
        "seller": zoe.pk,
        "kind": "percent",
        "amount": "10",
        "currency": "EUR",
        "valid_from": timezone.localdate().isoformat(),
        **changes,
    }
    answer = admin.post("/gestion/vendeurs/regles/", form)
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_more_than_the_whole_commission_is_refused_in_words(admin, zoe, lumiere):
    admin.post("/gestion/vendeurs/", {"add": "place", "place-name": "Desk"})
    place = _inside(lumiere, lambda: PointOfSale.objects.get())
    form = {
        "point_of_sale": place.pk,
        "kind": "percent",
        "amount": "71",
        "currency": "EUR",
        "valid_from": timezone.localdate().isoformat(),
    }
    page = admin.post("/gestion/vendeurs/regles/", form).content.decode()
    assert "this gives away 101 % of your commission" in page


def test_a_sellers_link_counts_up_to_the_cart_and_leaves_no_trace_in_the_address(zoe, lumiere):
    guest = visitor(HOST)
    answer = guest.get("/recherche/?people=2&vendeur=rosa-levert")
    assert (answer.status_code, answer["Location"]) == (302, "/recherche/?people=2")
    assert "no-store" in answer["Cache-Control"]
    departure = departure_of("BOAT-DUSK")
    wanted = {"reference": "BOAT-DUSK", "departure": departure.pk, "quantity_adult": "2"}
    guest.post("/panier/ajouter/", wanted)
    order = _inside(lumiere, lambda: Order.objects.get())
    assert order.sold_by_id == zoe.pk


def test_a_link_that_is_nobodys_sets_no_cookie_and_still_shows_the_page(zoe):
    guest = visitor(HOST)
    assert guest.get("/?vendeur=nobody").status_code == 302
    assert not guest.cookies
    assert guest.get("/").status_code == 200


def test_the_orders_of_a_partners_key_count_for_the_seller_it_was_given_to(admin, zoe, lumiere):
    key, clear = _inside(lumiere, lambda: api_key_create("Hôtel"))
    sent = {f"key{key.pk}-seller": str(zoe.pk)}
    admin.post(f"/gestion/vendeurs/cles/{key.pk}/", sent)
    assert _inside(lumiere, lambda: ApiKey.objects.get(pk=key.pk).sold_by_id) == zoe.pk
    departure = departure_of("BOAT-DUSK")
    partner = visitor(HOST)
    answer = partner.post(
        "/api/v1/orders/",
        {"lines": [{"departure": departure.pk, "quantities": {"adult": 2}}]},
        content_type="application/json",
        headers={"authorization": f"Bearer {clear}", "idempotency-key": "one"},
    )
    assert answer.status_code == 201
    assert _inside(lumiere, lambda: Order.objects.get().sold_by_id) == zoe.pk


def test_the_office_says_who_sold_an_order_and_sees_the_share(admin, zoe, lumiere):
    order = _inside(lumiere, lambda: sold("BOAT-DUSK", adult=2))
    page = admin.get(f"/gestion/commandes/{order.reference}/").content.decode()
    path = f"/gestion/vendeurs/commande/{order.reference}/"
    assert path in page
    admin.post(path, {"seller": zoe.pk})
    page = admin.get(path).content.decode()
    assert escape("Rosa Levert gets 30 % of the agency's commission of €8.16: €2.45.") in page
    assert "Rosa Levert" in admin.get(f"/gestion/commandes/{order.reference}/").content.decode()


def test_shares_are_listed_by_period_with_totals_per_currency_and_exported(admin, zoe, lumiere):
    order = _inside(lumiere, lambda: sold("BOAT-DUSK", adult=2))
    admin.post(f"/gestion/vendeurs/commande/{order.reference}/", {"seller": zoe.pk})
    page = admin.get("/gestion/vendeurs/lignes/").content.decode()
    assert "Provisional · EUR" in page
    assert page.count("€2.45") >= 2
    (row,) = csv.DictReader(
        io.StringIO(admin.get("/gestion/vendeurs/lignes/?export=csv").content.decode("utf-8-sig")),
        delimiter=";",
    )
    assert (row["For"], row["Share"]) == ("Rosa Levert", "2.450")
    nothing = admin.get("/gestion/vendeurs/lignes/?occurred_at_max=2020-01-01").content.decode()
    assert "€2.45" not in nothing


def test_those_who_do_not_manage_shares_see_no_page_of_them(zoe):
    person = signed_in("sales@lumiere.example", HOST)
    for path in PAGES:
        assert person.get(path).status_code == 403
    assert "/gestion/vendeurs/" not in person.get("/gestion/").content.decode()


def test_the_operator_and_other_agencies_see_nothing_of_it(zoe, lumiere, admin):
    order = _inside(lumiere, lambda: sold("BOAT-DUSK", adult=2))
    admin.post(f"/gestion/vendeurs/commande/{order.reference}/", {"seller": zoe.pk})
    assert _inside(lumiere, SubCommissionLine.objects.count) == 1
    operator = signed_in("admin@tnp.example", OPERATOR_HOST)
    for path in PAGES:
        assert operator.get(path).status_code == 404
    sale = operator.get(f"/ventes/lumiere/{order.reference}/").content.decode()
    assert "Rosa Levert" not in sale
    stranger = signed_in("admin@ocean.example", "ocean.localhost")
    for path in PAGES:
        assert "Rosa" not in stranger.get(path).content.decode()
    found = stranger.get(f"/gestion/vendeurs/commande/{order.reference}/")
    assert found.status_code == 404
