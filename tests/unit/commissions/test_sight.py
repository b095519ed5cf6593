"""Who sees what of a price and of the choice of its rule: one table per question."""

import dataclasses
import re
from decimal import Decimal
from string import Formatter

import pytest

from shared_apps.commissions import funding
from shared_apps.commissions.engine import resolve
from shared_apps.commissions.explain import explain_decision
from shared_apps.commissions.sight import (
    REWORDED,
    SEEN_SENTENCES,
    SEEN_SHARES,
    SEEN_STAGES,
    STAGES,
    Viewer,
    funding_steps_seen,
    price_seen,
    price_steps_seen,
    rule_concerns,
)
from shared_apps.pricing.explain import MESSAGES, explain_waterfall
from shared_apps.pricing.steps import Step
from shared_apps.pricing.waterfall import Waterfall
from tests.unit.commissions.lines import LOSERS, WINNER, a_price, a_waterfall
from tests.unit.commissions.situations import SALE

VIEWERS = ("operator", "buying", "agency", "provider", "client")
# stage → who sees it: O operator, B buying agency, A agency, P provider, C client
STAGE_MATRIX = {
    "listed": "OBAP",
    "public": "OBAP",
    "sale": "OBA C",
    "struck": "OBA C",
    "basis": "OBAP",
    "purchase": "OB P",
    "reference": "OBA",
    "commission_base": "OBA",
    "commission_uncapped": "OBA",
    "commission": "OBA",
    "markup_gain": "OBA",
    "agency_funding": "OBA",
    "pays": "OBA C",
    "provider": "OB P",
    "agency": "OBA",
    "operator": "OB",
}
SHARE_MATRIX = {"provider_share": "OB P", "agency_share": "OBA", "operator_share": "OB"}
# sentence of a price → what each party is told: = as it is, ~ reworded, - nothing (O B A P C)
SENTENCE_MATRIX = {
    "listed": "====-",
    "public": "====-",
    "public_discounted": "====-",
    "markup_network": "===--",
    "markup_agency": "===--",
    "sale": "===--",
    "struck": "===--",
    "pays": "===-=",
    "pays_advantage": "===-=",
    "basis": "====-",
    "basis_provider": "====-",
    "basis_operator": "====-",
    "basis_agency": "====-",
    "purchase": "==-=-",
    "purchase_transport": "==-=-",
    "reference": "===--",
    "commission_none": "===--",
    "commission_sale_price": "===--",
    "commission_public_tariff": "===--",
    "commission_margin": "==~--",
    "floor": "===--",
    "cap": "===--",
    "markup_gain": "===--",
    "markup_loss": "===--",
    "agency_discount": "===--",
    "agency_advantage": "===--",
    "provider": "==-=-",
    "provider_advantage": "==-=-",
    "agency_commission": "===--",
    "agency": "===--",
    "operator": "==---",
    "loss_provider": "==-=-",
    "loss_agency": "===--",
    "loss_operator": "==---",
    "margin": "==---",
    "margin_undefined": "==---",
    "quantity": "==~~~",
}  # fmt: skip


# sentence about a special operation on the line → who reads it
FUNDING_MATRIX = {
    "extra": "OBA",
    "extra_alone": "OBA",
    "agency_part": "OBA",
    "provider_part": "OP",
    "operator_part": "O",
}


def _letters(viewer):
    return viewer.value[0].upper()


@pytest.mark.parametrize("viewer", Viewer)
def test_the_stages_of_a_price_that_each_party_sees(viewer):
    assert set(STAGE_MATRIX) == set(STAGES)
    seen = {stage for stage, who in STAGE_MATRIX.items() if _letters(viewer) in who}
    assert SEEN_STAGES[viewer] == seen


@pytest.mark.parametrize("viewer", Viewer)
def test_the_shares_of_a_movement_that_each_party_sees(viewer):
    seen = {share for share, who in SHARE_MATRIX.items() if _letters(viewer) in who}
    assert set(SEEN_SHARES[viewer]) == seen


@pytest.mark.parametrize("viewer", Viewer)
def test_the_sentences_that_each_party_is_told(viewer):
    assert {f"price.{name}" for name in SENTENCE_MATRIX} == set(MESSAGES)
    mark = {name: row[VIEWERS.index(viewer)] for name, row in SENTENCE_MATRIX.items()}
    told = SEEN_SENTENCES.get(viewer, {name: name for name in SENTENCE_MATRIX})
    expected = {name for name, sign in mark.items() if sign != "-"}
    assert set(told) == expected
    assert {name for name, said in told.items() if said != name} == {
        name for name, sign in mark.items() if sign == "~"
    }


@pytest.mark.parametrize("viewer", Viewer)
def test_each_party_reads_what_it_funds_of_an_operation_itself(viewer):
    assert {f"operation.{name}" for name in FUNDING_MATRIX} == set(funding.MESSAGES)
    steps = [Step(message_id, text) for message_id, text in funding.MESSAGES.items()]
    seen = {step.message_id.partition(".")[2] for step in funding_steps_seen(steps, viewer)}
    assert seen == {name for name, who in FUNDING_MATRIX.items() if _letters(viewer) in who}


def test_the_stages_are_those_of_the_waterfall():
    assert tuple(a_waterfall().stages()) == STAGES


PRICES = [
    {},
    {"base": "margin"},
    {"base": "public_tariff"},
    {"discount": ("20", "operator")},
    {"discount": ("20", "agency")},
    {"discount": None},
    {"agency_markup": Decimal(8)},
    {"rule": False},
]
# viewer → stages whose amount must not appear in anything that viewer is shown
SECRETS = {
    Viewer.AGENCY: ("purchase", "provider", "operator"),
    Viewer.PROVIDER: ("sale", "pays", "commission", "agency", "operator"),
    Viewer.CLIENT: ("listed", "purchase", "provider", "commission", "agency", "operator"),
}


def _shown(price, viewer):
    """Every number that the viewer is shown, in the table, the rate and the sentences."""
    frozen = price.to_json()
    seen = price_seen(frozen, viewer)
    numbers = {str(amount) for amount in (*seen.unit.values(), *seen.total.values())}
    for step in price_steps_seen(explain_waterfall(price), viewer):
        numbers |= set(re.findall(r"\d+\.\d+", step.text))
    return numbers


@pytest.mark.parametrize("changes", PRICES)
@pytest.mark.parametrize("viewer", SECRETS)
def test_no_party_is_shown_the_number_of_another(viewer, changes):
    price = a_waterfall(quantity=3, **changes)
    secrets = {stage: getattr(price, stage).amount for stage in SECRETS[viewer]}
    for stage, secret in secrets.items():
        # Without a rule a commission of nothing is nobody's secret.
        hidden = {f"{secret:.2f}", f"{secret * 3:.2f}"} if secret else set()
        assert not hidden & _shown(price, viewer), stage


@pytest.mark.parametrize("changes", PRICES)
def test_an_agencys_numbers_never_add_up_to_the_purchase_price(changes):
    price = a_waterfall(quantity=1, **changes)
    seen = price_seen(price.to_json(), Viewer.AGENCY).unit
    parts = [amount for name, amount in seen.items() if amount]
    purchase = price.purchase.amount
    differences = {one - other for one in parts for other in parts}
    assert purchase not in {*parts, *differences}


def test_a_commission_on_the_margin_is_told_to_an_agency_without_margin_and_percentage():
    price = a_waterfall(base="margin")
    texts = [step.text for step in price_steps_seen(explain_waterfall(price), Viewer.AGENCY)]
    assert (
        "Commission: a percentage of the margin, which your agreement does not show, "
        "+ 0.00 EUR = 8.98 EUR." in texts
    )
    seen = price_seen(price.to_json(), Viewer.AGENCY)
    assert seen.rate["percent"] is None
    assert "commission_base" not in seen.unit
    assert price_seen(price.to_json(), Viewer.BUYING).rate["percent"] == "11"


def test_what_is_not_told_apart_is_told_as_one_so_that_the_shares_still_add_up():
    seen = price_seen(a_price(), Viewer.AGENCY).unit
    assert seen["network"] + seen["agency"] == seen["pays"]


def test_only_percentages_of_ones_own_are_said():
    said = {viewer.value: set(price_seen(a_price(), viewer).percent) for viewer in Viewer}
    assert said == {
        "operator": {"provider_commission", "markup"},
        "buying": {"provider_commission", "markup"},
        "agency": {"markup"},
        "provider": {"provider_commission"},
        "client": set(),
    }


def test_only_those_who_see_rules_see_what_a_rule_gives():
    assert [v.value for v in Viewer if price_seen(a_price(), v).rate is not None] == [
        "operator", "agency", "buying",
    ]  # fmt: skip


RULE_MATRIX = {
    "R1.2": ("its own agency", "OBA"),
    "R2.1": ("its own group", "OBA"),
    "R3.1": ("another group", "O"),
    "R4.1": ("another agency", "O"),
    "R5.1": ("everybody, another season", "OBA"),
    "R6.1": ("everybody, other channels", "OBA"),
    "A7.1": ("its own request", "OBA"),
    "R8.1": ("a draft", "O"),
}


@pytest.mark.parametrize("viewer", Viewer)
def test_the_rules_that_each_party_may_read_of(viewer):
    sale = SALE.to_json()
    seen = {rule.id for rule in (WINNER, *LOSERS) if rule_concerns(rule.to_json(), sale, viewer)}
    assert seen == {rule for rule, (_what, who) in RULE_MATRIX.items() if _letters(viewer) in who}


def test_every_sentence_said_instead_keeps_only_places_that_the_original_fills():
    originals = {
        said: name
        for told in SEEN_SENTENCES.values()
        for name, said in told.items()
        if said != name
    }
    assert {f"price.{name}" for name in originals} == set(REWORDED)
    for said, original in originals.items():
        places = {name for _, name, _, _ in Formatter().parse(REWORDED[f"price.{said}"]) if name}
        filled = {
            name for _, name, _, _ in Formatter().parse(MESSAGES[f"price.{original}"]) if name
        }
        assert places <= filled


def test_a_stage_or_sentence_that_is_added_tomorrow_is_seen_by_nobody_until_it_is_allowed():
    (step, *_rest) = explain_waterfall(a_waterfall())
    added = dataclasses.replace(step, message_id="price.tomorrow")
    for viewer in (Viewer.AGENCY, Viewer.PROVIDER, Viewer.CLIENT):
        assert price_steps_seen([added], viewer) == []


def test_the_usual_price_is_what_the_tests_of_this_folder_say_it_is():
    assert {
        name: str(Waterfall.from_json(a_price()).stages()[name].amount)
        for name in ("listed", "public", "sale", "purchase", "agency", "operator")
    } == {
        "listed": "428.40",
        "public": "408.40",
        "sale": "428.82",
        "purchase": "347.14",
        "agency": "47.17",
        "operator": "34.51",
    }
    assert len(explain_decision(resolve(SALE, (WINNER, *LOSERS)))) == 8
