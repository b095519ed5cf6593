"""One rule: its versions, the form that drafts its next one, its end, and help while typing.

Saving the form drafts; the draft waits in the person's open change set. When somebody has
published the rule since the form was shown, nothing is drafted: the page compares what was typed
with what stands now (R32).
"""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.catalog.models import Product, Provider
from shared_apps.catalog.texts import bare_text
from shared_apps.commissions.change_sets import draft_open, rule_draft, rule_retire
from shared_apps.commissions.models import RuleStatus
from shared_apps.commissions.versions import terms_json
from shared_apps.identity.access import person
from shared_apps.operator.rulebook import words
from shared_apps.operator.rulebook.desk import Desk
from shared_apps.operator.rulebook.example import example_of
from shared_apps.operator.rulebook.rule_form import SECTIONS, RuleForm, section
from shared_apps.operator.versions import Conflict, conflict_of
from shared_apps.operator.views.commission_grid import open_set
from tenants.models import Agency

SUGGESTED = 12


def rule(request: HttpRequest, desk: Desk, letter: str, series: int) -> HttpResponse:
    """What the rule says now, every version it ever had, and what may be done."""
    versions = _versions(desk, letter, series)
    if not versions:
        return _unpublished(desk, letter, series)
    today = timezone.localdate()
    current = next((v for v in versions if _stands(v, today)), None)
    shown = current or versions[0]
    facts = words.term_changes(None, terms_json(shown), sees_margin=desk.sees_margin)
    mine = letter == desk.book.letter
    context = {
        "desk": desk,
        "rule": shown,
        "current": current,
        "facts": [(fact.label, fact.after) for fact in facts],
        "history": _history(versions, desk),
        "draft": _own_draft(request, desk, series) if mine else None,
        "open_set": open_set(request, desk),
        "may_change": mine and desk.may_change(request),
        "over": versions[0].retires and versions[0].status == RuleStatus.ARCHIVED,
    }
    return render(request, "office/commissions/rule.html", context)


def _unpublished(desk: Desk, letter: str, series: int) -> HttpResponse:
    """A rule that is only a draft yet is shown where it was drafted. Raises Http404."""
    drafts = desk.book.rules.filter(pk=series, series=None, status=RuleStatus.DRAFT)
    found = drafts.first() if letter == desk.book.letter else None
    if found is None or found.change_set_id is None:
        raise Http404
    return redirect(desk.url("set", found.change_set_id))


def rule_new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Draft a new rule, or show the empty form."""
    form = _form(desk, request.POST if request.method == "POST" else None)
    valid = request.method == "POST" and form.is_valid()
    if valid and (saved := _save(request, desk, form, None)):
        return saved
    return _form_page(request, desk, form)


def rule_change(request: HttpRequest, desk: Desk, series: int) -> HttpResponse:
    """Draft the next version of a rule, or go on with one's own new rule.

    A version published meanwhile is compared first.
    """
    draft = _own_draft(request, desk, series)
    head = draft if draft is not None and draft.series is None else _head(desk, series)
    if request.method != "POST":
        shown = _form(desk)
        shown.initial = {**shown.values_of(draft or head), "version": head.version}
        return _form_page(request, desk, shown, head=head, draft=draft)
    form = _form(desk, request.POST)
    conflict = None
    if form.is_valid():
        conflict = _compared(form, head)
        if conflict is None and (saved := _save(request, desk, form, head)):
            return saved
    return _form_page(request, desk, form, head=head, draft=draft, conflict=conflict)


def rule_end(request: HttpRequest, desk: Desk, series: int) -> HttpResponse:
    """Draft the end of a rule."""
    head = _head(desk, series)
    change_set = draft_open(desk.book, author=person(request))
    try:
        rule_retire(desk.book, change_set=change_set, rule=head)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(desk.rule_url(desk.book.letter, series))
    messages.success(request, _("Drafted: “%(rule)s” will end.") % {"rule": head.name})
    return redirect(desk.url("set", change_set.pk))


def example(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The worked example for the values typed so far; an empty place while they make no sense."""
    form = _form(desk, request.GET)
    form.is_valid()
    context = {"desk": desk, "example": example_of(form.cleaned_data)}
    return render(request, "office/commissions/example.html", context)


def choices(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Suggestions for the field that is being typed in."""
    for name in ("product", "provider", "agency"):
        text = request.GET.get(name, "").strip()
        if text and name in _scopes(desk):
            return render(
                request, "office/commissions/choices.html", {"options": _suggest(name, text)}
            )
    return render(request, "office/commissions/choices.html", {"options": []})


def _suggest(name: str, text: str) -> list[tuple[str, str]]:
    if name == "product":
        found = Product.objects.filter(
            Q(reference__icontains=text) | Q(search_text__contains=bare_text(text))
        ).order_by("reference")
        return [(p.reference, words.title_of(p)) for p in found[:SUGGESTED]]
    if name == "provider":
        providers = Provider.objects.filter(
            Q(reference__icontains=text) | Q(name__unaccent__icontains=text)
        )
        return [(p.reference, p.name) for p in providers[:SUGGESTED]]
    agencies = Agency.objects.filter(Q(slug__icontains=text) | Q(name__unaccent__icontains=text))
    return [(a.slug, a.name) for a in agencies[:SUGGESTED]]


def _scopes(desk: Desk) -> tuple[str, ...]:
    return desk.book.scopes


def _form(desk: Desk, data: Any = None) -> RuleForm:
    return RuleForm(data, scopes=_scopes(desk), margin=desk.sees_margin)


def _save(request: HttpRequest, desk: Desk, form: RuleForm, head: Any) -> HttpResponse | None:
    """Draft what the form says; None when the verb refuses, its words beside the fields."""
    change_set = draft_open(desk.book, author=person(request))
    try:
        draft = rule_draft(desk.book, change_set=change_set, rule=head, changes=form.changes())
    except ValidationError as refusal:
        form.refused(refusal)
        return None
    messages.success(
        request,
        _("Drafted: “%(rule)s”. Nothing applies before you publish.") % {"rule": draft.name},
    )
    return redirect(desk.url("set", change_set.pk))


def _form_page(
    request: HttpRequest,
    desk: Desk,
    form: RuleForm,
    *,
    head: Any = None,
    draft: Any = None,
    conflict: Conflict | None = None,
) -> HttpResponse:
    values = form.cleaned_data if form.is_bound else {**_blank(form), **form.initial}
    context = {
        "desk": desk,
        "form": form,
        "sections": {name: section(form, name) for name in SECTIONS},
        "head": head,
        "draft": draft,
        "conflict": conflict,
        "example": example_of(values),
    }
    status = 409 if conflict else 422 if form.is_bound else 200
    return render(request, "office/commissions/rule_form.html", context, status=status)


def _blank(form: RuleForm) -> dict[str, Any]:
    return {name: field.initial for name, field in form.fields.items()}


def _compared(form: RuleForm, head: Any) -> Conflict | None:
    """The comparison with what stands, in words; None when the form was filled from it."""
    current = {k: v for k, v in form.values_of(head).items() if k in form.fields}
    conflict = conflict_of(form, head, current)
    if conflict is None:
        return None
    shown = [
        replace(one, mine=words.value_words(one.mine), theirs=words.value_words(one.theirs))
        for one in conflict.differences
    ]
    return replace(conflict, differences=shown)


def _versions(desk: Desk, letter: str, series: int) -> list[Any]:
    """Published versions of a rule the desk may read, newest first."""
    rules = desk.readable(letter)
    own = rules.filter(Q(series=series) | Q(pk=series)).exclude(status=RuleStatus.DRAFT)
    return list(own.order_by("-version", "-pk"))


def _stands(version: Any, day: Any) -> bool:
    begun = version.applies_from is None or version.applies_from <= day
    going = version.applies_to is None or version.applies_to >= day
    return bool(version.status == RuleStatus.ACTIVE and begun and going)


def _history(versions: list[Any], desk: Desk) -> list[dict[str, Any]]:
    """Each version with what it changed against the one before."""
    shown = []
    for version, before in zip(versions, [*versions[1:], None], strict=True):
        old = None if before is None or before.retires else terms_json(before)
        new = None if version.retires else terms_json(version)
        changes = words.term_changes(old, new, sees_margin=desk.sees_margin) if before else []
        shown.append({"version": version, "changes": changes, "withdrawn": _withdrawn(version)})
    return shown


def _withdrawn(version: Any) -> bool:
    first, last = version.applies_from, version.applies_to
    return first is not None and last is not None and last < first


def _head(desk: Desk, series: int) -> Any:
    """The newest version of a rule of this desk's book. Raises Http404."""
    versions = [v for v in _versions(desk, desk.book.letter, series) if not _withdrawn(v)]
    if not versions:
        raise Http404
    return versions[0]


def _own_draft(request: HttpRequest, desk: Desk, series: int) -> Any:
    change_set = open_set(request, desk)
    if change_set is None:
        return None
    drafts = desk.book.rules.filter(change_set_id=change_set.pk, status=RuleStatus.DRAFT)
    return drafts.filter(Q(series=series) | Q(pk=series)).first()
