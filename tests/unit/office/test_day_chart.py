"""Sales by day: every day keeps its place, currencies are never added."""

from datetime import date, timedelta
from decimal import Decimal

from shared_apps.operator.day_chart import DAYS, HEIGHT, charts_of

TODAY = date(2026, 11, 22)


def _ago(days, currency, amount):
    return TODAY - timedelta(days=days), currency, Decimal(amount)


def test_amounts_of_one_day_add_up_and_currencies_do_not():
    charts = charts_of(
        [_ago(0, "EUR", "10"), _ago(0, "EUR", "5"), _ago(0, "JPY", "900")], last=TODAY
    )
    assert [(chart.currency, chart.bars[-1].amount) for chart in charts] == [
        ("EUR", Decimal(15)),
        ("JPY", Decimal(900)),
    ]


def test_thirty_days_are_shown_and_older_sales_are_not():
    (chart,) = charts_of([_ago(29, "EUR", "8"), _ago(30, "EUR", "99")], last=TODAY)
    assert len(chart.bars) == DAYS
    assert chart.bars[0].amount == Decimal(8)
    assert [bar.day for bar in chart.sold] == [TODAY - timedelta(days=29)]


def test_the_tallest_day_fills_the_picture_and_a_tiny_one_can_still_be_seen():
    (chart,) = charts_of([_ago(1, "EUR", "1000"), _ago(0, "EUR", "0.01")], last=TODAY)
    assert (chart.bars[-2].y, chart.bars[-2].height) == (0, HEIGHT)
    assert chart.bars[-1].height == 2


def test_a_day_of_cancellations_keeps_its_sign():
    (chart,) = charts_of([_ago(0, "EUR", "-40")], last=TODAY)
    assert chart.bars[-1].amount == Decimal(-40)
    assert chart.bars[-1].height == HEIGHT
