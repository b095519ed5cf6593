"""The table of rules, and one value for many of them (R55 to R57, R88 to R90).

The table is the offices' listing with two additions: a box on every row that may be changed
here, and a row of empty fields under the headings. What is typed there becomes drafts of the
ticked rows, or of the whole filter result, and of nothing else; the person's change set opens
with every change before and after, and nothing applies before it is published.

"The whole result" carries the number of rows that was on screen. When the result has grown or
shrunk since, nothing is drafted and the page says so with the new number: R57 asks for the
count to be shown before saving, not after.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shared_apps.commissions.change_sets import draft_open, rules_draft_many
from shared_apps.commissions.models import ChangeSetStatus, RuleTerms
from shared_apps.identity.access import person
from shared_apps.operator.listing import Listing, listing_page, listing_response
from shared_apps.operator.rulebook import words
from shared_apps.operator.rulebook.desk import Desk
from shared_apps.operator.rulebook.filters import day_asked
from shared_apps.operator.rulebook.forms import ChangeManyForm

CHANGEABLE = ("active", "upcoming")
TEMPLATE = "office/commissions/grid.html"
BODY = "office/commissions/grid_body.html"


def grid(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Rules in order of precedence, as of any day; exports hold what is shown."""
    return listing_response(
        request, **_page(request, desk, ChangeManyForm(margin=desk.sees_margin))
    )


def change_many(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Draft the typed values for the ticked rows or the whole result, then show the set."""
    if request.method != "POST":
        return redirect(f"{desk.url('grid')}?{request.GET.urlencode()}")
    form = ChangeManyForm(request.POST, margin=desk.sees_margin)
    chosen = _chosen(request, desk)
    refusal = _refusal(request, chosen)
    if form.is_valid() and not refusal:
        try:
            return _draft(request, desk, chosen, form.changes())
        except ValidationError as refused:
            refusal = " ".join(refused.messages)
    if refusal:
        form.add_error(None, refusal)
    page = _page(request, desk, form)
    return listing_page(request, **page, path=desk.url("grid"), status=422)


def _draft(
    request: HttpRequest, desk: Desk, chosen: list[int], changes: dict[str, Any]
) -> HttpResponse:
    change_set = draft_open(desk.book, author=person(request))
    rules = desk.book.rules.filter(pk__in=chosen)
    count = rules_draft_many(desk.book, change_set=change_set, rules=rules, changes=changes)
    said = ngettext(
        "%(count)d rule is drafted. Nothing applies before you publish it below.",
        "%(count)d rules are drafted. Nothing applies before you publish them below.",
        count,
    )
    messages.success(request, said % {"count": count})
    return redirect(desk.url("set", change_set.pk))


def _chosen(request: HttpRequest, desk: Desk) -> list[int]:
    """Ids of the ticked rows, or of all rows of the result, as far as they may be changed."""
    if "whole" in request.POST:
        return list(_changeable(request, desk).values_list("pk", flat=True))
    ticked = [int(text) for text in request.POST.getlist("rule") if text.isdigit()]
    return [pk for pk in ticked if pk < 2**63]


def _refusal(request: HttpRequest, chosen: list[int]) -> str:
    """Why these rows cannot be changed as asked; empty when they can."""
    if not chosen:
        return _("Tick the rules to change, or choose the whole result.")
    shown = request.POST.get("whole_count", "")
    if "whole" in request.POST and shown != str(len(chosen)):
        return _(
            "The result has changed since it was shown: it now holds %(count)d rules that can be "
            "changed. Look at it again, then save."
        ) % {"count": len(chosen)}
    return ""


def _changeable(request: HttpRequest, desk: Desk) -> QuerySet:
    """The rows of the filter result that may be changed here: this desk's book, not over."""
    day = day_asked(request.GET)
    own = desk.parts(day)[-1]
    found = desk.filterset_class(request.GET, queryset=own, request=request)
    return found.qs.filter(state__in=CHANGEABLE).order_by()


def _page(request: HttpRequest, desk: Desk, form: ChangeManyForm) -> dict[str, Any]:
    """What the listing needs: table, filters, rows, and what stands around them."""
    day = day_asked(request.GET)
    may_change = desk.may_change(request)
    mine = open_set(request, desk)

    def prepare(listing: Listing) -> dict[str, Any]:
        table = listing.table
        table.rule_url, table.drafted = desk.rule_url, _drafted(mine, desk, listing)
        table.tickable = desk.book.letter if may_change else ""
        extra: dict[str, Any] = {"day": day, "is_today": day == timezone.localdate()}
        if may_change:
            extra |= {
                "change_form": form,
                "form_cells": [form.under(column.name) for column, _filter in listing.columns],
                "whole_count": _changeable(request, desk).count(),
                "ticked": set(request.POST.getlist("rule")),
            }
        return extra

    return {
        "template": TEMPLATE,
        "body": BODY,
        "title": _("Commission rules"),
        "table_class": desk.table_class,
        "filterset_class": desk.filterset_class,
        "queryset": desk.parts(day),
        "prepare": prepare,
        "context": {
            "desk": desk,
            "may_change": may_change,
            "open_set": mine,
            "query": request.GET.urlencode(),
        },
    }


def open_set(request: HttpRequest, desk: Desk) -> Any:
    """The person's own change set in draft, or None."""
    mine = desk.book.change_sets.filter(author=person(request), status=ChangeSetStatus.DRAFT)
    return mine.annotate(draft_count=Count("rules")).order_by("id").first()


def _drafted(change_set: Any, desk: Desk, listing: Listing) -> dict[tuple[str, int], str]:
    """What the person's open set does to the rules of this page, in few words."""
    if change_set is None:
        return {}
    keys = {
        row.record["series_key"]: row.record
        for row in listing.table.paginated_rows
        if row.record["letter"] == desk.book.letter
    }
    drafts = desk.book.rule_model.objects.filter(change_set=change_set, series__in=list(keys))
    return {(desk.book.letter, d.series): _in_words(d, keys[d.series]) for d in drafts}


def _in_words(draft: RuleTerms, row: dict[str, Any]) -> str:
    if draft.retires:
        return _("Your draft ends it")
    if draft.percent != row["percent_seen"] and row["percent_seen"] is not None:
        before, after = words.percent_words(row["percent_seen"]), words.percent_words(draft.percent)
        return _("Your draft: %(before)s → %(after)s") % {"before": before, "after": after}
    return _("Changed in your draft")
