"""The files of a statement: nothing a person typed becomes a formula, nothing stands alone."""

import csv
from io import BytesIO, StringIO

import pytest
from django.utils import translation
from openpyxl import load_workbook

from shared_apps.statements import pdf
from shared_apps.statements.document import components_of
from shared_apps.statements.exports import statement_csv, statement_xlsx
from shared_apps.statements.models import Statement
from tests.settling import drafted, issued, month_of, sold_by_card, sold_for_cash


@pytest.fixture
def statement(lumiere) -> Statement:
    order = sold_by_card("lumiere")
    sold_for_cash("lumiere")
    return issued("lumiere", month_of("lumiere", order))


def test_every_file_holds_every_component_even_those_of_zero(statement):
    with translation.override("en"):
        labels = [part.label for part in components_of(statement)]
        rows = list(
            csv.reader(StringIO(statement_csv(statement).decode("utf-8-sig")), delimiter=";")
        )
        book = load_workbook(BytesIO(statement_xlsx(statement)))
        printed = pdf._data(statement)["components"]
    in_csv = [row[0] for row in rows if row]
    in_sheet = [row[0].value for row in book["Summary"].iter_rows()]
    assert len(labels) == 14
    for label in labels:
        assert label in in_csv
        assert label in in_sheet
    assert [part["label"] for part in printed] == labels


def test_amounts_in_files_are_numbers_with_the_decimals_of_their_currency(statement):
    with translation.override("en"):
        text = statement_csv(statement).decode("utf-8-sig")
    assert "Commission earned;16.32;EUR" in text
    assert "Collected by the agency for TNP;-68.00;EUR" in text


def test_what_a_spreadsheet_would_run_is_defused(lumiere):
    lumiere.name = "=HYPERLINK(1)"
    lumiere.save(update_fields=["name"])
    (draft,) = drafted("lumiere", month_of("lumiere", sold_by_card("lumiere")))
    text = statement_csv(draft).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert ";=HYPERLINK(1)" not in text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_pdf_is_set_in_both_languages_for_agency_provider_and_draft(lumiere, language):
    month = month_of("lumiere", sold_by_card("lumiere"))
    with translation.override(language):
        assert pdf.statement_pdf(issued("lumiere", month)).startswith(b"%PDF-")
        assert pdf.statement_pdf(drafted("FLEUVE", month)[0]).startswith(b"%PDF-")


def test_a_pdf_of_too_many_lines_keeps_its_totals_and_says_where_the_lines_are(
    statement, monkeypatch
):
    monkeypatch.setattr(pdf, "MOST_LINES", 2)
    with translation.override("en"):
        data = pdf._data(statement)
    assert [section["rows"] for section in data["sections"]] == [[], []]
    assert data["sections"][0]["totals"][1] == "€16.32"
    assert data["words"]["elsewhere"].startswith("3 lines")
    assert pdf.statement_pdf(statement).startswith(b"%PDF-")
