"""Whose eyes an agency's page is for (:mod:`shared_apps.commissions.sight`)."""

from django.http import HttpRequest

from shared_apps.commissions.sight import Viewer
from shared_apps.identity.access import can
from shared_apps.network.queries import agreement_of


def viewer_of(request: HttpRequest) -> Viewer:
    """What the person of this request may see of a price, on an agency's host.

    Without the right to see commissions, by role or because the client view is on, a price is
    shown as a client sees it. Raises NoAgreement when the agency has none.
    """
    if not can(request, "commissions.view"):
        return Viewer.CLIENT
    buying = agreement_of(request.agency).sees_purchase_price
    return Viewer.BUYING if buying else Viewer.AGENCY
