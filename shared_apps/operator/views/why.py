""" "Why this rate?" for any agency, product, day and channel, on the operator's host."""

from django.http import HttpRequest, HttpResponse

from shared_apps.catalog.models import Product
from shared_apps.commissions import ports
from shared_apps.commissions.sight import Viewer
from shared_apps.identity.access import requires
from shared_apps.operator.questions.page import Door, why_page

VIEWERS = (Viewer.OPERATOR, Viewer.AGENCY, Viewer.BUYING, Viewer.PROVIDER)


@requires("commissions.view")
def why(request: HttpRequest) -> HttpResponse:
    """Ask about any product; the answer may be looked at as each of the parties sees it."""
    door = Door(products=Product.objects.all(), viewers=VIEWERS, ask=ports.rate_ask)
    return why_page(request, door, template="operator/why.html")
