"""Whether a rule takes sales from another that may give more. Pure, beside the check of a book.

A new rule lowers nobody's commission by what it gives alone: it lowers when it comes before
a rule that would have given more on some sale. The same holds for a rule that is widened or moved
up. Nothing is computed on prices here: a rule gives at least as much as another when each of its
amounts is at least as high, of the same base. Everything else counts as less (R14).
"""

from collections.abc import Iterable

from shared_apps.commissions.engine import rank
from shared_apps.commissions.lint.coverage import Reach, overlap, reach_of
from shared_apps.commissions.lint.subjects import Facts, LintRule

Terms = tuple[object, ...]


class Outranked:
    """Standing rules, asked for one that a given rule beats although it may give more."""

    def __init__(self, rules: Iterable[LintRule], facts: Facts) -> None:
        self._facts = facts
        # Thousands of rules share a few rates: what gives more is decided once a rate.
        self._by_terms: dict[Terms, list[tuple[LintRule, Reach]]] = {}
        for rule in sorted(rules, key=lambda rule: -rule.percent):
            reach = reach_of(rule, facts)
            if not reach.empty:
                self._by_terms.setdefault(_terms(rule), []).append((rule, reach))

    def better(self, rule: LintRule) -> LintRule | None:
        """A rule that ``rule`` comes before on some sale and that may give more, or None."""
        mine, reach = rank(rule.candidate), reach_of(rule, self._facts)
        if reach.empty:
            return None
        for sharing in self._by_terms.values():
            if gives_at_least(rule, sharing[0][0]):
                continue
            for other, others_reach in sharing:
                if mine < rank(other.candidate) and overlap(reach, others_reach):
                    return other
        return None


def gives_at_least(rule: LintRule, other: LintRule) -> bool:
    """Whether ``rule`` surely gives as much as ``other`` on every sale that both fit."""
    if not other.percent and not other.fixed and not other.floor:
        return True
    if other.percent and rule.base is not other.base:
        return False
    capped = rule.cap is not None and (other.cap is None or rule.cap < other.cap)
    return (
        rule.percent >= other.percent
        and rule.fixed >= other.fixed
        and (rule.floor or 0) >= (other.floor or 0)
        and not capped
    )


def reaches_further(rule: LintRule, before: LintRule, facts: Facts) -> bool:
    """Whether ``rule`` fits sales that its version ``before`` did not, or beats more rules."""
    if rank(rule.candidate)[:4] < rank(before.candidate)[:4]:
        return True
    mine, former = reach_of(rule, facts), reach_of(before, facts)
    more_days = mine.sale[1] > former.sale[1] or mine.sale[0] < former.sale[0]
    return more_days or _beside_days(mine) != _beside_days(former)


def _beside_days(reach: Reach) -> tuple[object, ...]:
    return (
        reach.product,
        reach.provider,
        reach.category,
        reach.agency,
        reach.group,
        reach.channels,
        reach.service,
        reach.currency,
    )


def _terms(rule: LintRule) -> Terms:
    return (rule.base, rule.percent, rule.fixed, rule.floor, rule.cap)
