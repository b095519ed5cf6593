"""Which commission rule wins, and the one reason that each other rule is given."""

import dataclasses
from collections import Counter
from datetime import date

import pytest

from shared_apps.commissions.engine import (
    Band,
    Candidate,
    Reason,
    RuleError,
    Situation,
    Status,
    choice,
    resolve,
)
from tests.unit.commissions.situations import SALE, a_candidate

WHAT = {"product": "cellar-tour"}, {"provider": "maison-rive"}, {"category": "activity"}
AGENCY, GROUP = {"agency": "alpes"}, {"group": "receptives"}


def reason_for(**changes):
    return resolve(SALE, [a_candidate(**changes)]).rejected.get("rule")


@pytest.mark.parametrize("what", WHAT, ids=["product", "provider", "category"])
def test_the_bands_stand_in_the_order_of_the_decision(what):
    ladder = [
        a_candidate("0", operation="summer"),
        a_candidate("1", **what, **AGENCY),
        a_candidate("2", **what, **GROUP),
        a_candidate("3", **AGENCY),
        a_candidate("4", **GROUP),
        a_candidate("5", **what),
        a_candidate("6"),
    ]
    assert [candidate.band for candidate in ladder] == list(Band)
    for step, best in enumerate(ladder):
        decision = resolve(SALE, reversed(ladder[step:]))
        assert decision.winner is best
        assert list(decision.rejected) == [lower.id for lower in ladder[step + 1 :]]
        assert set(decision.rejected.values()) <= {Reason.LOWER_BAND}


def test_inside_a_band_product_beats_provider_beats_category():
    product, provider, category = (
        a_candidate(name, position=position, **what)
        for name, position, what in zip(("a", "b", "c"), (9, 5, 1), WHAT, strict=True)
    )
    decision = resolve(SALE, [category, provider, product])
    assert decision.winner is product
    assert decision.rejected == {"b": Reason.LESS_SPECIFIC, "c": Reason.LESS_SPECIFIC}


def test_inside_an_operation_agency_beats_group_beats_everybody():
    rules = [
        a_candidate("all", position=1, operation="summer"),
        a_candidate("group", position=2, operation="summer", **GROUP),
        a_candidate("agency", position=3, operation="summer", **AGENCY),
    ]
    decision = resolve(SALE, rules)
    assert decision.winner.id == "agency"
    assert decision.rejected == {"group": Reason.LESS_SPECIFIC, "all": Reason.LESS_SPECIFIC}


def test_what_is_sold_weighs_more_than_who_sells_it():
    rules = [
        a_candidate("who", operation="summer", **AGENCY),
        a_candidate("what", operation="summer", category="activity"),
    ]
    assert resolve(SALE, rules).winner.id == "what"


def test_equals_are_told_apart_by_position_and_then_by_id():
    rules = [a_candidate("a", position=2), a_candidate("c"), a_candidate("b")]
    decision = resolve(SALE, rules)
    assert decision.winner.id == "b"
    assert decision.rejected == {"c": Reason.LOWER_POSITION, "a": Reason.LOWER_POSITION}


def test_a_rule_that_names_both_agency_and_group_must_fit_both():
    assert reason_for(agency="alpes", group="offices") is Reason.GROUP_MISMATCH
    assert a_candidate(**AGENCY, **GROUP).band is Band.AGENCY


@pytest.mark.parametrize("status", [Status.DRAFT, Status.PENDING, Status.ARCHIVED])
def test_a_rule_that_is_not_active_is_rejected_for_its_status_before_all_else(status):
    assert reason_for(status=status, product="boat") == status.value


def test_an_override_waiting_for_approval_leaves_the_old_rate_in_force():
    old = a_candidate("old", **AGENCY)
    wished = a_candidate("wished", status=Status.PENDING, product="cellar-tour", **AGENCY)
    decision = resolve(SALE, [old, wished])
    assert decision.winner is old
    assert decision.rejected == {"wished": Reason.PENDING}


WRONG = {
    Reason.PRODUCT_MISMATCH: {"product": "boat"},
    Reason.PROVIDER_MISMATCH: {"provider": "port"},
    Reason.CATEGORY_MISMATCH: {"category": "stay"},
    Reason.AGENCY_MISMATCH: {"agency": "maroc"},
    Reason.GROUP_MISMATCH: {"group": "offices"},
    Reason.CHANNEL_MISMATCH: {"channels": frozenset({"api"})},
    Reason.OUTSIDE_SALE_WINDOW: {"sale_from": date(2026, 7, 11)},
    Reason.OUTSIDE_SERVICE_WINDOW: {"service_to": date(2026, 8, 31)},
}


@pytest.mark.parametrize("reason", WRONG)
def test_a_rule_that_does_not_fit_gets_the_first_reason_that_rules_it_out(reason):
    order = list(WRONG)
    wrong_from_here_on = {}
    for later in order[order.index(reason) :]:
        wrong_from_here_on |= WRONG[later]
    assert reason_for(**WRONG[reason]) is reason
    assert reason_for(**wrong_from_here_on) is reason


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [
        (date(2026, 7, 10), date(2026, 7, 10), True),
        (None, date(2026, 7, 10), True),
        (date(2026, 7, 10), None, True),
        (date(2026, 7, 11), None, False),
        (None, date(2026, 7, 9), False),
        (date(2026, 7, 11), date(2026, 7, 9), False),
    ],
)
def test_a_window_includes_both_its_days(first, last, fits):
    assert (reason_for(sale_from=first, sale_to=last) is None) is fits
    day = dataclasses.replace(SALE, service_date=SALE.sale_date)
    decision = resolve(day, [a_candidate(service_from=first, service_to=last)])
    assert (decision.winner is not None) is fits


def test_an_undated_voucher_fits_no_service_window():
    voucher = dataclasses.replace(SALE, service_date=None)
    windowed = a_candidate("windowed", service_from=date(2026, 1, 1))
    decision = resolve(voucher, [windowed, a_candidate("open")])
    assert decision.winner.id == "open"
    assert decision.rejected == {"windowed": Reason.OUTSIDE_SERVICE_WINDOW}


def test_an_agency_without_a_group_fits_no_group_rule():
    alone = dataclasses.replace(SALE, group=None)
    assert resolve(alone, [a_candidate(**GROUP)]).rejected == {"rule": Reason.GROUP_MISMATCH}


def test_no_rule_at_all_means_no_winner_and_no_band():
    decision = resolve(SALE, [])
    assert decision.verdict() == {"winner": None, "band": None, "rejected": {}}


def test_two_rules_of_one_id_are_refused():
    with pytest.raises(RuleError) as caught:
        resolve(SALE, [a_candidate("x"), a_candidate("x", position=2)])
    assert caught.value.code == "duplicate_rule_id"


@pytest.mark.parametrize("field", ["id", "product", "agency", "group", "operation"])
def test_a_rule_that_names_something_empty_is_refused(field):
    with pytest.raises(RuleError) as caught:
        a_candidate(**{field: ""})
    assert caught.value.code == "malformed_text"


def test_the_kept_decision_holds_the_situation_and_every_rule_in_full():
    until = date(2026, 12, 31)
    winner = a_candidate("w", label="Summer", sale_to=until, channels=frozenset({"shop"}))
    loser = a_candidate("l", position=2)
    kept = resolve(SALE, [winner, loser]).to_json()
    assert [Candidate.from_json(other) for other in kept["others"]] == [loser]
    assert kept["winner"] == "w"
    assert (kept["band"], kept["rejected"]) == ("default", {"l": "lower_position"})
    assert Situation.from_json(kept["sale"]) == SALE
    assert Candidate.from_json(kept["rule"]) == winner


def test_ten_thousand_rules_are_each_tested_once_and_ranked_once(monkeypatch):
    calls = Counter()

    def counted(function):
        def call(*arguments):
            calls[function.__name__] += 1
            return function(*arguments)

        return call

    for function in (choice.misfit, choice.rank):
        monkeypatch.setattr(choice, function.__name__, counted(function))
    rules = [a_candidate(f"r{n}", position=10_000 - n) for n in range(10_000)]
    assert resolve(SALE, rules).winner.id == "r9999"
    assert calls == {"misfit": 10_000, "rank": 10_000}
