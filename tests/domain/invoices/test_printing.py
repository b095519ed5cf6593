"""The PDF of an invoice: PDF/A-3 with the electronic invoice inside, and the same amounts."""

import hashlib
from io import BytesIO

import pytest
from django.utils import translation
from facturx import get_facturx_xml_from_pdf
from pypdf import PdfReader

from shared_apps.invoices.electronic import invoice_xml
from shared_apps.invoices.printing import invoice_files
from tests.domain.invoices.documents import document


@pytest.fixture(scope="module")
def files():
    """Both files of one invoice in French."""
    with translation.override("en"):
        return invoice_files(document())


def test_the_pdf_holds_the_very_xml_under_the_name_the_standard_wants(files):
    reader = PdfReader(BytesIO(files.pdf))
    assert reader.attachments == {"factur-x.xml": [files.xml]}
    assert files.xml == invoice_xml(document())
    assert get_facturx_xml_from_pdf(files.pdf, check_xsd=True)[1] == files.xml
    spec = reader.trailer["/Root"]["/AF"][0].get_object()
    assert spec["/AFRelationship"] == "/Alternative"


def test_the_pdf_says_that_it_is_pdf_a_3_and_factur_x_en_16931(files):
    reader = PdfReader(BytesIO(files.pdf))
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in metadata
    assert "<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>" in metadata
    # What PDF/A asks of the file itself: an output profile, an identifier, no password.
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert "/ID" in reader.trailer
    assert not reader.is_encrypted


def test_every_font_is_inside_the_file_and_the_page_is_tagged_in_its_language(files):
    reader = PdfReader(BytesIO(files.pdf))
    fonts = reader.pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(described)
    root = reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "fr"
    assert "LUMIERE-2026-000001" in str(reader.metadata and reader.metadata.title)


def test_the_hash_is_that_of_the_pdf(files):
    assert files.sha256 == hashlib.sha256(files.pdf).hexdigest()


def test_a_reader_finds_both_parties_every_amount_and_every_mention():
    for status, credit in (("fr_vat", False), ("fr_small", True), ("eu", False)):
        drawn = document(status, credit=credit)
        words = PdfReader(BytesIO(invoice_files(drawn).pdf)).pages[0].extract_text()
        told = " ".join(words.split())
        for said in (
            drawn.number,
            drawn.seller.name,
            drawn.buyer.name,
            drawn.vat.reason,
            "Autofacturation",
            "108,00",
            "A-LUMIERE-0001",
        ):
            assert said in told, (status, said)


def test_the_first_of_a_month_is_written_as_french_writes_it():
    words = PdfReader(BytesIO(invoice_files(document("fr_vat")).pdf)).pages[0].extract_text()
    assert "1er octobre 2026 – 31 octobre 2026" in " ".join(words.split())
