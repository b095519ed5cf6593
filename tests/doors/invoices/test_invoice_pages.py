"""Commission invoices at both doors: issue, read, download, correct, and the mandate between."""

import csv
import io

import pytest

from shared_apps.identity.actions import membership_grant
from shared_apps.invoices.models import BuyerIdentity, Invoice, Mandate
from tests.doors.signing_in import OPERATOR_HOST, signed_in
from tests.invoicing import (
    FRENCH,
    TNP,
    invoice_of,
    mandate_given,
    mandate_prepared,
    statement_issued,
)

LUMIERE = "lumiere.localhost"
WAITS = "Until you accept it, TNP cannot write the invoices"


@pytest.fixture
def operator_page(db):
    """The operator's finance, signed in: the role that issues."""
    return signed_in("finance@tnp.example", OPERATOR_HOST)


@pytest.fixture
def office(lumiere):
    """Lumière's administrator, signed in."""
    return signed_in("admin@lumiere.example", LUMIERE)


@pytest.fixture
def stranger(ocean):
    """Océan's administrator, signed in at home."""
    return signed_in("admin@ocean.example", "ocean.localhost")


@pytest.fixture
def invoice(lumiere):
    """An issued invoice of Lumière over 8.16 €."""
    mandate_given()
    return invoice_of(statement_issued())


def words(answer) -> str:
    return answer.content.decode()


def form_of(mandate: dict, **more: object) -> dict:
    return {
        "vat_status": "fr_vat",
        "vat_included": "on",
        "language": "fr",
        "prefix": "",
        "tax_number": "",
        "iban": "",
        **mandate,
        **more,
    }


def test_an_agency_sees_its_invoice_and_the_other_agency_nothing(office, stranger, invoice):
    page = f"/gestion/factures/{invoice.number}/"
    assert invoice.number in words(office.get("/gestion/factures/"))
    assert "€8.16" in words(office.get(page))
    assert invoice.number not in words(stranger.get("/gestion/factures/"))
    for path in (page, f"{page}fichier/pdf/", f"{page}fichier/xml/"):
        assert stranger.get(path).status_code == 404
    assert b"Lumi" not in stranger.get("/gestion/factures/mandat/").content


def test_both_files_are_served_byte_for_byte_at_both_doors(office, operator_page, invoice):
    for client, path in ((office, "/gestion/factures/"), (operator_page, "/factures/")):
        pdf = client.get(f"{path}{invoice.number}/fichier/pdf/")
        assert pdf.content == bytes(invoice.pdf)
        assert pdf["Content-Type"] == "application/pdf"
        assert pdf["Content-Disposition"] == f'attachment; filename="{invoice.number}.pdf"'
        xml = client.get(f"{path}{invoice.number}/fichier/xml/")
        assert xml.content == invoice.xml.encode()
        assert client.get(f"{path}{invoice.number}/fichier/exe/").status_code == 404


def test_the_operator_issues_from_the_list_of_what_waits(operator_page, lumiere):
    mandate_given()
    statement = statement_issued()
    page = words(operator_page.get("/factures/a-emettre/"))
    assert statement.reference in page
    assert "Mandate in force" in page
    assert f'formaction="/factures/emettre/{statement.pk}/"' in page
    answer = operator_page.post(f"/factures/emettre/{statement.pk}/", follow=True)
    made = Invoice.objects.get()
    assert answer.redirect_chain == [(f"/factures/{made.number}/", 302)]
    assert f"Issued as {made.number}" in words(answer)
    assert statement.reference not in words(operator_page.get("/factures/a-emettre/"))


def test_without_a_mandate_the_page_says_so_and_issues_nothing(operator_page, lumiere):
    statement = statement_issued()
    page = words(operator_page.get("/factures/a-emettre/"))
    assert "No mandate in force" in page
    assert "formaction" not in page
    answer = operator_page.post(f"/factures/emettre/{statement.pk}/", follow=True)
    assert "Lumière Voyages has given no mandate to write its invoices" in words(answer)
    assert not Invoice.objects.exists()


def test_a_credit_note_is_issued_from_the_invoice_and_both_say_so(operator_page, office, invoice):
    path = f"/factures/{invoice.number}/crediter/"
    refused = operator_page.post(path, {"amount": "9.00", "reason": "Rate"}, follow=True)
    assert "at most what is left: 8.16 EUR" in words(refused)
    assert "This field is required" in words(operator_page.post(path, {"amount": "1"}))
    operator_page.post(path, {"amount": "3.00", "reason": "Wrong rate on one sale"})
    taken = Invoice.objects.get(type_code="261")
    assert f"{taken.payable:.2f}" == "3.00"
    page = words(office.get(f"/gestion/factures/{invoice.number}/"))
    assert taken.number in page
    assert "Credited in part" in page
    credit_page = words(office.get(f"/gestion/factures/{taken.number}/"))
    assert "Wrong rate on one sale" in credit_page
    assert "Issue a credit note" not in credit_page


def test_totals_and_exports_count_credit_notes_as_negative(operator_page, invoice):
    operator_page.post(f"/factures/{invoice.number}/crediter/", {"amount": "", "reason": "All"})
    page = words(operator_page.get("/factures/"))
    assert page.count("−€8.16") == 1
    rows = list(
        csv.reader(
            io.StringIO(operator_page.get("/factures/?export=csv").content.decode("utf-8-sig")),
            delimiter=";",
        )
    )
    assert rows[0] == [
        "Number", "Issued on", "Agency", "Type", "Statement", "Without VAT", "VAT", "Total",
    ]  # fmt: skip
    assert sorted(row[-1] for row in rows[1:]) == ["-8.160", "8.160"]


def test_lists_filter_by_type_and_agency(operator_page, invoice):
    assert invoice.number in words(operator_page.get("/factures/?agency=lumi&type_code=389"))
    assert invoice.number not in words(operator_page.get("/factures/?type_code=261"))
    assert invoice.number not in words(operator_page.get("/factures/?agency=ocean"))


def test_the_operators_identity_comes_before_any_mandate(operator_page, lumiere):
    page = words(operator_page.get("/factures/mandats/"))
    assert "billing identity is missing" in page
    assert "/factures/mandats/nouveau/" not in page
    wrong = operator_page.post(
        "/factures/identite/", {**TNP, "siren": "1", "valid_from": "2020-01-01"}
    )
    assert wrong.status_code == 422
    assert "A SIREN has nine digits" in words(wrong)
    operator_page.post(
        "/factures/identite/", {**TNP, "siren": "732 829 320", "valid_from": "2020-01-01"}
    )
    assert BuyerIdentity.objects.get().siren == "732829320"
    assert "/factures/mandats/nouveau/" in words(operator_page.get("/factures/mandats/"))


def test_a_mandate_is_prepared_with_every_error_beside_its_field(operator_page, lumiere):
    BuyerIdentity.objects.create(valid_from="2020-01-01", **TNP)
    path = "/factures/mandats/nouveau/"
    wrong = operator_page.post(path, form_of({**FRENCH, "vat_number": ""}, agency=lumiere.pk))
    assert wrong.status_code == 422
    assert "Without its VAT number the invoice is not valid." in words(wrong)
    assert not Mandate.objects.exists()
    answer = operator_page.post(path, form_of(FRENCH, agency=lumiere.pk), follow=True)
    made = Mandate.objects.get()
    assert made.state == "waiting"
    assert "waits for the agency" in words(answer)
    taken = operator_page.get(path)
    assert f'<option value="{lumiere.pk}">' not in words(taken)


def test_the_agency_reads_and_accepts_with_evidence(office, lumiere):
    mandate = mandate_prepared()
    assert "waits for your answer" in words(office.get("/gestion/factures/"))
    page = words(office.get("/gestion/factures/mandat/"))
    assert "Mandat d’autofacturation" in page
    unread = {"agreed": "1", "text_sha256": "0" * 64}
    assert "Read the mandate" in words(
        office.post("/gestion/factures/mandat/accepter/", unread, follow=True)
    )
    mandate.refresh_from_db()
    assert mandate.state == "waiting"
    office.post(
        "/gestion/factures/mandat/accepter/",
        {"agreed": "1", "text_sha256": mandate.text_sha256},
        headers={"user-agent": "A browser"},
    )
    mandate.refresh_from_db()
    assert mandate.state == "active"
    assert mandate.evidence["email"] == "admin@lumiere.example"
    assert mandate.evidence["user_agent"] == "A browser"
    assert mandate.evidence["ip"] == "127.0.0.1"


def test_another_agency_cannot_accept_for_it(stranger, lumiere):
    mandate = mandate_prepared()
    stranger.post(
        "/gestion/factures/mandat/accepter/",
        {"agreed": "1", "text_sha256": mandate.text_sha256},
    )
    mandate.refresh_from_db()
    assert mandate.state == "waiting"


def test_a_seller_of_the_agency_neither_reads_nor_accepts(lumiere):
    mandate = mandate_prepared()
    seller = signed_in("sales@lumiere.example", LUMIERE)
    assert seller.get("/gestion/factures/").status_code == 403
    assert seller.get("/gestion/factures/mandat/").status_code == 403
    form = {"agreed": "1", "text_sha256": mandate.text_sha256}
    assert seller.post("/gestion/factures/mandat/accepter/", form).status_code == 403


def test_the_operators_sellers_neither_read_nor_issue(lumiere, invoice):
    membership_grant(email="sales@tnp.example", party="operator", role="sales")
    seller = signed_in("sales@tnp.example", OPERATOR_HOST)
    for path in (
        "",
        "a-emettre/",
        "mandats/",
        "mandats/nouveau/",
        "identite/",
        invoice.number + "/",
    ):
        assert seller.get(f"/factures/{path}").status_code == 403
    assert seller.post(f"/factures/emettre/{invoice.statement_id}/").status_code == 403
    assert seller.post(f"/factures/{invoice.number}/crediter/").status_code == 403


def test_ending_a_mandate_needs_a_reason_and_stops_issuing(operator_page, lumiere):
    mandate = mandate_given()
    path = f"/factures/mandats/{mandate.pk}/"
    operator_page.post(f"{path}terminer/", {"reason": " "})
    assert Mandate.objects.get().state == "active"
    answer = operator_page.post(f"{path}terminer/", {"reason": "They moved"}, follow=True)
    assert "no invoice is issued under it any more" in words(answer)
    assert Mandate.objects.get().state == "ended"


def test_a_statements_page_issues_and_then_names_its_invoice(operator_page, office, lumiere):
    statement = statement_issued()
    page = f"/releves/{statement.pk}/"
    assert "takes an issued statement" in words(operator_page.get(page))
    mandate_given()
    assert f'action="/factures/emettre/{statement.pk}/"' in words(operator_page.get(page))
    number = invoice_of(statement).number
    assert f'href="/factures/{number}/"' in words(operator_page.get(page))
    own = words(office.get(f"/gestion/releves/{statement.pk}/"))
    assert f'href="/gestion/factures/{number}/"' in own
    assert "/factures/emettre/" not in own


def test_both_homes_say_what_waits_and_link_to_exactly_that(operator_page, office, lumiere, ocean):
    statement_issued("ocean")
    mandate_given("lumiere")
    mine = statement_issued("lumiere")
    home = words(operator_page.get("/"))
    assert "the agency has given its mandate" in home
    listed = words(operator_page.get("/factures/a-emettre/?mandate=true"))
    assert mine.reference in listed
    assert "A-OCEAN-0001" not in listed
    assert WAITS not in words(office.get("/gestion/"))


def test_an_agency_is_told_at_home_that_a_mandate_waits(office, stranger, lumiere):
    mandate_prepared("lumiere")
    assert WAITS in words(office.get("/gestion/"))
    assert WAITS not in words(stranger.get("/gestion/"))
