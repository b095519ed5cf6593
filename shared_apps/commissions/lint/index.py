"""Finds, among thousands of rules, the few that may cover or meet a given one.

Comparing every pair of ten thousand rules would take minutes. A rule that covers another names the
same thing or less, so it stands in one of at most twelve drawers. In a drawer, rules with the same
reach differ by their rank only, and the first of them speaks for all; the rest are filed by
their days.
"""

from collections.abc import Iterable, Iterator

from shared_apps.commissions.engine import Candidate, rank
from shared_apps.commissions.lint.calendar import Calendar
from shared_apps.commissions.lint.coverage import Reach, covers, may_cover, names_of_sold, overlap
from shared_apps.commissions.lint.subjects import LintRule

Rank = tuple[int, int, int, int, str]


class Drawer:
    """The first rule of each reach, and a calendar of the reaches."""

    def __init__(self) -> None:
        self.first: dict[Reach, tuple[Rank, LintRule]] = {}
        self.calendar = Calendar()

    def put(self, rule: LintRule, reach: Reach) -> None:
        """Keep ``rule`` unless a better one has the same reach."""
        mine = rank(rule.candidate)
        if reach not in self.first:
            self.calendar.add(reach)
        elif self.first[reach][0] < mine:
            return
        self.first[reach] = (mine, rule)


class Covering:
    """Rules by what they name, asked for the first that covers a reach and outranks a rule."""

    def __init__(self, rules: Iterable[tuple[LintRule, Reach]]) -> None:
        self._drawers: dict[tuple[object, ...], Drawer] = {}
        for rule, reach in rules:
            if not may_cover(rule) or reach.empty:
                continue
            self._drawers.setdefault(_drawer_of(rule.candidate), Drawer()).put(rule, reach)

    def first_over(self, candidate: Candidate, reach: Reach) -> LintRule | None:
        """The best-ranked rule that outranks ``candidate`` on every sale of ``reach``, or None."""
        mine = rank(candidate)
        best: tuple[Rank, LintRule] | None = None
        for drawer in self._candidates(candidate, reach):
            for other_reach in drawer.calendar.around(reach):
                theirs, rule = drawer.first[other_reach]
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
        self._drawers: dict[tuple[object, ...], Drawer] = {}

    def met(self, rule: LintRule, reach: Reach) -> LintRule | None:
        """A rule seen before that equals ``rule`` in all but its id and meets it; then add it."""
        key = (rank(rule.candidate)[:4], _drawer_of(rule.candidate))
        drawer = self._drawers.setdefault(key, Drawer())
        same = drawer.first.get(reach)
        if same is not None:
            return same[1]
        near = drawer.calendar.near(reach)
        found = next((drawer.first[other][1] for other in near if overlap(other, reach)), None)
        drawer.put(rule, reach)
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
