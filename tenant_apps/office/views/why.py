""" "Why this rate?" for this agency alone, about what the operator opened to it."""

from django.http import HttpRequest, HttpResponse

from shared_apps.catalog.models import Status
from shared_apps.identity.access import requires
from shared_apps.network.queries import authorised_products
from shared_apps.operator.questions.page import Door, why_page
from tenant_apps.office.viewing import viewer_of
from tenant_apps.office.why import rate_ask_here

UNKNOWN_TO_AGENCIES = (Status.DRAFT, Status.SUBMITTED)


@requires("commissions.view")
def why(request: HttpRequest) -> HttpResponse:
    """Ask about a product of the agency's authorised set; archived ones too, for past sales."""
    door = Door(
        products=authorised_products(request.agency).exclude(status__in=UNKNOWN_TO_AGENCIES),
        viewers=(viewer_of(request),),
        ask=rate_ask_here,
        agency=request.agency,
    )
    return why_page(request, door, template="office/why.html")
