"""Money to Stripe's integers and back: exact, or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moneyed import Money

from tenant_apps.payments.minor_units import AmountNotPayable, exponent, from_minor, to_minor

CURRENCIES = ["EUR", "CHF", "JPY", "KWD", "ISK", "UGX", "HUF", "XPF"]
STEPS = {"KWD": 10, "ISK": 100, "UGX": 100}


@pytest.mark.parametrize(
    ("amount", "minor"),
    [
        (Money("12.34", "EUR"), 1234),
        (Money("0", "EUR"), 0),
        (Money("500", "JPY"), 500),
        (Money("1234", "XPF"), 1234),
        (Money("5.120", "KWD"), 5120),
        (Money("5", "ISK"), 500),
        (Money("5", "UGX"), 500),
        (Money("10.45", "HUF"), 1045),
        (Money("999999.99", "EUR"), 99999999),
    ],
)
def test_an_amount_becomes_the_integer_stripe_expects(amount, minor):
    assert to_minor(amount) == minor
    assert from_minor(minor, str(amount.currency).lower()) == amount


@pytest.mark.parametrize(
    "amount",
    [
        Money("12.345", "EUR"),
        Money("0.5", "JPY"),
        Money("5.124", "KWD"),
        Money("5.50", "ISK"),
        Money("-1.00", "EUR"),
        Money(Decimal("NaN"), "EUR"),
        Money(Decimal("Infinity"), "EUR"),
    ],
)
def test_an_amount_stripe_cannot_represent_is_refused_and_never_rounded(amount):
    with pytest.raises(AmountNotPayable):
        to_minor(amount)


@given(currency=st.sampled_from(CURRENCIES), units=st.integers(0, 99_999_999))
def test_every_payable_amount_survives_the_way_there_and_back(currency, units):
    minor = units - units % STEPS.get(currency, 1)

    amount = from_minor(minor, currency)

    assert to_minor(amount) == minor
    assert amount.amount == Decimal(minor) / 10 ** exponent(currency)
