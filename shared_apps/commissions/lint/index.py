"""Finds, among thousands of rules, the few that may cover or meet a given one.

Comparing every pair of ten thousand rules would take minutes. A rule that covers another names the
same thing or less, so it stands in one of at most twelve drawers. In a drawer, rules with the same
reach differ by their rank only, and the first of them speaks for all.
"""

from collections.abc import Iterable, Iterator

from shared_apps.commissions.engine import Candidate, rank
from shared_apps.commissions.lint.coverage import Reach, covers, may_cover, names_of_sold, overlap
from shared_apps.commissions.lint.subjects import LintRule

Rank = tuple[int, int, int, int, str]
Drawer = dict[Reach, tuple[Rank, LintRule]]


class Covering:
    """Rules by what they name, asked for the first that covers a reach and outranks a rule."""

    def __init__(self, rules: Iterable[tuple[LintRule, Reach]]) -> None:
        self._drawers: dict[tuple[object, ...], Drawer] = {}
        for rule, reach in rules:
            if not may_cover(rule) or reach.empty:
                continue
            drawer = self._drawers.setdefault(_drawer_of(rule.candidate), {})
            mine = rank(rule.candidate)
            if reach not in drawer or mine < drawer[reach][0]:
                drawer[reach] = (mine, rule)

    def first_over(self, candidate: Candidate, reach: Reach) -> LintRule | None:
        """The best-ranked rule that outranks ``candidate`` on every sale of ``reach``, or None."""
        mine = rank(candidate)
        best: tuple[Rank, LintRule] | None = None
        for drawer in self._candidates(candidate, reach):
            for other_reach, (theirs, rule) in drawer.items():
                better = theirs < mine and (best is None or theirs < best[0])
                if better and covers(rule, other_reach, reach):
                    best = (theirs, rule)
        return best[1] if best else None

    def _candidates(self, candidate: Candidate, reach: Reach) -> Iterator[Drawer]:
        for sold in names_of_sold(candidate, reach):
            for seller in _sellers(candidate.agency, candidate.group):
                if drawer := self._drawers.get((sold, seller)):
                    yield drawer


class Meeting:
    """Rules of one rank, asked for one that some sale fits as well."""

    def __init__(self) -> None:
        self._drawers: dict[tuple[object, ...], dict[Reach, LintRule]] = {}

    def met(self, rule: LintRule, reach: Reach) -> LintRule | None:
        """A rule seen before that equals ``rule`` in all but its id and meets it; then add it."""
        key = (rank(rule.candidate)[:4], _drawer_of(rule.candidate))
        drawer = self._drawers.setdefault(key, {})
        found = drawer.get(reach)
        if found is None:
            found = next((other for seen, other in drawer.items() if overlap(seen, reach)), None)
            drawer[reach] = rule
        return found


def _drawer_of(candidate: Candidate) -> tuple[object, ...]:
    for name in ("product", "provider", "category"):
        if (value := getattr(candidate, name)) is not None:
            sold = (name, value)
            break
    else:
        sold = ("", None)
    return (sold, _sellers(candidate.agency, candidate.group)[0])


def _sellers(agency: str | None, group: str | None) -> list[tuple[str, str | None]]:
    named = [("agency", agency), ("group", group)]
    return [*((name, value) for name, value in named if value is not None), ("", None)]
