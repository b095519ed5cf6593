"""Which changes of the operator's rules may lower somebody's commission, so that notice is due.

Three questions, from cheap to dear, and the first yes answers. Do the rule's own amounts, days or
scope get worse? Does it come before another shared rule that may give more? Before an
override that an agency has negotiated? The last is asked only of rules whose band can beat an
override, and reads the overrides of the agencies concerned, one schema after the other.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django_tenants.utils import tenant_context

from shared_apps.commissions.book_port import agency_book
from shared_apps.commissions.books import Book
from shared_apps.commissions.engine import Band
from shared_apps.commissions.lint import LintRule
from shared_apps.commissions.lint_facts import facts_read, lint_rule, living
from shared_apps.commissions.notice import lowered_by
from shared_apps.commissions.outranking import Outranked, reaches_further
from shared_apps.commissions.versions import same_limits
from shared_apps.network.models import GroupMembership
from shared_apps.pricing.steps import Step, gettext_noop
from tenants.models import Agency

MESSAGES = {
    "outranks": gettext_noop("Rule “{rule}” comes before rule “{other}”, which may give more."),
    "outranks_override": gettext_noop(
        "Rule “{rule}” comes before the rate “{other}” that an agency has negotiated, which may "
        "give more."
    ),
}
BEATS_OVERRIDES = frozenset({Band.OPERATION, Band.PRODUCT_AGENCY, Band.PRODUCT_GROUP, Band.AGENCY})


def lowerings(book: Book, pairs: Sequence[tuple[Any, Any]], applies_from: date) -> dict[int, Step]:
    """Why each draft may lower a commission, by the draft's key; harmless drafts are absent.

    ``pairs`` are drafts with the version they would follow, or None. An agency's own book lowers
    nobody's commission but its own, so it needs no notice.
    """
    if book.agency is not None:
        return {}
    found = {draft.pk: step for draft, head in pairs if (step := lowered_by(draft, head))}
    reaching: list[tuple[int, LintRule]] = []
    facts = facts_read(book, applies_from, prices=False)
    for draft, head in pairs:
        if draft.pk in found or draft.retires or _amounts_only(draft, head):
            continue
        rule = lint_rule(draft)
        if head is None or head.retires or reaches_further(rule, lint_rule(head), facts):
            reaching.append((draft.pk, rule))
    if not reaching:
        return found
    shared = Outranked((lint_rule(row) for row in book.rules.filter(living(applies_from))), facts)
    overrides = Outranked(_overrides((rule for _pk, rule in reaching), applies_from), facts)
    for pk, rule in reaching:
        if other := shared.better(rule):
            found[pk] = _step("outranks", rule, other)
        elif other := overrides.better(rule):
            found[pk] = _step("outranks_override", rule, other)
    return found


def _amounts_only(draft: Any, head: Any) -> bool:
    replaces = head is not None and not head.retires
    return replaces and same_limits(draft, head) and draft.currency == head.currency


def _overrides(rules: Iterable[LintRule], since: date) -> Iterable[LintRule]:
    """The overrides of every agency that one of ``rules`` may beat."""
    beating = [rule.candidate for rule in rules if rule.candidate.band in BEATS_OVERRIDES]
    if not beating:
        return
    agencies = Agency.objects.order_by("pk")
    if all(candidate.agency or candidate.group for candidate in beating):
        slugs = {candidate.agency for candidate in beating if candidate.agency}
        groups = {candidate.group for candidate in beating if not candidate.agency}
        members = GroupMembership.objects.filter(group__code__in=groups).values("agency_id")
        agencies = agencies.filter(slug__in=slugs) | agencies.filter(pk__in=members)
    for agency in agencies:
        with tenant_context(agency):
            rows = list(agency_book(agency).rules.filter(living(since)))
        yield from (lint_rule(row, agency=agency.slug) for row in rows)


def _step(name: str, rule: LintRule, other: LintRule) -> Step:
    values = {"rule": rule.candidate.name, "other": other.candidate.name}
    return Step(f"notice.{name}", MESSAGES[name], values)
