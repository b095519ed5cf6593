"""What the check finds in a whole book of rules, with both names and a way to each rule.

The same check speaks up in the dry run of every change set, about the rules it touches. Here it
looks at all that stand, because a rule may become odd without anybody touching it: a price
falls, a window passes, a corridor is narrowed.
"""

import re
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shared_apps.commissions.lint import Finding, Severity
from shared_apps.commissions.lint_facts import lint_book
from shared_apps.operator.rulebook import words
from shared_apps.operator.rulebook.desk import Desk

PAGE_SIZE = 50
CODE = re.compile(r"([RA])(\d+)\.\d+")
SEVERITIES: dict[Severity, str | Promise] = {
    Severity.ERROR: _("To mend"),
    Severity.WARNING: _("To look at"),
    Severity.NOTE: _("To know"),
}


@dataclass(frozen=True)
class ShownFinding:
    """A finding as a row: what it says, and the pages of the rules it names."""

    severity: str
    label: str | Promise
    sentence: str
    links: list[tuple[str, str]]


def lint(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Findings, the gravest first; one severity when it is asked for."""
    found = lint_book(desk.book)
    asked = request.GET.get("severity", "")
    wanted = [one for one in found if asked in ("", one.severity.value)]
    wanted.sort(key=lambda one: (list(Severity).index(one.severity), one.code, one.rule))
    page = Paginator(wanted, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "desk": desk,
        "page": page,
        "findings": [_shown(one, desk) for one in page.object_list],
        "asked": asked,
        "counts": [
            (severity.value, label, sum(one.severity is severity for one in found))
            for severity, label in SEVERITIES.items()
        ],
        "count": len(found),
    }
    return render(request, "office/commissions/lint.html", context)


def _shown(finding: Finding, desk: Desk) -> ShownFinding:
    named = [code for code in (finding.rule, finding.other) if code]
    return ShownFinding(
        severity=finding.severity.value,
        label=SEVERITIES[finding.severity],
        sentence=words.step_words(finding.sentence),
        links=[(code, url) for code in named if (url := _url(code, desk))],
    )


def _url(code: str, desk: Desk) -> str:
    """The page of the rule called ``code``; empty for what is no published rule."""
    parts = CODE.fullmatch(code)
    return desk.rule_url(parts[1], int(parts[2])) if parts else ""
