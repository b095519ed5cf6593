"""The calendar leaves out no rule that counts: compared with looking at every pair."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared_apps.commissions.lint.calendar import Calendar
from shared_apps.commissions.lint.coverage import covers, overlap, reach_of
from tests.unit.commissions.lint.book import FACTS, TODAY, a_rule
from tests.unit.commissions.situations import QUICK

days = st.none() | st.integers(-40, 1500).map(lambda number: TODAY + timedelta(days=number))


def ordered(pair):
    return tuple(sorted(pair)) if None not in pair else pair


windows = st.tuples(days, days).map(ordered)
books = st.lists(st.tuples(windows, windows), min_size=2, max_size=12)


@QUICK
@given(books)
def test_every_rule_that_covers_or_meets_another_is_among_those_looked_at(all_days):
    rules = [
        a_rule(f"r{number:02}", sale_from=s[0], sale_to=s[1], service_from=v[0], service_to=v[1])
        for number, (s, v) in enumerate(all_days)
    ]
    reaches = [reach_of(rule, FACTS) for rule in rules]
    living = [(r, reach) for r, reach in zip(rules, reaches, strict=True) if not reach.empty]
    calendar = Calendar()
    for _rule, reach in living:
        calendar.add(reach)
    for _one, narrow in living:
        around, near = set(calendar.around(narrow)), set(calendar.near(narrow))
        assert {wide for rule, wide in living if covers(rule, wide, narrow)} <= around
        assert {other for _rule, other in living if overlap(other, narrow)} <= near


def test_a_season_is_not_looked_at_in_another_year():
    calendar = Calendar()
    summer = reach_of(
        a_rule("a", service_from=date(2027, 7, 1), service_to=date(2027, 8, 1)), FACTS
    )
    calendar.add(summer)
    later = reach_of(a_rule("b", service_from=date(2028, 7, 1), service_to=date(2028, 8, 1)), FACTS)
    assert list(calendar.near(later)) == list(calendar.around(later)) == []
    assert summer in list(calendar.near(summer))
