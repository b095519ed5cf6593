"""Dashboards at both doors: exact figures, comparison, export; another agency sees nothing."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tenants.utils import tenant_context
from openpyxl import load_workbook

from shared_apps.identity.actions import membership_grant
from tenant_apps.orders.actions import order_cancel
from tests.doors.signing_in import OPERATOR_HOST, signed_in
from tests.settling import issued, month_of, on, sold_by_card

LUMIERE = "lumiere.localhost"
OFFICE, CONSOLE = "/gestion/tableau/", "/tableau/"


@pytest.fixture
def office(lumiere):
    """Lumière's administrator, signed in."""
    return signed_in("admin@lumiere.example", LUMIERE)


@pytest.fixture
def stranger(ocean):
    """Océan's administrator, signed in at home."""
    return signed_in("admin@ocean.example", "ocean.localhost")


@pytest.fixture
def console(db):
    """The operator's finance, signed in."""
    return signed_in("finance@tnp.example", OPERATOR_HOST)


def words(answer) -> str:
    """The page as one line of text, pictures' data left out."""
    page = re.sub(r"<script.*?</script>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def chart(answer, name: str) -> dict:
    found = re.search(rf'<script id="{name}"[^>]*>(.*?)</script>', answer.content.decode())
    assert found, name
    return json.loads(found[1])


def rows_of(answer) -> list[list[str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_an_agency_sees_its_sales_and_commission_to_the_cent(office, lumiere):
    sold_by_card("lumiere", adult=2)
    sold_by_card("lumiere", "FERRY-DAY", adult=1)
    page = words(office.get(OFFICE))
    # 68.00 at 12 % and 36.00 at 10 %.
    assert "Sales €104.00" in page
    assert "€11.76" in page
    assert "11.3 % of sales" in page
    assert "Services sold 2" in page
    assert "Sunset boat trip €68.00" in page
    assert "Shop €104.00" in page


def test_another_agency_and_the_rest_of_the_network_stay_out_of_it(office, stranger, lumiere):
    sold_by_card("lumiere")
    page = words(stranger.get(OFFICE))
    assert "Nothing was sold in this period" in page
    assert "€" not in page.replace("€0", "")
    sold_by_card("ocean", "FERRY-DAY", adult=1)
    assert "€104" not in words(office.get(OFFICE))
    assert "Sales €68.00" in words(office.get(OFFICE))


def test_an_agency_never_sees_what_the_operator_or_the_provider_keeps(office, lumiere):
    sold_by_card("lumiere")
    answer = office.get(OFFICE)
    # 68.00 sold: 57.80 bought, 8.16 for the agency, 2.04 for TNP.
    assert "57.80" not in answer.content.decode()
    assert "2.04" not in answer.content.decode()
    assert "Margin" not in words(answer)
    assert "57.8" not in office.get(f"{OFFICE}?export=csv").content.decode()


def test_a_cancellation_takes_sales_and_commission_back(office, lumiere):
    order = sold_by_card("lumiere")
    with tenant_context(lumiere):
        order_cancel(order=order, reason="ill", waive_fee=True)
    page = words(office.get(OFFICE))
    assert "Sales €0.00" in page
    assert "Services sold 1" in page


def test_commission_is_provisional_then_earned_then_paid(office, lumiere):
    order = sold_by_card("lumiere", days=3)
    today = timezone.localdate()
    asked = f"{OFFICE}?from={today}&to={today}"
    assert "Provisional €8.16" in words(office.get(asked))
    month = month_of("lumiere", order)
    later = month.last + timedelta(days=1)

    statement = issued("lumiere", month)
    with on(later):
        # Sessions do not live as long as this test travels.
        page = words(signed_in("admin@lumiere.example", LUMIERE).get(asked))
        assert "Provisional €0.00" in page
        assert "Earned €8.16" in page
        assert "of which paid €0.00" in page
        type(statement).objects.filter(pk=statement.pk).update(
            status="paid", paid_at=timezone.now()
        )
        page = words(signed_in("admin@lumiere.example", LUMIERE).get(asked))
        assert "of which paid €8.16" in page


def test_own_liability_earns_no_commission_from_the_operator(stranger, ocean):
    sold_by_card("ocean", "KAYAK-SEA")
    page = words(stranger.get(OFFICE))
    assert "Sales €100.80" in page
    assert "Provisional €0.00" in page


def test_the_operator_sees_the_network_and_its_margin(console, lumiere, ocean):
    sold_by_card("lumiere")
    sold_by_card("ocean", "FERRY-DAY", adult=1)
    answer = console.get(CONSOLE)
    page = words(answer)
    assert "Sales €104.00" in page
    # 68.00 − 57.80 − 8.16 = 2.04; the ferry passes on 36.00 whole, less Océan's 8 %.
    assert "Margin" in page
    assert "Lumière Voyages €68.00 nothing before" in page
    assert "Océan Réceptif €36.00 nothing before" in page
    assert "Les Échappées du Fleuve €104.00" in page
    assert 'href="/agences/lumiere/"' in answer.content.decode()


def test_top_and_falling_are_against_the_span_before(console, lumiere, ocean):
    sold_by_card("lumiere", adult=1)
    sold_by_card("ocean", adult=4)
    tomorrow = timezone.localdate() + timedelta(days=1)
    with on(tomorrow):
        sold_by_card("lumiere", adult=3)
        sold_by_card("ocean", adult=1)
    page = words(console.get(f"{CONSOLE}?from={tomorrow}&to={tomorrow}"))
    assert "Sales €136.00 −20 % · before €170.00" in page.replace("minus ", "")
    falling = page[page.index("Falling most") :]
    assert falling.index("Océan Réceptif €34.00") < falling.index("Products")
    assert "Lumière Voyages" not in falling[: falling.index("Products")]


def test_pictures_and_tables_have_the_same_figures(office, lumiere):
    sold_by_card("lumiere")
    answer = office.get(OFFICE)
    drawn = chart(answer, "series-EUR")
    assert [one["style"] for one in drawn["sets"]] == ["bar", "dashed", "line"]
    assert drawn["sets"][0]["values"][-1] == "68.000"
    assert len(drawn["labels"]) == len(drawn["sets"][0]["values"]) == timezone.localdate().day
    assert chart(answer, "product-EUR")["labels"] == ["Sunset boat trip"]
    assert chart(answer, "commission-EUR")["sets"][2]["values"] == ["8.160"]


@pytest.mark.parametrize(
    ("step", "back", "steps"), [("day", 14, 15), ("week", 14, 3), ("month", 0, 1)]
)
def test_steps_are_days_weeks_or_months(office, lumiere, step, back, steps):
    sold_by_card("lumiere")
    today = timezone.localdate()
    asked = f"{OFFICE}?from={today - timedelta(days=back)}&to={today}&step={step}"
    drawn = chart(office.get(asked), "series-EUR")
    assert drawn["sets"][0]["values"] == ["0"] * (steps - 1) + ["68.000"]


def test_exports_hold_every_table_with_its_currency(office, lumiere):
    sold_by_card("lumiere")
    rows = rows_of(office.get(f"{OFFICE}?export=csv"))
    assert rows[0] == [
        "Currency", "Table", "Name", "Sales", "Sales before", "Commission", "Commission before",
    ]  # fmt: skip
    assert rows[1] == ["EUR", "Total", "", "68.000", "0", "8.160", "0"]
    assert ["EUR", "Products", "Sunset boat trip", "68.000", "0", "8.160", "0"] in rows
    assert ["EUR", "Channels", "Shop", "68.000", "0", "8.160", "0"] in rows
    book = load_workbook(io.BytesIO(office.get(f"{OFFICE}?export=xlsx").content))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert cells[1][3] == 68


def test_what_cannot_be_read_falls_back_to_this_month(office, lumiere):
    sold_by_card("lumiere")
    answer = office.get(f"{OFFICE}?from=yesterday&to='&step=%00&export=exe")
    assert "Sales €68.00" in words(answer)


def test_the_number_of_queries_does_not_grow_with_sales(office, lumiere):
    sold_by_card("lumiere")
    office.get(OFFICE)
    with CaptureQueriesContext(connection) as few:
        office.get(OFFICE)
    for reference in ("FERRY-DAY", "STAY-LOIRE", "BOAT-DUSK"):
        sold_by_card("lumiere", reference, adult=1)
    with CaptureQueriesContext(connection) as many:
        office.get(OFFICE)
    journal = [q for q in many.captured_queries if "FROM journal_journalline" in q["sql"]]
    assert len(journal) == 2
    assert len(many) == len(few)


def test_roles_without_reports_are_refused(lumiere):
    assert signed_in("sales@lumiere.example", LUMIERE).get(OFFICE).status_code == 403
    membership_grant(email="sales@tnp.example", party="operator", role="sales")
    assert signed_in("sales@tnp.example", OPERATOR_HOST).get(CONSOLE).status_code == 403
