"""Issuing commission invoices from statements: amounts, numbers, refusals, corrections."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django_tenants.utils import tenant_context

from shared_apps.audit.models import AuditEntry
from shared_apps.identity.models import User
from shared_apps.invoices.actions import invoice_credit, invoice_issue, issuing, mandate_end
from shared_apps.invoices.document import Document
from shared_apps.invoices.locks import number_take
from shared_apps.invoices.models import BuyerIdentity, Invoice, InvoiceSeries
from shared_apps.invoices.queries import invoices, invoices_totals, statements_to_invoice
from shared_apps.invoices.rules import InvoicingRefused
from shared_apps.outbox.models import Message
from shared_apps.statements.actions import line_dispute
from shared_apps.statements.periods import period_holding
from tenant_apps.orders.actions import order_cancel
from tests.invoicing import (
    TERMS,
    invoice_of,
    mandate_given,
    mandate_prepared,
    statement_issued,
)
from tests.settling import drafted, issued, month_of, on, operator, sold_by_card

pytestmark = pytest.mark.django_db


def credit(invoice: Invoice, amount: str | None = None, reason: str = "Wrong rate") -> Invoice:
    with on(invoice.issued_on + timedelta(days=1)):
        return invoice_credit(
            invoice=invoice,
            by=operator(),
            reason=reason,
            amount=None if amount is None else Decimal(amount),
        )


def refusal_of(call, *args, **kwargs) -> str:
    with pytest.raises(InvoicingRefused) as refusal, transaction.atomic():
        call(*args, **kwargs)
    assert refusal.value.message.endswith((".", "EUR."))
    return refusal.value.code


@pytest.mark.parametrize(
    ("status", "net", "vat"),
    [
        ("fr_vat", "6.80", "1.36"),
        ("fr_small", "8.16", "0.00"),
        ("eu", "8.16", "0.00"),
        ("non_eu", "8.16", "0.00"),
    ],
)
def test_the_invoice_asks_for_the_commission_of_the_statement_to_the_cent(
    lumiere, broken_rules, status, net, vat
):
    mandate_given("lumiere", status)
    statement = statement_issued()
    assert list(statements_to_invoice()) == [statement]
    invoice = invoice_of(statement)
    assert (invoice.type_code, invoice.number) == (
        "389",
        f"LUMIERE-{invoice.issued_on.year}-000001",
    )
    assert (f"{invoice.net:.2f}", f"{invoice.vat:.2f}") == (net, vat)
    assert invoice.payable == statement.commission == Decimal("8.16")
    assert broken_rules(invoice.xml.encode()) == []
    assert list(statements_to_invoice()) == []


def test_the_seller_is_the_agency_and_the_buyer_is_the_operator(lumiere):
    mandate = mandate_given()
    statement = statement_issued()
    invoice = invoice_of(statement)
    said = Document.read(invoice.document)
    assert (said.seller.name, said.buyer.name) == ("Lumière Voyages", "TNP Test")
    assert (said.statement, said.mandate) == (statement.reference, mandate.reference)
    assert said.mentions[0].text == "Autofacturation"
    assert invoice.sha256 == hashlib.sha256(bytes(invoice.pdf)).hexdigest()


def test_vat_on_top_when_the_mandate_says_that_commissions_are_without_it(lumiere):
    mandate_given(vat_included=False)
    invoice = invoice_of(statement_issued())
    amounts = [f"{amount:.2f}" for amount in (invoice.net, invoice.vat, invoice.payable)]
    assert amounts == ["8.16", "1.63", "9.79"]


def test_issuing_is_noted_and_the_agency_is_written_to(lumiere):
    mandate_given()
    invoice = invoice_of(statement_issued())
    entry = AuditEntry.objects.get(verb="invoice.issue")
    assert entry.after["number"] == invoice.number
    message = Message.objects.get(kind="invoice.issued")
    assert message.payload == {"invoice": invoice.number}


def test_nothing_is_issued_without_a_mandate_in_force(lumiere):
    statement = statement_issued()
    assert refusal_of(invoice_of, statement) == "no_mandate"
    waiting = mandate_prepared()
    assert refusal_of(invoice_of, statement) == "not_accepted"
    mandate_end(mandate=waiting, by=operator(), reason="Never signed")
    given = mandate_given()
    mandate_end(mandate=given, by=operator(), reason="Agency writes its own")
    assert refusal_of(invoice_of, statement) == "no_mandate"
    assert Invoice.objects.count() == 0


def test_the_mandate_of_one_agency_serves_no_other(lumiere, ocean):
    mandate_given("lumiere")
    assert refusal_of(invoice_of, statement_issued("ocean")) == "no_mandate"


def test_a_draft_a_disputed_and_an_invoiced_statement_are_refused(lumiere):
    mandate_given()
    order = sold_by_card("lumiere", days=2)
    (draft,) = drafted("lumiere", month_of("lumiere", order))
    assert refusal_of(invoice_of, draft) == "not_issued"

    statement = issued("lumiere", month_of("lumiere", order))
    with tenant_context(lumiere):
        boss = User.objects.get(email="admin@lumiere.example")
        line_dispute(line=statement.lines.first(), by=boss, text="Not mine")
    statement.refresh_from_db()
    assert refusal_of(invoice_of, statement) == "not_issued"


def test_a_statement_is_invoiced_once(lumiere):
    mandate_given()
    statement = statement_issued()
    invoice_of(statement)
    assert refusal_of(invoice_of, statement) == "already"
    assert Invoice.objects.count() == 1


def test_a_statement_without_commission_has_nothing_to_invoice(ocean):
    mandate_given("ocean")
    order = sold_by_card("ocean", "KAYAK-SEA")
    statement = issued("ocean", month_of("ocean", order))
    assert statement.commission == 0
    assert refusal_of(invoice_of, statement) == "nothing"
    assert list(statements_to_invoice()) == []


def test_a_negative_commission_makes_a_credit_note(lumiere, broken_rules):
    mandate_given()
    order = sold_by_card("lumiere", days=45)
    month = month_of("lumiere", order)
    first = invoice_of(issued("lumiere", month))
    with tenant_context(lumiere):
        order_cancel(order=order, reason="ill", waive_fee=True)
    later = issued("lumiere", period_holding("monthly", month.last + timedelta(days=1)))
    second = invoice_of(later)
    assert later.commission == Decimal("-8.16")
    assert (second.type_code, second.payable) == ("261", Decimal("8.16"))
    assert second.number[-6:] == "000002"
    assert broken_rules(second.xml.encode()) == []
    assert first.type_code == "389"
    (total,) = invoices_totals(invoices())
    assert total.amounts == {"net": Decimal(0), "vat": Decimal(0), "payable": Decimal(0)}


def test_without_the_operators_identity_nothing_is_issued(lumiere):
    mandate_given()
    statement = statement_issued()
    with transaction.atomic():
        connection.cursor().execute("SET LOCAL session_replication_role = replica")
        BuyerIdentity.objects.all().delete()
    assert refusal_of(invoice_of, statement) == "no_buyer"


def test_french_vat_is_only_stated_in_euros(lumiere):
    mandate_given()
    statement = statement_issued()
    with transaction.atomic():
        connection.cursor().execute("SET LOCAL session_replication_role = replica")
        type(statement).objects.filter(pk=statement.pk).update(currency="GBP")
    assert refusal_of(invoice_of, statement) == "currency"


def test_a_whole_credit_note_mirrors_its_invoice(lumiere, broken_rules):
    mandate_given()
    invoice = invoice_of(statement_issued())
    taken = credit(invoice)
    assert (taken.type_code, taken.corrects) == ("261", invoice)
    assert (taken.net, taken.vat, taken.payable) == (invoice.net, invoice.vat, invoice.payable)
    said = Document.read(taken.document)
    assert (said.corrects.number, said.reason) == (invoice.number, "Wrong rate")
    assert broken_rules(taken.xml.encode()) == []
    assert refusal_of(credit, invoice) == "nothing_left"
    assert refusal_of(credit, taken) == "credit_of_credit"


def test_parts_can_be_credited_and_never_more_than_is_left(lumiere, broken_rules):
    mandate_given()
    invoice = invoice_of(statement_issued())
    part = credit(invoice, "3.00")
    assert [f"{a:.2f}" for a in (part.net, part.vat, part.payable)] == ["2.50", "0.50", "3.00"]
    assert broken_rules(part.xml.encode()) == []
    for amount in ("5.17", "0", "-1", "0.001"):
        assert refusal_of(credit, invoice, amount) == "amount"
    assert refusal_of(credit, invoice, "1.00", reason="  ") == "reason"
    assert credit(invoice).payable == Decimal("5.16")


def test_an_ended_mandate_still_covers_corrections(lumiere):
    mandate = mandate_given()
    invoice = invoice_of(statement_issued())
    mandate_end(mandate=mandate, by=operator(), reason="Agency writes its own")
    assert credit(invoice).type_code == "261"


def test_an_issued_invoice_can_be_neither_changed_nor_deleted(lumiere):
    mandate_given()
    invoice = invoice_of(statement_issued())
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in (
        "UPDATE invoices_invoice SET net = 0",
        "DELETE FROM invoices_invoice",
        "TRUNCATE invoices_invoice CASCADE",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)
    invoice.refresh_from_db()
    assert invoice.payable == Decimal("8.16")


def test_a_later_mandate_goes_on_with_the_agencys_numbers(lumiere):
    first = mandate_given()
    sooner, later = statement_issued(days=2), statement_issued(days=40)
    with on(later.period_to + timedelta(days=2)):
        one = invoice_issue(statement=sooner, by=operator())
        mandate_end(mandate=first, by=operator(), reason="Has moved")
        second = mandate_given(street="9 rue Neuve", prefix="OTHER")
        two = invoice_issue(statement=later, by=operator())
    assert second.prefix == first.prefix
    assert [one.number[-6:], two.number[-6:]] == ["000001", "000002"]
    assert Document.read(two.document).seller.street == "9 rue Neuve"
    assert Document.read(one.document).seller.street == TERMS["fr_vat"]["street"]


def test_every_year_has_its_own_series(lumiere):
    mandate_given()
    sooner, later = statement_issued(days=2), statement_issued(days=40)
    with on(date(2040, 12, 31)):
        one = invoice_issue(statement=sooner, by=operator())
    with on(date(2041, 1, 1)):
        two = invoice_issue(statement=later, by=operator())
    assert [one.number, two.number] == ["LUMIERE-2040-000001", "LUMIERE-2041-000001"]


def test_a_clock_that_runs_behind_gives_no_number_an_earlier_time(lumiere):
    mandate_given()
    sooner, later = statement_issued(days=2), statement_issued(days=40)
    with on(date(2040, 6, 2)):
        one = invoice_issue(statement=sooner, by=operator())
    with on(date(2040, 6, 1)):
        two = invoice_issue(statement=later, by=operator())
    assert [one.number[-6:], two.number[-6:]] == ["000001", "000002"]
    assert (two.issued_at, two.issued_on) == (one.issued_at, one.issued_on)


def test_waiting_over_midnight_on_new_years_eve_takes_a_number_of_the_new_year(
    lumiere, monkeypatch
):
    mandate_given()
    statement = statement_issued()
    with time_machine.travel(datetime(2040, 12, 31, 22, 59, 59, tzinfo=UTC), tick=False) as clock:

        def slow(**wanted):
            clock.move_to(datetime(2040, 12, 31, 23, 0, 1, tzinfo=UTC))  # 2041 in Paris
            return number_take(**wanted)

        monkeypatch.setattr(issuing, "number_take", slow)
        invoice = invoice_issue(statement=statement, by=operator())
    assert (invoice.number, invoice.issued_on) == ("LUMIERE-2041-000001", date(2041, 1, 1))
    assert not InvoiceSeries.objects.filter(year=2040).exists()


def test_an_agency_reads_its_own_invoices_and_nobody_elses(lumiere, ocean):
    mandate_given("lumiere")
    mandate_given("ocean", siren="443061841", vat_number="FR64443061841")
    mine = invoice_of(statement_issued("lumiere"))
    theirs = invoice_of(statement_issued("ocean"))
    for agency, own in ((lumiere, mine), (ocean, theirs)):
        with tenant_context(agency):
            assert [i.number for i in Invoice.objects.all()] == [own.number]
    with tenant_context(lumiere), pytest.raises(DatabaseError, match="permission denied"):
        Invoice.objects.create(number="X")
