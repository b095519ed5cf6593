"""The electronic invoice: a :class:`Document` as Factur-X XML, profile EN 16931.

Written as the standard's business terms (BT-1 is the number, BG-23 the VAT groups), which
factur-x puts in the order the schema wants. It checks the schema here, each time. The business
rules (schematron) are checked by our tests with Saxon: the check inside factur-x asks a server
and says "valid" when there is none, so it is switched off rather than believed.
"""

from decimal import Decimal
from typing import Any

from facturx.generate_xml import generate_cii_xml
from moneyed import Money

from shared_apps.invoices.document import TRANSFER, Document, Line, Mention, Party
from shared_apps.pricing.money import money_text, percent_text

PROFILE = "en16931"
ONE = "C62"
"""UN/ECE Rec 20: a unit, for a commission that has no measure."""
SIREN_SCHEME = "0002"
STATEMENT_REFERENCE = "AWR"
"""UNTDID 1153: the number of a document the invoice rests on."""


def invoice_xml(document: Document) -> bytes:
    """The XML of ``document`` in UTF-8, valid against the schema of EN 16931.

    Raises whatever factur-x raises when the schema refuses it: a fault of ours, which must stop
    the issue before a number is used up.
    """
    return generate_cii_xml(_terms(document), level=PROFILE, check_xsd=True, check_schematron=None)


def _terms(document: Document) -> dict[str, Any]:
    vat = document.vat
    base, tax = _amount(vat.base, document), _amount(vat.amount, document)
    lines = enumerate(document.lines, start=1)
    group = {"BT-116": base, "BT-117": tax, "BT-118": vat.category}
    group |= {"BT-119": percent_text(vat.rate), "BT-120": vat.reason, "BT-121": vat.reason_code}
    terms: dict[str, Any] = {
        "BT-1": document.number,
        "BT-2": document.issued_on,
        "BT-3": document.type_code,
        "BT-5": document.currency,
        "BT-12": document.mandate,
        "BT-18": {STATEMENT_REFERENCE: document.statement},
        "BT-20": document.payment_terms,
        "BT-72": document.period_to,
        "BT-73": document.period_from,
        "BT-74": document.period_to,
        "BG-1": [{"BT-21": said.subject, "BT-22": said.text} for said in _notes(document)],
        "BG-4": _party(document.seller),
        "BG-7": _party(document.buyer),
        "BG-23": [group],
        "BG-25": [_line(number, line, document) for number, line in lines],
        "BT-106": base,
        "BT-109": base,
        "BT-110": tax,
        "BT-112": _amount(document.gross, document),
        "BT-115": _amount(document.payable, document),
        "BT-81": document.payment_means,
    }
    if document.rounding:
        terms["BT-114"] = _amount(document.rounding, document)
    if document.payment_means == TRANSFER:
        terms |= {"BT-84": document.seller.iban, "BT-85": document.seller.name}
    if document.corrects:
        terms["BG-3"] = [{"BT-25": document.corrects.number, "BT-26": document.corrects.issued_on}]
    return terms


def _notes(document: Document) -> list[Mention]:
    reason = [Mention("AAI", document.reason)] if document.reason else []
    return [*document.mentions, *reason]


def _line(number: int, line: Line, document: Document) -> dict[str, Any]:
    """A price is never negative (BR-27): what is taken back is a quantity of minus one."""
    return {
        "BT-126": str(number),
        "BT-129": "-1" if line.net < 0 else "1",
        "BT-130": ONE,
        "BT-131": _amount(line.net, document),
        "BT-146": _amount(abs(line.net), document),
        "BT-151": document.vat.category,
        "BT-152": percent_text(document.vat.rate),
        "BT-153": line.label,
    }


def _party(party: Party) -> dict[str, Any]:
    known: dict[str, Any] = {
        "name": party.name,
        "legal_info": party.legal_form,
        "addr_l1": party.street,
        "postcode": party.postal_code,
        "city": party.city,
        "country_code": party.country,
        "vat_identifier": party.vat_number,
        "tax_identifier": party.tax_number,
    }
    if party.siren:
        known |= {"legal_identifier": party.siren, "legal_identifier_schemeid": SIREN_SCHEME}
    elif not party.vat_number:
        # Outside the EU one number serves twice: some identifier there must be (BR-CO-26).
        known["legal_identifier"] = party.tax_number
    if party.email:
        known["contacts"] = [{"email": party.email}]
    return known


def _amount(amount: Decimal, document: Document) -> str:
    return money_text(Money(amount, document.currency))
