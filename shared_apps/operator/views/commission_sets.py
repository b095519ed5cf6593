"""Change sets: the list, the dry run of a draft, publishing, discarding, the one undo.

A draft's page is its dry run: every change before and after, whose commission may fall, what the
check found, which overrides leave their corridor. The same preview decides when it is published,
so nothing is published that was not on this page or that has changed since. A published set's page
says what it did, and offers its undo for as long as it stands.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shared_apps.commissions.change_sets import (
    Change,
    Preview,
    change_set_preview,
    change_set_publish,
    change_set_undo,
    draft_discard,
)
from shared_apps.commissions.change_sets.undoing import undo_refusal
from shared_apps.commissions.models import ChangeSetStatus, RuleStatus
from shared_apps.commissions.versions import terms_json
from shared_apps.identity.access import person
from shared_apps.operator.listing import listing_response
from shared_apps.operator.rulebook import words
from shared_apps.operator.rulebook.desk import Desk
from shared_apps.operator.rulebook.forms import PublishForm
from shared_apps.operator.rulebook.queries import versions_before
from shared_apps.operator.rulebook.set_tables import ChangeSetFilters, ChangeSetTable

SHOWN = 50


@dataclass(frozen=True)
class ShownChange:
    """One change as a row of the page."""

    rule: Any
    kind: str
    terms: list[words.TermChange]
    who: str = ""
    lowered: str = ""
    inside_corridor: bool | None = None
    stale: bool = False
    findings: list[tuple[str, str]] | None = None
    unapplied: bool = False


def sets(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All change sets of this book, newest first."""
    rows = desk.book.change_sets.select_related("author", "published_by")

    def prepare(listing: Any) -> dict[str, Any]:
        listing.table.set_url = lambda pk: desk.url("set", pk)
        return {}

    return listing_response(
        request,
        template="office/commissions/sets.html",
        title=_("Change sets"),
        table_class=ChangeSetTable,
        filterset_class=ChangeSetFilters,
        queryset=rows.annotate(rule_count=Count("rules")).order_by("-id"),
        prepare=prepare,
        context={"desk": desk},
    )


def change_set(request: HttpRequest, desk: Desk, pk: int, **extra: Any) -> HttpResponse:
    """A draft with its dry run, or a published set with what it did."""
    found = _found(desk, pk)
    if found.status == ChangeSetStatus.DRAFT:
        return _draft_page(request, desk, found, **extra)
    rules = desk.book.rules.filter(change_set_id=found.pk).order_by("id")
    page = _page(request, rules)
    before = versions_before(desk.book, list(page.object_list))
    context = {
        "desk": desk,
        "set": found,
        "page": page,
        "changes": [_published(rule, before.get(rule.pk), desk) for rule in page.object_list],
        "waiting": rules.filter(status=RuleStatus.PENDING).count(),
        "undo_refusal": undo_refusal(desk.book, found)
        if found.status == ChangeSetStatus.PUBLISHED
        else "",
        "may_publish": desk.may_publish(request),
        "undoing": desk.book.change_sets.filter(undoes=found).first(),
    }
    return render(request, "office/commissions/set.html", context)


def publish(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Publish a draft; what is refused stands beside its field, above the same dry run."""
    found = _found(desk, pk)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return change_set(request, desk, pk, form=form, status=422)
    try:
        published = change_set_publish(
            desk.book, change_set=found, by=person(request), **form.cleaned_data
        )
    except ValidationError as refusal:
        form.refused(refusal)
        return change_set(request, desk, pk, form=form, status=422)
    if waiting := published.effects.get("outside_corridor", 0):
        said = ngettext(
            "Published. %(count)d override outside your corridor waits for TNP.",
            "Published. %(count)d overrides outside your corridor wait for TNP.",
            waiting,
        )
        messages.warning(request, said % {"count": waiting})
    else:
        messages.success(request, _("Published."))
    return redirect(desk.url("set", pk))


def discard(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Throw a whole draft away."""
    try:
        draft_discard(desk.book, change_set=_found(desk, pk))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(desk.url("set", pk))
    messages.success(request, _("Discarded: the rules are as they were."))
    return redirect(desk.url("grid"))


def undo(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Undo a published set, once."""
    try:
        undoing = change_set_undo(desk.book, change_set=_found(desk, pk), by=person(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(desk.url("set", pk))
    messages.success(request, _("Undone: what stood before stands again."))
    return redirect(desk.url("set", undoing.pk))


def draft_drop(request: HttpRequest, desk: Desk, pk: int, draft: int) -> HttpResponse:
    """Take one draft out of its set; the rest stays."""
    found = _found(desk, pk)
    rule = get_object_or_404(desk.book.rules, pk=draft, change_set_id=found.pk)
    try:
        draft_discard(desk.book, change_set=found, rule=rule)
        messages.success(request, _("Taken out: “%(rule)s” stays as it is.") % {"rule": rule.name})
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(desk.url("set", pk))


def _found(desk: Desk, pk: int) -> Any:
    return get_object_or_404(
        desk.book.change_sets.select_related("author", "published_by", "undoes"), pk=pk
    )


def _page(request: HttpRequest, rows: Any) -> Page:
    return Paginator(rows, SHOWN).get_page(request.GET.get("page"))


def _draft_page(
    request: HttpRequest,
    desk: Desk,
    found: Any,
    *,
    form: PublishForm | None = None,
    status: int = 200,
) -> HttpResponse:
    asked = PublishForm.day_of(request.POST or request.GET)
    preview = change_set_preview(desk.book, found, asked)
    if form is None:
        form = PublishForm(initial={"applies_from": max(asked, preview.earliest)})
    page = _page(request, preview.changes)
    context = {
        "desk": desk,
        "set": found,
        "page": page,
        "changes": [_previewed(change, desk) for change in page.object_list],
        "preview": preview,
        "counts": _counts(preview),
        "findings": [(f.severity, words.step_words(f.sentence)) for f in preview.findings[:SHOWN]],
        "form": form,
        "simulate": desk.simulate_url(found.pk) if desk.may_change(request) else "",
        "may_publish": desk.may_publish(request),
        "may_change": desk.may_change(request),
        "mine": found.author_id == person(request).pk,
    }
    return render(request, "office/commissions/set_draft.html", context, status=status)


def _counts(preview: Preview) -> dict[str, int]:
    changes = preview.changes
    return {
        "all": len(changes),
        "lowered": sum(change.lowers for change in changes),
        "outside": sum(change.inside_corridor is False for change in changes),
        "stale": sum(change.stale for change in changes),
        "findings": len(preview.findings),
    }


def _previewed(change: Change, desk: Desk) -> ShownChange:
    return ShownChange(
        rule=change.rule,
        kind=change.kind,
        terms=words.term_changes(change.before, change.after, sees_margin=desk.sees_margin),
        who=_who(change.rule),
        lowered=words.step_words(change.lowered) if change.lowered else "",
        inside_corridor=change.inside_corridor,
        stale=change.stale,
        findings=[(f.severity, words.step_words(f.sentence)) for f in change.findings],
    )


def _published(rule: Any, before: Any, desk: Desk) -> ShownChange:
    old = None if before is None or before.retires else terms_json(before)
    new = None if rule.retires else terms_json(rule)
    kind = "retire" if rule.retires else "new" if old is None else "change"
    terms = words.term_changes(old, new, sees_margin=desk.sees_margin)
    unapplied = not rule.retires and rule.status == RuleStatus.ARCHIVED
    return ShownChange(rule=rule, kind=kind, terms=terms, who=_who(rule), unapplied=unapplied)


def _who(rule: Any) -> str:
    """Whose commission the rule decides."""
    for scope in ("agency", "group"):
        named = getattr(rule, scope, None)
        if named is not None:
            return str(named)
    return _("all agencies") if rule.book == "R" else _("your agency")
