"""The XML of invoices against the official schema and the official rules of EN 16931."""

from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree

from shared_apps.invoices.document import TRANSFER, Document
from shared_apps.invoices.electronic import invoice_xml
from tests.domain.invoices.documents import VATS, document

RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
STATUSES = sorted(VATS)


def texts(xml: bytes, name: str) -> list[str]:
    return [str(node.text) for node in etree.fromstring(xml).iter(f"{RAM}{name}")]


@pytest.mark.parametrize("credit", [False, True], ids=["invoice", "credit-note"])
@pytest.mark.parametrize("status", STATUSES)
def test_an_invoice_of_every_vat_status_breaks_no_official_rule(
    status, credit, schema, broken_rules
):
    xml = invoice_xml(document(status, credit=credit))
    schema.assertValid(etree.fromstring(xml))
    assert broken_rules(xml) == []


@pytest.mark.parametrize(
    ("status", "category", "rate"),
    [("fr_vat", "S", "20"), ("fr_small", "E", "0"), ("eu", "AE", "0"), ("non_eu", "AE", "0")],
)
def test_each_status_has_its_vat_category_and_rate(status, category, rate):
    xml = invoice_xml(document(status))
    assert set(texts(xml, "CategoryCode")) == {category}
    assert set(texts(xml, "RateApplicablePercent")) == {rate}


def test_types_are_self_billed_invoice_and_self_billed_credit_note():
    assert texts(invoice_xml(document()), "TypeCode")[0] == "389"
    credit = invoice_xml(document(credit=True))
    assert texts(credit, "TypeCode")[0] == "261"
    assert "LUMIERE-2026-000001" in texts(credit, "IssuerAssignedID")


def test_a_rounding_of_one_cent_stands_where_the_standard_wants_it(broken_rules):
    # 0.02 + 20 % is 0.02, 0.03 + 20 % is 0.04: no base makes 0.03.
    xml = invoice_xml(document("fr_vat", "0.03"))
    assert texts(xml, "RoundingAmount") == ["-0.01"]
    assert texts(xml, "DuePayableAmount") == ["0.03"]
    assert broken_rules(xml) == []


def test_a_transfer_names_the_account(broken_rules):
    drawn = document()
    seller = replace(drawn.seller, iban="FR7630006000011234567890189")
    xml = invoice_xml(replace(drawn, payment_means=TRANSFER, seller=seller))
    assert texts(xml, "IBANID") == ["FR7630006000011234567890189"]
    assert broken_rules(xml) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda d: replace(d, gross=d.gross - 1), "BR-CO-15"),
        (lambda d: replace(d, payable=d.payable + 1), "BR-CO-16"),
        (lambda d: replace(d, vat=replace(d.vat, amount=Decimal("17.00"))), "BR-S-09"),
        (lambda d: replace(d, vat=replace(d.vat, category="AE")), "BR-AE-05"),
        (lambda d: replace(d, seller=replace(d.seller, vat_number="")), "BR-S-02"),
        (lambda d: replace(d, payment_means=TRANSFER), "CII-SR-470"),
    ],
    ids=["gross", "payable", "vat", "category", "seller", "account"],
)
def test_a_broken_invoice_is_caught(change, rule, broken_rules):
    """Without this, rules that never fire would look like invoices without a fault."""
    wrong: Document = change(document())
    assert rule in broken_rules(invoice_xml(wrong))


def test_what_the_schema_refuses_is_never_written():
    with pytest.raises(Exception, match="XXQ"):
        invoice_xml(replace(document(), currency="XXQ"))


def test_what_a_person_typed_is_text_and_never_markup(broken_rules):
    drawn = document()
    seller = replace(drawn.seller, name='A & B "<Voyages>"')
    xml = invoice_xml(replace(drawn, seller=seller))
    assert 'A & B "<Voyages>"' in texts(xml, "Name")
    assert broken_rules(xml) == []


def test_a_document_is_read_back_from_its_facts_as_it_was():
    for status in STATUSES:
        for credit in (False, True):
            drawn = document(status, credit=credit)
            assert Document.read(drawn.facts()) == drawn
