"""Every error of the API as a problem document (RFC 9457): ``application/problem+json``.

``code`` is stable for programs, ``detail`` is for people, ``errors`` names the fields.
"""

from http import HTTPStatus
from typing import Any

from django.core import signals
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from shared_apps.catalog.errors import CatalogRefused
from shared_apps.inventory.errors import SoldOut, StockError
from shared_apps.network.queries import NoAgreement
from shared_apps.network.rules import SellerRefused
from shared_apps.pricing.errors import PriceError
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.payments.gateway import GatewayError, GatewayRefused

CONTENT_TYPE = "application/problem+json"
# What makes a refusal a conflict with the present state, and not a fault of the request.
CONFLICTS = frozenset(
    {
        "already_paid",
        "departure_closed",
        "departure_past",
        "hold_expired",
        "hold_gone",
        "in_progress",
        "not_cancellable",
        "not_confirmable",
        "not_on_hold",
        "not_payable",
        "other_seller",
        "sold_out",
    }
)


class Problem(exceptions.APIException):
    """Raise to answer with a problem document."""

    def __init__(self, status: int, code: str, detail: str, **extra: Any) -> None:
        super().__init__(detail, code)
        self.status_code, self.code, self.extra = status, code, extra


def problem(status: int, code: str, detail: str, **extra: Any) -> Response:
    """A problem response."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **extra,
    }
    return Response(body, status=status, content_type=CONTENT_TYPE)


def refusal(error: OrderRefused | StockError | SellerRefused) -> Response:
    """The answer to a rule of selling that said no: 409 for a conflict, else 422."""
    extra = {"places_left": error.left} if isinstance(error, SoldOut) else {}
    status = 409 if error.code in CONFLICTS else 422
    return problem(status, error.code, error.message, **extra)


def problem_handler(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler for this API: every error, ours included, is a problem document."""
    set_rollback()
    if isinstance(error, Problem):
        return problem(error.status_code, error.code, str(error.detail), **error.extra)
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    return _of_domain(error) or _of_request(error) or _unforeseen(error, context)


def _of_domain(error: Exception) -> Response | None:
    if isinstance(error, OrderRefused | StockError | SellerRefused):
        return refusal(error)
    if isinstance(error, PriceError | CatalogRefused):
        return problem(422, error.code, str(error))
    if isinstance(error, NoAgreement):
        return problem(403, "no_agreement", "This agency may not sell yet.")
    if isinstance(error, GatewayRefused):
        return problem(422, "payment_refused", f"The payment provider refused: {error}")
    if isinstance(error, GatewayError):
        return problem(503, "payment_unavailable", "The payment provider does not answer.")
    return None


def _of_request(error: Exception) -> Response | None:
    if isinstance(error, Http404):
        return problem(404, "not_found", "There is nothing at this address.")
    if isinstance(error, PermissionDenied):
        return problem(403, "forbidden", "You may not do this.")
    if isinstance(error, RequestDataTooBig):
        return problem(413, "too_large", "The body is too large.")
    if isinstance(error, SuspiciousOperation):
        return problem(400, "bad_request", "The request cannot be read.")
    return None


def _of_framework(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        fields = error.detail if isinstance(error.detail, dict) else {"body": error.detail}
        return problem(400, "invalid", "The request is not valid.", errors=fields)
    answer = problem(error.status_code, str(error.get_codes()), str(error.detail))
    header = getattr(error, "auth_header", None)
    if header:
        answer["WWW-Authenticate"] = header
    wait = getattr(error, "wait", None)
    if wait:
        answer["Retry-After"] = str(int(wait))
    return answer


def _unforeseen(error: Exception, context: dict[str, Any]) -> Response:
    """A fault of ours: announced (and so logged) as Django does, answered without details."""
    signals.got_request_exception.send(sender=None, request=context.get("request"))
    return problem(500, "internal", "Something went wrong here. Please try again.")
