"""All sales across agencies: filters, sort, totals, export, and the file of one sale."""

import csv
import io
from decimal import Decimal

import pytest
from django_tenants.utils import tenant_context
from openpyxl import load_workbook

from shared_apps.journal.models import JournalLine
from tenant_apps.orders.actions import order_cancel
from tests.doors.signing_in import OPERATOR_HOST, signed_in
from tests.selling import sold


@pytest.fixture
def admin(db):
    """The operator's administrator, signed in with a second factor."""
    return signed_in("admin@tnp.example", OPERATOR_HOST)


@pytest.fixture
def sales(lumiere, ocean):
    """Two sales of Lumière, one of them cancelled without fee."""
    with tenant_context(lumiere):
        kept, undone = sold("BOAT-DUSK", adult=2), sold("STAY-LOIRE", adult=1)
        order_cancel(order=undone, reason="Ill", waive_fee=True)
    return kept, undone


def _rows(answer):
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_every_movement_of_every_agency_is_listed(admin, sales):
    page = admin.get("/ventes/").content.decode()
    for order in sales:
        assert f"/ventes/lumiere/{order.reference}/" in page


def test_totals_are_per_currency_and_net_of_cancellations(admin, sales):
    answer = admin.get("/ventes/?agency=lumiere")
    net = JournalLine.objects.filter(
        agency_schema="agency_lumiere", kind__in=["sale", "cancellation", "fee"]
    )
    assert sum(line.customer_pays for line in net) == Decimal("68.000")
    page = answer.content.decode()
    assert "Sales, net · EUR" in page
    assert "€68.00" in page


def test_an_agency_without_sales_shows_an_empty_table_that_says_so(admin, sales):
    page = admin.get("/ventes/?agency=ocean").content.decode()
    assert "No row matches these filters" in page


def test_filters_contain_what_is_typed_without_case_and_accents(admin, sales):
    page = admin.get("/ventes/?provider=ECHAPPEES&kind=sale").content.decode()
    assert sales[0].reference in page
    assert sales[0].reference not in admin.get("/ventes/?provider=ocean").content.decode()


def test_numbers_sort_as_numbers(admin, lumiere):
    with tenant_context(lumiere):
        sold("BOAT-DUSK", adult=1)
        sold("BOAT-DUSK", adult=3)
    rows = _rows(admin.get("/ventes/?kind=sale&sort=customer_pays&export=csv"))
    assert [Decimal(row["Customer pays"]) for row in rows] == [Decimal(34), Decimal(102)]


def test_an_export_holds_the_filtered_rows_and_the_columns_on_screen(admin, sales):
    rows = _rows(admin.get("/ventes/?kind=cancellation&export=csv"))
    assert [row["Order"] for row in rows] == [sales[1].reference]
    assert "Provider" not in rows[0]
    chosen = {"column": ["order_reference", "provider"]}
    admin.post("/ventes/", chosen)
    (row,) = _rows(admin.get("/ventes/?kind=cancellation&export=csv"))
    assert row == {"Order": sales[1].reference, "Provider": "Les Échappées du Fleuve"}


def test_the_spreadsheet_holds_amounts_as_numbers(admin, sales):
    answer = admin.get("/ventes/?kind=sale&export=xlsx&sort=customer_pays")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    head = [cell.value for cell in sheet[1]]
    assert sheet[2][head.index("Customer pays")].value == 68


def test_a_cell_that_looks_like_a_formula_is_defused(admin, sales, lumiere):
    provider = JournalLine.objects.filter(kind="sale").first().provider
    type(provider).objects.filter(pk=provider.pk).update(name="=HYPERLINK(1)")
    admin.post("/ventes/", {"column": ["provider"]})
    rows = _rows(admin.get("/ventes/?kind=sale&export=csv"))
    assert {row["Provider"] for row in rows} == {"'=HYPERLINK(1)"}


def test_a_page_size_or_sort_key_that_is_not_offered_changes_nothing(admin, sales):
    for query in ("per_page=1000000", "page=99", "page=x", "sort=hash", "sort=-password"):
        assert admin.get(f"/ventes/?{query}").status_code == 200


def test_htmx_gets_the_table_alone(admin, sales):
    part = admin.get("/ventes/", headers={"hx-request": "true", "hx-target": "listing"})
    assert b"<html" not in part.content
    assert b'id="listing"' in part.content


def test_the_list_costs_the_same_for_one_row_as_for_many(
    admin, sales, lumiere, django_assert_max_num_queries
):
    with tenant_context(lumiere):
        for _turn in range(5):
            sold("BOAT-DUSK", adult=1)
    with django_assert_max_num_queries(14):
        admin.get("/ventes/")


def test_the_file_of_a_sale_shows_price_rule_evidence_journal_and_audit(admin, sales):
    order = sales[0]
    page = admin.get(f"/ventes/lumiere/{order.reference}/").content.decode()
    assert "Rule “Sunset boat” applies" in page
    assert "€28.90" in page  # what the provider gets of one unit of 34.00
    assert "€4.08" in page  # 12 % of it for the agency
    assert "sha256" in page
    assert "192.0.2.1" in page
    for line in JournalLine.objects.filter(order_reference=order.reference):
        assert line.hash in page
    assert "Order confirmed" in page
    assert "confirmation, to the customer".capitalize() in page
    assert " style=" not in page


def test_the_file_of_a_cancelled_sale_says_since_when_why_and_minus(admin, sales):
    page = admin.get(f"/ventes/lumiere/{sales[1].reference}/").content.decode()
    assert "Ill" in page
    assert "minus" in page


def test_an_order_is_not_found_under_another_agency(admin, sales):
    assert admin.get(f"/ventes/ocean/{sales[0].reference}/").status_code == 404
