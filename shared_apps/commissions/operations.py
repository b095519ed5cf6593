"""The life of a special operation: drafted, published with its rules, stopped, run again (R14).

An operation is planned as terms: who it is for, what it is for, what it gives, how much it may
cost and who funds it. The rules follow from them, one for each pair of an audience and a thing
sold, and wait as drafts that no change set holds, so that nobody publishes them by accident.
Publishing puts them in a change set of their own and publishes it: from then on they are rules
like any other, with versions and an audit trail, and the terms are frozen. What still moves is
the name, the description and the budget, and a running operation can be stopped at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.catalog.models import Category, Product, Provider
from shared_apps.catalog.texts import text_in
from shared_apps.commissions.books import operator_book
from shared_apps.commissions.change_sets import change_set_publish
from shared_apps.commissions.models import (
    Base,
    ChangeSet,
    CommissionRule,
    RuleStatus,
    SpecialOperation,
)
from shared_apps.identity.models import User
from shared_apps.network.models import AgencyGroup
from tenants.models import Agency

MOST_RULES = 500
RESERVED_CODES = frozenset(["nouvelle"])  # an address of the console
SCOPES: dict[type[models.Model], str] = {
    Agency: "agency",
    AgencyGroup: "group",
    Product: "product",
    Provider: "provider",
    Category: "category",
}


@dataclass(frozen=True, kw_only=True)
class OperationTerms:
    """What somebody plans. Percentages are of 100; ``budget`` is in ``currency``, None: no limit.

    ``percent`` of ``base`` is what the operation's rules give the agency. ``audience`` holds
    agencies and groups, empty for everybody; ``goods`` holds products, providers and
    categories, empty for everything.
    """

    name: str
    description: str = ""
    starts_on: date
    ends_on: date
    currency: str = "EUR"
    budget: Decimal | None = None
    operator_percent: Decimal = Decimal(100)
    provider_percent: Decimal = Decimal(0)
    agency_percent: Decimal = Decimal(0)
    percent: Decimal
    base: str = Base.SALE_PRICE
    audience: Sequence[Agency | AgencyGroup] = field(default=())
    goods: Sequence[Product | Provider | Category] = field(default=())


# The terms that are fields of the operation itself; the others make its rules.
OWN = tuple(
    term.name
    for term in fields(OperationTerms)
    if term.name not in ("percent", "base", "audience", "goods")
)
STILL_OPEN = ("name", "description", "budget")


@transaction.atomic
def operation_draft(*, terms: OperationTerms, by: User) -> SpecialOperation:
    """Plan an operation with its drafted rules. Raises ValidationError naming the terms."""
    operation = SpecialOperation(
        code=_free_code(terms.name), status=SpecialOperation.Status.DRAFT, **_own(terms)
    )
    _check(operation)
    operation.save()
    _rules_write(operation, terms, by)
    audit_record(verb="operation_draft", target=operation, after=_said(operation))
    return operation


@transaction.atomic
def operation_change(
    *, operation: SpecialOperation, terms: OperationTerms, by: User
) -> SpecialOperation:
    """Change a draft as a whole; of a published operation name, description and budget only.

    Raises ValidationError naming the terms, among them a budget below what is spent already.
    """
    found = _locked(operation)
    before = _said(found)
    draft = found.status == SpecialOperation.Status.DRAFT
    for name in OWN if draft else STILL_OPEN:
        setattr(found, name, getattr(terms, name))
    if found.budget is not None and found.budget < found.spent:
        raise ValidationError({"budget": _("More than that has been spent already.")})
    _check(found)
    found.save()
    if draft:
        CommissionRule.objects.filter(operation=found, status=RuleStatus.DRAFT).delete()
        _rules_write(found, terms, by)
    after = _said(found)
    changed = [name for name in after if before[name] != after[name]]
    audit_record(
        verb="operation_change",
        target=found,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return found


@transaction.atomic
def operation_publish(*, operation: SpecialOperation, by: User, reason: str) -> SpecialOperation:
    """Publish the operation and its rules: they apply to sales from today or its first day on.

    Raises ValidationError: not a draft, over already, no reason, or whatever publishing the
    change set refuses.
    """
    found = _locked(operation)
    today = timezone.localdate()
    if found.status != SpecialOperation.Status.DRAFT:
        raise ValidationError(_("This operation has been published already."))
    if found.ends_on < today:
        raise ValidationError(_("The last day of this operation has passed."))
    drafts = CommissionRule.objects.filter(operation=found, status=RuleStatus.DRAFT)
    change_set = ChangeSet.objects.create(name=found.name, author=by)
    if drafts.update(change_set=change_set):
        change_set_publish(
            operator_book(),
            change_set=change_set,
            by=by,
            reason=reason,
            applies_from=max(today, found.starts_on),
            accept_findings=True,
        )
    return _move(found, SpecialOperation.Status.RUNNING, "operation_publish", reason)


@transaction.atomic
def operation_stop(*, operation: SpecialOperation, reason: str) -> SpecialOperation:
    """Stop a running operation at once: sales confirmed from now on are paid without it."""
    found = _locked(operation)
    if found.status != SpecialOperation.Status.RUNNING:
        raise ValidationError(_("This operation is not running."))
    return _move(found, SpecialOperation.Status.STOPPED, "operation_stop", reason)


@transaction.atomic
def operation_resume(*, operation: SpecialOperation, reason: str) -> SpecialOperation:
    """Let a stopped operation run again. Raises ValidationError when its last day has passed."""
    found = _locked(operation)
    if found.status != SpecialOperation.Status.STOPPED:
        raise ValidationError(_("This operation is not stopped."))
    if found.ends_on < timezone.localdate():
        raise ValidationError(_("The last day of this operation has passed."))
    return _move(found, SpecialOperation.Status.RUNNING, "operation_resume", reason)


def operation_terms(operation: SpecialOperation) -> OperationTerms:
    """The terms of an operation, read back from its rules; for a form or a page."""
    rules = list(
        CommissionRule.objects.filter(operation=operation)
        .select_related("agency", "group", "product", "provider", "category")
        .order_by("id")
    )
    first = rules[0] if rules else CommissionRule()
    return OperationTerms(
        **{name: getattr(operation, name) for name in OWN},
        percent=first.percent,
        base=first.base,
        audience=_distinct(rule.agency or rule.group for rule in rules),
        goods=_distinct(rule.product or rule.provider or rule.category for rule in rules),
    )


def _distinct(named: Iterator[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(found for found in named if found is not None))


def _own(terms: OperationTerms) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in OWN}


def _free_code(name: str) -> str:
    stem = slugify(name)[:34] or "operation"
    taken = set(
        SpecialOperation.objects.filter(code__startswith=stem).values_list("code", flat=True)
    )
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 4))
    return next(code for code in (stem, *numbered) if code not in taken | RESERVED_CODES)


def _locked(operation: SpecialOperation) -> SpecialOperation:
    return SpecialOperation.objects.select_for_update().get(pk=operation.pk)


def _check(operation: SpecialOperation) -> None:
    if operation.ends_on < operation.starts_on:
        raise ValidationError({"ends_on": _("The last day is before the first.")})
    if operation.budget is not None and operation.budget <= 0:
        raise ValidationError({"budget": _("A budget is more than 0; leave it empty for none.")})
    shares = (operation.operator_percent, operation.provider_percent, operation.agency_percent)
    if sum(shares) != 100 or min(shares) < 0:
        raise ValidationError(
            {"operator_percent": _("Operator, provider and agency must fund 100 % together.")}
        )
    operation.full_clean()


def _rules_write(operation: SpecialOperation, terms: OperationTerms, by: User) -> None:
    """Draft one rule for each pair of an audience and a thing sold."""
    audience: list[Any] = list(terms.audience) or [None]
    goods: list[Any] = list(terms.goods) or [None]
    if len(audience) * len(goods) > MOST_RULES:
        raise ValidationError(
            _("These choices make %(count)d rules. Choose groups or categories: %(most)d at most.")
            % {"count": len(audience) * len(goods), "most": MOST_RULES}
        )
    for who in audience:
        for what in goods:
            scopes = {SCOPES[type(named)]: named for named in (who, what) if named is not None}
            rule = CommissionRule(
                name=_rule_name(operation, who, what),
                operation=operation,
                percent=terms.percent,
                base=terms.base,
                sale_from=operation.starts_on,
                sale_to=operation.ends_on,
                status=RuleStatus.DRAFT,
                created_by=by,
                **scopes,
            )
            rule.full_clean(exclude=["change_set"])
            rule.save()


def _rule_name(operation: SpecialOperation, who: Any, what: Any) -> str:
    named = [name_of(part) for part in (what, who) if part is not None]
    return " · ".join([operation.name, *named])[:120]


def name_of(named: Any) -> str:
    """How people call an agency, a group or something sold, in the current language."""
    texts = getattr(named, "titles", None) or getattr(named, "names", None)
    if texts:
        said = text_in(texts, get_language() or "fr")
        return said or str(getattr(named, "reference", "") or getattr(named, "code", ""))
    return str(named.name)


def _move(found: SpecialOperation, to: str, verb: str, reason: str) -> SpecialOperation:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: it is kept with the decision.")})
    before, found.status = found.status, to
    found.save(update_fields=["status"])
    audit_record(
        verb=verb,
        target=found,
        before={"status": before},
        after={"status": str(to), "reason": reason.strip()},
    )
    return found


def _said(operation: SpecialOperation) -> dict[str, Any]:
    return {
        name: None if getattr(operation, name) is None else str(getattr(operation, name))
        for name in OWN
    }
