"""Chooses the rule, and gives every other rule its reason.

A rule is first tested against the sale, in a fixed order, and the first test that it fails is its
reason. The rules that pass are ranked, and each loser's reason is the step of the rank at which
the winner left it behind. One pass over the candidates and one sort of those that fit: ten
thousand rules cost a tenth of a second at worst.

The order of the candidates never matters. Ranks end on the rule's id, and two rules with one id
are refused.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared_apps.commissions.engine.situation import Band, Candidate, RuleError, Situation, Status

DECISION_VERSION = 1
"""Raised when the meaning of a frozen decision changes."""


class Reason(StrEnum):
    """Why a rule does not apply: what rules it out, in the order of the tests, then defeats."""

    ARCHIVED = "archived"
    DRAFT = "draft"
    PENDING = "pending"
    PRODUCT_MISMATCH = "product_mismatch"
    PROVIDER_MISMATCH = "provider_mismatch"
    CATEGORY_MISMATCH = "category_mismatch"
    AGENCY_MISMATCH = "agency_mismatch"
    GROUP_MISMATCH = "group_mismatch"
    CHANNEL_MISMATCH = "channel_mismatch"
    OUTSIDE_SALE_WINDOW = "outside_sale_window"
    OUTSIDE_SERVICE_WINDOW = "outside_service_window"
    CURRENCY_MISMATCH = "currency_mismatch"
    BUDGET_SPENT = "budget_spent"
    LOWER_BAND = "lower_band"
    LESS_SPECIFIC = "less_specific"
    LOWER_POSITION = "lower_position"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A rule that does not apply, and the first reason why."""

    candidate: Candidate
    reason: Reason


@dataclass(frozen=True, slots=True)
class Decision:
    """The rule that applies to a sale, and every other with its reason.

    :param winner: None when no rule fits: the agency then earns no commission on this sale.
    :param rejections: first those that fitted and lost, best first, then those ruled out.
    """

    situation: Situation
    winner: Candidate | None
    rejections: tuple[Rejection, ...]

    @property
    def band(self) -> Band | None:
        """The winner's band, or None when no rule fits."""
        return None if self.winner is None else self.winner.band

    @property
    def rejected(self) -> dict[str, Reason]:
        """The reasons by rule id."""
        return {rejection.candidate.id: rejection.reason for rejection in self.rejections}

    def verdict(self) -> dict[str, object]:
        """Write in the shape of a golden case's ``expected``."""
        return {
            "winner": None if self.winner is None else self.winner.id,
            "band": None if self.band is None else self.band.value,
            "rejected": {rule: reason.value for rule, reason in self.rejected.items()},
        }

    def to_json(self) -> dict[str, object]:
        """Write what an order line keeps: the verdict, the situation, and every rule in full.

        ``others`` are the rejected rules in the order of their reasons. With them the whole
        decision can be made again years later, whatever has become of the rules.
        """
        winner = None if self.winner is None else self.winner.to_json()
        kept = {"version": DECISION_VERSION, "sale": self.situation.to_json(), "rule": winner}
        others = [rejection.candidate.to_json() for rejection in self.rejections]
        return {**self.verdict(), **kept, "others": others}


def resolve(situation: Situation, candidates: Iterable[Candidate]) -> Decision:
    """Choose the rule that applies to the sale (D13).

    :raises RuleError: ``duplicate_rule_id``, because two rules of one id could not be told apart
        on the sale that keeps the decision.
    """
    fitting: list[Candidate] = []
    ruled_out: list[Rejection] = []
    seen: set[str] = set()
    for candidate in candidates:
        if candidate.id in seen:
            raise RuleError("duplicate_rule_id", f"Two rules are called {candidate.id!r:.40}.")
        seen.add(candidate.id)
        reason = misfit(situation, candidate)
        if reason is None:
            fitting.append(candidate)
        else:
            ruled_out.append(Rejection(candidate, reason))
    if not fitting:
        return Decision(situation, None, tuple(ruled_out))
    winner, *losers = sorted(fitting, key=rank)
    defeated = (Rejection(loser, defeat(winner, loser)) for loser in losers)
    return Decision(situation, winner, (*defeated, *ruled_out))


def rank(candidate: Candidate) -> tuple[int, int, int, int, str]:
    """Return the sort key of D13, smallest first: band, scopes, position, and the id at last."""
    return (
        _BAND_ORDER[candidate.band],
        candidate.product_scope,
        candidate.agency_scope,
        candidate.position,
        candidate.id,
    )


def defeat(winner: Candidate, loser: Candidate) -> Reason:
    """Say at which step of the rank a rule that fits lost."""
    if loser.band is not winner.band:
        return Reason.LOWER_BAND
    scopes = (winner.product_scope, winner.agency_scope)
    if (loser.product_scope, loser.agency_scope) != scopes:
        return Reason.LESS_SPECIFIC
    return Reason.LOWER_POSITION


def misfit(situation: Situation, candidate: Candidate) -> Reason | None:
    """Return the first reason why the rule is not for this sale, or None when it fits."""
    if candidate.status is not Status.ACTIVE:
        return Reason(candidate.status.value)
    return next((reason for fits, reason in _FIT_TESTS if not fits(situation, candidate)), None)


_FIT_TESTS: tuple[tuple[Callable[[Situation, Candidate], bool], Reason], ...] = (
    (lambda sale, rule: rule.product in (None, sale.product), Reason.PRODUCT_MISMATCH),
    (lambda sale, rule: rule.provider in (None, sale.provider), Reason.PROVIDER_MISMATCH),
    (lambda sale, rule: rule.category in (None, sale.category), Reason.CATEGORY_MISMATCH),
    (lambda sale, rule: rule.agency in (None, sale.agency), Reason.AGENCY_MISMATCH),
    (lambda sale, rule: rule.group in (None, sale.group), Reason.GROUP_MISMATCH),
    (
        lambda sale, rule: not rule.channels or sale.channel in rule.channels,
        Reason.CHANNEL_MISMATCH,
    ),
    (
        lambda sale, rule: _within(sale.sale_date, rule.sale_from, rule.sale_to),
        Reason.OUTSIDE_SALE_WINDOW,
    ),
    (
        lambda sale, rule: _within(sale.service_date, rule.service_from, rule.service_to),
        Reason.OUTSIDE_SERVICE_WINDOW,
    ),
    (
        lambda sale, rule: None in (sale.currency, rule.currency) or sale.currency == rule.currency,
        Reason.CURRENCY_MISMATCH,
    ),
    (lambda sale, rule: not rule.spent, Reason.BUDGET_SPENT),
)
"""What must hold for a rule to fit, in the order in which reasons are given."""

_BAND_ORDER = {band: order for order, band in enumerate(Band)}


def _within(day: date | None, first: date | None, last: date | None) -> bool:
    """Whether the day lies in the window, both ends included; no day lies in no window."""
    if day is None:
        return first is None and last is None
    return (first is None or first <= day) and (last is None or day <= last)
