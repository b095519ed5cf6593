"""Money is read exactly, rounded half-up to the minor unit, and split without losing any."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moneyed import Money

from shared_apps.pricing.errors import PriceError
from shared_apps.pricing.money import (
    currency_shared,
    minor_unit,
    money_check,
    money_parse,
    money_percent,
    money_round,
    money_split,
    money_sum,
    money_text,
    percent_parse,
    percent_text,
)
from tests.unit.pricing.strategies import PAYABLE_CURRENCIES, QUICK, amounts, currencies, eur


def refusal_of(action, *arguments):
    with pytest.raises(PriceError) as caught:
        action(*arguments)
    return caught.value.code


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("EUR", 2), ("JPY", 0), ("TND", 3), ("KWD", 3), ("XPF", 0), ("MAD", 2), ("ISK", 0)],
)
def test_the_minor_unit_is_the_one_of_iso_4217(currency, decimals):
    assert minor_unit(currency) == decimals


def test_the_serbian_dinar_keeps_its_hundredths_although_nobody_writes_them():
    assert minor_unit("RSD") == 2


def test_a_withdrawn_currency_stays_known_so_that_old_sales_replay():
    assert minor_unit("HRK") == 2


@pytest.mark.parametrize("code", ["EURO", "eur", "", "XXX", "XAU", "XTS", "ZZZ", None, 978])
def test_a_code_nobody_can_pay_with_is_refused(code):
    assert refusal_of(minor_unit, code) == "bad_currency"


def test_currencies_with_no_two_and_three_decimals_are_all_known():
    assert {minor_unit(code) for code in PAYABLE_CURRENCIES} == {0, 2, 3}
    assert len(PAYABLE_CURRENCIES) > 150


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        ("0.005", "0.01"),
        ("0.015", "0.02"),
        ("2.675", "2.68"),
        ("-0.005", "-0.01"),
        ("1.0049", "1.00"),
    ],
)
def test_halves_round_away_from_zero(exact, rounded):
    assert money_text(money_round(eur(exact))) == rounded


def test_a_small_negative_rounds_to_a_plain_zero():
    assert money_text(money_round(eur("-0.004"))) == "0.00"


def test_a_percentage_is_rounded_once():
    assert money_percent(eur("333.33"), Decimal("105")) == eur("350.00")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("abc", "malformed_amount"),
        ("", "malformed_amount"),
        ("1,50", "malformed_amount"),
        (" 1", "malformed_amount"),
        ("1e3", "malformed_amount"),
        ("+1", "malformed_amount"),
        ("1_000", "malformed_amount"),
        ("NaN", "malformed_amount"),
        ("Infinity", "malformed_amount"),
        ("١٢", "malformed_amount"),
        (12.5, "malformed_amount"),
        (12, "malformed_amount"),
        (None, "malformed_amount"),
        ("1000000000000", "amount_too_large"),
        ("9" * 5000, "amount_too_large"),
        ("0.001", "amount_too_precise"),
        ("1." + "0" * 60 + "1", "amount_too_precise"),
    ],
)
def test_text_that_is_not_a_payable_amount_is_refused(text, code):
    assert refusal_of(money_parse, text, "EUR") == code


def test_amounts_are_read_exactly_and_written_with_their_decimals():
    assert money_text(money_parse("1472.4", "EUR")) == "1472.40"
    assert money_text(money_parse("-0", "EUR")) == "0.00"
    assert money_text(money_parse("425.784", "TND")) == "425.784"
    assert money_text(money_parse("32870", "JPY")) == "32870"


def test_half_a_yen_cannot_be_paid():
    assert refusal_of(money_parse, "100.5", "JPY") == "amount_too_precise"


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), Decimal("sNaN")])
def test_money_that_is_not_a_number_is_refused(amount):
    assert refusal_of(money_check, Money(amount, "EUR")) == "malformed_amount"


def test_a_bare_number_is_not_money():
    assert refusal_of(money_check, Decimal(5)) == "malformed_amount"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12 %", "malformed_percent"),
        (12.5, "malformed_percent"),
        ("10000", "percent_too_large"),
        ("0.00001", "percent_too_precise"),
    ],
)
def test_text_that_is_not_a_percentage_is_refused(text, code):
    assert refusal_of(percent_parse, text) == code


def test_percentages_are_written_without_idle_zeros():
    assert [percent_text(Decimal(text)) for text in ("12.50", "100", "0.0", "-3.10")] == [
        "12.5",
        "100",
        "0",
        "-3.1",
    ]


def test_amounts_of_two_currencies_do_not_add_up():
    assert refusal_of(money_sum, [eur(1), Money(1, "GBP")]) == "currency_mismatch"
    assert refusal_of(currency_shared, [eur(1), Money(1, "JPY")]) == "currency_mismatch"


def test_the_sum_of_nothing_has_no_currency():
    assert refusal_of(money_sum, []) == "nothing_to_sum"


def test_ten_euros_among_three_give_the_odd_cent_to_the_first():
    assert money_split(eur("10.00"), [1, 1, 1]) == (eur("3.34"), eur("3.33"), eur("3.33"))


def test_the_odd_cent_goes_to_the_part_that_lost_most():
    assert money_split(eur("0.10"), [Decimal("1.4"), Decimal("8.6")]) == (eur("0.01"), eur("0.09"))


def test_a_part_of_no_weight_gets_nothing():
    assert money_split(eur("0.05"), [0, 1]) == (eur("0.00"), eur("0.05"))


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [Decimal("NaN")], [Decimal("Infinity")]])
def test_weights_that_divide_nothing_are_refused(weights):
    assert refusal_of(money_split, eur(1), weights) == "bad_weights"


weight_lists = st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any)


@QUICK
@given(st.data(), currencies, weight_lists)
def test_a_split_loses_no_minor_unit_in_any_currency(data, currency, weights):
    total = data.draw(amounts(currency))
    assert money_sum(money_split(total, weights)) == total


@QUICK
@given(st.data(), currencies, weight_lists)
def test_no_part_of_a_split_is_a_whole_minor_unit_off(data, currency, weights):
    total = data.draw(amounts(currency))
    unit = Decimal(1).scaleb(-minor_unit(currency))
    for part, weight in zip(money_split(total, weights), weights, strict=True):
        assert abs(part.amount * sum(weights) - total.amount * weight) < unit * sum(weights)


@QUICK
@given(st.data(), currencies, weight_lists)
def test_a_refund_takes_back_exactly_what_the_sale_gave(data, currency, weights):
    total = data.draw(amounts(currency))
    assert money_split(-total, weights) == tuple(-part for part in money_split(total, weights))


@QUICK
@given(st.data(), currencies)
def test_what_is_written_is_read_back(data, currency):
    money = data.draw(amounts(currency))
    assert money_parse(money_text(money), currency) == money
