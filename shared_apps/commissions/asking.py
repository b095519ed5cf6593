"""A question "why this rate?" about a sale that nobody has made, and its answer.

Any agency, product and dates may be asked about, also those of the past: rules, overrides and the
agency's group are those that stood on the sale date. Tariffs, markups and the budgets of special
operations have no history and are those of today; pages say so beside the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from shared_apps.commissions.frozen_line import FrozenLine


class QuestionRefused(Exception):
    """The question has no answer; ``field`` is the part of it to blame, empty for the whole."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Question:
    """A sale as somebody imagines it.

    :param product: its public reference (R87).
    :param at: when the departure begins, local; None for the first one of the day.
    :param quantities: units by rate category; one of the first category when empty.
    """

    product: str
    service_date: date
    sale_date: date
    channel: str
    at: time | None = None
    quantities: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RateChoice:
    """A rate category that the departure has, with the units asked for."""

    code: str
    labels: Mapping[str, str]
    quantity: int


@dataclass(frozen=True)
class Answer:
    """The line that such a sale would freeze, and what is known around it.

    :param line: with no waterfall when the product has no departure on that day: which rule
        would apply, and what it gives, is known all the same.
    :param departures: the beginnings of all departures of the day.
    :param nearest: days before and after with a departure, when that day has none.
    """

    question: Question
    titles: Mapping[str, str]
    provider: str
    currency: str
    line: FrozenLine
    departures: tuple[datetime, ...] = ()
    starts_at: datetime | None = None
    rates: tuple[RateChoice, ...] = ()
    nearest: tuple[date, ...] = ()
