"""Nets, VAT and rounding of commission invoices (L7)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moneyed import Money

from shared_apps.invoices.amounts import totals_of
from shared_apps.pricing.errors import PriceError

TWENTY = Decimal(20)


def euros(*amounts: str) -> list[Money]:
    return [Money(amount, "EUR") for amount in amounts]


def shown(totals) -> dict[str, str]:
    names = ("net", "vat", "gross", "rounding", "payable")
    return {name: f"{getattr(totals, name).amount:f}" for name in names}


def test_vat_is_inside_the_commission_of_a_statement_by_default():
    assert shown(totals_of(euros("120.00"), rate=TWENTY, vat_included=True)) == {
        "net": "100.00",
        "vat": "20.00",
        "gross": "120.00",
        "rounding": "0.00",
        "payable": "120.00",
    }


def test_vat_comes_on_top_when_the_mandate_says_so():
    assert shown(totals_of(euros("100.00", "0.33"), rate=TWENTY, vat_included=False)) == {
        "net": "100.33",
        "vat": "20.07",
        "gross": "120.40",
        "rounding": "0.00",
        "payable": "120.40",
    }


def test_vat_is_the_rate_on_the_summed_base_and_not_a_sum_of_roundings():
    totals = totals_of(euros("0.10", "0.10", "0.10"), rate=TWENTY, vat_included=True)
    # Each alone would be 0.08 + 0.02; together the base is 0.25 and its VAT 0.05.
    assert [f"{net.amount}" for net in totals.nets] == ["0.09", "0.08", "0.08"]
    assert (totals.net.amount, totals.vat.amount) == (Decimal("0.25"), Decimal("0.05"))


def test_a_total_no_base_can_make_differs_by_one_cent_of_rounding():
    totals = totals_of(euros("0.03"), rate=TWENTY, vat_included=True)
    assert shown(totals) == {
        "net": "0.03",
        "vat": "0.01",
        "gross": "0.04",
        "rounding": "-0.01",
        "payable": "0.03",
    }


def test_without_vat_nothing_is_divided():
    totals = totals_of(euros("10.01", "-0.02"), rate=Decimal(0), vat_included=True)
    assert [net.amount for net in totals.nets] == [Decimal("10.01"), Decimal("-0.02")]
    assert totals.payable.amount == Decimal("9.99")


def test_two_currencies_are_refused():
    with pytest.raises(PriceError, match="EUR and GBP"):
        totals_of([Money(1, "EUR"), Money(1, "GBP")], rate=TWENTY, vat_included=True)


@given(
    cents=st.lists(st.integers(-50_000, 200_000), min_size=1, max_size=8),
    rate=st.sampled_from([Decimal(0), Decimal("5.5"), Decimal(10), Decimal(20)]),
    included=st.booleans(),
)
def test_every_total_adds_up_and_no_line_is_off_by_more_than_a_cent(cents, rate, included):
    amounts = [Money(Decimal(c) / 100, "EUR") for c in cents]
    totals = totals_of(amounts, rate=rate, vat_included=included)
    cent = Decimal("0.01")
    assert sum(net.amount for net in totals.nets) == totals.net.amount
    assert totals.net + totals.vat == totals.gross
    assert totals.gross + totals.rounding == totals.payable
    assert abs(totals.vat.amount - totals.net.amount * rate / 100) <= cent / 2
    assert abs(totals.rounding.amount) <= cent
    for amount, net in zip(amounts, totals.nets, strict=True):
        exact = amount.amount / (1 + rate / 100) if included else amount.amount
        assert abs(net.amount - exact) < cent + Decimal("1e-20")
