"""Amounts in the offices have the decimals of their currency, in both languages."""

from decimal import Decimal

import pytest
from django.utils import translation

from shared_apps.operator.templatetags.office import money_text


@pytest.mark.parametrize(
    ("language", "amount", "currency", "written"),
    [
        ("fr", "1234.5", "EUR", "1\u202f234,50\xa0€"),
        ("fr", "3000", "JPY", "3\u202f000\xa0JPY"),
        ("fr", "12.5", "TND", "12,500\xa0TND"),
        ("en", "3000.000", "JPY", "¥3,000"),
        ("en", "-40", "EUR", "−€40.00"),
        ("en", "", "EUR", "—"),
        ("en", None, "EUR", "—"),
    ],
)
def test_an_amount_is_written_with_the_decimals_of_its_currency(
    language, amount, currency, written
):
    with translation.override(language):
        assert money_text(Decimal(amount) if amount else amount, currency) == written
