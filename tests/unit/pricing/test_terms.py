"""Terms that no price can be made from are refused before any price is computed."""

from decimal import Decimal

import pytest
from moneyed import Money

from shared_apps.pricing.errors import PriceError
from shared_apps.pricing.terms import DistributorRule, FundedAmount, Funder, PriceTerms
from tests.unit.pricing.strategies import a_rule, eur, funded, some_terms


def refusal_of(build, **changes):
    with pytest.raises(PriceError) as caught:
        build(**changes)
    return caught.value.code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"stay": eur("-0.01")}, "negative_amount"),
        ({"transport": eur("-1")}, "negative_amount"),
        ({"quantity": -1}, "negative_quantity"),
        ({"quantity": 1_000_001}, "quantity_too_large"),
        ({"quantity": True}, "malformed_number"),
        ({"quantity": Decimal(2)}, "malformed_number"),
        ({"default_markup": Decimal("-100.01")}, "markup_out_of_range"),
        ({"agency_markup": Decimal("-101")}, "markup_out_of_range"),
        ({"default_markup": 4}, "malformed_percent"),
        ({"default_markup": Decimal("NaN")}, "malformed_percent"),
        ({"provider_commission": Decimal("100.01")}, "commission_out_of_range"),
        ({"provider_commission": Decimal("-0.01")}, "commission_out_of_range"),
        ({"discount": funded("500.01", "provider")}, "reduction_out_of_range"),
        ({"discount": funded("-1", "provider")}, "reduction_out_of_range"),
        ({"advantage": funded("-1", "agency")}, "advantage_out_of_range"),
        ({"transport": Money(0, "GBP")}, "currency_mismatch"),
        ({"discount": FundedAmount(Money(900, "GBP"), Funder.AGENCY)}, "currency_mismatch"),
        ({"stay": Money(500, "XAU")}, "bad_currency"),
    ],
)
def test_terms_out_of_bounds_are_refused(changes, code):
    assert refusal_of(some_terms, **changes) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"percent": Decimal("100.5")}, "rule_out_of_range"),
        ({"percent": Decimal("-1")}, "rule_out_of_range"),
        ({"fixed": eur("-2")}, "negative_amount"),
        ({"floor": eur("60"), "cap": eur("1")}, "floor_above_cap"),
        ({"cap": Money(60, "GBP")}, "currency_mismatch"),
    ],
)
def test_a_rule_out_of_bounds_is_refused(changes, code):
    assert refusal_of(a_rule, **changes) == code


def test_a_rule_in_another_currency_than_the_price_is_refused():
    rule = DistributorRule(base=a_rule().base, percent=Decimal(10), fixed=Money(0, "GBP"))
    assert refusal_of(some_terms, distributor_rule=rule) == "currency_mismatch"


def test_a_discount_of_the_whole_stay_price_is_allowed():
    assert some_terms(discount=funded("500", "operator")).discount.amount == eur("500")


def test_the_agency_markup_replaces_the_network_markup_even_when_it_is_zero():
    assert some_terms(agency_markup=Decimal(0)).markup == 0
    assert some_terms(agency_markup=None).markup == 4


def test_terms_without_a_commission_rule_survive_the_journey_through_json():
    terms = some_terms(distributor_rule=None)
    assert PriceTerms.from_json(terms.to_json()) == terms


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"stay": 500}, "malformed_amount"),
        ({"currency": "EURO"}, "bad_currency"),
        ({"currency": 978}, "malformed_text"),
        ({"reduction": {"amount": "5", "funder": "nobody"}}, "unknown_funder"),
        ({"reduction": {"amount": "5"}}, "missing_field"),
        ({"reduction": "5"}, "not_an_object"),
        ({"distributor_rule": {"base": "turnover", "percent": "1", "fixed": "0"}}, "unknown_base"),
        ({"distributor_rule": []}, "not_an_object"),
        ({"transport_commissionable": 1}, "malformed_flag"),
        ({"quantity": "2"}, "malformed_number"),
        ({"quantity": 2.0}, "malformed_number"),
        ({"agency_mark_up": "4"}, "unknown_field"),
    ],
)
def test_json_that_does_not_hold_terms_is_refused(changes, code):
    with pytest.raises(PriceError) as caught:
        PriceTerms.from_json({**some_terms().to_json(), **changes})
    assert caught.value.code == code


@pytest.mark.parametrize(
    "field",
    ["currency", "stay", "transport", "default_markup", "provider_commission", "quantity"],
)
def test_a_missing_field_is_named(field):
    source = some_terms().to_json()
    del source[field]
    with pytest.raises(PriceError, match=f"lacks the field '{field}'") as caught:
        PriceTerms.from_json(source)
    assert caught.value.code == "missing_field"


def test_what_need_not_be_said_may_be_left_out():
    source = some_terms().to_json()
    for field in ("agency_markup", "reduction", "advantage"):
        del source[field]
    assert PriceTerms.from_json(source) == some_terms()
