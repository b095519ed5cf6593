"""Whether a change may lower somebody's commission, and in which words (no database).

Decided conservatively: a change that cannot be proved harmless counts as lowering.
"""

from decimal import Decimal
from typing import Any

from shared_apps.commissions.models import RuleTerms
from shared_apps.commissions.versions import scopes_of
from shared_apps.pricing.steps import Step, gettext_noop

MESSAGES = {
    "retired": gettext_noop("Rule “{rule}” ends."),
    "percent": gettext_noop("Rule “{rule}” gives {after} % instead of {before} %."),
    "fixed": gettext_noop("Rule “{rule}” gives a lower fixed amount."),
    "floor": gettext_noop("Rule “{rule}” has a lower floor, or none any more."),
    "cap": gettext_noop("Rule “{rule}” has a lower cap, or a new one."),
    "base": gettext_noop("Rule “{rule}” takes its percentage of something else."),
    "scope": gettext_noop("Rule “{rule}” is for other sales than before."),
    "window": gettext_noop("Rule “{rule}” is for fewer days or channels than before."),
    "position": gettext_noop("Rule “{rule}” comes later among its equals."),
}


def lowered_by(draft: RuleTerms, head: RuleTerms | None) -> Step | None:
    """Why replacing ``head`` by ``draft`` may lower a commission, or None when it cannot."""
    if head is None or head.retires:
        return None
    if draft.retires:
        return _step("retired", draft) if gives_something(head) else None
    if less := gives_less(draft, head):
        return less
    if scopes_of(draft) != scopes_of(head):
        return _step("scope", draft)
    if _narrowed(draft, head):
        return _step("window", draft)
    return _step("position", draft) if draft.position > head.position else None


def gives_something(terms: RuleTerms) -> bool:
    """Whether the terms give more than nothing on some sale."""
    return bool(terms.percent or terms.fixed or terms.floor)


def gives_less(draft: RuleTerms, head: RuleTerms) -> Step | None:
    """Which of the amounts of ``draft`` may give less than ``head`` on some sale, or None."""
    if draft.base != head.base and head.percent:
        return _step("base", draft)
    if draft.percent < head.percent:
        return _step("percent", draft, before=head.percent, after=draft.percent)
    if draft.fixed < head.fixed:
        return _step("fixed", draft)
    if (draft.floor or Decimal(0)) < (head.floor or Decimal(0)):
        return _step("floor", draft)
    if draft.cap is not None and (head.cap is None or draft.cap < head.cap):
        return _step("cap", draft)
    return None


def _narrowed(draft: RuleTerms, head: RuleTerms) -> bool:
    for axis in ("sale", "service"):
        first, last = f"{axis}_from", f"{axis}_to"
        begins, began = getattr(draft, first), getattr(head, first)
        ends, ended = getattr(draft, last), getattr(head, last)
        if begins is not None and (began is None or begins > began):
            return True
        if ends is not None and (ended is None or ends < ended):
            return True
    fewer = bool(draft.channels) and not set(head.channels) <= set(draft.channels)
    lost = bool(draft.channels) and not head.channels
    other_currency = bool(draft.currency) and draft.currency != head.currency
    return fewer or lost or other_currency


def _step(name: str, rule: RuleTerms, **values: Any) -> Step:
    return Step(f"notice.{name}", MESSAGES[name], {"rule": rule.name, **values})
