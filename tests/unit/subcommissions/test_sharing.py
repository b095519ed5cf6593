"""The pure module: which rule shares a commission, what it gives, and that it is never too much."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moneyed import Money

from tenant_apps.subcommissions.sharing import ShareRule, most_of, shares_of

DAY = date(2027, 7, 14)
ZOE, DESK = ("seller", 1), ("point_of_sale", 1)


def _rule(pk=1, beneficiary=ZOE, percent=None, fixed=None, **terms):
    return ShareRule(
        id=pk,
        beneficiary=beneficiary,
        name="Zoé" if beneficiary == ZOE else "Desk",
        position=terms.pop("position", 100),
        valid_from=terms.pop("valid_from", DAY),
        percent=None if percent is None else Decimal(percent),
        fixed=None if fixed is None else Money(fixed, "EUR"),
        **terms,
    )


def _shares(*rules, commission="10.00", product=1, category=1, on=DAY):
    found = shares_of(
        rules, commission=Money(commission, "EUR"), product=product, category=category, on=on
    )
    return [(share.rule.id, share.amount.amount) for share in found]


def test_a_percentage_is_of_the_agencys_commission():
    assert _shares(_rule(percent=30)) == [(1, Decimal("3.00"))]


def test_a_fixed_amount_is_for_each_line():
    assert _shares(_rule(fixed="2.50")) == [(1, Decimal("2.50"))]


def test_the_narrower_rule_wins_then_the_position_then_the_older():
    everything, category = _rule(1, percent=10), _rule(2, percent=20, category=1)
    product = _rule(3, percent=30, product=1)
    assert _shares(everything, category, product) == [(3, Decimal("3.00"))]
    assert _shares(everything, category) == [(2, Decimal("2.00"))]
    first = _rule(9, percent=40, position=1)
    assert _shares(everything, first) == [(9, Decimal("4.00"))]
    assert _shares(_rule(5, percent=50), everything) == [(1, Decimal("1.00"))]


def test_seller_and_point_of_sale_each_have_their_rule():
    assert _shares(_rule(1, percent=30), _rule(2, DESK, percent=20)) == [
        (2, Decimal("2.00")),
        (1, Decimal("3.00")),
    ]


@pytest.mark.parametrize(
    "terms",
    [
        {"valid_from": DAY + timedelta(days=1)},
        {"valid_from": DAY - timedelta(days=9), "valid_to": DAY - timedelta(days=1)},
        {"product": 2},
        {"category": 2},
    ],
)
def test_a_rule_for_other_days_or_things_gives_nothing(terms):
    assert _shares(_rule(percent=30, **terms)) == []


def test_a_fixed_amount_in_another_currency_gives_nothing():
    rule = ShareRule(
        id=1, beneficiary=ZOE, name="Zoé", position=1, valid_from=DAY, fixed=Money(5, "CHF")
    )
    assert _shares(rule) == []


@pytest.mark.parametrize("commission", ["0.00", "-3.00"])
def test_a_line_without_commission_shares_nothing(commission):
    assert _shares(_rule(percent=30), _rule(2, DESK, fixed="1.00"), commission=commission) == []


def test_amounts_above_the_commission_are_cut_and_the_explanation_says_so():
    rules = [_rule(1, fixed="9.00"), _rule(2, DESK, fixed="3.00")]
    shares = shares_of(rules, commission=Money("4.00", "EUR"), product=1, category=1, on=DAY)
    assert [share.amount.amount for share in shares] == [Decimal("1.00"), Decimal("3.00")]
    assert shares[1].steps[-1].text == (
        "The shares would exceed the agency's commission of 4.00 EUR: 9.00 EUR becomes 3.00 EUR."
    )


def test_rules_meet_where_one_sale_could_have_both():
    mine = _rule(1, percent=60, product=1)
    assert most_of(mine, [_rule(2, DESK, percent=50)]) == 110
    assert most_of(mine, [_rule(2, DESK, percent=50, product=2)]) == 60
    assert most_of(mine, [_rule(2, ("seller", 2), percent=50)]) == 60
    ended = _rule(2, DESK, percent=50, valid_from=DAY - timedelta(9), valid_to=DAY - timedelta(1))
    assert most_of(mine, [ended]) == 60


CENTS = st.integers(min_value=1, max_value=100_000)


@given(CENTS, CENTS, CENTS, st.integers(min_value=1, max_value=100))
def test_shares_never_exceed_the_commission(commission, one, other, percent):
    earned = Money(Decimal(commission) / 100, "EUR")
    rules = [
        _rule(1, fixed=Decimal(one) / 100),
        _rule(2, DESK, fixed=Decimal(other) / 100),
        _rule(3, ("seller", 2), percent=percent),
    ]
    shares = shares_of(rules, commission=earned, product=1, category=1, on=DAY)
    assert sum(share.amount.amount for share in shares) <= earned.amount
    assert all(share.amount.amount >= 0 for share in shares)
