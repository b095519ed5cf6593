"""Which days a period holds, and which payments a statement asks for."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_apps.statements.flows import flows
from shared_apps.statements.periods import (
    BadPeriod,
    Period,
    period_before,
    period_holding,
    periods_ending_in,
    span_parse,
)

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
KINDS = st.sampled_from(["monthly", "fortnightly", "weekly"])


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-W47", date(2026, 11, 16), date(2026, 11, 22)),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
    ],
)
def test_a_span_is_a_month_or_an_iso_week(text, first, last):
    assert span_parse(text) == Period(first, last)


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-W54", "26-11", "2026-11-01"])
def test_what_names_no_span_is_refused(text):
    with pytest.raises(BadPeriod):
        span_parse(text)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("monthly", [(1, 30)]),
        ("fortnightly", [(1, 15), (16, 30)]),
        ("weekly", [(-5, 1), (2, 8), (9, 15), (16, 22), (23, 29)]),
    ],
)
def test_the_periods_of_november_2026(kind, expected):
    first = date(2026, 11, 1)
    found = [
        ((p.first - first).days + 1, (p.last - first).days + 1)
        for p in periods_ending_in(kind, span_parse("2026-11"))
    ]
    assert found == expected


@given(KINDS, DAYS)
def test_periods_follow_each_other_without_gap_or_overlap(kind, day):
    period = period_holding(kind, day)
    assert period.first <= day <= period.last
    assert period_holding(kind, period.last) == period
    following = period_holding(kind, period.last + timedelta(days=1))
    assert following.first == period.last + timedelta(days=1)
    assert period_before(kind, following.first) == period


def shown(**given) -> list[tuple[str, str]]:
    return [(flow.direction, str(flow.left)) for flow in flows(**given)]


@pytest.mark.parametrize(
    ("credit", "debit", "netting", "expected"),
    [
        (16, 68, True, [("from_party", "52")]),
        (68, 16, True, [("to_party", "52")]),
        (16, 68, False, [("to_party", "16"), ("from_party", "68")]),
        (-8, 0, False, [("from_party", "8")]),
        (16, -4, False, [("to_party", "20")]),
        (16, 16, True, []),
    ],
)
def test_which_payments_are_asked_for(credit, debit, netting, expected):
    assert shown(credit=Decimal(credit), debit=Decimal(debit), netting=netting) == expected


@given(st.decimals(-1000, 1000, places=2), st.decimals(-1000, 1000, places=2), st.booleans())
def test_whatever_moves_the_balance_is_the_same(credit, debit, netting):
    found = {f.direction: f.amount for f in flows(credit=credit, debit=debit, netting=netting)}
    assert found.get("to_party", 0) - found.get("from_party", 0) == credit - debit
