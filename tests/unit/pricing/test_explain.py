"""An explanation of a price says each amount with the numbers that made it."""

import json
from decimal import Decimal
from string import Formatter

import pytest
from hypothesis import given

from shared_apps.pricing.explain import MESSAGES, explain_waterfall
from shared_apps.pricing.steps import Step
from shared_apps.pricing.terms import CommissionBase
from shared_apps.pricing.waterfall import waterfall_compute
from tests.unit.pricing.strategies import QUICK, a_rule, eur, funded, priced_terms, some_terms


def texts(**changes):
    steps = explain_waterfall(waterfall_compute(some_terms(**changes)))
    return {step.message_id.removeprefix("price."): step.text for step in steps}


def test_a_plain_price_is_told_from_the_tariff_to_the_shares():
    assert list(texts(quantity=2).values()) == [
        "Listed price: 500.00 EUR for the stay + 0.00 EUR for the transport = 500.00 EUR.",
        "No discount runs: the public tariff is 500.00 EUR.",
        "The network's markup of 4 % applies.",
        "Sale price: 500.00 EUR × (100 + 4) / 100 = 520.00 EUR.",
        "The customer pays the sale price, 520.00 EUR.",
        "The shares are computed on the listed price, 500.00 EUR.",
        "Purchase price: 500.00 EUR × (100 − 12) / 100 = 440.00 EUR.",
        "At the network's markup that sells at 500.00 EUR × (100 + 4) / 100 = 520.00 EUR.",
        (
            "Commission: 10 % of the sale price at the network's markup, 520.00 EUR, + 0.00 EUR "
            "= 52.00 EUR."
        ),
        "The agency's share is its commission, 52.00 EUR.",
        "The provider's share is the purchase price, 440.00 EUR.",
        "The operator's share is the rest: 520.00 EUR − 440.00 EUR − 52.00 EUR = 28.00 EUR.",
        "Margin: (520.00 EUR − 440.00 EUR) / 520.00 EUR = 15.38 %.",
        (
            "For 2 units the customer pays 1040.00 EUR: 880.00 EUR to the provider, 104.00 EUR to "
            "the agency, 56.00 EUR to the operator."
        ),
    ]


@pytest.mark.parametrize("funder", ["provider", "operator", "agency"])
def test_the_funder_of_a_discount_is_named(funder):
    told = texts(discount=funded("50", funder))
    assert told["public_discounted"] == (
        "Public tariff: 500.00 EUR − 50.00 EUR of discount = 450.00 EUR."
    )
    assert told["struck"].endswith("= 520.00 EUR.")
    assert told[f"basis_{funder}"].startswith(f"The {funder} funds the discount")
    assert "public" not in told


def test_a_sale_without_a_rule_says_that_the_agency_earns_nothing():
    assert texts(distributor_rule=None)["commission_none"] == (
        "No commission rule applies to this sale: the agency earns no commission."
    )


def test_floor_and_cap_say_what_they_did():
    raised = texts(distributor_rule=a_rule(floor=eur("60")))
    lowered = texts(distributor_rule=a_rule(cap=eur("40")))
    assert raised["floor"] == "The rule's floor raises the commission to 60.00 EUR."
    assert lowered["cap"] == "The rule's cap lowers the commission to 40.00 EUR."
    assert "cap" not in raised and "floor" not in lowered


def test_a_commission_on_the_margin_shows_how_the_margin_came():
    told = texts(distributor_rule=a_rule(base=CommissionBase.MARGIN))
    assert told["commission_margin"] == (
        "Commission: 10 % of the margin, 520.00 EUR − 440.00 EUR = 80.00 EUR, + 0.00 EUR "
        "= 8.00 EUR."
    )


def test_an_agency_markup_is_told_beside_the_one_it_replaces():
    told = texts(agency_markup=Decimal(1))
    assert told["markup_agency"] == (
        "The agency's own markup of 1 % applies, not the network's 4 %."
    )
    assert told["markup_loss"] == (
        "The agency bears what its own markup takes away: 505.00 EUR − 520.00 EUR = -15.00 EUR."
    )
    assert told["agency"] == (
        "The agency's share: commission 52.00 EUR + markup -15.00 EUR − funded 0.00 EUR "
        "= 37.00 EUR."
    )


def test_every_party_that_loses_is_said_to_lose():
    assert texts(discount=funded("50", "operator"))["loss_operator"] == (
        "The operator loses 24.00 EUR on each unit."
    )
    assert texts(advantage=funded("450", "provider"))["loss_provider"] == (
        "The provider loses 10.00 EUR on each unit."
    )
    assert texts(advantage=funded("60", "agency"))["loss_agency"] == (
        "The agency loses 8.00 EUR on each unit."
    )


def test_a_free_sale_has_no_margin():
    assert "margin_undefined" in texts(stay=eur("0"))


def test_a_step_can_be_said_in_another_language_and_another_notation():
    step = Step("price.sale", "Sale price: {sale}.", {"sale": eur("520.00")})
    french = {"Sale price: {sale}.": "Prix de vente : {sale}."}
    assert step.render(french.__getitem__, lambda money: "520,00 €") == "Prix de vente : 520,00 €."


def test_a_step_kept_on_an_order_line_goes_on_saying_the_same():
    for step in explain_waterfall(waterfall_compute(some_terms())):
        kept = json.loads(json.dumps(step.to_json()))
        assert Step.from_json(kept).text == step.text


def test_every_message_is_named_after_the_engine_that_says_it():
    assert all(name.startswith("price.") for name in MESSAGES)


@QUICK
@given(priced_terms)
def test_every_price_can_be_explained_with_nothing_left_unsaid(terms):
    for step in explain_waterfall(waterfall_compute(terms)):
        places = {name for _, name, _, _ in Formatter().parse(step.message) if name}
        assert places == set(step.values)
        assert "{" not in step.text
