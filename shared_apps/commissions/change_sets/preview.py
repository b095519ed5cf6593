"""The dry run: everything a change set would do, before anything is done.

Publishing decides by the same preview, so what was shown is what is checked.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone

from shared_apps.commissions.approvals import corridor_of
from shared_apps.commissions.books import Book, last_versions, series_heads
from shared_apps.commissions.change_sets.drafting import drafts_of
from shared_apps.commissions.change_sets.effects import Effect, effects_estimate, effects_total
from shared_apps.commissions.change_sets.lowering import lowerings
from shared_apps.commissions.lint import Finding
from shared_apps.commissions.lint_facts import lint_drafts
from shared_apps.commissions.policies import notice_days_on
from shared_apps.commissions.versions import same_limits, same_terms, terms_json
from shared_apps.pricing.money import money_text
from shared_apps.pricing.steps import Step


@dataclass(frozen=True)
class Change:
    """One draft and the version it would replace.

    :param kind: ``new``, ``change``, ``retire``, or ``unchanged`` (dropped when published).
    :param rule: the draft.
    :param head: the newest published version, or None for a new rule.
    :param lowered: why it may lower somebody's commission, or None.
    :param inside_corridor: None in the operator's book, and for a rule that ends.
    :param effects: what it would have meant for recent sales, one a currency: an estimate, and
        empty when it was not asked (:mod:`shared_apps.commissions.change_sets.effects`).
    :param stale: whether somebody else published the rule since it was drafted.
    """

    kind: str
    rule: Any
    head: Any
    lowered: Step | None
    inside_corridor: bool | None
    stale: bool
    findings: list[Finding] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    @property
    def lowers(self) -> bool:
        """Whether it may lower somebody's commission."""
        return self.lowered is not None

    @cached_property
    def before(self) -> dict[str, Any] | None:
        """The terms that stand, or None when none do."""
        return None if self.head is None or self.head.retires else terms_json(self.head)

    @cached_property
    def after(self) -> dict[str, Any] | None:
        """The terms that would stand, or None when the rule ends."""
        return None if self.rule.retires else terms_json(self.rule)

    @property
    def changed(self) -> list[str]:
        """The names of the terms that differ."""
        before, after = self.before or {}, self.after or {}
        return [key for key in {**before, **after} if before.get(key) != after.get(key)]

    @property
    def changed_before(self) -> dict[str, Any] | None:
        """What changes, as it stands."""
        return self.before and {key: self.before[key] for key in self.changed}

    @property
    def changed_after(self) -> dict[str, Any] | None:
        """What changes, as it would stand."""
        return self.after and {key: self.after[key] for key in self.changed}


@dataclass(frozen=True)
class Preview:
    """What publishing would do. ``earliest`` is the first day it may apply from."""

    applies_from: date
    changes: list[Change]
    notice_days: int
    earliest: date

    @property
    def lowers(self) -> bool:
        """Whether any change may lower somebody's commission."""
        return any(change.lowers for change in self.changes)

    @property
    def findings(self) -> list[Finding]:
        """Everything the check found about the changed rules."""
        return [finding for change in self.changes for finding in change.findings]

    @property
    def effects(self) -> list[Effect]:
        """The estimated effects of all changes added up, one a currency."""
        return effects_total([effect for change in self.changes for effect in change.effects])

    def summary(self) -> dict[str, Any]:
        """What the published set keeps of its dry run."""
        kinds = [change.kind for change in self.changes]
        return {
            **{kind: kinds.count(kind) for kind in ("new", "change", "retire")},
            "lowers": self.lowers,
            "outside_corridor": sum(c.inside_corridor is False for c in self.changes),
            "effects": [
                {
                    "currency": str(effect.difference.currency.code),
                    "lines": effect.lines,
                    "agencies": money_text(effect.difference),
                }
                for effect in self.effects
            ],
            "findings": [finding.sentence.to_json() for finding in self.findings[:100]],
        }


def change_set_preview(book: Book, change_set: Any, applies_from: date) -> Preview:
    """What publishing ``change_set`` from ``applies_from`` on would do; writes nothing."""
    drafts = list(drafts_of(book, change_set))
    series = [draft.series for draft in drafts if draft.series is not None]
    heads = {h.series_key: h for h in series_heads(book).filter(series_key__in=series)}
    versions = last_versions(book, series)
    corridor = None if book.agency is None else corridor_of(book.agency)
    pairs = [(draft, heads.get(draft.series)) for draft in drafts]
    lowered = lowerings(book, pairs, applies_from)
    changes = []
    for draft, head in pairs:
        outside = corridor is not None and not draft.retires
        changes.append(
            Change(
                kind=_kind(draft, head),
                rule=draft,
                head=head,
                lowered=lowered.get(draft.pk),
                inside_corridor=corridor.holds(draft) if corridor and outside else None,
                stale=draft.series is not None and versions[draft.series] + 1 != draft.version,
            )
        )
    _findings_add(book, changes, applies_from)
    _effects_add(book, changes)
    today = timezone.localdate()
    lowers = any(change.lowers for change in changes)
    notice = notice_days_on(today) if lowers else 0
    begun = [h.applies_from for h in heads.values() if h.applies_from is not None]
    earliest = max([today + timedelta(days=notice), *begun])
    return Preview(applies_from, changes, notice, earliest)


def _findings_add(book: Book, changes: list[Change], applies_from: date) -> None:
    """Check the drafts as if they were published, and hand each change what concerns it."""
    found = lint_drafts(
        book,
        drafts=[change.rule for change in changes if change.kind != "unchanged"],
        heads=[change.head for change in changes if change.head is not None],
        applies_from=applies_from,
    )
    for change in changes:
        change.findings.extend(found.get(change.rule.code, []))


def _effects_add(book: Book, changes: list[Change]) -> None:
    """Estimate what changed amounts would have meant; other changes move sales between rules."""
    asked = [c for c in changes if c.kind == "change" and same_limits(c.rule, c.head)]
    found = effects_estimate(book, [change.rule for change in asked])
    for change in asked:
        change.effects.extend(found.get(change.rule.pk, []))


def _kind(draft: Any, head: Any) -> str:
    if draft.retires:
        return "retire"
    if head is None or head.retires:
        return "new"
    return "unchanged" if same_terms(draft, head) else "change"
