"""Builders and hypothesis strategies for prices: every valid set of terms, in every currency."""

from decimal import Decimal

from babel.numbers import list_currencies
from hypothesis import settings
from hypothesis import strategies as st
from moneyed import Money

from shared_apps.pricing.errors import PriceError
from shared_apps.pricing.money import minor_unit
from shared_apps.pricing.terms import (
    CommissionBase,
    DistributorRule,
    FundedAmount,
    Funder,
    PriceTerms,
)
from shared_apps.pricing.waterfall import waterfall_compute

QUICK = settings(max_examples=40, deadline=None, database=None)


def is_payable(currency):
    try:
        minor_unit(currency)
    except PriceError:
        return False
    return True


PAYABLE_CURRENCIES = sorted(filter(is_payable, list_currencies()))


def eur(amount):
    return Money(Decimal(amount), "EUR")


def a_rule(**changes):
    rule = {"base": CommissionBase.SALE_PRICE, "percent": Decimal(10), "fixed": eur("0.00")}
    return DistributorRule(**{**rule, **changes})


def some_terms(**changes):
    terms = {
        "stay": eur("500.00"),
        "transport": eur("0.00"),
        "default_markup": Decimal(4),
        "provider_commission": Decimal(12),
        "quantity": 1,
        "distributor_rule": a_rule(),
    }
    return PriceTerms(**{**terms, **changes})


def funded(amount, funder):
    return FundedAmount(eur(amount), Funder(funder))


currencies = st.sampled_from(PAYABLE_CURRENCIES)


def amounts(currency, most=10**7):
    """Amounts of whole minor units, from 0 to ``most`` of them."""
    decimals = minor_unit(currency)
    return st.integers(0, most).map(lambda n: Money(Decimal(n).scaleb(-decimals), currency))


def percents(low, high):
    return st.integers(low * 100, high * 100).map(lambda n: Decimal(n).scaleb(-2))


def rules(currency):
    limits = st.tuples(amounts(currency, 10**4), amounts(currency, 10**6)).map(sorted)

    def build(base, percent, fixed, limit, has_floor, has_cap):
        floor, cap = limit
        return DistributorRule(
            base=base,
            percent=percent,
            fixed=fixed,
            floor=floor if has_floor else None,
            cap=cap if has_cap else None,
        )

    return st.builds(
        build,
        st.sampled_from(CommissionBase),
        percents(0, 100),
        amounts(currency, 10**4),
        limits,
        st.booleans(),
        st.booleans(),
    )


@st.composite
def price_terms(draw, currency=None):
    """Any terms that are valid on their own; the advantage may still exceed the sale price."""
    currency = currency or draw(currencies)
    stay = draw(amounts(currency))
    minor_units = int(stay.amount.scaleb(minor_unit(currency)))
    funders = st.sampled_from(Funder)
    discounts = st.builds(FundedAmount, amounts(currency, minor_units), funders)
    advantages = st.builds(FundedAmount, amounts(currency, max(1, minor_units // 4)), funders)
    return PriceTerms(
        stay=stay,
        transport=draw(amounts(currency)),
        transport_commissionable=draw(st.booleans()),
        default_markup=draw(percents(-20, 60)),
        agency_markup=draw(st.none() | percents(-20, 60)),
        provider_commission=draw(percents(0, 100)),
        discount=draw(st.none() | discounts),
        advantage=draw(st.none() | advantages),
        quantity=draw(st.integers(0, 60)),
        distributor_rule=draw(st.none() | rules(currency)),
    )


def computes(terms):
    try:
        waterfall_compute(terms)
    except PriceError:
        return False
    return True


priced_terms = price_terms().filter(computes)
