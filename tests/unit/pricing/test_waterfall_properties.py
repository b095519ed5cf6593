"""What holds for every price there can be, in every currency there is."""

import dataclasses
import json
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from moneyed import Money

from shared_apps.pricing.money import minor_unit, money_zero
from shared_apps.pricing.terms import (
    CommissionBase,
    DistributorRule,
    FundedAmount,
    Funder,
    PriceTerms,
)
from shared_apps.pricing.waterfall import (
    Waterfall,
    waterfall_compute,
    waterfall_replay,
    waterfall_sum,
)
from tests.unit.pricing.strategies import (
    PAYABLE_CURRENCIES,
    QUICK,
    amounts,
    price_terms,
    priced_terms,
)


def shares(total):
    return total.provider_share + total.agency_share + total.operator_share


@QUICK
@given(priced_terms)
def test_the_shares_are_what_the_customer_pays(terms):
    waterfall = waterfall_compute(terms)
    assert waterfall.provider + waterfall.agency + waterfall.operator == waterfall.pays
    assert shares(waterfall.total) == waterfall.total.customer_pays


@pytest.mark.parametrize("funder", Funder)
def test_the_shares_are_what_the_customer_pays_in_each_currency_that_exists(funder):
    for currency in PAYABLE_CURRENCIES:

        def minor_units(count, currency=currency):
            return Money(Decimal(count).scaleb(-minor_unit(currency)), currency)

        terms = PriceTerms(
            stay=minor_units(33_333),
            transport=minor_units(7_777),
            transport_commissionable=False,
            default_markup=Decimal("5.55"),
            agency_markup=Decimal("7.07"),
            provider_commission=Decimal("17.77"),
            discount=FundedAmount(minor_units(1_111), funder),
            advantage=FundedAmount(minor_units(999), funder),
            quantity=3,
            distributor_rule=DistributorRule(
                base=CommissionBase.MARGIN, percent=Decimal("33.33"), fixed=minor_units(7)
            ),
        )
        total = waterfall_compute(terms).total
        assert shares(total) == total.customer_pays
        assert total.customer_pays == minor_units(3 * 41_828)  # 39,999 × 1.0707 − 999, each


@QUICK
@given(priced_terms)
def test_every_stage_is_a_whole_number_of_minor_units(terms):
    decimals = minor_unit(terms.currency)
    for money in waterfall_compute(terms).stages().values():
        assert money is None or money.amount == round(money.amount, decimals)


@QUICK
@given(priced_terms)
def test_a_quantity_costs_that_many_times_one_unit(terms):
    one = waterfall_compute(dataclasses.replace(terms, quantity=1)).total
    many = waterfall_compute(terms).total
    assert many.customer_pays == one.customer_pays * terms.quantity
    assert many.agency_share == one.agency_share * terms.quantity
    assert many.operator_share == one.operator_share * terms.quantity


@QUICK
@given(priced_terms)
def test_a_sale_kept_as_json_replays_to_the_same_cent(terms):
    waterfall = waterfall_compute(terms)
    kept = json.loads(json.dumps(waterfall.to_json()))
    assert Waterfall.from_json(kept) == waterfall
    assert waterfall_replay(kept) == waterfall


@QUICK
@given(st.data(), priced_terms)
def test_raising_the_advantage_never_raises_what_the_customer_pays(data, terms):
    price = waterfall_compute(dataclasses.replace(terms, advantage=None))
    sale = int(price.sale.amount.scaleb(minor_unit(terms.currency)))
    pair = st.tuples(amounts(terms.currency, sale), amounts(terms.currency, sale))
    small, large = sorted(data.draw(pair))
    funder = data.draw(st.sampled_from(Funder))

    def pays(advantage):
        given_away = FundedAmount(advantage, funder)
        return waterfall_compute(dataclasses.replace(terms, advantage=given_away)).pays

    assert pays(large) <= pays(small) <= price.sale


@QUICK
@given(priced_terms)
def test_an_advantage_costs_its_funder_all_of_it_and_the_others_nothing(terms):
    assume(terms.advantage is not None)
    without = waterfall_compute(dataclasses.replace(terms, advantage=None))
    with_it = waterfall_compute(terms)
    for party in Funder:
        before, after = getattr(without, party), getattr(with_it, party)
        assert before - after == terms.advantage_borne_by(party)


@QUICK
@given(priced_terms)
def test_an_agency_or_operator_discount_leaves_the_provider_where_it_was(terms):
    assume(terms.discount_funder not in (None, Funder.PROVIDER))
    without = waterfall_compute(dataclasses.replace(terms, discount=None, advantage=None))
    assert waterfall_compute(terms).purchase == without.purchase
    assert waterfall_compute(terms).commission == without.commission


@QUICK
@given(priced_terms)
def test_an_agency_cannot_raise_its_commission_by_its_own_markup(terms):
    bare = dataclasses.replace(terms, advantage=None)
    network = waterfall_compute(dataclasses.replace(bare, agency_markup=None))
    assert waterfall_compute(bare).commission == network.commission


@QUICK
@given(priced_terms)
def test_a_higher_markup_never_lowers_the_price(terms):
    bare = dataclasses.replace(terms, advantage=None, agency_markup=None)
    dearer = dataclasses.replace(bare, default_markup=bare.default_markup + Decimal("0.01"))
    assert waterfall_compute(dearer).sale >= waterfall_compute(bare).sale


@QUICK
@given(priced_terms)
def test_the_struck_price_is_never_below_the_sale_price(terms):
    waterfall = waterfall_compute(terms)
    assert waterfall.struck is None or waterfall.struck >= waterfall.sale


@QUICK
@given(priced_terms)
def test_the_commission_stays_between_its_floor_and_its_cap(terms):
    rule = terms.distributor_rule
    assume(rule is not None)
    commission = waterfall_compute(terms).commission
    assert rule.floor is None or commission >= rule.floor
    assert rule.cap is None or commission <= rule.cap


@QUICK
@given(st.lists(price_terms("TND"), min_size=1, max_size=5))
def test_rate_categories_add_up_to_what_the_order_costs(categories):
    waterfalls = [
        waterfall_compute(dataclasses.replace(terms, advantage=None)) for terms in categories
    ]
    total = waterfall_sum(waterfalls)
    assert shares(total) == total.customer_pays
    assert total.customer_pays == sum(
        (waterfall.total.customer_pays for waterfall in waterfalls), start=money_zero("TND")
    )
