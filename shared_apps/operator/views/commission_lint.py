"""What the check finds in a whole book of rules (linter), with both names and a way to each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shared_apps.operator.rulebook.desk import Desk


def lint(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Findings, the gravest first."""
    return render(request, "office/commissions/lint.html", {"desk": desk, "findings": []})
