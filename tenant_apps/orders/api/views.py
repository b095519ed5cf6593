"""The seven addresses of the API. Thin: parse, call one action, write the answer."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from saas.limits import client_address, limited
from shared_apps.catalog.models import Product
from shared_apps.inventory.models import Departure
from tenant_apps.orders.actions import (
    Evidence,
    LineRequest,
    order_accept,
    order_cancel,
    order_contact_set,
    order_hold,
)
from tenant_apps.orders.api import serializers as shapes
from tenant_apps.orders.api.authentication import HasKey, KeyAuthentication, acting_as_key
from tenant_apps.orders.api.idempotency import answered_once
from tenant_apps.orders.api.problems import Problem, problem_handler
from tenant_apps.orders.api.reading import (
    departure_body,
    order_body,
    order_terms,
    product_body,
    product_detail_body,
)
from tenant_apps.orders.forms_shown import standard_form_for
from tenant_apps.orders.models import Order
from tenant_apps.overrides.queries import agency_markups
from tenant_apps.payments.actions import payment_open, payment_record
from tenant_apps.payments.models import Means
from tenant_apps.selection.queries import sellable_products
from tenants.models import Agency
from tenants.resolution import agency_url

PAGE_SIZE = 50
MAX_DEPARTURES = 500
PROBLEMS = {
    code: OpenApiResponse(shapes.ProblemSerializer, description=words)
    for code, words in {
        400: "Malformed request",
        401: "No key, or one that does not work here",
        404: "Not for sale here",
        409: "In conflict with the present state",
        415: "Not JSON",
        422: "Refused by a rule of selling",
        429: "Too many requests",
        503: "The payment provider does not answer",
    }.items()
}
KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="1 to 100 characters; the same key and body are answered once.",
)


@method_decorator(limited("api", methods=None), name="dispatch")
class AgencyApi(APIView):
    """What the addresses share: key, problem documents, actor."""

    authentication_classes = (KeyAuthentication,)
    permission_classes = (HasKey,)
    parser_classes = (JSONParser,)

    def get_exception_handler(self) -> Callable[..., Response | None]:
        """Problem documents for every error."""
        return problem_handler

    @property
    def agency(self) -> Agency:
        """The agency of this host."""
        return self.request.agency

    def once(self, request: Request, answer: Callable[[], Response]) -> Response:
        """Run ``answer`` as the partner, once per ``Idempotency-Key``."""
        with acting_as_key(request.auth):
            return answered_once(request, answer)

    def order(self, reference: str) -> Order:
        """The order of this reference, made through the API, or 404."""
        found = Order.objects.filter(reference=reference, channel=Order.Channel.API)
        order = found.select_related("seller").first()
        if order is None:
            raise Http404
        return order

    def product(self, reference: str) -> Product:
        """A product this agency sells, or 404 (R6, R25)."""
        products = sellable_products(self.agency).filter(reference=reference)
        product = products.select_related("place", "provider", "category", "availability").first()
        if product is None:
            raise Http404
        return product


def parsed(shape: type[shapes.StrictSerializer], request: Request) -> Mapping[str, Any]:
    """The request's body as ``shape``; raises ValidationError naming the fields."""
    reader = shape(data=request.data)
    reader.is_valid(raise_exception=True)
    return reader.validated_data


class ProductsView(AgencyApi):
    """What this agency sells."""

    @extend_schema(
        operation_id="products_list",
        parameters=[OpenApiParameter("page", int, description="From 1.")],
        responses={200: shapes.ProductPageSerializer, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """One page of products, by reference."""
        page = _whole(request.query_params.get("page", "1"), "page")
        products = sellable_products(self.agency).order_by("reference")
        start = (page - 1) * PAGE_SIZE
        shown = list(
            products.select_related("place", "provider", "category", "availability")[
                start : start + PAGE_SIZE + 1
            ]
        )
        markups = agency_markups()
        more = len(shown) > PAGE_SIZE
        return Response(
            {
                "count": products.count(),
                "next": agency_url(self.agency, f"{request.path}?page={page + 1}")
                if more
                else None,
                "results": [product_body(p, _language(), markups) for p in shown[:PAGE_SIZE]],
            }
        )


class ProductView(AgencyApi):
    """One product."""

    @extend_schema(
        operation_id="products_read", responses={200: shapes.ProductDetailSerializer, **PROBLEMS}
    )
    def get(self, request: Request, reference: str) -> Response:
        """The product, in the language of ``Accept-Language``."""
        product = self.product(reference)
        return Response(product_detail_body(self.agency, product, _language(), agency_markups()))


class DeparturesView(AgencyApi):
    """When it can be booked, at what price, how many places are left."""

    @extend_schema(
        operation_id="departures_list",
        parameters=[
            OpenApiParameter("from", str, description="First service date, YYYY-MM-DD."),
            OpenApiParameter("to", str, description="Last service date, YYYY-MM-DD."),
        ],
        responses={200: shapes.DeparturePageSerializer, **PROBLEMS},
    )
    def get(self, request: Request, reference: str) -> Response:
        """At most 500 open departures from now on, between two dates when given."""
        product = self.product(reference)
        departures = Departure.objects.filter(
            product=product, status=Departure.Status.OPEN, starts_at__gt=timezone.now()
        )
        for name, lookup in (("from", "service_date__gte"), ("to", "service_date__lte")):
            if name in request.query_params:
                day = _day(request.query_params[name], name)
                departures = departures.filter(**{lookup: day})
        departures = departures.select_related("product").prefetch_related("prices__rate_category")
        markups = agency_markups()
        shown = departures.order_by("starts_at")[:MAX_DEPARTURES]
        return Response({"results": [departure_body(d, markups) for d in shown]})


class OrdersView(AgencyApi):
    """Put an order on hold."""

    @extend_schema(
        operation_id="orders_create",
        parameters=[KEY_HEADER],
        request=shapes.OrderInputSerializer,
        responses={201: shapes.OrderSerializer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Hold the places and answer the full price with ``expires_at``."""
        return self.once(request, lambda: self._hold(request))

    def _hold(self, request: Request) -> Response:
        asked = parsed(shapes.OrderInputSerializer, request)
        with transaction.atomic():
            order = order_hold(
                requests=[
                    LineRequest(line["departure"], line["quantities"]) for line in asked["lines"]
                ],
                channel=Order.Channel.API,
                language=asked.get("language") or _language(),
                partner_reference=asked.get("partner_reference", ""),
            )
            if asked.get("currency", order.currency) != order.currency:
                raise Problem(
                    422,
                    "other_currency",
                    f"This is sold in {order.currency}, not {asked['currency']}.",
                )
            complete(request, order, asked)
        return Response(order_body(self.agency, order), status=201)


class OrderView(AgencyApi):
    """Read an order."""

    @extend_schema(operation_id="orders_read", responses={200: shapes.OrderSerializer, **PROBLEMS})
    def get(self, request: Request, reference: str) -> Response:
        """The order as it is now."""
        return Response(order_body(self.agency, self.order(reference)))


class ConfirmView(AgencyApi):
    """Confirm an order on hold."""

    @extend_schema(
        operation_id="orders_confirm",
        parameters=[KEY_HEADER],
        request=shapes.ConfirmInputSerializer,
        responses={200: shapes.OrderSerializer, **PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Pay in cash or by transfer when granted (R8), or open a card page (``checkout_url``)."""
        return self.once(request, lambda: self._confirm(request, reference))

    def _confirm(self, request: Request, reference: str) -> Response:
        asked = parsed(shapes.ConfirmInputSerializer, request)
        order = self.order(reference)
        means, back = asked["payment"]["means"], asked["payment"].get("return_url")
        if order.status == Order.Status.CONFIRMED:
            return Response(order_body(self.agency, order))
        with transaction.atomic():
            complete(request, order, asked)
            if means != Means.CARD:
                payment_record(order=order, means=means)
        if means == Means.CARD:
            back = back or agency_url(self.agency)
            payment_open(order=order, success_url=back, cancel_url=back)
        return Response(order_body(self.agency, order))


class CancelView(AgencyApi):
    """Cancel an order."""

    @extend_schema(
        operation_id="orders_cancel",
        parameters=[KEY_HEADER],
        request=shapes.CancelInputSerializer,
        responses={200: shapes.OrderSerializer, **PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Release a hold, or cancel a sale with the fee of its frozen scale."""
        return self.once(request, lambda: self._cancel(request, reference))

    def _cancel(self, request: Request, reference: str) -> Response:
        asked = parsed(shapes.CancelInputSerializer, request)
        order = self.order(reference)
        order_cancel(order=order, reason=asked.get("reason", ""))
        return Response(order_body(self.agency, order))


def complete(request: Request, order: Order, asked: Mapping[str, Any]) -> None:
    """Set who buys and keep the evidence of accepted terms, as far as the request says so.

    The hashes sent must be exactly those of the terms in force (L4): a partner that shows its
    travellers an old text is told so.
    """
    if "customer" in asked:
        order_contact_set(order=order, contact=asked["customer"])
    accepted = asked.get("accepted_terms")
    if not accepted:
        return
    terms = order_terms(order, list(order.lines.select_related("product")))
    if set(accepted["sha256"]) != {version.sha256 for version in terms}:
        raise Problem(
            422,
            "terms_changed",
            "These are not the terms in force. Show the traveller those of the order.",
        )
    form = standard_form_for(order)
    order_accept(
        order=order,
        terms=terms,
        form=form.evidence(),
        checkbox_text=accepted["text"],
        information={"shown_by": request.auth.name},
        evidence=Evidence(
            ip=client_address(request) or None,
            user_agent=request.headers.get("User-Agent", ""),
            session="",
            channel=order.channel,
            actor=f"API key {request.auth.name}",
        ),
    )


def _language() -> str:
    return (get_language() or "fr").partition("-")[0]


def _whole(text: str, name: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise Problem(400, "invalid", f"{name} is a whole number from 1 to 100000.")
    return int(text)


def _day(text: str, name: str) -> Any:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Problem(400, "invalid", f"{name} is a date like 2027-05-31.")
    return day
