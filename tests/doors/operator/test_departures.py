"""The Departures tab: one value for many departures, ticked or the whole result (R55 to R58)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from shared_apps.audit.models import AuditEntry
from shared_apps.catalog.models import Product
from shared_apps.identity.actions import membership_grant
from shared_apps.inventory.models import Departure
from tests.doors.signing_in import OPERATOR_HOST, signed_in

TAB = "/produits/STAY-LOIRE/departs/tableau/"
SAVE = f"{TAB}modifier/"


@pytest.fixture
def admin(db):
    """The operator's administrator."""
    return signed_in("admin@tnp.example", OPERATOR_HOST)


def _ahead(reference="STAY-LOIRE"):
    return Departure.objects.filter(
        product__reference=reference, service_date__gte=timezone.localdate()
    ).order_by("starts_at")


def _ticked(*departures):
    return [f"{departure.pk}:{departure.version}" for departure in departures]


def _stamp(page):
    return page.context["stamp"]


def test_only_ticked_departures_change_and_empty_columns_stay(admin):
    first, second, third = _ahead()[:3]
    sent = {
        "row": _ticked(first, third), "set-provider_commission": "18", "set-markup": "5,5",
    }  # fmt: skip
    assert admin.post(SAVE, sent).status_code == 302
    for departure in (first, second, third):
        departure.refresh_from_db()
    assert (first.provider_commission, first.markup) == (18, Decimal("5.5"))
    assert (third.provider_commission, third.markup) == (18, Decimal("5.5"))
    assert (second.provider_commission, second.markup) == (None, None)
    assert first.discount == 40
    entry = AuditEntry.objects.filter(verb="departures_change").first()
    assert (entry.actor_label, entry.after["count"]) == ("Ada", 2)


def test_the_whole_result_is_counted_first_and_spans_every_page(admin):
    last = timezone.localdate() + timedelta(days=60)
    page = admin.get(f"{TAB}?last={last}")
    expected = _ahead().filter(service_date__lte=last).count()
    assert f"The whole result: {expected} departures" in page.content.decode()
    sent = {"whole": "1", "stamp": _stamp(page), "set-stay_adult": "380"}
    admin.post(f"{SAVE}?last={last}", sent)
    changed = _ahead().filter(prices__rate_category__code="adult", prices__stay=380)
    assert changed.count() == expected
    assert all(departure.service_date <= last for departure in changed)


def test_a_result_that_changed_since_it_was_counted_is_shown_again(admin):
    stamp = _stamp(admin.get(TAB))
    Departure.objects.filter(pk=_ahead()[0].pk).update(version=7)
    answer = admin.post(SAVE, {"whole": "1", "stamp": stamp, "set-markup": "9"})
    assert answer.status_code == 422
    assert "The result has changed" in answer.content.decode()
    assert not _ahead().filter(markup=9).exists()


def test_a_departure_somebody_else_changed_is_not_overwritten(admin):
    first, second = _ahead()[:2]
    ticked = _ticked(first, second)
    Departure.objects.filter(pk=first.pk).update(markup=3, version=first.version + 1)
    answer = admin.post(SAVE, {"row": ticked, "set-markup": "9"})
    assert answer.status_code == 422
    assert "1 departure was changed by somebody else" in answer.content.decode()
    assert not _ahead().filter(markup=9).exists()


def test_a_dash_takes_the_discount_away_and_gives_back_the_products_own(admin):
    departure = _ahead()[0]
    Departure.objects.filter(pk=departure.pk).update(markup=3)
    admin.post(SAVE, {"row": _ticked(departure), "set-discount": "-", "set-markup": "-"})
    departure.refresh_from_db()
    assert (departure.discount, departure.markup) == (None, None)
    assert "4 % (the product’s)" in admin.get(TAB).content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"set-discount": "900"}, "The discount is above the price of the stay."),
        ({"set-discount": "10 %"}, "Enter a number."),
        ({"set-provider_commission": "120"}, "A percentage lies between 0 and 100."),
        (
            {"set-discount_from": "2030-02-01", "set-discount_to": "2030-01-01"},
            "The discount ends before it begins.",
        ),
        ({}, "Type the new value"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(admin, sent, said):
    departure = _ahead()[0]
    answer = admin.post(SAVE, {"row": _ticked(departure), **sent})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    departure.refresh_from_db()
    assert (departure.discount, departure.version) == (40, 1)


def test_departures_of_another_product_are_out_of_reach(admin):
    other = _ahead("BOAT-DUSK")[0]
    admin.post(SAVE, {"row": _ticked(other), "set-markup": "9"})
    other.refresh_from_db()
    assert other.markup is None


def test_who_may_read_may_not_save_and_others_see_nothing(db, lumiere):
    membership_grant(email="vente@tnp.example", party="operator", role="sales")
    reader = signed_in("vente@tnp.example", OPERATOR_HOST)
    page = reader.get(TAB)
    assert page.status_code == 200
    assert 'name="row"' not in page.content.decode()
    assert reader.post(SAVE, {"set-markup": "9"}).status_code == 403
    agency = signed_in("admin@lumiere.example", OPERATOR_HOST)
    assert agency.get(TAB).status_code == 403
    assert agency.post(SAVE).status_code == 403


def test_the_tab_is_found_from_the_product_and_costs_the_same_for_many(
    admin, django_assert_max_num_queries
):
    assert TAB in admin.get("/produits/STAY-LOIRE/").content.decode()
    assert Product.objects.get(reference="STAY-LOIRE").departures.count() > 100
    admin.get(TAB)
    with django_assert_max_num_queries(16):
        admin.get(f"{TAB}?per_page=100")
