"""An agency sells what it chose, inside what the operator opened to it, and nothing else."""

import pytest
from django_tenants.utils import tenant_context

from shared_apps.catalog.models import Product
from shared_apps.network.actions import agreement_set, products_authorise
from tenant_apps.selection import actions
from tenant_apps.selection.actions import SelectionRefused
from tenant_apps.selection.models import SelectedProduct
from tenant_apps.selection.queries import featured_ids, is_sellable, sellable_products
from tenants.isolation import NoAgency, WrongAgency

pytestmark = pytest.mark.django_db

VALIDATED = ["BOAT-DUSK", "FERRY-DAY", "KAYAK-SEA", "STAY-LOIRE"]


def product(reference: str) -> Product:
    return Product.objects.get(reference=reference)


def sold_by(agency) -> list[str]:
    with tenant_context(agency):
        found = sellable_products(agency).order_by("reference")
        return list(found.values_list("reference", flat=True))


def test_a_draft_is_in_nobodys_shop(lumiere, ocean):
    assert sold_by(lumiere) == sold_by(ocean) == VALIDATED


def test_what_one_agency_stops_selling_the_other_still_sells(lumiere, ocean):
    with tenant_context(lumiere):
        assert actions.selection_remove(product=product("BOAT-DUSK"))
        assert not is_sellable(product("BOAT-DUSK"))
        assert not actions.selection_remove(product=product("BOAT-DUSK"))
    assert sold_by(lumiere) == VALIDATED[1:]
    assert sold_by(ocean) == VALIDATED


def test_a_draft_cannot_be_chosen(in_lumiere):
    with pytest.raises(SelectionRefused) as refusal:
        actions.selection_add(product=product("MUSEUM-NEW"))
    assert refusal.value.code == "not_authorised"


def test_an_agency_with_a_listed_catalogue_sells_the_list_only(lumiere, ocean):
    agreement_set(agency=lumiere, catalogue="listed")
    assert sold_by(lumiere) == []
    assert products_authorise(agency=lumiere, products=[product("BOAT-DUSK")]) == 1
    assert products_authorise(agency=lumiere, products=[product("BOAT-DUSK")]) == 0
    assert sold_by(lumiere) == ["BOAT-DUSK"]
    with tenant_context(lumiere):
        actions.selection_remove(product=product("FERRY-DAY"))
        with pytest.raises(SelectionRefused):
            actions.selection_add(product=product("FERRY-DAY"))
    assert sold_by(ocean) == VALIDATED


def test_choosing_again_keeps_one_row(in_lumiere):
    actions.selection_remove(product=product("BOAT-DUSK"))
    first = actions.selection_add(product=product("BOAT-DUSK"), position=3)
    again = actions.selection_add(product=product("BOAT-DUSK"), position=9)
    assert (again.pk, again.position) == (first.pk, 3)


def test_choosing_everything_adds_only_what_is_missing(in_lumiere):
    assert actions.select_all_authorised(in_lumiere) == 0
    SelectedProduct.objects.all().delete()
    assert actions.select_all_authorised(in_lumiere) == len(VALIDATED)


def test_the_home_page_shows_the_featured_products_in_the_agencys_order(in_lumiere):
    actions.selection_feature(product=product("STAY-LOIRE"), position=0)
    assert featured_ids() == [product("STAY-LOIRE").pk, product("BOAT-DUSK").pk]
    actions.selection_feature(product=product("BOAT-DUSK"), featured=False)
    assert featured_ids() == [product("STAY-LOIRE").pk]


def test_a_product_that_was_not_chosen_cannot_be_featured(in_lumiere):
    actions.selection_remove(product=product("BOAT-DUSK"))
    with pytest.raises(SelectionRefused):
        actions.selection_feature(product=product("BOAT-DUSK"))


def test_a_selection_built_in_one_agency_is_refused_in_another(lumiere, ocean):
    with tenant_context(lumiere):
        lazy = sellable_products(lumiere)
    with tenant_context(ocean), pytest.raises(WrongAgency):
        list(lazy)


def test_a_selection_is_read_inside_its_agency_only(lumiere, ocean):
    with pytest.raises(NoAgency):
        sellable_products(lumiere)
    with tenant_context(ocean), pytest.raises(NoAgency):
        sellable_products(lumiere)
