"""Who sells, on what evidence, by what means, from which set."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.audit.models import AuditEntry
from shared_apps.catalog.models import Product
from shared_apps.network import actions
from shared_apps.network.actions import NetworkRefused
from shared_apps.network.models import AgencyGroup, Agreement, GroupMembership, SellerIdentity
from shared_apps.network.queries import (
    NoAgreement,
    agreement_of,
    authorised_products,
    group_of,
    payment_means_for,
    seller_for,
    seller_snapshot,
)
from shared_apps.network.rules import SellerRefused, evidence_choose

pytestmark = pytest.mark.django_db


def today() -> date:
    return timezone.localdate()


def product(reference: str) -> Product:
    return Product.objects.get(reference=reference)


def seller_name(agency, reference: str | None, on: date | None = None) -> str:
    found = product(reference) if reference else None
    return seller_for(agency=agency, product=found, on=on or today()).legal_name


def own_evidence() -> SellerIdentity:
    return SellerIdentity.objects.get(agency__slug="ocean")


def test_the_operator_sells_by_default_and_its_mark_is_on_every_shop(lumiere, ocean):
    assert seller_name(lumiere, "BOAT-DUSK") == "TNP Test"
    assert seller_name(ocean, "BOAT-DUSK") == "TNP Test"
    assert seller_name(ocean, None) == "TNP Test"


def test_an_agency_sells_its_own_product_under_its_own_liability(ocean):
    assert seller_name(ocean, "KAYAK-SEA") == "Océan Réceptif SARL"


def test_another_agency_sells_that_product_under_the_operators_mark(lumiere):
    assert seller_name(lumiere, "KAYAK-SEA") == "TNP Test"


def test_without_the_grant_the_operator_sells_an_agencys_own_product(ocean):
    actions.agreement_set(agency=ocean, own_liability=False)
    assert seller_name(ocean, "KAYAK-SEA") == "TNP Test"


@pytest.mark.parametrize(
    ("spoiled", "code"),
    [
        ({"valid_to": "yesterday"}, "evidence_expired"),
        ({"valid_from": "tomorrow"}, "evidence_expired"),
        ({"approved_at": None}, "evidence_not_approved"),
    ],
)
def test_evidence_that_does_not_hold_stops_the_sale_instead_of_changing_the_seller(
    ocean, spoiled, code
):
    days = {"yesterday": today() - timedelta(days=1), "tomorrow": today() + timedelta(days=1)}
    values = {key: days.get(value, value) for key, value in spoiled.items()}
    if "valid_from" in values:
        values["valid_to"] = values["valid_from"]
    SellerIdentity.objects.filter(pk=own_evidence().pk).update(**values)
    with pytest.raises(SellerRefused) as refusal:
        seller_name(ocean, "KAYAK-SEA")
    assert refusal.value.code == code
    assert seller_name(ocean, "BOAT-DUSK") == "TNP Test"


def test_evidence_holds_on_its_first_and_last_day(ocean):
    evidence = own_evidence()
    for day in (evidence.valid_from, evidence.valid_to):
        assert seller_name(ocean, "KAYAK-SEA", day) == "Océan Réceptif SARL"
    with pytest.raises(SellerRefused):
        seller_name(ocean, "KAYAK-SEA", evidence.valid_to + timedelta(days=1))


def test_an_agency_that_showed_no_evidence_cannot_sell_its_own_product(lumiere):
    actions.agreement_set(agency=lumiere, own_liability=True)
    Product.objects.filter(reference="KAYAK-SEA").update(owner_agency=lumiere)
    with pytest.raises(SellerRefused) as refusal:
        seller_name(lumiere, "KAYAK-SEA")
    assert refusal.value.code == "evidence_missing"


def test_nobody_sells_when_the_operators_registration_is_over(lumiere):
    SellerIdentity.objects.filter(agency=None).update(valid_to=today() - timedelta(days=1))
    with pytest.raises(SellerRefused) as refusal:
        seller_name(lumiere, "BOAT-DUSK")
    assert refusal.value.code == "no_seller"


def test_the_newest_evidence_in_force_is_the_one_that_sells():
    def evidence(start: int, end: int | None, *, approved: bool = True) -> SimpleNamespace:
        day = date(2026, 6, 15)
        return SimpleNamespace(
            valid_from=day + timedelta(days=start),
            valid_to=None if end is None else day + timedelta(days=end),
            approved_at=datetime(2026, 1, 1, tzinfo=UTC) if approved else None,
        )

    old, new, waiting = evidence(-400, 30), evidence(-10, None), evidence(-1, 9, approved=False)
    assert evidence_choose([old, waiting, new], date(2026, 6, 15)) is new
    assert evidence_choose([old, waiting, new], date(2026, 1, 1)) is old


def test_the_snapshot_of_a_seller_keeps_what_the_law_wants_shown(ocean):
    snapshot = seller_snapshot(seller_for(agency=ocean, product=product("KAYAK-SEA"), on=today()))
    assert snapshot["registration_number"] == "IM056000002"
    assert snapshot["guarantor_name"] == "Garantie Test"
    assert snapshot["mediator_url"] == "https://mediation.example/"
    assert snapshot["own_liability"] is True
    assert "stripe_account" not in snapshot


def test_an_agency_is_offered_the_means_it_was_granted_and_no_other(lumiere, ocean):
    assert payment_means_for(lumiere) == ("card", "cash")
    assert payment_means_for(ocean) == ("card", "transfer")


def test_an_agency_that_does_not_collect_is_offered_no_means(lumiere):
    actions.agreement_set(agency=lumiere, collects=False)
    assert payment_means_for(lumiere) == ()


def test_an_unknown_means_or_bounds_in_the_wrong_order_are_refused(lumiere):
    with pytest.raises(NetworkRefused, match="cheque"):
        actions.agreement_set(agency=lumiere, payment_means=["card", "cheque"])
    with pytest.raises(NetworkRefused):
        actions.agreement_set(agency=lumiere, markup_min=12, markup_max=10)
    assert agreement_of(lumiere).payment_means == ["card", "cash"]


def test_a_grant_is_audited_with_before_and_after_and_only_when_it_changes(lumiere):
    actions.agreement_set(agency=lumiere, collects=False)
    actions.agreement_set(agency=lumiere, collects=False)
    entry = AuditEntry.objects.filter(verb="agreement_set").latest("pk")
    assert (entry.before, entry.after) == ({"collects": True}, {"collects": False})
    assert AuditEntry.objects.filter(verb="agreement_set", after={"collects": False}).count() == 1


def test_an_agency_without_agreement_may_sell_nothing(lumiere):
    Agreement.objects.filter(agency=lumiere).delete()
    with pytest.raises(NoAgreement):
        authorised_products(lumiere)


def test_an_agency_is_in_one_group_at_a_time_and_its_past_stays_readable(ocean):
    north = actions.group_create(code="nord", name="Nord")
    actions.group_join(agency=ocean, group=north, on=today() + timedelta(days=10))
    assert group_of(ocean, today()).code == "ouest"
    assert group_of(ocean, today() + timedelta(days=9)).code == "ouest"
    assert group_of(ocean, today() + timedelta(days=10)).code == "nord"
    assert GroupMembership.objects.filter(agency=ocean, valid_to=None).count() == 1


def test_joining_a_group_before_the_present_one_began_is_refused(ocean):
    north = actions.group_create(code="nord", name="Nord")
    with pytest.raises(NetworkRefused):
        actions.group_join(agency=ocean, group=north, on=today())


def test_joining_the_same_group_again_changes_nothing(ocean):
    west = AgencyGroup.objects.get(code="ouest")
    actions.group_join(agency=ocean, group=west, on=today())
    assert GroupMembership.objects.filter(agency=ocean).count() == 1


def test_an_agency_without_group_has_none(lumiere):
    assert group_of(lumiere, today()) is None


def test_evidence_is_approved_once_and_the_approver_is_kept(ocean):
    evidence = own_evidence()
    first = evidence.approved_at
    actions.seller_approve(seller=evidence, by=None)
    evidence.refresh_from_db()
    assert evidence.approved_at == first
    assert evidence.approved_by.email == "admin@tnp.example"


def test_an_agency_cannot_change_what_it_was_granted(lumiere):
    with tenant_context(lumiere), pytest.raises(DatabaseError, match="permission denied"):
        actions.agreement_set(agency=lumiere, payment_means=["card", "cash", "transfer"])
