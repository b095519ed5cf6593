"""An agency's rule book: what applies to it, its overrides, its corridor, and nobody else's."""

from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override
from django_tenants.utils import tenant_context

from shared_apps.catalog.models import Category, Product
from shared_apps.commissions.actions import rule_create
from shared_apps.commissions.models import ApprovalRequest, CommissionRule
from shared_apps.network.models import Agreement
from tenant_apps.overrides.models import CommissionOverride
from tests.doors.commissions.books import (
    GRID,
    OFFICE,
    exported,
    overrides_published,
    rule_named,
)


def _names(client, query=""):
    return [row["Rule"] for row in exported(client, f"{OFFICE}?export=csv{query}")]


def test_an_agency_sees_the_rules_that_apply_to_it_and_no_others(agency_admin, other_admin, ocean):
    rule_create(name="Only Océan", percent=Decimal(20), agency=ocean)
    assert _names(agency_admin) == ["Sunset boat", "Default of the network"]
    assert _names(other_admin) == [
        "Only Océan", "Western network", "Sunset boat", "Default of the network",
    ]  # fmt: skip


def test_overrides_stand_in_one_table_with_the_rules_in_order(agency_admin, other_admin, lumiere):
    overrides_published(lumiere, {"name": "Our rate", "percent": Decimal(14)})
    assert _names(agency_admin) == ["Our rate", "Sunset boat", "Default of the network"]
    assert "Our rate" not in _names(other_admin)
    assert _names(agency_admin, "&sort=-percent")[0] == "Our rate"
    assert _names(agency_admin, "&book=A") == ["Our rate"]


def test_a_round_percentage_is_exported_as_people_write_it(agency_admin, other_admin, ocean):
    rule_create(name="Twenty", percent=Decimal(20), agency=ocean)
    assert exported(other_admin, f"{OFFICE}?export=csv&name=twenty")[0]["Percent"] == "20"
    assert exported(agency_admin, f"{OFFICE}?export=csv&name=twenty") == []


def test_drafts_of_the_operator_are_nobodys_business(admin, agency_admin):
    rule = rule_named("Sunset boat")
    admin.post(f"{GRID}modifier/", {"rule": [rule.pk], "set-percent": "31"})
    rows = exported(agency_admin, f"{OFFICE}?export=csv&state=all")
    assert "31" not in {row["Percent"] for row in rows}


def test_a_share_of_the_margin_is_told_without_its_percentage(agency_admin, lumiere):
    rule_create(name="Of the margin", percent=Decimal(37), base="margin")
    page = agency_admin.get(OFFICE).content.decode()
    assert "Agreed with TNP" in page
    assert "37" not in exported(agency_admin, f"{OFFICE}?export=csv&name=margin")[0].values()
    assert _names(agency_admin, "&percent=37") == []
    rule = CommissionRule.objects.get(name="Of the margin")
    assert "37 %" not in agency_admin.get(f"{OFFICE}regles/R/{rule.pk}/").content.decode()
    Agreement.objects.filter(agency=lumiere).update(sees_purchase_price=True)
    assert _names(agency_admin, "&percent=37") == ["Of the margin"]


def test_the_corridor_and_the_markup_bounds_are_said(agency_admin):
    page = agency_admin.get(OFFICE).content.decode()
    assert "5 % to 15 % of the sale price" in page
    assert "0 % to 10 %" in page


def test_only_its_own_overrides_can_be_changed(agency_admin, lumiere):
    overrides_published(lumiere, {"name": "Our rate", "percent": Decimal(14)})
    shared = rule_named("Default of the network")
    with tenant_context(lumiere):
        own = CommissionOverride.objects.get(name="Our rate")
    page = agency_admin.get(OFFICE).content.decode()
    assert f'name="rule" value="{own.pk}"' in page
    assert "The whole result: 1 rule" in page
    agency_admin.post(f"{OFFICE}modifier/", {"rule": [own.pk], "set-percent": "13"})
    shared.refresh_from_db()
    assert shared.percent == 10
    assert agency_admin.get(f"{OFFICE}regles/{shared.pk + 1000}/modifier/").status_code == 404
    with tenant_context(lumiere):
        assert CommissionOverride.objects.get(status="draft").percent == 13


def test_an_override_outside_the_corridor_waits_and_the_operator_decides(
    admin, agency_admin, other_admin, lumiere
):
    form = {"name": "Too much", "base": "sale_price", "percent": "19", "position": "100"}
    answer = agency_admin.post(f"{OFFICE}nouvelle/", form)
    page = agency_admin.get(answer["Location"]).content.decode()
    assert "Outside your corridor: it will wait for TNP" in page
    sent = {"reason": "Big season", "applies_from": timezone.localdate().isoformat()}
    agency_admin.post(f"{answer['Location']}publier/", {**sent, "accept_findings": "on"})
    asked = ApprovalRequest.objects.get()
    waiting = agency_admin.get(answer["Location"]).content.decode()
    assert "1 override of this set waits for TNP: until then the old rate goes on." in waiting
    requests = agency_admin.get(f"{OFFICE}demandes/").content.decode()
    assert "Too much" in requests
    assert ("Your reason" in requests, "Their reason" in requests) == (True, False)
    assert "Too much" not in other_admin.get(f"{OFFICE}demandes/").content.decode()
    assert "Big season" in admin.get(f"{GRID}demandes/").content.decode()
    admin.post(f"{GRID}demandes/{asked.pk}/refuser/", {"reason": ""})
    asked.refresh_from_db()
    assert asked.status == "waiting"
    admin.post(f"{GRID}demandes/{asked.pk}/approuver/", {"reason": "For the season"})
    asked.refresh_from_db()
    assert (asked.status, str(asked.decided_by)) == ("approved", "Ada")
    assert "waits for TNP" not in agency_admin.get(answer["Location"]).content.decode()
    assert _names(agency_admin)[0] == "Too much"


def test_a_request_is_withdrawn_by_its_agency_and_by_nobody_elses(
    agency_admin, other_admin, lumiere
):
    overrides_published(lumiere, {"name": "Too much", "percent": Decimal(19)})
    asked = ApprovalRequest.objects.get()
    assert other_admin.post(f"{OFFICE}demandes/{asked.pk}/retirer/").status_code == 404
    assert agency_admin.post(f"{OFFICE}demandes/{asked.pk}/approuver/").status_code == 404
    agency_admin.post(f"{OFFICE}demandes/{asked.pk}/retirer/")
    asked.refresh_from_db()
    assert asked.status == "withdrawn"


def test_sets_of_one_agency_are_not_found_by_another(agency_admin, other_admin, lumiere):
    published = overrides_published(lumiere, {"name": "Our rate", "percent": Decimal(14)})
    address = f"{OFFICE}lots/{published.pk}/"
    assert agency_admin.get(address).status_code == 200
    assert other_admin.get(address).status_code == 404
    assert other_admin.post(f"{address}annuler/").status_code == 404


def test_an_agency_names_neither_agencies_nor_groups_nor_the_margin(agency_admin, lumiere):
    page = agency_admin.get(f"{OFFICE}nouvelle/").content.decode()
    for name in ("agency", "group", "operation"):
        assert f'name="{name}"' not in page
    assert 'value="margin"' not in page
    form = {"name": "Sly", "base": "margin", "percent": "10", "position": "100"}
    assert agency_admin.post(f"{OFFICE}nouvelle/", form).status_code == 422
    sly = {"name": "Sly", "base": "sale_price", "percent": "10", "position": "9", "agency": "ocean"}
    agency_admin.post(f"{OFFICE}nouvelle/", sly)
    with tenant_context(lumiere):
        assert CommissionOverride.objects.get().product is None


def test_a_share_of_the_margin_is_not_set_in_the_row_for_many_either(agency_admin, lumiere):
    overrides_published(lumiere, {"name": "Our rate", "percent": Decimal(14)})
    with tenant_context(lumiere):
        rule = CommissionOverride.objects.get()
    answer = agency_admin.post(f"{OFFICE}modifier/", {"rule": [rule.pk], "set-base": "margin"})
    assert answer.status_code == 422
    with tenant_context(lumiere):
        assert CommissionOverride.objects.get().base == "sale_price"


def test_a_rule_page_names_what_the_rule_is_limited_to(agency_admin, other_admin, ocean):
    category = Category.objects.order_by("code").first()
    limited = {"category": category, "agency": ocean}
    rule = rule_create(name="For one kind", percent=Decimal(20), **limited)
    page = other_admin.get(f"{OFFICE}regles/R/{rule.pk}/").content.decode()
    assert f"<dd>{category.names['en']}</dd>" in page
    assert f"<dd>{ocean.name}</dd>" in page
    assert f"<dd>{category.code}</dd>" not in page
    assert "since the beginning" in page
    assert agency_admin.get(f"{OFFICE}regles/R/{rule.pk}/").status_code == 404


def test_a_change_set_is_named_after_its_day_in_words(agency_admin, other_admin):
    form = {"name": "New one", "base": "sale_price", "percent": "12", "position": "100"}
    address = agency_admin.post(f"{OFFICE}nouvelle/", form)["Location"]
    page = agency_admin.get(address).content.decode()
    with override("en"):
        day = date_format(timezone.localdate(), "DATE_FORMAT")
    assert f"Changes of {day}" in page
    assert other_admin.get(address).status_code == 404


def test_the_example_never_tells_an_agency_what_stays_with_the_operator(agency_admin):
    typed = {"product": "BOAT-DUSK", "base": "sale_price", "percent": "12", "position": "100"}
    page = agency_admin.get(f"{OFFICE}exemple/", typed).content.decode()
    assert "€4.08" in page
    assert "TNP keeps" not in page
    assert "€1.02" not in page


def test_products_outside_the_agencys_set_bring_no_rules(agency_admin, lumiere):
    Agreement.objects.filter(agency=lumiere).update(catalogue="listed")
    assert Product.objects.filter(reference="BOAT-DUSK").exists()
    assert _names(agency_admin) == ["Default of the network"]
