"""Drafts: what somebody is about to change, seen by nobody's sale.

A draft is a row of its own that names the version it would follow (``version``). When another
set publishes that number first, the draft is stale and cannot be published any more: nobody's
change is overwritten unseen.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.day_words import day_words
from shared_apps.audit.actions import audit_record
from shared_apps.commissions.books import Book, last_versions, series_heads
from shared_apps.commissions.locks import book_lock, draft_set_lock
from shared_apps.commissions.models import ChangeSetStatus, RuleStatus, RuleTerms
from shared_apps.commissions.versions import TERMS, terms_copied, terms_json
from shared_apps.identity.models import User


@transaction.atomic
def draft_open(book: Book, *, author: User, name: str = "") -> Any:
    """The author's open draft set, made when there is none; named after today by default."""
    book_lock(book)
    mine = book.change_sets.filter(
        author_id=author.pk, status=ChangeSetStatus.DRAFT, undoes=None
    ).order_by("id")
    if found := mine.first():
        return found
    today = day_words(timezone.localdate())
    change_set = book.set_model(
        name=name or _("Changes of %(day)s") % {"day": today}, author=author
    )
    change_set.full_clean(exclude=["author", "effects"])
    change_set.save()
    audit_record(verb="change_set_open", target=change_set)
    return change_set


@transaction.atomic
def rule_draft(
    book: Book, *, change_set: Any, rule: RuleTerms | None = None, changes: dict[str, Any]
) -> Any:
    """Draft a new version of ``rule`` with ``changes``, or a new rule; returns the draft.

    ``rule`` is any version of the rule, or a draft of this set. ``changes`` holds term fields
    (:data:`~shared_apps.commissions.versions.TERMS`) and scope fields with their objects or
    None. A rule is drafted once a set: further changes are added to the same draft, and undo
    its retirement. Amounts are per unit, in ``currency``; for a product that is its own unless
    another is given. Raises ValidationError naming the fields.
    """
    locked = draft_set_lock(book, change_set.pk)
    changes_check(book, changes)
    draft = _draft_for(book, locked, rule)
    before = terms_json(draft) if draft.name else None
    draft.retires = False
    for field, value in changes.items():
        setattr(draft, field, value)
    draft_complete(draft)
    draft.save()
    after = terms_json(draft)
    changed = [key for key in after if before is None or before[key] != after[key]]
    audit_record(
        verb="rule_draft",
        target=draft,
        before=before and {key: before[key] for key in changed},
        after={key: after[key] for key in changed},
    )
    return draft


@transaction.atomic
def rule_retire(book: Book, *, change_set: Any, rule: RuleTerms) -> Any:
    """Draft the end of ``rule``; returns the draft. Changes drafted for it are dropped.

    Raises ValidationError for a rule that is not published or is retired already.
    """
    locked = draft_set_lock(book, change_set.pk)
    head = head_of(book, rule)
    if head is None or head.retires:
        raise ValidationError(
            _("Rule “%(rule)s” is not in force: there is nothing to retire.") % {"rule": rule.name}
        )
    draft = _draft_for(book, locked, rule)
    for field, value in terms_copied(head).items():
        setattr(draft, field, value)
    draft.retires = True
    draft.save()
    audit_record(verb="rule_draft_retire", target=draft)
    return draft


@transaction.atomic
def draft_discard(book: Book, *, change_set: Any, rule: RuleTerms | None = None) -> None:
    """Throw one draft away, named by itself or by any version of its rule; or the whole set.

    Raises ValidationError when the set is no draft any more, or holds no draft of ``rule``.
    """
    locked = draft_set_lock(book, change_set.pk)
    drafts = drafts_of(book, locked)
    if rule is None:
        drafts.delete()
        locked.status = ChangeSetStatus.DISCARDED
        locked.save(update_fields=["status"])
        change_set.status = locked.status
        audit_record(verb="change_set_discard", target=locked)
        return
    draft = _own_draft(book, locked, rule)
    if draft is None:
        raise ValidationError(
            _("The change set holds no draft of rule “%(rule)s”.") % {"rule": rule.name}
        )
    audit_record(verb="rule_draft_discard", target=draft)
    draft.delete()


def drafts_of(book: Book, change_set: Any) -> Any:
    """The drafts of ``change_set``, oldest first."""
    return book.rules.filter(change_set_id=change_set.pk, status=RuleStatus.DRAFT).order_by("id")


def head_of(book: Book, rule: RuleTerms) -> Any:
    """The newest published version of the rule that ``rule`` is a version of, or None."""
    series = rule.series_id
    return series_heads(book).filter(Q(series=series) | Q(id=series, series=None)).first()


def changes_check(book: Book, changes: dict[str, Any]) -> None:
    """Raise ValidationError naming fields of ``changes`` that no draft of this book may set."""
    unknown = set(changes) - {*TERMS, *book.scopes}
    if unknown:
        raise ValidationError({name: _("This field cannot be changed.") for name in unknown})


def draft_complete(draft: RuleTerms) -> None:
    """Fill in the currency of a product's amounts and check the draft, naming the bad fields."""
    product = getattr(draft, "product", None)
    if any((draft.fixed, draft.floor, draft.cap)) and not draft.currency and product is not None:
        draft.currency = product.currency
    draft.full_clean(exclude=["change_set"], validate_constraints=False)
    terms_check(draft)


def terms_check(draft: RuleTerms) -> None:
    """Raise ValidationError for terms that make no sense together, naming the field to mend."""
    errors = {}
    if any(amount is not None and amount < 0 for amount in (draft.fixed, draft.floor)):
        errors["fixed" if draft.fixed < 0 else "floor"] = _("An amount cannot be negative.")
    if not 0 <= draft.percent <= 100:
        errors["percent"] = _("A percentage lies between 0 and 100.")
    if draft.floor is not None and draft.cap is not None and draft.cap < draft.floor:
        errors["cap"] = _("The cap is below the floor.")
    if any((draft.fixed, draft.floor, draft.cap is not None)) and not draft.currency:
        errors["currency"] = _("Amounts need a currency.")
    for axis in ("sale", "service"):
        first, last = getattr(draft, f"{axis}_from"), getattr(draft, f"{axis}_to")
        if first is not None and last is not None and last < first:
            errors[f"{axis}_to"] = _("The last day is before the first.")
    if errors:
        raise ValidationError(errors)


def _draft_for(book: Book, change_set: Any, rule: RuleTerms | None) -> Any:
    """The set's draft of ``rule``, or an unsaved one that would follow its newest version."""
    blank = book.rule_model(change_set=change_set, created_by_id=change_set.author_id)
    if rule is None:
        return blank
    if found := _own_draft(book, change_set, rule):
        return found
    head = head_of(book, rule) or _asked(book, rule)
    if head is None:
        raise ValidationError(
            _("Rule “%(rule)s” was never published: change it where it was drafted.")
            % {"rule": rule.name}
        )
    for field, value in terms_copied(head).items():
        setattr(blank, field, value)
    blank.series, blank.version = (
        head.series_id,
        last_versions(book, [head.series_id])[head.series_id] + 1,
    )
    return blank


def _asked(book: Book, rule: RuleTerms) -> Any:
    """The last version of a rule that never was in force: asked for (D14), or withdrawn."""
    series = Q(series=rule.series_id) | Q(id=rule.series_id)
    asked = book.rules.filter(series, retires=False).exclude(status=RuleStatus.DRAFT)
    return asked.order_by("-version").first()


def _own_draft(book: Book, change_set: Any, rule: RuleTerms) -> Any:
    drafts = drafts_of(book, change_set)
    if rule.status == RuleStatus.DRAFT:
        return drafts.filter(pk=rule.pk).first()
    return drafts.filter(series=rule.series_id).first()
