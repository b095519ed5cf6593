"""The bars of an operation's report."""

from datetime import date, timedelta
from decimal import Decimal

from shared_apps.operator.operation_chart import BARS_A_PERIOD, HEIGHT, STEP, chart_of

START = date(2027, 7, 1)


def _chart(days, *rows):
    before = START - timedelta(days=days)
    last = START + timedelta(days=days - 1)
    return chart_of(rows, currency="EUR", before=before, start=START, last=last)


def test_each_day_is_a_bar_and_the_highest_reaches_the_top():
    chart = _chart(
        2, (START, "EUR", Decimal(50)), (START - timedelta(days=1), "EUR", Decimal("12.50"))
    )
    assert [(bar.during, bar.amount, bar.height) for bar in chart.bars] == [
        (False, 0, 0),
        (False, Decimal("12.50"), 25),
        (True, Decimal(50), HEIGHT),
        (True, 0, 0),
    ]
    assert chart.boundary == 2 * STEP


def test_other_currencies_are_left_out():
    assert all(not bar.amount for bar in _chart(2, (START, "CHF", Decimal(50))).bars)


def test_a_long_operation_is_shown_by_several_days_a_bar_and_no_bar_spans_both_periods():
    chart = _chart(100, (START, "EUR", Decimal(1)), (START + timedelta(days=3), "EUR", Decimal(2)))
    during = [bar for bar in chart.bars if bar.during]
    assert len(during) <= BARS_A_PERIOD
    assert (during[0].first, during[0].last, during[0].amount) == (
        START,
        START + timedelta(days=3),
        3,
    )
    assert {bar.last < START or bar.first >= START for bar in chart.bars} == {True}
    assert sum((bar.last - bar.first).days + 1 for bar in chart.bars) == 200


def test_a_day_of_cancellations_has_a_bar_too():
    (bar,) = [bar for bar in _chart(1, (START, "EUR", Decimal(-5))).bars if bar.amount]
    assert bar.height == HEIGHT
