"""The invoice people read: A4, PDF/A-3, with the electronic invoice inside (Factur-X).

Typst sets the page from data, so nothing a person typed can become markup; factur-x attaches
the XML and writes the metadata that make the file a Factur-X. The page says what the XML says
because both are made from one :class:`Document`. Fonts are those inside the typesetter.

The page is tagged and has a title and a language (L10). factur-x declares the file PDF/A-3b,
which it is, though the tags would let it be called 3a.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from babel import Locale
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from facturx import generate_from_binary

from saas.day_words import day_words
from shared_apps.invoices.document import Document, Party
from shared_apps.invoices.electronic import PROFILE, invoice_xml
from shared_apps.operator.templatetags.office import money_text, percent

TEMPLATE = Path(settings.BASE_DIR) / "themes" / "base" / "typst" / "invoice.typ"


@dataclass(frozen=True)
class Files:
    """The two files of an invoice and the hash of the one people keep."""

    xml: bytes
    pdf: bytes
    sha256: str


def invoice_files(document: Document) -> Files:
    """Make both files. Raises when the XML breaks the schema or the page cannot be set."""
    xml = invoice_xml(document)
    with translation.override(document.language):
        page = _page(document)
        about = {
            "title": _title(document),
            "author": document.buyer.name,
            "subject": _("Self-billed by %(buyer)s in the name of %(seller)s")
            % {"buyer": document.buyer.name, "seller": document.seller.name},
            "keywords": "Factur-X",
        }
    pdf = generate_from_binary(
        page,
        xml,
        flavor="factur-x",
        level=PROFILE,
        check_xsd=False,
        check_schematron=False,
        pdf_metadata=about,
        lang=document.language,
        afrelationship="alternative",
        xmp_compression=False,
    )
    return Files(xml, pdf, hashlib.sha256(pdf).hexdigest())


def _page(document: Document) -> bytes:
    # A mapping of file names is what the typesetter documents and its stubs forget.
    files: Any = {"main.typ": _template(), "data.json": json.dumps(_data(document)).encode()}
    return typst.compile(files, format="pdf", ignore_system_fonts=True, pdf_standards=["a-3a"])


@lru_cache(maxsize=1)
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def _title(document: Document) -> str:
    kind = _("Credit note %(number)s") if document.is_credit else _("Commission invoice %(number)s")
    return kind % {"number": document.number}


def _data(document: Document) -> dict[str, Any]:
    return {
        "language": document.language,
        "title": _title(document),
        "number": document.number,
        "credit": document.is_credit,
        "seller": _party(document.seller),
        "buyer": _party(document.buyer),
        "facts": [list(fact) for fact in _facts(document)],
        "lines": [[line.label, _money(line.net, document)] for line in document.lines],
        "totals": [list(row) for row in _totals(document)],
        "payable": _money(document.payable, document),
        "mentions": [document.vat.reason] * bool(document.vat.reason)
        + [mention.text for mention in document.mentions],
        "reason": document.reason,
        "terms": document.payment_terms,
        "words": _words(document),
    }


def _party(party: Party) -> dict[str, Any]:
    numbers = [
        (_("SIREN"), party.siren),
        (_("VAT number"), party.vat_number),
        (_("Tax number"), party.tax_number if party.tax_number != party.siren else ""),
    ]
    country = Locale.parse(translation.get_language() or "fr", sep="-").territories
    return {
        "name": party.name,
        "form": party.legal_form,
        "address": [
            party.street,
            f"{party.postal_code} {party.city}".strip(),
            country.get(party.country, party.country),
        ],
        "numbers": [f"{name} {number}" for name, number in numbers if number],
    }


def _facts(document: Document) -> list[tuple[str, str]]:
    period = f"{_day(document.period_from)} – {_day(document.period_to)}"
    facts = [
        (_("Issued on"), _day(document.issued_on)),
        (_("Period"), period),
        (_("Statement"), document.statement),
        (_("Mandate"), document.mandate),
    ]
    if document.corrects:
        corrected = f"{document.corrects.number} ({_day(document.corrects.issued_on)})"
        facts.append((_("Corrects invoice"), corrected))
    return facts


def _totals(document: Document) -> list[tuple[str, str]]:
    vat = document.vat
    rows = [(_("Total without VAT"), _money(vat.base, document))]
    rate = {"rate": percent(vat.rate)}
    rows.append((_("VAT %(rate)s") % rate, _money(vat.amount, document)))
    rows.append((_("Total with VAT"), _money(document.gross, document)))
    if document.rounding:
        rows.append(
            (_("Rounding to the statement’s commission"), _money(document.rounding, document))
        )
    return rows


def _words(document: Document) -> dict[str, str]:
    """Every word of the page, so that the template holds none."""
    return {
        "kind": _("Credit note") if document.is_credit else _("Commission invoice"),
        "self_billed": _("Self-billing"),
        "seller": _("Seller"),
        "buyer": _("Buyer, who writes this invoice under the mandate"),
        "what": _("Service"),
        "net": _("Amount without VAT"),
        "payable": _("To be given back") if document.is_credit else _("Amount due"),
        "settlement": _("Settlement"),
        "reason": _("Reason"),
        "inside": _("This file holds the electronic invoice (Factur-X, EN 16931)."),
        "page": _("Page {page} of {pages}"),
    }


def _money(amount: Decimal, document: Document) -> str:
    return money_text(amount, document.currency)


def _day(day: date) -> str:
    return day_words(day, "j F Y")
