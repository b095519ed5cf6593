"""An agency's own sur-marge: inside its bounds, from now on, and the past stays told (D15)."""

from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.audit.models import AuditEntry
from shared_apps.catalog.models import Product
from shared_apps.network.models import Agreement
from tenant_apps.orders.models import OrderLine
from tenant_apps.orders.offers import departure_for_sale, offer_build
from tenant_apps.overrides.actions import markup_clear, markup_set, markups_set
from tenant_apps.overrides.models import MarkupChange, MarkupOverride
from tenant_apps.overrides.queries import agency_markups, markups_on
from tests.selling import departure_of, sold


@pytest.fixture
def boat(db):
    """34.00 for an adult; the network's markup is 0 %, the agency's commission 12 %."""
    return Product.objects.get(reference="BOAT-DUSK")


@pytest.fixture
def stay(db):
    """The network's markup is 4 %."""
    return Product.objects.get(reference="STAY-LOIRE")


@pytest.fixture
def set_to(in_lumiere, admin):
    """Set the first agency's markup of a product, or of everything."""

    def run(product, percent):
        return markup_set(product=product, percent=Decimal(percent), by=admin, reason="Season")

    return run


def unit(agency, reference="BOAT-DUSK"):
    """Sale price, commission and markup gain of one adult, sold now."""
    departure = departure_for_sale(departure_of(reference).pk)
    offer = offer_build(agency=agency, departure=departure, quantities={"adult": 1}, channel="shop")
    price = offer.rates[0].waterfall
    return price.sale.amount, price.commission.amount, price.markup_gain.amount


def test_the_agency_keeps_what_its_own_markup_adds_and_no_more_commission(in_lumiere, set_to, boat):
    assert unit(in_lumiere) == (Decimal("34.00"), Decimal("4.08"), Decimal("0.00"))
    set_to(boat, 10)
    assert unit(in_lumiere) == (Decimal("37.40"), Decimal("4.08"), Decimal("3.40"))


def test_below_the_networks_markup_it_bears_what_it_takes_away(in_lumiere, set_to, stay):
    # (365 - 40 + 55) = 380: 395.20 at the network's 4 %, 387.60 at 2 %.
    assert unit(in_lumiere, "STAY-LOIRE")[::2] == (Decimal("395.20"), Decimal("0.00"))
    set_to(stay, 2)
    assert unit(in_lumiere, "STAY-LOIRE")[::2] == (Decimal("387.60"), Decimal("-7.60"))


def test_a_products_own_value_stands_above_the_value_for_everything(
    in_lumiere, set_to, admin, boat
):
    set_to(None, 5)
    set_to(boat, 10)
    assert unit(in_lumiere)[0] == Decimal("37.40")
    assert markup_clear(product=boat, by=admin, reason="Over") is True
    assert unit(in_lumiere)[0] == Decimal("35.70")
    assert markup_clear(product=None, by=admin, reason="Over") is True
    assert unit(in_lumiere)[0] == Decimal("34.00")
    assert markup_clear(product=None, by=admin, reason="Over") is False


@pytest.mark.parametrize("percent", ["10.0001", "-0.0001", "99999"])
def test_outside_the_bounds_of_the_agreement_it_is_refused_with_the_bounds(set_to, boat, percent):
    with pytest.raises(ValidationError) as refusal:
        set_to(boat, percent)
    assert refusal.value.message_dict == {
        "percent": ["Your agreement allows a markup from 0 % to 10 %. Ask TNP to widen it."]
    }
    assert not MarkupOverride.objects.exists()
    assert not MarkupChange.objects.exists()


def test_both_bounds_are_inside(set_to, boat):
    assert set_to(boat, 0).percent == 0
    assert set_to(boat, 10).percent == 10


def test_a_fifth_decimal_is_refused_and_not_rounded(set_to, boat):
    with pytest.raises(ValidationError) as refusal:
        set_to(boat, "3.00001")
    assert refusal.value.message_dict == {"percent": ["No more than four decimals."]}


def test_every_change_asks_for_a_reason(in_lumiere, admin, set_to, boat):
    set_to(boat, 3)
    for reason, said in (("  ", "Say why: the history keeps it."), ("x" * 401, "400")):
        for change in (
            lambda r: markup_set(product=boat, percent=Decimal(4), by=admin, reason=r),
            lambda r: markup_clear(product=boat, by=admin, reason=r),
            lambda r: markups_set(products=[boat], percent=Decimal(4), by=admin, reason=r),
        ):
            with pytest.raises(ValidationError, match=said):
                change(reason)
    assert agency_markups() == {boat.pk: 3}


def test_a_product_the_operator_has_not_opened_is_refused_but_can_be_cleared(lumiere, admin, boat):
    with tenant_context(lumiere):
        markup_set(product=boat, percent=Decimal(3), by=admin, reason="Season")
    Agreement.objects.filter(agency=lumiere).update(catalogue="listed")
    with tenant_context(lumiere):
        with pytest.raises(ValidationError) as refusal:
            markup_set(product=boat, percent=Decimal(4), by=admin, reason="Season")
        assert set(refusal.value.message_dict) == {"product"}
        assert markup_clear(product=boat, by=admin, reason="Gone") is True


def test_sold_lines_keep_their_price(in_lumiere, set_to, boat):
    order = sold("BOAT-DUSK", adult=2)
    before = OrderLine.objects.filter(order=order).values().get()
    set_to(boat, 10)
    assert OrderLine.objects.filter(order=order).values().get() == before
    assert sold("BOAT-DUSK", adult=2).total == Decimal("74.80")


def test_one_value_for_many_changes_those_that_differ_and_is_one_entry_of_the_trail(
    in_lumiere, admin, set_to, boat, stay
):
    set_to(boat, 3)
    changed = markups_set(products=[boat, stay], percent=Decimal(3), by=admin, reason="All alike")
    assert changed == 1
    assert agency_markups() == {boat.pk: 3, stay.pk: 3}
    entry = AuditEntry.objects.get(verb="markups_set")
    assert entry.after == {"percent": "3", "products": 1, "reason": "All alike"}
    assert markups_set(products=[boat, stay], percent=Decimal(3), by=admin, reason="Again") == 0
    assert markups_set(products=[boat, stay], percent=None, by=admin, reason="Over") == 2
    assert agency_markups() == {}
    assert AuditEntry.objects.filter(verb="markups_set").count() == 2


def test_many_is_all_or_nothing(in_lumiere, admin, boat):
    draft = Product.objects.get(reference="MUSEUM-NEW")
    with pytest.raises(ValidationError):
        markups_set(products=[boat, draft], percent=Decimal(3), by=admin, reason="Season")
    assert agency_markups() == {}


def test_the_trail_says_before_after_and_why(in_lumiere, set_to, boat):
    set_to(boat, 3)
    set_to(boat, "4.5")
    set_to(boat, "4.5")
    first, second = AuditEntry.objects.filter(verb="markup_set").order_by("pk")
    assert (first.before, first.object_label) == ({"percent": None}, "BOAT-DUSK")
    assert second.before == {"percent": "3.0000"}
    assert second.after == {"percent": "4.5", "reason": "Season"}


def test_the_history_says_what_stood_on_a_day(in_lumiere, admin, set_to, today, boat):
    with patch("django.utils.timezone.now", return_value=timezone.now() - timedelta(days=2)):
        set_to(None, 2)
        set_to(boat, 3)
    set_to(boat, 7)
    assert markup_clear(product=None, by=admin, reason="Over") is True
    assert markups_on(today - timedelta(days=3)) == {}
    assert markups_on(today - timedelta(days=2)) == {None: 2, boat.pk: 3}
    assert markups_on(today) == {boat.pk: 7} == agency_markups()
    steps = MarkupChange.objects.filter(product=boat).values_list("before", "percent", "reason")
    assert list(steps) == [(3, 7, "Season"), (None, 3, "Season")]


def test_the_history_is_never_changed(in_lumiere, set_to, boat):
    set_to(boat, 3)
    for write in (
        lambda: MarkupChange.objects.update(percent=4),
        lambda: MarkupChange.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            write()


def test_there_is_one_value_for_everything(in_lumiere):
    MarkupOverride.objects.create(percent=3)
    with pytest.raises(IntegrityError, match="markup_once"), transaction.atomic():
        MarkupOverride.objects.create(percent=4)


def test_another_agency_keeps_its_own_prices(lumiere, ocean, admin, boat):
    with tenant_context(lumiere):
        markup_set(product=boat, percent=Decimal(10), by=admin, reason="Season")
    with tenant_context(ocean):
        assert agency_markups() == {}
        assert not MarkupChange.objects.exists()
        assert unit(ocean)[0] == Decimal("34.00")
