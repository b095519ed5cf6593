"""Which sales two rules share: whether one covers the other, and whether they overlap.

Both answers lean to one side. ``covers`` says yes only when every possible sale of the one fits the
other, so that what is called shadowed is shadowed. Only two things are implied: a product has one
provider and one category. That an agency is in a group is not, because it may leave tomorrow.
"""

from dataclasses import dataclass
from datetime import date

from shared_apps.commissions.engine import Candidate, Status
from shared_apps.commissions.lint.subjects import Facts, LintRule

NAMES = ("product", "provider", "category", "agency", "group")


@dataclass(frozen=True, slots=True)
class Reach:
    """The sales a rule can still meet: its names completed, its days from today on.

    A reach is the same for all rules with the same limits, whatever they give and however they
    rank.
    """

    product: str | None
    provider: str | None
    category: str | None
    agency: str | None
    group: str | None
    channels: frozenset[str]
    sale: tuple[date, date]
    service: tuple[date, date] | None
    currency: str | None

    @property
    def empty(self) -> bool:
        """Whether no sale is left: its days have gone by."""
        return self.sale[0] > self.sale[1]


def reach_of(rule: LintRule, facts: Facts) -> Reach:
    """What ``rule`` can still meet; a product brings its provider and category."""
    candidate = rule.candidate
    place = facts.products.get(candidate.product or "")
    begins = [day for day in (candidate.sale_from, rule.applies_from) if day is not None]
    ends = [day for day in (candidate.sale_to, rule.applies_to) if day is not None]
    return Reach(
        product=candidate.product,
        provider=candidate.provider or (place.provider if place else None),
        category=candidate.category or (place.category if place else None),
        agency=candidate.agency,
        group=candidate.group,
        channels=candidate.channels,
        sale=(max([facts.today, *begins]), min([date.max, *ends])),
        service=_window(candidate.service_from, candidate.service_to),
        currency=candidate.currency,
    )


def contradiction(rule: LintRule, facts: Facts) -> str | None:
    """Which of ``provider`` and ``category`` the rule names against its own product, or None."""
    candidate = rule.candidate
    place = facts.products.get(candidate.product or "")
    if place is None:
        return None
    if candidate.provider not in (None, place.provider):
        return "provider"
    return "category" if candidate.category not in (None, place.category) else None


def covers(wide: LintRule, wide_reach: Reach, narrow: Reach) -> bool:
    """Whether every sale in the reach ``narrow`` surely fits ``wide``."""
    if not may_cover(wide):
        return False
    named = wide.candidate
    for name in NAMES:
        if getattr(named, name) not in (None, getattr(narrow, name)):
            return False
    if named.channels and not (narrow.channels and narrow.channels <= named.channels):
        return False
    if named.currency not in (None, narrow.currency):
        return False
    if not _inside(narrow.sale, wide_reach.sale):
        return False
    if wide_reach.service is None:
        return True
    return narrow.service is not None and _inside(narrow.service, wide_reach.service)


def may_cover(wide: LintRule) -> bool:
    """Whether the rule applies to whatever fits it, today and tomorrow."""
    return wide.certain and wide.candidate.status is Status.ACTIVE and not wide.candidate.spent


def overlap(one: Reach, other: Reach) -> bool:
    """Whether some sale may fit both."""
    for name in NAMES:
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine is not None and theirs is not None and mine != theirs:
            return False
    if one.channels and other.channels and not one.channels & other.channels:
        return False
    if None not in (one.currency, other.currency) and one.currency != other.currency:
        return False
    services_meet = (
        one.service is None or other.service is None or _meet(one.service, other.service)
    )
    return services_meet and _meet(one.sale, other.sale)


def names_of_sold(candidate: Candidate, reach: Reach) -> list[tuple[str, str | None]]:
    """The narrowest name of what is sold that a rule covering ``reach`` may have, each once."""
    named = [(name, getattr(reach, name)) for name in ("product", "provider", "category")]
    return [*((name, value) for name, value in named if value is not None), ("", None)]


def _window(first: date | None, last: date | None) -> tuple[date, date] | None:
    if first is None and last is None:
        return None
    return (first or date.min, last or date.max)


def _inside(inner: tuple[date, date], outer: tuple[date, date]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _meet(one: tuple[date, date], other: tuple[date, date]) -> bool:
    return max(one[0], other[0]) <= min(one[1], other[1])
