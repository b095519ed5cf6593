"""Periods of statements: whole months, half months or ISO weeks. Pure.

A half month ends on the 15th or on the month's last day. A week begins on Monday and belongs
to the month in which it ends.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHLY, FORTNIGHTLY, WEEKLY = "monthly", "fortnightly", "weekly"
HALF = 15
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")


class BadPeriod(ValueError):
    """The text names no month (``2026-11``) and no week (``2026-W47``)."""


@dataclass(frozen=True, order=True)
class Period:
    """First and last day, both inside."""

    first: date
    last: date


def span_parse(text: str) -> Period:
    """The month or week that ``text`` names. Raises BadPeriod."""
    try:
        if match := _MONTH.fullmatch(text):
            return _month(date(int(match[1]), int(match[2]), 1))
        if match := _WEEK.fullmatch(text):
            return _week(date.fromisocalendar(int(match[1]), int(match[2]), 1))
    except ValueError as error:
        raise BadPeriod(text) from error
    raise BadPeriod(text)


def period_holding(kind: str, day: date) -> Period:
    """The period of ``kind`` that ``day`` is in. Raises KeyError for an unknown kind."""
    return {MONTHLY: _month, FORTNIGHTLY: _half, WEEKLY: _week}[kind](day)


def periods_ending_in(kind: str, span: Period) -> Iterator[Period]:
    """The periods of ``kind`` whose last day is in ``span``, oldest first."""
    period = period_holding(kind, span.first)
    while period.last <= span.last:
        yield period
        period = period_holding(kind, period.last + timedelta(days=1))


def period_before(kind: str, day: date) -> Period:
    """The last period of ``kind`` that was over when ``day`` began."""
    return period_holding(kind, period_holding(kind, day).first - timedelta(days=1))


def _month(day: date) -> Period:
    return Period(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))


def _half(day: date) -> Period:
    month = _month(day)
    if day.day <= HALF:
        return Period(month.first, day.replace(day=HALF))
    return Period(day.replace(day=HALF + 1), month.last)


def _week(day: date) -> Period:
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6))
