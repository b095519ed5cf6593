"""An agency's rule book: who may do what, and nothing else.

Reading asks for ``commissions.view``. Whoever may draft may publish: the agency's own overrides
are its own business inside its corridor, and outside it the operator decides (D14).
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from shared_apps.identity.access import requires
from shared_apps.operator.views import (
    commission_files,
    commission_grid,
    commission_lint,
    commission_requests,
    commission_rule,
    commission_sets,
)
from tenant_apps.office.commission_desk import agency_desk


@requires("commissions.view")
def grid(request: HttpRequest) -> HttpResponse:
    """The rules that apply here, and the agency's overrides."""
    return commission_grid.grid(request, agency_desk(request.agency))


@requires("commissions.change")
def change_many(request: HttpRequest) -> HttpResponse:
    """One value for many rules."""
    return commission_grid.change_many(request, agency_desk(request.agency))


@requires("commissions.view")
def rule(request: HttpRequest, letter: str, series: int) -> HttpResponse:
    """One rule with its versions."""
    return commission_rule.rule(request, agency_desk(request.agency), letter, series)


@requires("commissions.change")
def rule_new(request: HttpRequest) -> HttpResponse:
    """A new rule."""
    return commission_rule.rule_new(request, agency_desk(request.agency))


@requires("commissions.change")
def rule_change(request: HttpRequest, series: int) -> HttpResponse:
    """A rule's next version."""
    return commission_rule.rule_change(request, agency_desk(request.agency), series)


@requires("commissions.change")
@require_POST
def rule_retire(request: HttpRequest, series: int) -> HttpResponse:
    """A rule's end."""
    return commission_rule.rule_end(request, agency_desk(request.agency), series)


@requires("commissions.change")
@require_GET
def example(request: HttpRequest) -> HttpResponse:
    """The example beside the form."""
    return commission_rule.example(request, agency_desk(request.agency))


@requires("commissions.change")
@require_GET
def choices(request: HttpRequest) -> HttpResponse:
    """Suggestions for a field of the form."""
    return commission_rule.choices(request, agency_desk(request.agency))


@requires("commissions.view")
def sets(request: HttpRequest) -> HttpResponse:
    """All change sets."""
    return commission_sets.sets(request, agency_desk(request.agency))


@requires("commissions.view")
def change_set(request: HttpRequest, pk: int) -> HttpResponse:
    """One change set."""
    return commission_sets.change_set(request, agency_desk(request.agency), pk)


@requires("commissions.change")
@require_POST
def set_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a draft."""
    return commission_sets.publish(request, agency_desk(request.agency), pk)


@requires("commissions.change")
@require_POST
def set_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    return commission_sets.discard(request, agency_desk(request.agency), pk)


@requires("commissions.change")
@require_POST
def set_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """The one undo."""
    return commission_sets.undo(request, agency_desk(request.agency), pk)


@requires("commissions.change")
@require_POST
def draft_drop(request: HttpRequest, pk: int, draft: int) -> HttpResponse:
    """Take one draft out."""
    return commission_sets.draft_drop(request, agency_desk(request.agency), pk, draft)


@requires("commissions.view")
def requests(request: HttpRequest) -> HttpResponse:
    """Overrides that wait for TNP."""
    return commission_requests.requests(request, agency_desk(request.agency))


@requires("commissions.change")
@require_POST
def request_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Withdraw a request."""
    return commission_requests.request_act(request, agency_desk(request.agency), pk, verb)


@requires("commissions.view")
def lint(request: HttpRequest) -> HttpResponse:
    """What the check finds in the overrides."""
    return commission_lint.lint(request, agency_desk(request.agency))


@requires("commissions.change")
def file_in(request: HttpRequest) -> HttpResponse:
    """Rules from a spreadsheet."""
    return commission_files.file_in(request, agency_desk(request.agency))


@requires("commissions.change")
@require_GET
def file_out(request: HttpRequest, kind: str) -> HttpResponse:
    """Rules for a spreadsheet."""
    return commission_files.file_out(request, agency_desk(request.agency), kind)
