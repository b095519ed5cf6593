"""Rules out to a spreadsheet and back: dry run, line and field of every error, drafts."""

import csv
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tenants.utils import tenant_context
from openpyxl import Workbook, load_workbook

from shared_apps.commissions.actions import rule_create
from shared_apps.commissions.models import CommissionRule
from tenant_apps.overrides.models import CommissionOverride
from tests.doors.commissions.books import (
    GRID,
    OFFICE,
    drafts_of,
    overrides_published,
    published_percent,
    rule_named,
)

ADMIN = "admin@tnp.example"
FILE = f"{GRID}fichier/"


def _lines(client, address=f"{FILE}csv/"):
    text = client.get(address).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def _sent(client, lines, address=FILE):
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(lines[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(lines)
    upload = SimpleUploadedFile("rules.csv", out.getvalue().encode())
    return client.post(address, {"file": upload})


def _draft(client, answer, address=FILE):
    text = answer.context["reading"].again
    return client.post(address, {"again": text})


def test_what_comes_out_goes_back_in_and_changes_nothing(admin):
    rule_create(
        name="Everything", percent=Decimal("9.5"), floor=Decimal(3), cap=Decimal(60),
        channels=["shop", "widget"], sale_from="2026-01-01", sale_to="2030-01-01",
        product=rule_named("Sunset boat").product,
    )  # fmt: skip
    answer = _sent(admin, _lines(admin))
    assert answer.context["reading"].unchanged == 4
    assert "Every line says what stands already." in answer.content.decode()


def test_a_changed_line_and_a_new_one_are_shown_first_and_drafted_then(admin):
    lines = _lines(admin)
    boat = next(line for line in lines if line["name"] == "Sunset boat")
    boat["percent"] = "13,5"
    new = dict.fromkeys(boat, "") | {
        "name": "Kayak", "product": "KAYAK-SEA", "base": "sale_price", "percent": "14",
        "position": "100",
    }  # fmt: skip
    answer = _sent(admin, [*lines, new])
    page = answer.content.decode()
    assert answer.status_code == 200
    assert (answer.context["reading"].changed, answer.context["reading"].new) == (1, 1)
    assert "Draft 2 rules" in page
    assert drafts_of(ADMIN) == {}
    assert _draft(admin, answer).status_code == 302
    drafts = drafts_of(ADMIN)
    assert drafts["Sunset boat"].percent == Decimal("13.5")
    assert drafts["Sunset boat"].product.reference == "BOAT-DUSK"
    assert drafts["Kayak"].product.reference == "KAYAK-SEA"
    assert set(drafts) == {"Sunset boat", "Kayak"}


def test_every_error_names_its_line_and_its_column_and_nothing_is_drafted(admin):
    lines = _lines(admin)
    lines[0]["percent"] = "a lot"
    lines[1]["product"] = "NOPE"
    lines[2] |= {"floor": "50", "cap": "20", "currency": "EUR"}
    answer = _sent(admin, lines)
    assert answer.status_code == 422
    assert [(line, column) for line, column, _said in answer.context["reading"].errors] == [
        (2, "percent"), (3, "product"), (4, "cap"),
    ]  # fmt: skip
    page = answer.content.decode()
    assert "“a lot” is not a number." in page
    assert "Nothing is called “NOPE”." in page
    assert "The cap is below the floor." in page
    assert "Nothing is drafted" in page
    assert 'name="again"' not in page


def test_a_file_made_before_somebody_elses_publication_is_refused_by_line(admin):
    lines = _lines(admin)
    boat = next(line for line in lines if line["name"] == "Sunset boat")
    boat["percent"] = "14"
    published_percent("Sunset boat", "13")
    answer = _sent(admin, lines)
    (error,) = answer.context["reading"].errors
    assert error[1] == "code"
    assert "Changed since the file was made" in error[2]


def test_a_column_left_out_leaves_its_field_alone(admin):
    rule_create(name="Capped", percent=Decimal(11), cap=Decimal(40))
    lines = [
        {"code": line["code"], "name": line["name"], "percent": "12.5"}
        for line in _lines(admin)
        if line["name"] == "Capped"
    ]
    _draft(admin, _sent(admin, lines))
    draft = drafts_of(ADMIN)["Capped"]
    assert (draft.percent, draft.cap, draft.currency) == (Decimal("12.5"), Decimal(40), "EUR")


def test_a_spreadsheet_is_read_like_text_and_a_formula_comes_out_defused(admin):
    rule_create(name="=HYPERLINK(1)", percent=Decimal(11))
    content = admin.get(f"{FILE}xlsx/").content
    sheet = load_workbook(io.BytesIO(content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "'=HYPERLINK(1)" in [row[1] for row in rows]
    percent = rows[0].index("percent")
    book = Workbook()
    for row in rows:
        book.active.append([12.5 if row[1] == "'=HYPERLINK(1)" and n == percent else value
                            for n, value in enumerate(row)])  # fmt: skip
    out = io.BytesIO()
    book.save(out)
    upload = SimpleUploadedFile("rules.xlsx", out.getvalue())
    answer = admin.post(FILE, {"file": upload})
    assert answer.context["reading"].changed == 1
    _draft(admin, answer)
    assert drafts_of(ADMIN)["=HYPERLINK(1)"].percent == Decimal("12.5")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00nonsense\x80", "neither a spreadsheet"),
        (b"PK\x05\x06" + b"\0" * 18, "cannot be read"),
        (b"code;name;colour\n;x;red\n", "Unknown column: colour."),
        (b"name;percent\nx;1\n", "“code” and “name” must be in the file"),
    ],
)
def test_what_is_no_rule_file_is_refused_in_words(admin, content, said):
    answer = admin.post(FILE, {"file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not CommissionRule.objects.filter(status="draft").exists()


def test_the_file_holds_the_rules_of_the_filter(admin):
    assert [line["name"] for line in _lines(admin, f"{FILE}csv/?name=sunset")] == ["Sunset boat"]


def test_an_agencys_file_holds_its_overrides_and_reaches_nobody_elses(
    agency_admin, other_admin, lumiere, ocean
):
    overrides_published(lumiere, {"name": "Our rate", "percent": Decimal(14)})
    (line,) = _lines(agency_admin, f"{OFFICE}fichier/csv/")
    assert (line["name"], "agency" in line) == ("Our rate", False)
    line["percent"] = "12"
    refused = _sent(other_admin, [line], f"{OFFICE}fichier/")
    assert "No rule in force is called" in refused.content.decode()
    answer = _sent(agency_admin, [line], f"{OFFICE}fichier/")
    _draft(agency_admin, answer, f"{OFFICE}fichier/")
    with tenant_context(lumiere):
        assert CommissionOverride.objects.get(status="draft").percent == 12
    with tenant_context(ocean):
        assert not CommissionOverride.objects.exists()


def test_a_rule_of_the_operator_cannot_come_in_through_an_agencys_file(agency_admin):
    boat = rule_named("Sunset boat")
    line = {"code": boat.code, "name": "Sunset boat", "percent": "40"}
    answer = _sent(agency_admin, [line], f"{OFFICE}fichier/")
    assert answer.status_code == 422
    assert rule_named("Sunset boat").percent == 12
