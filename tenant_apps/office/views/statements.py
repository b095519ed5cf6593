"""The agency's own statements: read, accept, dispute line by line, compare."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from shared_apps.identity.access import requires
from shared_apps.statements import pages
from shared_apps.statements.desk import agency_desk


@requires("statements.view")
def statements(request: HttpRequest) -> HttpResponse:
    """Statements that were issued to this agency."""
    return pages.statement_list(request, agency_desk(request.agency))


@requires("statements.view")
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement."""
    return pages.statement_page(request, agency_desk(request.agency), pk)


@requires("statements.view")
def statement_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """It as a file."""
    return pages.statement_file(agency_desk(request.agency), pk, kind)


@requires("statements.answer")
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept every line that is not answered yet."""
    return pages.statement_answer(request, agency_desk(request.agency), pk)


@requires("statements.view")
def line(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """One line and its thread."""
    return pages.line_page(request, agency_desk(request.agency), pk, line_pk)


@requires("statements.answer")
@require_POST
def line_act(request: HttpRequest, pk: int, line_pk: int, verb: str) -> HttpResponse:
    """Accept, dispute or write."""
    return pages.line_act(request, agency_desk(request.agency), pk, line_pk, verb)


@requires("statements.view")
def portal(request: HttpRequest, pk: int) -> HttpResponse:
    """Beside the former portal."""
    return pages.portal_page(request, agency_desk(request.agency), pk)
