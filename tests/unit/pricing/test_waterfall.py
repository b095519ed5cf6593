"""The price rules one by one, each with the numbers that the rule book gives for it."""

import dataclasses
import json
from decimal import Decimal

import pytest
from moneyed import Money

from shared_apps.pricing.errors import PriceError
from shared_apps.pricing.terms import CommissionBase
from shared_apps.pricing.waterfall import (
    Waterfall,
    waterfall_compute,
    waterfall_replay,
    waterfall_sum,
)
from tests.unit.pricing.strategies import a_rule, eur, funded, some_terms


def price(**changes):
    return waterfall_compute(some_terms(**changes))


def refusal_of(action, *arguments, **named):
    with pytest.raises(PriceError) as caught:
        action(*arguments, **named)
    return caught.value.code


@pytest.mark.parametrize(
    ("stay", "markup", "commission", "sale", "purchase", "margin"),
    [
        ("500.00", "4", "12", "520.00", "440.00", "15.38"),
        ("100.00", "0", "15", "100.00", "85.00", "15.00"),
        ("100.00", "10", "15", "110.00", "85.00", "22.73"),
        ("333.33", "5", "18", "350.00", "273.33", "21.91"),
        ("80.00", "0", "0", "80.00", "80.00", "0.00"),
    ],
)
def test_sale_price_purchase_price_and_margin_follow_the_rule_book(
    stay, markup, commission, sale, purchase, margin
):
    waterfall = price(
        stay=eur(stay), default_markup=Decimal(markup), provider_commission=Decimal(commission)
    )
    assert (waterfall.sale, waterfall.purchase) == (eur(sale), eur(purchase))
    assert waterfall.total.margin_rate == Decimal(margin)


def test_the_public_tariff_is_stay_plus_transport_less_the_discount():
    waterfall = price(stay=eur("400"), transport=eur("120"), discount=funded("20", "provider"))
    assert (waterfall.listed, waterfall.public) == (eur("520"), eur("500"))


def test_a_discount_lowers_the_tariff_before_the_markup_and_not_after():
    assert price(discount=funded("50", "provider")).sale == eur("468.00")


@pytest.mark.parametrize(
    ("funder", "provider", "agency", "operator"),
    [
        ("provider", "396.00", "46.80", "25.20"),
        ("operator", "440.00", "52.00", "-24.00"),
        ("agency", "440.00", "0.00", "28.00"),
    ],
)
def test_whoever_funds_the_discount_finds_it_in_his_own_share(funder, provider, agency, operator):
    waterfall = price(discount=funded("50", funder))
    assert waterfall.provider == eur(provider)
    assert waterfall.agency == eur(agency)
    assert waterfall.operator == eur(operator)


@pytest.mark.parametrize(
    ("funder", "provider", "agency", "operator"),
    [
        ("provider", "410.00", "52.00", "28.00"),
        ("operator", "440.00", "52.00", "-2.00"),
        ("agency", "440.00", "22.00", "28.00"),
    ],
)
def test_whoever_funds_the_advantage_finds_it_in_his_own_share(funder, provider, agency, operator):
    waterfall = price(advantage=funded("30", funder))
    assert waterfall.pays == eur("490.00")
    assert waterfall.provider == eur(provider)
    assert waterfall.agency == eur(agency)
    assert waterfall.operator == eur(operator)


def test_a_struck_price_shows_only_while_a_discount_runs():
    assert price(discount=funded("50", "provider")).struck == eur("520.00")
    assert price().struck is None
    assert price(discount=funded("0", "provider")).struck is None


def test_an_agency_keeps_what_its_own_markup_adds():
    waterfall = price(agency_markup=Decimal(7))
    assert waterfall.sale == eur("535.00")
    assert (waterfall.commission, waterfall.markup_gain) == (eur("52.00"), eur("15.00"))
    assert (waterfall.agency, waterfall.operator) == (eur("67.00"), eur("28.00"))


def test_an_agency_bears_what_its_own_markup_takes_away():
    waterfall = price(agency_markup=Decimal(1))
    assert (waterfall.commission, waterfall.markup_gain) == (eur("52.00"), eur("-15.00"))
    assert (waterfall.agency, waterfall.operator) == (eur("37.00"), eur("28.00"))


def test_transport_without_commission_is_passed_on_whole():
    waterfall = price(transport=eur("100"), transport_commissionable=False)
    assert waterfall.purchase == eur("540.00")


def test_transport_bears_commission_unless_the_contract_says_otherwise():
    assert price(transport=eur("100")).purchase == eur("528.00")


@pytest.mark.parametrize(
    ("base", "of", "commission"),
    [
        ("sale_price", "520.00", "52.00"),
        ("public_tariff", "500.00", "50.00"),
        ("margin", "80.00", "8.00"),
    ],
)
def test_a_rule_takes_its_percentage_of_its_base(base, of, commission):
    waterfall = price(distributor_rule=a_rule(base=CommissionBase(base)))
    assert (waterfall.commission_base, waterfall.commission) == (eur(of), eur(commission))


def test_a_rule_may_add_a_fixed_amount_per_unit():
    assert price(distributor_rule=a_rule(fixed=eur("2"))).commission == eur("54.00")


def test_floor_and_cap_bound_the_commission_of_one_unit():
    low, high = a_rule(cap=eur("40.00")), a_rule(floor=eur("60.00"))
    assert price(distributor_rule=low, quantity=3).total.agency_share == eur("120.00")
    assert price(distributor_rule=high, quantity=3).total.agency_share == eur("180.00")
    assert price(distributor_rule=high).commission_uncapped == eur("52.00")


def test_without_a_rule_the_agency_earns_nothing():
    waterfall = price(distributor_rule=None)
    assert (waterfall.agency, waterfall.operator) == (eur("0.00"), eur("80.00"))


def test_each_unit_is_rounded_before_the_quantity_multiplies():
    waterfall = price(stay=eur("0.33"), default_markup=Decimal(5), quantity=10)
    assert waterfall.sale == eur("0.35")
    assert waterfall.total.sale_price == eur("3.50")


def test_no_unit_costs_nothing_and_has_no_margin():
    total = price(quantity=0).total
    assert total.customer_pays == eur("0.00")
    assert total.margin_rate is None
    assert total.loss is False


def test_an_advantage_above_the_sale_price_is_refused():
    assert refusal_of(price, advantage=funded("520.01", "agency")) == "advantage_out_of_range"
    assert price(advantage=funded("520.00", "agency")).pays == eur("0.00")


def test_a_price_beyond_the_largest_amount_is_refused():
    assert refusal_of(price, stay=eur("999999999999.99")) == "amount_too_large"


def test_a_loss_of_the_operator_is_said():
    assert price(discount=funded("50", "operator")).total.loss is True
    assert price(discount=funded("50", "agency")).total.loss is False


@pytest.mark.parametrize(
    "changes",
    [
        {"operator": eur("28.01")},
        {"pays": eur("519.99")},
        {"agency": eur("53.00"), "operator": eur("27.00")},
        {"commission": eur("51.00")},
    ],
)
def test_a_waterfall_that_does_not_add_up_cannot_be_constructed(changes):
    assert refusal_of(dataclasses.replace, price(), **changes) == "does_not_add_up"


def test_a_waterfall_cannot_mix_currencies_nor_hold_half_cents():
    assert refusal_of(dataclasses.replace, price(), sale=Money(520, "GBP")) == "currency_mismatch"
    assert refusal_of(dataclasses.replace, price(), basis=eur("0.005")) == "amount_too_precise"


def test_a_total_that_does_not_add_up_cannot_be_constructed():
    total = price().total
    assert refusal_of(dataclasses.replace, total, agency_share=eur("1.00")) == "does_not_add_up"
    assert refusal_of(dataclasses.replace, total, sale_price=Money(1, "GBP")) == "currency_mismatch"


def test_the_snapshot_holds_terms_unit_stages_and_total():
    snapshot = price(quantity=2, discount=funded("50", "agency")).to_json()
    assert snapshot["version"] == 1
    assert snapshot["input"]["reduction"] == {"amount": "50.00", "funder": "agency"}
    assert snapshot["unit"]["sale"] == "468.00"
    assert snapshot["total"]["sale_price"] == "936.00"


def frozen(**changes):
    return json.loads(json.dumps(price(**changes).to_json()))


def test_a_frozen_sale_is_read_from_its_stages_and_not_computed():
    snapshot = frozen()
    snapshot["unit"]["reference"] = "521.00"
    assert Waterfall.from_json(snapshot).reference == eur("521.00")


def test_a_replay_names_the_stage_that_would_come_out_differently_today():
    snapshot = frozen()
    snapshot["unit"]["reference"] = "521.00"
    with pytest.raises(PriceError, match=r"reference was 521\.00, and is 520\.00 today"):
        waterfall_replay(snapshot)


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("version",), 2, "unknown_version"),
        (("total", "customer_pays"), "1.00", "snapshot_altered"),
        (("unit", "operator"), "1.00", "does_not_add_up"),
        (("unit", "sale"), None, "malformed_amount"),
        (("input", "quantity"), -3, "negative_quantity"),
        (("unit", "tip"), "1.00", "unknown_field"),
    ],
)
def test_an_altered_snapshot_is_refused(path, value, code):
    snapshot = frozen()
    *parents, field = path
    place = snapshot
    for parent in parents:
        place = place[parent]
    place[field] = value
    assert refusal_of(Waterfall.from_json, snapshot) == code


def test_the_rate_categories_of_a_line_add_up():
    adults = price(quantity=2)
    children = price(stay=eur("100"), quantity=1)
    total = waterfall_sum([adults, children])
    assert total.customer_pays == eur("1144.00")
    assert total.provider_share + total.agency_share + total.operator_share == eur("1144.00")
    assert total.margin_rate == Decimal("15.38")
    assert total.struck_price is None


def test_a_sum_strikes_the_price_that_the_whole_would_have_had():
    discounted = price(discount=funded("50", "provider"))
    total = waterfall_sum([discounted, price()])
    assert total.sale_price == eur("988.00")
    assert total.struck_price == eur("1040.00")


def test_waterfalls_of_two_currencies_do_not_add_up():
    pounds = waterfall_compute(
        some_terms(stay=Money(500, "GBP"), transport=Money(0, "GBP"), distributor_rule=None)
    )
    assert refusal_of(waterfall_sum, [price(), pounds]) == "currency_mismatch"
    assert refusal_of(waterfall_sum, []) == "nothing_to_sum"
