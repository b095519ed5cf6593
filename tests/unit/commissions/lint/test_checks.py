"""Each check finds what it is for, says both names, and leaves the neighbours in peace."""

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from shared_apps.commissions.lint import Severity, lint
from tests.unit.commissions.lint.book import FACTS, TODAY, a_price, a_rule, said

DAY = timedelta(days=1)


def test_a_rule_behind_an_equal_one_can_never_win():
    [finding] = lint([a_rule("first"), a_rule("second", position=2)], FACTS)
    assert (finding.code, finding.rule, finding.other) == ("shadowed", "second", "first")
    assert finding.severity is Severity.WARNING
    assert finding.sentence.text == (
        "Rule “Second” can never win: wherever it fits, rule “First” comes before it."
    )


def test_a_product_is_shadowed_by_a_campaign_for_its_category():
    campaign = a_rule("campaign", operation="summer", category="activity")
    assert said(campaign, a_rule("tour", product="cellar-tour")) == [
        ("shadowed", "tour", "campaign")
    ]
    assert said(campaign, a_rule("cabin", product="cabin")) == []


@pytest.mark.parametrize(
    "limits",
    [
        {"channels": frozenset({"shop"})},
        {"sale_to": TODAY + DAY},
        {"service_from": TODAY},
        {"currency": "EUR"},
        {"group": "receptives"},
        {"provider": "port"},
        {"certain": False},
        {"spent": True},
        {"version": (None, TODAY)},
        {"version": (TODAY + DAY, None)},
    ],
)
def test_a_rule_that_is_limited_shadows_nothing_wider(limits):
    campaign = a_rule("campaign", operation="summer", **limits)
    assert said(campaign, a_rule("default")) == []


def test_a_campaign_shadows_what_has_the_same_limits_or_narrower():
    wide = a_rule(
        "wide",
        operation="summer",
        channels=frozenset({"shop", "api"}),
        service_from=TODAY,
        sale_to=TODAY + 9 * DAY,
    )
    narrow = a_rule(
        "narrow",
        channels=frozenset({"shop"}),
        service_from=TODAY + DAY,
        service_to=TODAY + DAY,
        sale_to=TODAY + DAY,
    )
    assert said(wide, narrow) == [("shadowed", "narrow", "wide")]


def test_days_gone_by_do_not_save_a_rule_from_its_shadow():
    """Only sales from today on count: the first rule took over yesterday."""
    over = a_rule("over", operation="summer", sale_from=TODAY - DAY)
    assert said(over, a_rule("default")) == [("shadowed", "default", "over")]


def test_two_rules_that_only_their_identifiers_keep_apart():
    first = a_rule("first", category="activity", channels=frozenset({"shop", "api"}))
    second = a_rule("second", category="activity", sale_to=TODAY + DAY)
    [finding] = lint([second, first], FACTS)
    assert (finding.code, finding.rule, finding.other) == ("tie", "second", "first")
    assert finding.sentence.text == (
        "Rules “Second” and “First” fit some of the same sales with equal rank: only their "
        "identifiers decide, and “First” wins. Give them different positions."
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"position": 2}, {"sale_to": TODAY}),
        ({"channels": frozenset({"shop"})}, {"channels": frozenset({"api"})}),
        ({"sale_to": TODAY}, {"sale_from": TODAY + DAY}),
        ({"version": (None, TODAY)}, {"version": (TODAY + DAY, None)}),
        ({"service_to": TODAY}, {"service_from": TODAY + DAY}),
        ({"currency": "EUR"}, {"currency": "USD"}),
        ({"product": "boat"}, {"product": "cabin"}),
        ({"provider": "port", "category": "stay"}, {"provider": "port", "category": "activity"}),
        ({"agency": "alpes"}, {"agency": "maroc"}),
        ({"group": "receptives"}, {"agency": "alpes"}),
    ],
)
def test_rules_that_never_meet_or_differ_in_rank_are_no_tie(one, other):
    assert [
        found for found in said(a_rule("a", **one), a_rule("b", **other)) if found[0] == "tie"
    ] == []


def test_a_rule_that_gives_more_than_there_is_makes_a_loss():
    facts = replace(FACTS, prices={"boat": (a_price("boat", "100.00", "91.00"),)})
    [finding] = lint([a_rule("default")], facts)
    assert (finding.code, finding.rule) == ("loss", "default")
    assert finding.sentence.text == (
        "Rule “Default” makes a loss: on boat at 100.00 EUR it gives 10.00 EUR, and only "
        "9.00 EUR is left to give."
    )


def test_giving_all_there_is_is_no_loss():
    facts = replace(FACTS, prices={"boat": (a_price("boat", "100.00", "90.00"),)})
    assert said(a_rule("default"), facts=facts) == []


def test_a_loss_on_a_product_that_another_rule_always_takes_is_none():
    facts = replace(FACTS, prices={"boat": (a_price("boat", "100.00", "91.00"),)})
    assert said(a_rule("default"), a_rule("boat", percent="9", product="boat"), facts=facts) == []


def test_fixed_amounts_and_floors_lose_on_the_smallest_price():
    prices = (a_price("boat", "100.00", "80.00"), a_price("boat", "4.00", "3.00"))
    facts = replace(FACTS, prices={"boat": prices})
    assert said(a_rule("fixed", percent="0", fixed="1.01", currency="EUR"), facts=facts) == [
        ("loss", "fixed", None)
    ]
    assert said(a_rule("floor", floor="1.00", currency="EUR"), facts=facts) == []
    assert said(a_rule("cap", percent="90", cap="1", currency="EUR"), facts=facts) == []
    assert said(a_rule("other", fixed="50", currency="USD"), facts=facts) == []


def test_a_window_in_the_past_fits_no_sale_any_more():
    [finding] = lint([a_rule("old", sale_to=date(2026, 7, 9))], FACTS)
    assert finding.sentence.text == (
        "Rule “Old” can fit no sale any more: its last day was 2026-07-09."
    )
    assert said(a_rule("old", service_to=TODAY - DAY)) == [("past_window", "old", None)]
    assert said(a_rule("last", sale_to=TODAY)) == []


def test_what_is_outside_its_corridor_is_said():
    assert said(a_rule("ours", agency="alpes", inside=False)) == [
        ("outside_corridor", "ours", None)
    ]


def test_a_channel_that_does_not_exist_is_an_error():
    [finding] = lint([a_rule("typo", channels=frozenset({"shopp", "shop"}))], FACTS)
    assert (finding.code, finding.severity) == ("unknown_channel", Severity.ERROR)
    assert finding.sentence.text == "Rule “Typo” names a channel that does not exist: shopp."


def test_a_product_of_another_provider_can_never_fit():
    [finding] = lint([a_rule("odd", product="boat", provider="maison-rive")], FACTS)
    assert finding.sentence.text == (
        "Rule “Odd” can never fit: it names the product boat and a provider that the product does "
        "not have."
    )
    assert said(a_rule("fine", product="boat", provider="port")) == []


def test_only_what_touches_a_changed_rule_is_told():
    rules = [a_rule("a"), a_rule("b", position=2), a_rule("c", product="boat"),
             a_rule("d", product="boat", position=2)]  # fmt: skip
    assert said(*rules, changed={"a"}) == [("shadowed", "b", "a")]
    assert said(*rules, changed={"d"}) == [("shadowed", "d", "c")]
    assert said(*rules, changed=set()) == []


def test_ten_thousand_rules_are_checked_in_seconds():
    rules = [
        a_rule(
            f"r{number:05}",
            product=f"p{number % 1000}",
            position=number % 7,
            agency=f"a{number % 40}" if number % 3 else None,
            sale_from=TODAY + (number % 11) * DAY if number % 5 else None,
        )
        for number in range(10_000)
    ]
    began = time.process_time()
    lint(rules, FACTS)
    assert time.process_time() - began < 5


def test_ten_thousand_seasons_of_one_category_are_checked_in_seconds():
    """The worst a book can be: all rules name the same, and no two the same days."""
    rules = [
        a_rule(
            f"r{number:05}",
            category="activity",
            service_from=TODAY + 3 * number * DAY,
            service_to=TODAY + (3 * number + 1) * DAY,
        )
        for number in range(10_000)
    ]
    began = time.process_time()
    assert lint(rules, FACTS) == []
    assert time.process_time() - began < 5
