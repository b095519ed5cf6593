"""The numbers of a kept explanation as people write them.

An order line keeps what was said at the sale with its values as plain text (``"34.00 EUR"``,
``"12.5"``, ``"2027-07-14"``). A reader of the office is shown the same values in the language of
the page; what is none of these, such as the name of a rule, is left alone.
"""

import re
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format, number_format
from moneyed import CURRENCIES

from shared_apps.operator.templatetags.office import money_text
from shared_apps.pricing.steps import Value, value_text

AMOUNT = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z]{3})")
PERCENTAGE = re.compile(r"-?\d+\.\d+")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def value_words(value: Value) -> str:
    """``34,00 €`` for ``"34.00 EUR"``; ``12,5`` for ``"12.5"``; ``14/07/2027`` for a day."""
    text = value_text(value)
    amount = AMOUNT.fullmatch(text)
    if amount and amount[2] in CURRENCIES:
        return money_text(amount[1], amount[2])
    if PERCENTAGE.fullmatch(text):
        return str(number_format(Decimal(text)))
    if DAY.fullmatch(text):
        return str(date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT"))
    return text
