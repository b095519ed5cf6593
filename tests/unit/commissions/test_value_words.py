"""The numbers of an explanation are written in the language of its reader."""

from decimal import Decimal

import pytest
from django.utils import translation
from moneyed import Money

from shared_apps.commissions.value_words import value_words


@pytest.mark.parametrize(
    ("kept", "french", "english"),
    [
        ("1234.50 EUR", "1 234,50 €", "€1,234.50"),
        ("-3.20 EUR", "−3,20 €", "−€3.20"),
        (Money("520", "EUR"), "520,00 €", "€520.00"),
        ("12.5", "12,5", "12.5"),
        (Decimal("12.5"), "12,5", "12.5"),
        ("2027-07-14", "14/07/2027", "14/07/2027"),
    ],
)
def test_a_value_is_written_as_its_reader_writes_it(kept, french, english):
    for language, expected in (("fr", french), ("en", english)):
        with translation.override(language):
            said = value_words(kept).replace("\N{NO-BREAK SPACE}", " ")
            assert said.replace("\N{NARROW NO-BREAK SPACE}", " ") == expected


@pytest.mark.parametrize("name", ["LOI-VELO-01", "34 TTC", "12", "–", "Été 2027", "shop"])
def test_a_name_is_left_alone(name):
    with translation.override("fr"):
        assert value_words(name) == name
