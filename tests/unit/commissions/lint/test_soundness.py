"""What the check calls shadowed never wins, whatever is sold: tried against the engine itself."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from shared_apps.commissions.engine import Situation, Status, resolve
from shared_apps.commissions.lint import LintRule, lint
from shared_apps.pricing.terms import CommissionBase
from tests.unit.commissions.lint.book import FACTS, TODAY
from tests.unit.commissions.situations import QUICK, candidate_lists, numbered

DAYS = [TODAY + timedelta(days=number) for number in (0, 1, 53)]
VERSIONS = [
    (None, None),
    (None, None),
    (None, None),
    (None, None),
    (None, TODAY),
    (TODAY + timedelta(days=1), None),
]


def situations():
    """Every kind of sale from today on, of the products there are."""
    return [
        Situation(
            product=product,
            provider=place.provider,
            category=place.category,
            agency=agency,
            group=group,
            channel=channel,
            sale_date=sale,
            service_date=service,
        )
        for product, place in FACTS.products.items()
        for agency, group in (("alpes", "receptives"), ("alpes", None), ("maroc", "offices"))
        for channel in ("shop", "api")
        for sale in DAYS
        for service in (None, TODAY - timedelta(days=1), TODAY, date(2026, 9, 1))
    ]


SITUATIONS = situations()


def stands(rule, day):
    return (rule.applies_from or day) <= day <= (rule.applies_to or day)


# Mostly unlimited rules, or no rule would ever stand wholly behind another.
few = st.none() | st.none() | st.none()
windows = st.sampled_from(
    [(None, None)] * 4 + [(DAYS[0], DAYS[2]), (None, DAYS[1]), (DAYS[1], None)]
)
crowded_lists = st.lists(
    st.fixed_dictionaries(
        {
            "position": st.integers(0, 2),
            "status": st.just(Status.ACTIVE),
            "product": few | st.sampled_from(["cellar-tour", "boat"]),
            "provider": few | st.just("port"),
            "category": few | st.just("activity"),
            "agency": few | st.just("alpes"),
            "group": few | st.just("receptives"),
            "operation": few | st.just("summer"),
            "channels": st.sampled_from([frozenset()] * 3 + [frozenset({"shop"})]),
            "sale_window": windows,
            "service_window": windows,
        }
    ),
    min_size=2,
    max_size=12,
).map(numbered)

books = st.tuples(
    candidate_lists | crowded_lists, st.lists(st.sampled_from(VERSIONS), min_size=12)
).map(
    lambda drawn: [
        LintRule(
            candidate=candidate,
            base=CommissionBase.SALE_PRICE,
            percent=0,
            applies_from=version[0],
            applies_to=version[1],
        )
        for candidate, version in zip(*drawn, strict=False)
    ]
)


@QUICK
@given(books)
def test_a_rule_reported_shadowed_or_past_or_contradictory_never_wins(rules):
    found = lint(rules, replace(FACTS, channels=frozenset({"shop", "api"})))
    beaten = {f.rule for f in found if f.code in ("shadowed", "contradiction")}
    # A service may begin before its sale date only on paper; those sales are tried as well.
    over = {f.rule for f in found if f.code == "past_window"}
    for sale in SITUATIONS:
        standing = [rule.candidate for rule in rules if stands(rule, sale.sale_date)]
        winner = resolve(sale, standing).winner
        if winner is not None:
            assert winner.id not in beaten, (sale, winner)
            if sale.service_date is None or sale.service_date >= TODAY:
                assert winner.id not in over, (sale, winner)


def test_the_books_tried_above_hold_shadows_and_ties():
    """A property about what never appears would prove nothing."""
    seen = set()

    @settings(max_examples=100, deadline=None, database=None, derandomize=True)
    @given(books)
    def look(rules):
        seen.update(finding.code for finding in lint(rules, FACTS))

    look()
    assert {"shadowed", "tie", "past_window", "contradiction"} <= seen


@QUICK
@given(books)
def test_a_pair_reported_as_a_tie_has_equal_rank_and_the_winner_is_named(rules):
    by_id = {rule.candidate.id: rule.candidate for rule in rules}
    for finding in lint(rules, FACTS):
        if finding.code == "tie":
            loser, winner = by_id[finding.rule], by_id[finding.other]
            assert (loser.band, loser.position) == (winner.band, winner.position)
            assert winner.id < loser.id
