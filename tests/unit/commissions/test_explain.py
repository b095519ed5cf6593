"""An explanation answers "why this rate?": the winner, its band, and why each other rule lost."""

import dataclasses
import json
from datetime import date
from string import Formatter

import pytest
from hypothesis import given

from shared_apps.commissions.engine import Band, Reason, Status, resolve
from shared_apps.commissions.explain import BANDS, MESSAGES, explain_decision
from shared_apps.pricing.steps import Step
from tests.unit.commissions.situations import QUICK, SALE, a_candidate, candidate_lists


def texts(*rules, sale=SALE):
    return [step.text for step in explain_decision(resolve(sale, rules))]


def test_the_winner_is_told_with_its_band_and_then_each_loser_with_its_reason():
    assert texts(
        a_candidate("r1", label="Summer", operation="summer", category="activity"),
        a_candidate("r2", operation="summer"),
        a_candidate("r3", agency="alpes"),
        a_candidate("r4", status=Status.DRAFT),
    ) == [
        "Rule “Summer” applies. Its band is “special operation”; its position is 1.",
        "Rule “r2” fits in the same band, but names less precisely what is sold or by whom.",
        "Rule “r3” fits, but its band “agency” comes after “special operation”.",
        "Rule “r4” is still a draft.",
    ]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"product": "boat"}, "is for the product boat, and this sale is of cellar-tour."),
        ({"provider": "port"}, "is for the provider port, and this sale is of maison-rive."),
        ({"category": "stay"}, "is for the category stay, and this sale is in activity."),
        ({"agency": "maroc"}, "is for the agency maroc, and this sale is by alpes."),
        (
            {"group": "offices"},
            "is for the group offices, and the agency of this sale is in receptives.",
        ),
        (
            {"channels": frozenset({"widget", "api"})},
            "is for the channels api, widget, and this sale came through shop.",
        ),
        (
            {"sale_from": date(2026, 8, 1)},
            "is for sales made from 2026-08-01 to –, and this one is of 2026-07-10.",
        ),
        (
            {"service_to": date(2026, 8, 1)},
            "is for services from – to 2026-08-01, and this one is on 2026-09-01.",
        ),
        ({"status": Status.PENDING}, "waits for the operator's approval."),
        ({"status": Status.ARCHIVED}, "is archived."),
    ],
)
def test_a_rule_that_does_not_fit_is_told_beside_what_the_sale_is(changes, told):
    opening, reason = texts(a_candidate("r1", **changes))
    assert opening == "No rule fits this sale: the agency earns no commission on it."
    assert reason == f"Rule “r1” {told}"


def test_equals_are_told_by_position_and_then_by_identifier():
    assert texts(a_candidate("a"), a_candidate("b"), a_candidate("c", position=4))[1:] == [
        "Rule “b” equals the winner in all that counts, and its identifier comes after.",
        "Rule “c” fits as precisely, but at position 4 it comes after position 1.",
    ]


def test_a_winner_without_rivals_is_told_to_be_alone():
    assert texts(a_candidate("only"))[1:] == ["No other rule was considered."]


def test_a_sale_without_any_rule_has_one_thing_to_say():
    assert texts() == ["No rule fits this sale: the agency earns no commission on it."]


def test_an_agency_without_a_group_is_told_as_a_dash():
    alone = dataclasses.replace(SALE, group=None)
    assert texts(a_candidate("r1", group="offices"), sale=alone)[1] == (
        "Rule “r1” is for the group offices, and the agency of this sale is in –."
    )


def test_band_names_are_translated_with_the_sentence():
    step = explain_decision(resolve(SALE, [a_candidate("r1", agency="alpes")]))[0]
    french = {
        MESSAGES["commission.winner"]: "La règle « {rule} » ({band}, {position}) s’applique.",
        BANDS[Band.AGENCY]: "agence",
    }
    assert step.render(french.__getitem__) == "La règle « r1 » (agence, 1) s’applique."


def test_every_reason_and_every_band_has_its_words():
    assert {f"commission.{reason}" for reason in Reason} <= set(MESSAGES)
    assert set(BANDS) == set(Band)


@QUICK
@given(candidate_lists)
def test_every_decision_can_be_explained_and_kept(rules):
    decision = resolve(SALE, rules)
    steps = explain_decision(decision)
    assert len(steps) >= 1 + len(decision.rejections)
    for step in steps:
        places = {name for _, name, _, _ in Formatter().parse(step.message) if name}
        assert places == {*step.values, *step.words}
        kept = json.loads(json.dumps(step.to_json()))
        assert Step.from_json(kept).text == step.text
