"""The console's pages of special operations: planning, publishing, stopping, and the report."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context
from openpyxl import load_workbook

from shared_apps.audit.models import AuditEntry
from shared_apps.catalog.models import Product
from shared_apps.commissions.models import CommissionRule, SpecialOperation
from shared_apps.identity.actions import membership_grant
from shared_apps.identity.models import User
from shared_apps.network.models import AgencyGroup
from tenant_apps.orders.actions import order_cancel
from tenant_apps.payments.actions import payment_record
from tests.doors.signing_in import OPERATOR_HOST, signed_in
from tests.selling import accepted, held, sold

SUMMER = "/operations/summer-of-boats/"


@pytest.fixture
def admin(db):
    """The operator's administrator, signed in with a second factor."""
    return signed_in("admin@tnp.example", OPERATOR_HOST)


def _form(**changes):
    today = timezone.localdate()
    boat = Product.objects.get(reference="BOAT-DUSK")
    form = {
        "name": "Summer of boats",
        "description": "More for the dusk",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=30)).isoformat(),
        "audience": "everyone",
        "goods": "products",
        "products": [str(boat.pk)],
        "percent": "20",
        "base": "sale_price",
        "currency": "EUR",
        "budget": "100",
        "operator_percent": "50",
        "provider_percent": "30",
        "agency_percent": "20",
    }
    return {**form, **changes}


@pytest.fixture
def running(admin):
    """An operation planned and published through the pages."""
    assert admin.post("/operations/nouvelle/", _form()).status_code == 302
    admin.post(f"{SUMMER}publier/", {"reason": "Season opens"})
    return SpecialOperation.objects.get()


def _rows(answer):
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_a_planned_operation_is_a_draft_that_pays_nobody(admin, lumiere):
    answer = admin.post("/operations/nouvelle/", _form(), follow=True)
    assert answer.redirect_chain == [(SUMMER, 302)]
    assert "publish it when it is ready" in answer.content.decode()
    operation = SpecialOperation.objects.get()
    assert (operation.status, operation.budget) == ("draft", Decimal(100))
    rule = CommissionRule.objects.get(operation=operation)
    assert (rule.status, rule.product.reference, rule.percent) == ("draft", "BOAT-DUSK", 20)
    with tenant_context(lumiere):
        assert sold("BOAT-DUSK", adult=2).lines.get().agency_share == Decimal("8.160")


def test_a_published_operation_pays_and_its_rules_are_a_published_change_set(running, lumiere):
    assert running.status == "running"
    rule = CommissionRule.objects.get(operation=running)
    assert (rule.status, rule.change_set.status) == ("active", "published")
    assert rule.change_set.reason == "Season opens"
    with tenant_context(lumiere):
        assert sold("BOAT-DUSK", adult=2).lines.get().agency_share == Decimal("13.600")
    entry = AuditEntry.objects.get(verb="operation_publish")
    assert (entry.actor_label, entry.after["reason"]) == ("Ada", "Season opens")


def test_one_rule_is_made_for_each_pair_of_an_audience_and_a_thing(admin):
    group = AgencyGroup.objects.get(code="ouest")
    products = Product.objects.filter(reference__in=["BOAT-DUSK", "FERRY-DAY"])
    sent = _form(audience="groups", groups=[group.pk], products=[p.pk for p in products])
    admin.post("/operations/nouvelle/", sent)
    rules = CommissionRule.objects.filter(operation__code="summer-of-boats")
    assert {(rule.group.code, rule.product.reference) for rule in rules} == {
        ("ouest", "BOAT-DUSK"),
        ("ouest", "FERRY-DAY"),
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"provider_percent": "31"}, "The three shares must make 100 %."),
        ({"ends_on": "2020-01-01"}, "The last day is before the first."),
        ({"products": []}, "Tick at least one."),
        ({"percent": "101"}, "less than or equal to 100"),
        ({"budget": "-5"}, "greater than or equal to 0.001"),
        ({"name": ""}, "This field is required."),
    ],
)
def test_terms_that_make_no_sense_are_refused_beside_their_field(admin, changes, said):
    answer = admin.post("/operations/nouvelle/", _form(**changes))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not SpecialOperation.objects.exists()


def test_a_draft_is_changed_as_a_whole(admin):
    admin.post("/operations/nouvelle/", _form())
    admin.post(f"{SUMMER}modifier/", _form(percent="25", goods="all", products=[]))
    rule = CommissionRule.objects.get(operation__code="summer-of-boats")
    assert (rule.percent, rule.product) == (25, None)


def test_what_was_published_stays_and_only_budget_and_words_move(admin, running):
    admin.post(f"{SUMMER}modifier/", _form(percent="25", budget="250", operator_percent="100"))
    running.refresh_from_db()
    assert running.budget == Decimal(250)
    assert running.operator_percent == 50
    assert CommissionRule.objects.get(operation=running).percent == 20
    assert AuditEntry.objects.get(verb="operation_change").after == {"budget": "250"}


def test_a_budget_cannot_be_set_below_what_is_spent(admin, running, lumiere):
    with tenant_context(lumiere):
        sold("BOAT-DUSK", adult=2)
    answer = admin.post(f"{SUMMER}modifier/", _form(budget="5"))
    assert "More than that has been spent already." in answer.content.decode()


def test_stopping_needs_a_reason_and_works_at_once(admin, running, lumiere):
    admin.post(f"{SUMMER}arreter/", {"reason": " "})
    running.refresh_from_db()
    assert running.status == "running"
    admin.post(f"{SUMMER}arreter/", {"reason": "Boat in repair"})
    running.refresh_from_db()
    assert running.status == "stopped"
    with tenant_context(lumiere):
        assert sold("BOAT-DUSK", adult=2).lines.get().agency_share == Decimal("8.160")
    admin.post(f"{SUMMER}reprendre/", {"reason": "Repaired"})
    with tenant_context(lumiere):
        assert sold("BOAT-DUSK", adult=2).lines.get().agency_share == Decimal("13.600")


def test_a_verb_that_does_not_exist_is_a_404(admin, running):
    assert admin.post(f"{SUMMER}doubler/", {"reason": "x"}).status_code == 404
    assert admin.get("/operations/nope/").status_code == 404


def test_the_report_says_what_was_sold_and_who_funded_what(admin, running, lumiere, ocean):
    with tenant_context(lumiere):
        sold("BOAT-DUSK", adult=2)
    with tenant_context(ocean):
        undone = sold_by_transfer("BOAT-DUSK", adult=1)
        order_cancel(order=undone, reason="storm", waive_fee=True)
    page = admin.get(SUMMER).content.decode()
    assert "Lumière Voyages" in page
    assert "Océan Réceptif" in page
    rows = {row["Agency"]: row for row in _rows(admin.get(f"{SUMMER}?export=csv&par=agences"))}
    assert {
        name: (row["Sale lines"], row["Of these cancelled"], Decimal(row["Sales, net"]))
        for name, row in rows.items()
    } == {"Lumière Voyages": ("1", "0", Decimal(68)), "Océan Réceptif": ("1", "1", Decimal(0))}
    paid = rows["Lumière Voyages"]
    parts = [
        Decimal(paid[name])
        for name in (
            "Extra commission",
            "Funded by the operator",
            "Funded by the provider",
            "Funded by the agency",
        )
    ]
    assert parts == [Decimal("5.44"), Decimal("2.72"), Decimal("1.63"), Decimal("1.09")]


def sold_by_transfer(reference, **quantities):
    """A confirmed order paid by transfer, which the second agency takes."""
    order = accepted(held(reference, **quantities))
    payment_record(order=order, means="transfer")
    return order


def test_the_comparison_counts_everything_in_the_scope_before_and_during(admin, lumiere):
    with tenant_context(lumiere):
        sold("BOAT-DUSK", adult=1)
        sold("FERRY-DAY", adult=1)
    today = timezone.localdate()
    admin.post("/operations/nouvelle/", _form(starts_on=(today + timedelta(days=1)).isoformat()))
    # A draft has no "during": nothing is compared with what it has not begun.
    assert "Before and during" not in admin.get(SUMMER).content.decode()
    admin.post(f"{SUMMER}publier/", {"reason": "Season opens"})
    page = admin.get(SUMMER).content.decode()
    # One day before against its first day: the boat counts, the ferry is not in the scope.
    assert "€34.00" in page
    assert "€36.00" not in page
    assert "-100 %" in page


def test_the_spreadsheet_of_the_report_holds_numbers(admin, running, lumiere):
    with tenant_context(lumiere):
        sold("BOAT-DUSK", adult=2)
    answer = admin.get(f"{SUMMER}?export=xlsx&par=produits")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    head = [cell.value for cell in sheet[1]]
    row = [cell.value for cell in sheet[2]]
    assert row[head.index("Product")] == "Sunset boat trip"
    assert row[head.index("Extra commission")] == 5.44
    assert admin.get(f"{SUMMER}?export=csv&par=rien").status_code == 404


def test_the_ledger_lists_what_was_taken_and_given_back(admin, running, lumiere):
    with tenant_context(lumiere):
        order = sold("BOAT-DUSK", adult=2)
        order_cancel(order=order, reason="storm", waive_fee=True)
    page = admin.get(f"{SUMMER}lignes/").content.decode()
    assert f"/ventes/lumiere/{order.reference}/" in page
    rows = _rows(admin.get(f"{SUMMER}lignes/?export=csv"))
    assert sorted(Decimal(row["Extra commission"]) for row in rows) == [
        Decimal("-5.44"),
        Decimal("5.44"),
    ]


def test_the_list_shows_and_filters_operations_with_their_budgets(admin, running, lumiere):
    with tenant_context(lumiere):
        sold("BOAT-DUSK", adult=2)
        sold("BOAT-DUSK", adult=1)
    page = admin.get("/operations/").content.decode()
    assert "Summer of boats" in page
    assert page.count("€8.16") == 2  # in its row, and as the total of the page
    assert "<progress" in page
    today = timezone.localdate()
    assert "Summer of boats" in admin.get(f"/operations/?on={today}").content.decode()
    for query in ("status=stopped", "name=winter", f"on={today - timedelta(days=1)}"):
        assert "Summer of boats" not in admin.get(f"/operations/?{query}").content.decode()


def test_finance_reads_operations_and_changes_none(running):
    finance = signed_in("finance@tnp.example", OPERATOR_HOST)
    page = finance.get(SUMMER).content.decode()
    assert "Stop the operation" not in page
    assert finance.get("/operations/nouvelle/").status_code == 403
    assert finance.post(f"{SUMMER}modifier/", _form()).status_code == 403
    assert finance.post(f"{SUMMER}arreter/", {"reason": "no"}).status_code == 403
    running.refresh_from_db()
    assert running.status == "running"


def test_those_who_decide_no_commissions_see_no_operations(running, lumiere):
    membership_grant(email="cat@tnp.example", party="operator", role="catalogue", name="Cat")
    assert User.objects.filter(email="cat@tnp.example").exists()
    catalogue = signed_in("cat@tnp.example", OPERATOR_HOST)
    agency = signed_in("admin@lumiere.example", "lumiere.localhost")
    for path in ("/operations/", SUMMER, f"{SUMMER}lignes/"):
        assert catalogue.get(path).status_code == 403
        assert agency.get(path).status_code == 404
