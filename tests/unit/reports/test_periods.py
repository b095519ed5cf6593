"""The span of a dashboard, its steps, and what it is compared with."""

from datetime import date
from decimal import Decimal

import pytest

from shared_apps.reports.figures import Figure, Row, falling, others, top
from shared_apps.reports.periods import Span, shortcuts, span_read

TODAY = date(2026, 11, 22)  # a Sunday


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2026-11-10", "2026-11-16", ("2026-11-03", "2026-11-09")),
        ("2026-11-22", "2026-11-22", ("2026-11-21", "2026-11-21")),
        ("2026-10-01", "2026-10-31", ("2026-09-01", "2026-09-30")),
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28")),
        ("2026-01-01", "2026-12-31", ("2025-01-01", "2025-12-31")),
        ("2026-01-01", "2026-03-31", ("2025-10-01", "2025-12-31")),
        ("2026-11-01", "2026-11-22", ("2026-10-10", "2026-10-31")),
    ],
)
def test_a_span_is_compared_with_the_one_directly_before_it(first, last, before):
    span = Span(date.fromisoformat(first), date.fromisoformat(last))
    assert (span.before.first.isoformat(), span.before.last.isoformat()) == before


@pytest.mark.parametrize(
    ("step", "starts"),
    [
        ("day", ["2026-10-30", "2026-10-31", "2026-11-01", "2026-11-02"]),
        ("week", ["2026-10-26", "2026-11-02"]),
        ("month", ["2026-10-01", "2026-11-01"]),
    ],
)
def test_steps_begin_on_days_mondays_and_firsts(step, starts):
    span = Span(date(2026, 10, 30), date(2026, 11, 2), step)
    assert [day.isoformat() for day in span.starts] == starts


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        ({}, ("2026-11-01", "2026-11-22", "day")),
        ({"from": "2026-10-01", "to": "2026-10-31", "step": "week"},
         ("2026-10-01", "2026-10-31", "week")),
        ({"from": "2026-10-31", "to": "2026-10-01"}, ("2026-10-01", "2026-10-31", "day")),
        ({"from": "nonsense", "to": "x", "step": "hour"}, ("2026-11-01", "2026-11-22", "day")),
        ({"from": "2027-01-01"}, ("2027-01-01", "2027-01-01", "day")),
        ({"from": "2024-01-01", "to": "2026-10-31"}, ("2024-01-01", "2026-10-31", "week")),
        ({"from": "2010-01-01", "to": "2026-10-31"}, ("2016-10-23", "2026-10-31", "month")),
        ({"from": "0001-01-01", "to": "9999-12-31"}, ("2026-11-01", "2026-11-22", "day")),
    ],
)  # fmt: skip
def test_any_address_makes_a_span_that_can_be_drawn(asked, span):
    read = span_read(asked, today=TODAY)
    assert (read.first.isoformat(), read.last.isoformat(), read.step) == span
    assert len(read.starts) <= 531


def test_shortcuts_are_what_people_call_them():
    found = {code: (one.first.isoformat(), one.last.isoformat()) for code, one in
             shortcuts(TODAY).items()}  # fmt: skip
    assert found == {
        "week": ("2026-11-16", "2026-11-22"),
        "month": ("2026-11-01", "2026-11-22"),
        "last_month": ("2026-10-01", "2026-10-31"),
        "year": ("2026-01-01", "2026-11-22"),
    }


@pytest.mark.parametrize(
    "wrong", [("2026-11-02", "2026-11-01", "day"), ("2026-11-01",) * 2 + ("hour",)]
)
def test_a_span_that_makes_no_sense_cannot_be_made(wrong):
    first, last, step = wrong
    with pytest.raises(ValueError, match=r"span|step"):
        Span(date.fromisoformat(first), date.fromisoformat(last), step)


def test_a_change_is_in_percent_of_before_and_says_when_there_was_nothing():
    assert Figure(Decimal(150), Decimal(100)).percent == Decimal("50.0")
    assert Figure(Decimal(2), Decimal(3)).percent == Decimal("-33.3")
    assert Figure(Decimal(-5), Decimal(-10)).percent == Decimal("50.0")
    assert Figure(Decimal(5)).percent is None


def test_top_is_by_sales_and_falling_by_what_was_lost():
    def row(key: str, now: int, before: int) -> Row:
        return Row(key, key, Figure(Decimal(now), Decimal(before)), Figure(), Figure())

    rows = [row("a", 10, 0), row("b", 30, 100), row("c", 0, 20), row("d", 5, 5)]
    assert [one.key for one in top(rows)] == ["b", "a", "d"]
    assert [one.key for one in falling(rows)] == ["b", "c"]
    many = [row(f"{n:02}", 100 - n, 200) for n in range(20)]
    assert [one.key for one in top(many)] == ["00", "01", "02", "03", "04"]
    assert [one.key for one in others(many)] == [f"{n:02}" for n in range(5, 20)]
    assert [one.key for one in falling(many)] == ["19", "18", "17"]
