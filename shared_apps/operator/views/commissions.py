"""The operator's rule book: who may do what, and nothing else.

Reading asks for ``commissions.view``, drafting for ``commissions.change``, publishing, undoing and
deciding on requests for ``commissions.publish``.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from shared_apps.identity.access import requires
from shared_apps.operator.rulebook.desk import operator_desk
from shared_apps.operator.views import (
    commission_files,
    commission_grid,
    commission_lint,
    commission_requests,
    commission_rule,
    commission_sets,
)


@requires("commissions.view")
def grid(request: HttpRequest) -> HttpResponse:
    """All shared rules."""
    return commission_grid.grid(request, operator_desk())


@requires("commissions.change")
def change_many(request: HttpRequest) -> HttpResponse:
    """One value for many rules."""
    return commission_grid.change_many(request, operator_desk())


@requires("commissions.view")
def rule(request: HttpRequest, letter: str, series: int) -> HttpResponse:
    """One rule with its versions."""
    return commission_rule.rule(request, operator_desk(), letter, series)


@requires("commissions.change")
def rule_new(request: HttpRequest) -> HttpResponse:
    """A new rule."""
    return commission_rule.rule_new(request, operator_desk())


@requires("commissions.change")
def rule_change(request: HttpRequest, series: int) -> HttpResponse:
    """A rule's next version."""
    return commission_rule.rule_change(request, operator_desk(), series)


@requires("commissions.change")
@require_POST
def rule_retire(request: HttpRequest, series: int) -> HttpResponse:
    """A rule's end."""
    return commission_rule.rule_end(request, operator_desk(), series)


@requires("commissions.change")
@require_GET
def example(request: HttpRequest) -> HttpResponse:
    """The example beside the form."""
    return commission_rule.example(request, operator_desk())


@requires("commissions.change")
@require_GET
def choices(request: HttpRequest) -> HttpResponse:
    """Suggestions for a field of the form."""
    return commission_rule.choices(request, operator_desk())


@requires("commissions.view")
def sets(request: HttpRequest) -> HttpResponse:
    """All change sets."""
    return commission_sets.sets(request, operator_desk())


@requires("commissions.view")
def change_set(request: HttpRequest, pk: int) -> HttpResponse:
    """One change set."""
    return commission_sets.change_set(request, operator_desk(), pk)


@requires("commissions.publish")
@require_POST
def set_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a draft."""
    return commission_sets.publish(request, operator_desk(), pk)


@requires("commissions.change")
@require_POST
def set_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    return commission_sets.discard(request, operator_desk(), pk)


@requires("commissions.publish")
@require_POST
def set_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """The one undo."""
    return commission_sets.undo(request, operator_desk(), pk)


@requires("commissions.change")
@require_POST
def draft_drop(request: HttpRequest, pk: int, draft: int) -> HttpResponse:
    """Take one draft out."""
    return commission_sets.draft_drop(request, operator_desk(), pk, draft)


@requires("commissions.view")
def requests(request: HttpRequest) -> HttpResponse:
    """Overrides that wait for the operator."""
    return commission_requests.requests(request, operator_desk())


@requires("commissions.publish")
@require_POST
def request_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Approve or refuse."""
    return commission_requests.request_act(request, operator_desk(), pk, verb)


@requires("commissions.view")
def lint(request: HttpRequest) -> HttpResponse:
    """What the check finds in all rules."""
    return commission_lint.lint(request, operator_desk())


@requires("commissions.change")
def file_in(request: HttpRequest) -> HttpResponse:
    """Rules from a spreadsheet."""
    return commission_files.file_in(request, operator_desk())


@requires("commissions.change")
@require_GET
def file_out(request: HttpRequest, kind: str) -> HttpResponse:
    """Rules for a spreadsheet."""
    return commission_files.file_out(request, operator_desk(), kind)
