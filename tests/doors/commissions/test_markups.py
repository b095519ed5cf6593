"""The page of an agency's own markups: what it shows, what changes, and for whom."""

from decimal import Decimal

import pytest
from django_tenants.utils import tenant_context

from shared_apps.audit.models import AuditEntry
from shared_apps.identity.actions import membership_grant
from shared_apps.network.models import Agreement
from tenant_apps.overrides.models import MarkupChange, MarkupOverride
from tests.doors.commissions.books import exported
from tests.doors.signing_in import signed_in, visitor

PAGE = "/gestion/commissions/sur-marges/"
MANY = f"{PAGE}modifier/"
ALL = f"{PAGE}toutes/"
LUMIERE = "lumiere.localhost"
ROLES = ("admin", "catalogue", "finance", "sales")
# (method, path) → roles of the agency that reach it
TABLE = {
    ("get", PAGE): {"admin", "finance"},
    ("post", MANY): {"admin"},
    ("post", ALL): {"admin"},
}


def own(agency):
    """The agency's markups by reference; "all" for the one for everything."""
    with tenant_context(agency):
        found = MarkupOverride.objects.values_list("product__reference", "percent")
        return {reference or "all": percent for reference, percent in found}


def sent(percent="", *, act="set", reason="Season", **other):
    return {"set-percent": percent, "set-reason": reason, "set-act": act, **other}


def rows(client, query=""):
    return {row["Product"]: row for row in exported(client, f"{PAGE}?export=csv{query}")}


def test_the_table_says_both_markups_the_price_and_what_it_earns(agency_admin, lumiere):
    agency_admin.post(MANY, sent("10", product=["BOAT-DUSK"]))
    agency_admin.post(ALL, {"percent": "2", "reason": "Season", "act": "set"})
    found = rows(agency_admin)
    assert set(found) == {"BOAT-DUSK", "FERRY-DAY", "KAYAK-SEA", "STAY-LOIRE"}
    boat, stay = found["BOAT-DUSK"], found["STAY-LOIRE"]
    assert (boat["Network’s markup"], boat["Own markup"], boat["Counts today"]) == (
        "0.0000",
        "10.0000",
        "10.0000",
    )
    assert (boat["Sold at, one unit"], boat["It earns you"], boat["Whose"]) == (
        "37.40",
        "3.40",
        "This product’s own",
    )
    assert (stay["Own markup"], stay["Counts today"], stay["Whose"]) == (
        "",
        "2.0000",
        "Own for everything",
    )
    # 380.00 at 2 % instead of the network's 4 %.
    assert (stay["Sold at, one unit"], stay["It earns you"]) == ("387.60", "-7.60")
    page = agency_admin.get(PAGE).content.decode()
    assert "€37.40" in page
    assert "−€7.60" in page


def test_only_the_ticked_rows_change(agency_admin, lumiere):
    answer = agency_admin.post(MANY, sent("3,5", product=["BOAT-DUSK", "KAYAK-SEA"]), follow=True)
    assert "2 products changed." in answer.content.decode()
    assert own(lumiere) == {"BOAT-DUSK": Decimal("3.5"), "KAYAK-SEA": Decimal("3.5")}
    with tenant_context(lumiere):
        kept = MarkupChange.objects.values_list("by__email", "reason").distinct()
        assert list(kept.order_by()) == [("admin@lumiere.example", "Season")]
        entry = AuditEntry.objects.get(verb="markups_set")
    assert (entry.actor_label, entry.after["products"]) == ("admin@lumiere.example", 2)


def test_the_whole_result_changes_with_the_count_that_was_shown(agency_admin, lumiere):
    page = agency_admin.get(f"{PAGE}?network=>0").content.decode()
    assert "The whole result: 2 products" in page
    late = agency_admin.post(f"{MANY}?network=>0", sent("3", whole="1", whole_count="3"))
    assert late.status_code == 422
    assert "it now holds 2 products" in late.content.decode()
    assert own(lumiere) == {}
    answer = agency_admin.post(f"{MANY}?network=>0", sent("3", whole="1", whole_count="2"))
    assert answer["Location"] == f"{PAGE}?network=%3E0"
    assert own(lumiere) == {"KAYAK-SEA": Decimal(3), "STAY-LOIRE": Decimal(3)}


def test_a_ticked_row_outside_the_filter_does_not_change(agency_admin, lumiere):
    answer = agency_admin.post(f"{MANY}?product=BOAT", sent("3", product=["KAYAK-SEA"]))
    assert answer.status_code == 422
    assert own(lumiere) == {}


def test_own_values_are_taken_away_again(agency_admin, lumiere):
    agency_admin.post(MANY, sent("3", product=["BOAT-DUSK", "KAYAK-SEA"]))
    agency_admin.post(MANY, sent(act="clear", product=["BOAT-DUSK"]))
    assert own(lumiere) == {"KAYAK-SEA": Decimal(3)}
    agency_admin.post(ALL, {"percent": "2", "reason": "Season", "act": "set"})
    page = agency_admin.get(PAGE).content.decode()
    assert "Back to the value for everything" in page
    agency_admin.post(ALL, {"percent": "", "reason": "Over", "act": "clear"})
    assert own(lumiere) == {"KAYAK-SEA": Decimal(3)}


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        (MANY, sent("10.01", product=["BOAT-DUSK"])),
        (ALL, {"percent": "10.01", "reason": "Season", "act": "set"}),
    ],
)
def test_outside_the_bounds_the_page_says_them_and_keeps_what_was_typed(
    agency_admin, lumiere, path, typed
):
    answer = agency_admin.post(path, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Your agreement allows a markup from 0 % to 10 %. Ask TNP to widen it." in page
    assert 'value="10.01"' in page
    assert own(lumiere) == {}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (sent("", product=["BOAT-DUSK"]), "Type the new markup."),
        (sent("3"), "Tick the products to change, or choose the whole result."),
        (sent("3", reason="", product=["BOAT-DUSK"]), "This field is required."),
        (sent("much", product=["BOAT-DUSK"]), "Enter a number."),
    ],
)
def test_what_is_missing_is_said_and_the_ticks_stay(agency_admin, lumiere, typed, said):
    answer = agency_admin.post(MANY, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    ticked = 'value="BOAT-DUSK" form="change-form" data-select aria-label="Tick BOAT-DUSK" checked'
    assert (ticked in page) is ("product" in typed)
    assert own(lumiere) == {}


def test_a_value_that_the_bounds_have_left_behind_is_marked(agency_admin, lumiere):
    agency_admin.post(MANY, sent("9", product=["BOAT-DUSK"]))
    assert "outside your bounds" not in agency_admin.get(PAGE).content.decode()
    Agreement.objects.filter(agency=lumiere).update(markup_max=5)
    assert "outside your bounds" in agency_admin.get(PAGE).content.decode()


def test_another_agency_sees_and_changes_nothing_of_it(agency_admin, other_admin, lumiere, ocean):
    agency_admin.post(MANY, sent("10", product=["BOAT-DUSK"]))
    agency_admin.post(ALL, {"percent": "7", "reason": "Ours alone", "act": "set"})
    assert {row["Own markup"] for row in rows(other_admin).values()} == {""}
    assert {row["Whose"] for row in rows(other_admin).values()} == {"The network’s"}
    assert "none: the network’s markup counts" in other_admin.get(PAGE).content.decode()
    other_admin.post(MANY, sent(act="clear", product=["BOAT-DUSK"]))
    assert own(lumiere) == {"BOAT-DUSK": Decimal(10), "all": Decimal(7)}
    assert own(ocean) == {}
    assert "Ours alone" not in other_admin.get("/gestion/audit/").content.decode()


def test_products_outside_the_agencys_set_are_not_listed(agency_admin, lumiere):
    Agreement.objects.filter(agency=lumiere).update(catalogue="listed")
    assert rows(agency_admin) == {}
    assert agency_admin.post(MANY, sent("3", product=["BOAT-DUSK"])).status_code == 422


def test_filters_find_by_words_figures_and_whose(agency_admin, lumiere):
    agency_admin.post(MANY, sent("3", product=["BOAT-DUSK"]))
    assert set(rows(agency_admin, "&product=sunset")) == {"BOAT-DUSK"}
    assert set(rows(agency_admin, "&whose=own")) == {"BOAT-DUSK"}
    assert set(rows(agency_admin, "&counting=>=4")) == {"KAYAK-SEA", "STAY-LOIRE"}
    assert next(iter(rows(agency_admin, "&sort=-counting"))) == "KAYAK-SEA"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_of_an_agency_reaches_its_own_rows_and_no_other(lumiere, role):
    membership_grant(email=f"{role}@ag.example", party="agency", role=role, agency=lumiere)
    client = signed_in(f"{role}@ag.example", LUMIERE)
    opens = {
        (method, path) for method, path in TABLE if getattr(client, method)(path).status_code != 403
    }
    assert opens == {page for page, roles in TABLE.items() if role in roles}


def test_readers_are_offered_nothing_that_would_be_refused(lumiere):
    membership_grant(email="finance@ag.example", party="agency", role="finance", agency=lumiere)
    page = signed_in("finance@ag.example", LUMIERE).get(PAGE).content.decode()
    assert 'name="set-percent"' not in page
    assert 'name="product" value=' not in page
    assert "sur-marges/toutes/" not in page


def test_nobody_reaches_it_without_signing_in(lumiere):
    client = visitor(LUMIERE)
    for method, path in TABLE:
        assert "/gestion/compte/login/" in getattr(client, method)(path)["Location"]


def test_the_client_view_closes_it(agency_admin):
    assert PAGE in agency_admin.get("/gestion/").content.decode()
    agency_admin.post("/gestion/compte/vue-client/", {"on": "1"})
    assert agency_admin.get(PAGE).status_code == 403
    assert agency_admin.post(ALL, {"percent": "2", "reason": "x"}).status_code == 403
