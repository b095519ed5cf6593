"""The engine against a second, naive reading of the decision on precedence (D13)."""

import json

from hypothesis import example, given
from hypothesis import strategies as st

from shared_apps.commissions.engine import Candidate, resolve
from tests.unit.commissions.situations import QUICK, SALE, a_candidate, candidate_lists


def fits(rule):
    """Every clause at once, without reasons and without order."""
    in_sale_window = (
        (rule.sale_from or SALE.sale_date) <= SALE.sale_date <= (rule.sale_to or SALE.sale_date)
    )
    in_service_window = (
        (rule.service_from or SALE.service_date)
        <= SALE.service_date
        <= (rule.service_to or SALE.service_date)
    )
    names = ("product", "provider", "category", "agency", "group")
    return (
        rule.status == "active"
        and all(getattr(rule, name) in (None, getattr(SALE, name)) for name in names)
        and (not rule.channels or SALE.channel in rule.channels)
        and in_sale_window
        and in_service_window
    )


def precedence(rule):
    """The sentence of D13 as one sort key: True sorts after False, so each clause is denied."""
    of_product = bool(rule.product or rule.provider or rule.category)
    by_agency, by_group = bool(rule.agency), bool(rule.group)
    return (
        not rule.operation,
        not rule.operation and not (of_product and by_agency),
        not rule.operation and not (of_product and by_group),
        not rule.operation and not by_agency,
        not rule.operation and not by_group,
        not rule.operation and not of_product,
        # The narrowest name decides: a provider named beside the product adds nothing.
        not rule.product,
        not (rule.product or rule.provider),
        not of_product,
        not by_agency,
        not (by_agency or by_group),
        rule.position,
        rule.id,
    )


@QUICK
@given(candidate_lists)
@example(
    [
        a_candidate("r1", product=SALE.product),
        a_candidate("r2", product=SALE.product, category="activity"),
    ]
)
def test_the_winner_is_the_first_by_a_naive_reading_of_the_decision(rules):
    winner = resolve(SALE, rules).winner
    assert winner == min(filter(fits, rules), key=precedence, default=None)


@QUICK
@given(st.data(), candidate_lists)
def test_the_order_in_which_rules_are_read_never_matters(data, rules):
    shuffled = data.draw(st.permutations(rules))
    assert resolve(SALE, shuffled).verdict() == resolve(SALE, rules).verdict()


@QUICK
@given(candidate_lists)
def test_every_rule_either_wins_or_has_a_reason(rules):
    decision = resolve(SALE, rules)
    told = {*decision.rejected, *([decision.winner.id] if decision.winner else [])}
    assert told == {rule.id for rule in rules}
    assert len(decision.rejected) == len(rules) - (decision.winner is not None)


@QUICK
@given(candidate_lists)
def test_a_rule_that_fits_loses_and_one_that_does_not_is_ruled_out(rules):
    by_id = {rule.id: rule for rule in rules}
    defeats = {"lower_band", "less_specific", "lower_position"}
    for rule, reason in resolve(SALE, rules).rejected.items():
        assert fits(by_id[rule]) == (reason in defeats)


@QUICK
@given(candidate_lists)
def test_taking_a_loser_away_changes_neither_winner_nor_the_other_reasons(rules):
    decision = resolve(SALE, rules)
    for gone in decision.rejected:
        left = resolve(SALE, [rule for rule in rules if rule.id != gone])
        assert left.winner == decision.winner
        assert left.rejected == {k: v for k, v in decision.rejected.items() if k != gone}


@QUICK
@given(candidate_lists)
def test_a_rule_survives_the_journey_through_json(rules):
    for rule in rules:
        assert Candidate.from_json(json.loads(json.dumps(rule.to_json()))) == rule
