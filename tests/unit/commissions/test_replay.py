"""A frozen line is made again from its snapshot: same to the cent, or loudly not."""

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from shared_apps.commissions import replay, sight
from shared_apps.commissions.replay import line_replay
from tests.unit.commissions.lines import a_line, stored
from tests.unit.commissions.situations import QUICK, SALE, candidate_lists


def said(line):
    return [step.text for step in line_replay(**line).differences]


def price_of(line):
    return line["waterfall"][0]["price"]


def decision_of(line):
    return line["commission"]["decision"]


def test_an_untouched_line_replays_to_the_same_cent():
    made_again = line_replay(**a_line())
    assert (made_again.same, made_again.complete, made_again.differences) == (True, True, ())


@pytest.mark.parametrize("base", ["sale_price", "public_tariff", "margin"])
@pytest.mark.parametrize("discount", [("20", "provider"), ("20", "operator"), None])
def test_every_way_of_pricing_replays(base, discount):
    assert said(a_line(base=base, discount=discount)) == []


def test_a_line_without_any_rule_replays():
    assert said(a_line(candidates=())) == []


@QUICK
@given(candidate_lists)
def test_any_choice_among_any_rules_replays_after_years_in_the_database(rules):
    assert said(a_line(candidates=rules)) == []


@pytest.mark.parametrize(
    ("stage", "was", "becomes", "told"),
    [
        (
            "agency", "47.17", "57.17",
            "The shares of “adult” do not make what the customer pays.",
        ),
        (
            "commission", "47.17", "57.17",
            "The shares of “adult” do not make what the customer pays.",
        ),
        (
            "purchase", "347.14", "337.14",
            "The totals of “adult” are not its units times its quantity.",
        ),
        (
            "listed", "428.40", "430.00",
            "The price of “adult” is not the same: the listed price was 430.00 EUR, and is 428.40",
        ),
    ],
)  # fmt: skip
def test_a_stage_that_somebody_changed_is_named(stage, was, becomes, told):
    line = a_line()
    assert price_of(line)["unit"][stage] == was
    price_of(line)["unit"][stage] = becomes
    assert said(line)[0].startswith(told)


def test_shares_that_were_moved_and_still_add_up_are_found():
    line = a_line()
    unit, total = price_of(line)["unit"], price_of(line)["total"]
    unit |= {"agency": "57.17", "commission": "57.17", "operator": "24.51"}
    total |= {"agency_share": "114.34", "operator_share": "49.02"}
    assert said(line)[0] == (
        "The price of “adult” is not the same: the commission was 57.17 EUR, and is "
        "47.17 EUR today."
    )


def test_terms_that_were_changed_no_longer_make_the_stages():
    line = a_line()
    price_of(line)["input"]["provider_commission"] = "20"
    assert said(line)[0] == (
        "The price of “adult” is not the same: the purchase price was 347.14 EUR, and "
        "is 326.72 EUR today."
    )


def test_a_total_that_is_not_its_units_is_found():
    line = a_line()
    price_of(line)["total"]["agency_share"] = "90.00"
    assert said(line) == ["The totals of “adult” are not its units times its quantity."]


def test_a_booked_amount_that_the_price_does_not_make_is_named_with_its_place():
    line = a_line()
    line["booked"]["order line"]["agency_share"] = Decimal("104.340")
    assert said(line) == [
        "The agency's share: 104.34 EUR was booked (order line), and the price makes 94.34 EUR."
    ]


def test_the_same_amount_with_more_decimals_is_the_same():
    line = a_line()
    line["booked"]["order line"]["agency_share"] = Decimal("94.340")
    assert said(line) == []


def test_more_units_than_were_priced_are_found():
    line = a_line()
    line["quantities"] = {"adult": 3}
    assert said(line) == ["“adult” was priced for 2 units, and the line holds 3."]


def test_a_winner_that_was_put_in_by_hand_is_found():
    line = a_line()
    decision = decision_of(line)
    decision["winner"], decision["band"] = "R2.1", "group"
    assert said(line) == ["Rule “R2.1” was applied, and “R1.2” wins today."]


def test_a_rule_whose_terms_were_changed_no_longer_wins():
    line = a_line()
    decision_of(line)["rule"]["sale_to"] = "2026-01-31"
    assert said(line) == ["Rule “R1.2” was applied, and “R2.1” wins today."]


def test_a_sale_moved_to_another_day_no_longer_has_its_reasons():
    line = a_line()
    decision_of(line)["sale"]["sale_date"] = "2026-03-01"
    assert said(line) == ["The reasons against the other rules are not the same: R5.1"]


def test_a_band_and_a_reason_that_were_changed_are_found():
    line = a_line()
    decision_of(line)["band"] = "operation"
    decision_of(line)["rejected"]["R4.1"] = "archived"
    assert said(line) == [
        "The band was “operation”, and is “product_agency” today.",
        "The reasons against the other rules are not the same: R4.1",
    ]


def test_a_rule_that_was_taken_out_of_the_losers_is_missed():
    line = a_line()
    del decision_of(line)["others"][0]
    assert said(line) == ["The reasons against the other rules are not the same: R2.1"]


def test_a_sentence_that_was_changed_is_found():
    line = a_line()
    for step in line["commission"]["price_explanation"]["adult"]:
        if step["id"] == "price.agency_commission":
            step["values"]["agency"] = "57.17 EUR"
    assert said(line) == [
        "The explanation of “adult” says 57.17 EUR, and the price makes 47.17 EUR."
    ]


def test_a_commission_without_a_rule_and_a_rule_without_commission_are_found():
    paid_by_nobody = a_line()
    decision_of(paid_by_nobody).update(winner=None, band=None, rule=None, others=[], rejected={})
    assert said(paid_by_nobody) == ["The rate categories of the line were not priced by one rule."]


def test_a_line_from_before_losing_rules_were_kept_is_tested_as_far_as_it_goes():
    line = a_line()
    del decision_of(line)["others"]
    made_again = line_replay(**line)
    assert (made_again.same, made_again.complete) == (True, False)
    decision_of(line)["sale"]["agency"] = "maroc"
    assert said(line) == ["Rule “R1.2” was applied, and “–” wins today."]


@pytest.mark.parametrize(
    "damage",
    [
        lambda line: line["commission"].pop("decision"),
        lambda line: decision_of(line).pop("sale"),
        lambda line: decision_of(line)["sale"].update(sale_date="soon"),
        lambda line: decision_of(line)["rule"].update(agencey="alpes"),
        lambda line: decision_of(line).update(others={"R2.1": "lower_band"}),
        lambda line: line["waterfall"][0].pop("price"),
        lambda line: price_of(line).update(version=7),
        lambda line: price_of(line)["unit"].pop("pays"),
    ],
)
def test_a_snapshot_that_cannot_be_read_differs_and_raises_nothing(damage):
    line = a_line()
    damage(line)
    assert not line_replay(**line).same


def test_every_stage_has_its_words():
    assert tuple(replay.STAGES) == sight.STAGES


def test_what_is_found_can_be_kept_and_told_in_another_language():
    line = a_line()
    line["quantities"] = {"adult": 3}
    (step,) = line_replay(**line).differences
    assert stored(step.to_json())["id"] == "replay.quantity"
    assert step.render(lambda message: message.replace("units", "unités")) == (
        "“adult” was priced for 2 unités, and the line holds 3."
    )


def test_a_replay_reads_no_rule_of_today():
    line = a_line(sale=dataclasses.replace(SALE, sale_date=date(2019, 5, 1)))
    assert said(line) == []
