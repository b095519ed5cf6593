"""Runs every check over a book of rules and puts what it finds in words.

A rule is told of once by each check, with the other rule that matters most. What cannot apply any
more is told of that and nothing else.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from shared_apps.commissions.engine import rank
from shared_apps.commissions.lint.coverage import Reach, contradiction, reach_of
from shared_apps.commissions.lint.findings import Finding, Severity
from shared_apps.commissions.lint.index import Covering, Meeting
from shared_apps.commissions.lint.losses import Losses, commission_on
from shared_apps.commissions.lint.subjects import Facts, LintRule, PricePoint
from shared_apps.pricing.steps import Step, Value, gettext_noop

MESSAGES = {
    "shadowed": gettext_noop(
        "Rule “{rule}” can never win: wherever it fits, rule “{other}” comes before it."
    ),
    "tie": gettext_noop(
        "Rules “{rule}” and “{other}” fit some of the same sales with equal rank: only their "
        "identifiers decide, and “{other}” wins. Give them different positions."
    ),
    "loss": gettext_noop(
        "Rule “{rule}” makes a loss: on {product} at {price} it gives {commission}, and only "
        "{room} is left to give."
    ),
    "past_window": gettext_noop("Rule “{rule}” can fit no sale any more: its last day was {last}."),
    "outside_corridor": gettext_noop(
        "Override “{rule}” is outside the corridor that the operator granted."
    ),
    "unknown_channel": gettext_noop(
        "Rule “{rule}” names a channel that does not exist: {channels}."
    ),
    "contradiction": gettext_noop(
        "Rule “{rule}” can never fit: it names the product {product} and a {what} that the product "
        "does not have."
    ),
}
WORDS = {"provider": gettext_noop("provider"), "category": gettext_noop("category")}
ERRORS = frozenset({"unknown_channel", "contradiction"})


def lint(
    rules: Iterable[LintRule], facts: Facts, *, changed: Collection[str] | None = None
) -> list[Finding]:
    """Check ``rules`` against each other and against ``facts``.

    :param changed: ids of the rules that matter; only findings that touch one of them are made.
        None: all rules.
    """
    known = [(rule, reach_of(rule, facts)) for rule in rules]
    living, findings = [], []
    for rule, reach in known:
        alone = list(_alone(rule, reach, facts))
        if changed is None or rule.candidate.id in changed:
            findings.extend(alone)
        if not reach.empty and not any(found.code == "contradiction" for found in alone):
            living.append((rule, reach))
    living.sort(key=lambda pair: rank(pair[0].candidate))
    shadows = _shadows(living, changed)
    findings.extend(shadows)
    hidden = {finding.rule for finding in shadows}
    findings.extend(_ties(living, hidden, changed))
    findings.extend(_losses(living, hidden, facts, changed))
    return findings


def _alone(rule: LintRule, reach: Reach, facts: Facts) -> Iterator[Finding]:
    """What is odd about a rule whatever the others are."""
    candidate = rule.candidate
    service_over = reach.service is not None and reach.service[1] < facts.today
    if reach.empty or service_over:
        last = reach.service[1] if service_over and reach.service else reach.sale[1]
        yield _finding("past_window", rule, last=last)
    if unknown := candidate.channels - facts.channels:
        yield _finding("unknown_channel", rule, channels=", ".join(sorted(unknown)))
    if rule.inside_corridor is False:
        yield _finding("outside_corridor", rule)
    if what := contradiction(rule, facts):
        words = {"what": WORDS[what]}
        yield _finding("contradiction", rule, words=words, product=candidate.product or "")


def _shadows(
    living: list[tuple[LintRule, Reach]], changed: Collection[str] | None
) -> list[Finding]:
    everything = Covering(living)
    new = None if changed is None else Covering(p for p in living if p[0].candidate.id in changed)
    findings = []
    for rule, reach in living:
        asked = everything if new is None or _touched(rule, changed) else new
        other = asked.first_over(rule.candidate, reach)
        if other is not None:
            findings.append(_finding("shadowed", rule, other))
    return findings


def _ties(
    living: list[tuple[LintRule, Reach]], hidden: set[str], changed: Collection[str] | None
) -> Iterator[Finding]:
    """In the order of their ranks, so that the rule met is the one that wins."""
    meeting = Meeting()
    for rule, reach in living:
        if rule.candidate.id in hidden:
            continue
        other = meeting.met(rule, reach)
        if other is not None and (_touched(rule, changed) or _touched(other, changed)):
            yield _finding("tie", rule, other)


def _losses(
    living: list[tuple[LintRule, Reach]],
    hidden: set[str],
    facts: Facts,
    changed: Collection[str] | None,
) -> Iterator[Finding]:
    """A loss counts where the rule can win: not on a product that another rule always takes."""
    losses, covering = Losses(facts), Covering(living)
    for rule, reach in living:
        if rule.candidate.id in hidden or not _touched(rule, changed):
            continue
        for point in losses.of(rule, reach):
            place = facts.products[point.product]
            on_product = replace(
                reach, product=point.product, provider=place.provider, category=place.category
            )
            if covering.first_over(rule.candidate, on_product) is None:
                yield _loss(rule, point)
                break


def _loss(rule: LintRule, point: PricePoint) -> Finding:
    return _finding(
        "loss",
        rule,
        product=point.product,
        price=point.reference,
        commission=commission_on(rule, point),
        room=point.room,
    )


def _touched(rule: LintRule, changed: Collection[str] | None) -> bool:
    return changed is None or rule.candidate.id in changed


def _finding(
    code: str,
    rule: LintRule,
    other: LintRule | None = None,
    /,
    words: dict[str, str] | None = None,
    **values: Value,
) -> Finding:
    names: dict[str, Value] = {"rule": rule.candidate.name}
    if other is not None:
        names["other"] = other.candidate.name
    return Finding(
        code=code,
        severity=Severity.ERROR if code in ERRORS else Severity.WARNING,
        rule=rule.candidate.id,
        other=None if other is None else other.candidate.id,
        sentence=Step(f"lint.{code}", MESSAGES[code], {**names, **values}, words or {}),
    )
