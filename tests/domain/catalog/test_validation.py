"""Nothing is sold before the operator validated it, in the order provider, place, product."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.audit.models import AuditEntry
from shared_apps.catalog import actions
from shared_apps.catalog.errors import CatalogRefused
from shared_apps.catalog.models import Category, Place, Product, Provider, Status
from shared_apps.catalog.queries import product_blockers, references_to
from shared_apps.inventory.departures import Pattern, Tariff, departures_generate
from tenant_apps.selection.queries import is_sellable
from tests.world import ADULT, EVERY_DAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Product:
    """The draft of the test world: neither commission, nor rates, nor departures."""
    return Product.objects.select_related("provider", "place").get(reference="MUSEUM-NEW")


def codes(product: Product) -> list[str]:
    return [blocker.code for blocker in product_blockers(product)]


def make_ready(product: Product) -> None:
    actions.product_complete(product=product, provider_commission=Decimal(10))
    actions.rate_categories_set(product=product, rates=[ADULT])
    pattern = Pattern(weekdays=EVERY_DAY, capacity=5, tariffs={"adult": Tariff(Decimal(12))})
    tomorrow = timezone.localdate() + timedelta(days=1)
    departures_generate(product=product, pattern=pattern, start=tomorrow, days=3)


def test_everything_a_draft_lacks_is_named_at_once(draft):
    assert codes(draft) == ["no_commission", "no_rate_category", "no_departure"]
    with pytest.raises(CatalogRefused) as refusal:
        actions.product_validate(product=draft)
    assert [blocker.code for blocker in refusal.value.blockers] == codes(draft)
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_validation_is_refused_while_the_provider_has_no_notification_address(draft):
    make_ready(draft)
    actions.provider_update(provider=draft.provider, notification_email="")
    with pytest.raises(CatalogRefused, match="notification"):
        actions.product_validate(product=draft)


@pytest.mark.parametrize("parent", ["provider", "place"])
def test_validation_is_refused_while_a_parent_is_not_validated(draft, parent):
    make_ready(draft)
    type(getattr(draft, parent)).objects.filter(pk=getattr(draft, f"{parent}_id")).update(
        status=Status.DRAFT
    )
    fresh = Product.objects.get(pk=draft.pk)
    assert codes(fresh) == [f"{parent}_not_validated"]
    with pytest.raises(CatalogRefused):
        actions.product_validate(product=fresh)


@pytest.mark.parametrize("spoiled", [{"status": "closed"}, {"capacity": 0}])
def test_a_departure_that_cannot_be_sold_does_not_open_a_product(draft, spoiled):
    make_ready(draft)
    draft.departures.update(**spoiled)
    assert codes(draft) == ["no_departure"]


def test_a_product_validated_by_the_operator_can_be_sold_and_says_since_when_and_by_whom(
    draft, lumiere
):
    make_ready(draft)
    actions.product_submit(product=draft)
    actions.product_validate(product=draft)
    with tenant_context(lumiere):
        assert not is_sellable(draft)  # not selected by the agency
    assert draft.validated_at is not None
    entry = AuditEntry.objects.filter(verb="product_validate", object_id=str(draft.pk)).get()
    assert entry.before["status"] == Status.SUBMITTED
    assert entry.after["status"] == Status.VALIDATED


def test_a_suspended_product_is_gone_from_every_shop_at_once(lumiere, ocean):
    boat = Product.objects.get(reference="BOAT-DUSK")
    for agency in (lumiere, ocean):
        with tenant_context(agency):
            assert is_sellable(boat)
    actions.product_suspend(product=boat, reason="Accident")
    for agency in (lumiere, ocean):
        with tenant_context(agency):
            assert not is_sellable(boat)


def test_suspending_a_provider_takes_all_its_products_off_every_shop(lumiere):
    boat = Product.objects.select_related("provider").get(reference="BOAT-DUSK")
    actions.provider_suspend(provider=boat.provider, reason="Assurance échue")
    with tenant_context(lumiere):
        assert not is_sellable(boat)
        assert is_sellable(Product.objects.get(reference="KAYAK-SEA"))


def test_a_refused_product_goes_back_to_its_author_with_the_reason(draft):
    make_ready(draft)
    actions.product_submit(product=draft)
    with pytest.raises(CatalogRefused, match="reason"):
        actions.product_refuse(product=draft, reason="  ")
    actions.product_refuse(product=draft, reason="Photo manquante")
    draft.refresh_from_db()
    assert (draft.status, draft.status_reason) == (Status.DRAFT, "Photo manquante")


def test_a_draft_cannot_be_refused_or_suspended(draft):
    for verb in (actions.product_refuse, actions.product_suspend):
        with pytest.raises(CatalogRefused) as refusal:
            verb(product=draft, reason="Non")
        assert refusal.value.code == "wrong_status"


def test_an_archived_product_is_kept_as_it_was(draft):
    actions.product_archive(product=draft)
    with pytest.raises(CatalogRefused) as refusal:
        actions.product_complete(product=draft, nights=3)
    assert refusal.value.code == "archived"


def test_a_place_needs_a_validated_provider_and_a_product_a_validated_place():
    category = Category.objects.first()
    provider = actions.provider_create(reference="P-NEW", name="Nouveau")
    with pytest.raises(CatalogRefused) as refusal:
        actions.place_create(provider=provider, name="Ici", locality="Tours")
    assert refusal.value.code == "provider_not_validated"

    actions.provider_validate(provider=provider)
    place = actions.place_create(provider=provider, name="Ici", locality="Tours")
    terms = {"place": place, "category": category, "reference": "NEW-1", "titles": {"fr": "X"}}
    with pytest.raises(CatalogRefused) as refusal:
        actions.product_create(**terms)
    assert refusal.value.code == "place_not_validated"

    actions.place_validate(place=place)
    assert actions.product_create(**terms).status == Status.DRAFT


def test_a_place_is_not_validated_before_its_provider():
    provider = Provider.objects.create(reference="P-2", name="Deux")
    place = Place.objects.create(provider=provider, name="Là", locality="Tours")
    with pytest.raises(CatalogRefused) as refusal:
        actions.place_validate(place=place)
    assert refusal.value.code == "provider_not_validated"


def test_the_second_of_two_people_editing_one_product_is_told_and_overwrites_nothing(draft):
    other = Product.objects.get(pk=draft.pk)
    actions.product_complete(product=other, titles={"fr": "Premier"})
    with pytest.raises(CatalogRefused) as refusal:
        actions.product_complete(product=draft, titles={"fr": "Second"})
    assert refusal.value.code == "stale"
    draft.refresh_from_db()
    assert draft.titles == {"fr": "Premier"}


def test_a_renamed_provider_or_place_is_found_under_its_new_name_at_once(draft):
    actions.provider_update(provider=draft.provider, name="Maison Œuvrière")
    actions.place_update(place=draft.place, locality="Château-Thébaud")
    draft.refresh_from_db()
    assert "maison oeuvriere" in draft.search_text
    assert "chateau thebaud" in draft.search_text
    assert "amboise" not in draft.search_text


def test_a_value_a_column_refuses_writes_nothing_and_leaves_the_row_in_memory_as_it_was(draft):
    with pytest.raises(ValidationError):
        actions.product_complete(product=draft, kind="century", nights=2)
    assert (draft.kind, draft.nights) == ("date", 0)
    assert not AuditEntry.objects.filter(verb="product_complete", object_id=str(draft.pk)).exists()


def test_a_status_is_written_by_its_verb_only(draft):
    with pytest.raises(TypeError, match="status"):
        actions.product_complete(product=draft, status=Status.VALIDATED)


def test_the_reference_of_a_validated_product_stays():
    boat = Product.objects.get(reference="BOAT-DUSK")
    with pytest.raises(CatalogRefused) as refusal:
        actions.product_complete(product=boat, reference="BOAT-NEW")
    assert refusal.value.code == "reference_in_use"


def test_a_rate_category_with_prices_cannot_be_removed():
    boat = Product.objects.get(reference="BOAT-DUSK")
    with pytest.raises(CatalogRefused) as refusal:
        actions.rate_categories_set(product=boat, rates=[ADULT])
    assert refusal.value.code == "rate_in_use"
    assert boat.rate_categories.count() == 3


def test_deleting_what_is_used_is_refused_and_names_what_uses_it_in_every_agency(lumiere, ocean):
    boat = Product.objects.get(reference="BOAT-DUSK")
    with pytest.raises(CatalogRefused) as refusal:
        actions.catalogue_delete(row=boat)
    found = {(one.kind, one.agency): one.count for one in references_to(boat)}
    assert found == {
        ("departure", ""): 240,
        ("commission rule", ""): 1,
        ("selected product", lumiere.name): 1,
        ("selected product", ocean.name): 1,
    }
    assert all(agency.name in str(refusal.value) for agency in (lumiere, ocean))
    assert Product.objects.filter(pk=boat.pk).exists()


def test_a_draft_nothing_refers_to_can_be_deleted_and_its_id_is_not_used_again(draft):
    gone = draft.pk
    actions.catalogue_delete(row=draft)
    assert not Product.objects.filter(pk=gone).exists()
    again = actions.product_create(
        place=draft.place, category=draft.category, reference="MUSEUM-2", titles={"fr": "Deux"}
    )
    assert again.pk > gone
