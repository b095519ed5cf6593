"""The seven addresses of the API. Thin: parse, call one action, write the answer."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils import timezone, translation
from django.utils.dateparse import parse_date
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from saas.limits import client_address, seconds_to_wait
from shared_apps.catalog.models import Product
from shared_apps.inventory.models import Departure
from tenant_apps.orders.actions import LineRequest, order_cancel, order_contact_set, order_hold
from tenant_apps.orders.api import serializers as shapes
from tenant_apps.orders.api.authentication import (
    HasKey,
    KeyAuthentication,
    acting_as_key,
    key_of,
)
from tenant_apps.orders.api.completing import terms_accept
from tenant_apps.orders.api.describing import HOLD_EXAMPLES, KEY_HEADER, PAGE, PROBLEMS
from tenant_apps.orders.api.idempotency import Keep, answered_once
from tenant_apps.orders.api.problems import Problem, problem_handler
from tenant_apps.orders.api.reading import (
    departure_body,
    order_body,
    order_read,
    order_terms,
    product_body,
    product_detail_body,
)
from tenant_apps.orders.api.wire import AlwaysJSON, StrictJSONParser
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.overrides.queries import agency_markups
from tenant_apps.payments.actions import payment_open, payment_record
from tenant_apps.payments.models import Means, Payment
from tenant_apps.selection.queries import sellable_products
from tenants.models import Agency
from tenants.resolution import agency_url

PAGE_SIZE = 50
MAX_PAGE = 100_000
MAX_DEPARTURES = 500


class AgencyApi(APIView):
    """What the addresses share: limit, language, key, problem documents, actor."""

    authentication_classes = (KeyAuthentication,)
    permission_classes = (HasKey,)
    parser_classes = (StrictJSONParser,)
    content_negotiation_class = AlwaysJSON
    metadata_class = None
    http_method_names = ["get", "post", "head"]
    query_names: frozenset[str] = frozenset()

    def get_exception_handler(self) -> Callable[..., Response | None]:
        """Problem documents for every error."""
        return problem_handler

    @property
    def default_response_headers(self) -> dict[str, str]:
        """What is said to one partner is for nobody else's cache."""
        return {**super().default_response_headers, "Cache-Control": "private, no-store"}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count the request before anything is looked up; then the key."""
        language = language_of(request, self.agency)
        request._request.LANGUAGE_CODE = language
        translation.activate(language)
        wait = seconds_to_wait("api", client_address(request))
        if wait:
            raise Throttled(wait)
        super().initial(request, *args, **kwargs)
        # A misspelt filter must not silently filter nothing.
        unknown = sorted(set(request.query_params) - self.query_names)
        if unknown:
            raise ValidationError({name: ["This parameter is unknown."] for name in unknown})

    @property
    def agency(self) -> Agency:
        """The agency of this host."""
        return self.request.agency

    @property
    def site(self) -> str:
        """The address the partner uses, before every path."""
        return f"{self.request.scheme}://{self.request.get_host()}"

    def once(self, request: Request, answer: Callable[[Keep], Response]) -> Response | HttpResponse:
        """Run ``answer`` as the partner, once per ``Idempotency-Key``."""
        with acting_as_key(key_of(request)):
            return answered_once(request, answer)

    def order(self, reference: str) -> Order:
        """The order of this reference, made through the API, or 404."""
        found = Order.objects.filter(reference=findable(reference), channel=Order.Channel.API)
        order = found.select_related("seller").first()
        if order is None:
            raise Http404
        return order

    def product(self, reference: str) -> Product:
        """A product this agency sells, or 404 (R6, R25)."""
        products = sellable_products(self.agency).filter(reference=findable(reference))
        product = products.select_related("place", "provider", "category", "availability").first()
        if product is None:
            raise Http404
        return product


def language_of(request: Request, agency: Agency) -> str:
    """The first language of ``Accept-Language`` that we speak, else the agency's own."""
    header = request.headers.get("Accept-Language", "")
    for code, _weight in (*parse_accept_lang_header(header.lower()), (agency.language, 1)):
        try:
            return get_supported_language_variant(code).partition("-")[0]
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def findable(reference: str) -> str:
    """``reference``, unless no row can have it: 404 without a query."""
    if not reference.isprintable():
        raise Http404
    return reference


def parsed(shape: type[shapes.StrictSerializer], request: Request) -> Mapping[str, Any]:
    """The request's body as ``shape``; raises ValidationError naming the fields."""
    reader = shape(data=request.data)
    reader.is_valid(raise_exception=True)
    return reader.validated_data


class ProductsView(AgencyApi):
    """What this agency sells."""

    query_names = frozenset({"page"})

    @extend_schema(
        operation_id="products_list",
        parameters=[OpenApiParameter("page", PAGE, description="From 1; 50 products a page.")],
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
        markups, language = agency_markups(), translation.get_language()
        more = len(shown) > PAGE_SIZE
        return Response(
            {
                "count": products.count(),
                "next": agency_url(self.agency, f"{request.path}?page={page + 1}")
                if more
                else None,
                "results": [product_body(p, language, markups) for p in shown[:PAGE_SIZE]],
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
        language, markups = translation.get_language(), agency_markups()
        return Response(
            product_detail_body(self.agency, product, language, markups, site=self.site)
        )


class DeparturesView(AgencyApi):
    """When it can be booked, at what price, how many places are left."""

    query_names = frozenset({"from", "to"})

    @extend_schema(
        operation_id="departures_list",
        parameters=[
            OpenApiParameter("from", date, description="First service date, YYYY-MM-DD."),
            OpenApiParameter("to", date, description="Last service date, YYYY-MM-DD."),
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
        examples=HOLD_EXAMPLES,
    )
    def post(self, request: Request) -> Response | HttpResponse:
        """Hold the places and answer the full price with `expires_at`."""
        return self.once(request, lambda keep: self._hold(request, keep))

    def _hold(self, request: Request, keep: Keep) -> Response:
        asked = parsed(shapes.OrderInputSerializer, request)
        accepted = asked.get("accepted_terms")
        answers: list[Response] = []

        def complete(order: Order, lines: Sequence[OrderLine]) -> None:
            if asked.get("currency", order.currency) != order.currency:
                detail = f"This is sold in {order.currency}, not {asked['currency']}."
                raise Problem(422, "other_currency", detail)
            terms = order_terms(order, lines)
            if accepted:
                terms_accept(request, order, accepted, terms)
            body = order_body(
                order, site=self.site, lines=lines, terms=terms, terms_accepted=bool(accepted)
            )
            answers.append(Response(body, status=201))
            keep(answers[-1])

        order_hold(
            requests=[
                LineRequest(line["departure"], line["quantities"]) for line in asked["lines"]
            ],
            channel=Order.Channel.API,
            language=asked.get("language") or translation.get_language(),
            partner_reference=asked.get("partner_reference", ""),
            contact=asked.get("customer"),
            before_stock=complete,
            sold_by_id=key_of(request).sold_by_id,
            point_of_sale_id=key_of(request).point_of_sale_id,
        )
        return answers[-1]


class OrderView(AgencyApi):
    """Read an order."""

    @extend_schema(operation_id="orders_read", responses={200: shapes.OrderSerializer, **PROBLEMS})
    def get(self, request: Request, reference: str) -> Response:
        """The order as it is now."""
        return Response(order_read(self.order(reference), site=self.site))


class ConfirmView(AgencyApi):
    """Confirm an order on hold."""

    @extend_schema(
        operation_id="orders_confirm",
        parameters=[KEY_HEADER],
        request=shapes.ConfirmInputSerializer,
        responses={200: shapes.OrderSerializer, **PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response | HttpResponse:
        """Pay in cash or by transfer where granted, or open a card page (`checkout_url`)."""
        return self.once(request, lambda keep: self._confirm(request, reference, keep))

    def _confirm(self, request: Request, reference: str, keep: Keep) -> Response:
        asked = parsed(shapes.ConfirmInputSerializer, request)
        order = self.order(reference)
        means, back = asked["payment"]["means"], asked["payment"].get("return_url")
        if order.status == Order.Status.CONFIRMED:
            return Response(order_read(order, site=self.site))
        lines = list(order.lines.select_related("product"))
        terms = order_terms(order, lines)

        def answer(payment: Payment) -> Response:
            page = payment.checkout_url if order.status == Order.Status.PENDING else None
            body = order_body(
                order,
                site=self.site,
                lines=lines,
                terms=terms,
                terms_accepted=True,
                checkout_url=page,
            )
            return Response(body)

        with transaction.atomic():
            if "customer" in asked:
                order_contact_set(order=order, contact=asked["customer"])
            if "accepted_terms" in asked:
                terms_accept(request, order, asked["accepted_terms"], terms)
            if means != Means.CARD:
                response = answer(payment_record(order=order, means=means))
                keep(response)
                return response
        # Outside the transaction: the card processor is asked.
        back = back or agency_url(self.agency)
        return answer(payment_open(order=order, success_url=back, cancel_url=back))


class CancelView(AgencyApi):
    """Cancel an order."""

    @extend_schema(
        operation_id="orders_cancel",
        parameters=[KEY_HEADER],
        request=shapes.CancelInputSerializer,
        responses={200: shapes.OrderSerializer, **PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response | HttpResponse:
        """Release a hold, or cancel a sale with the fee of its frozen scale."""
        return self.once(request, lambda keep: self._cancel(request, reference, keep))

    def _cancel(self, request: Request, reference: str, keep: Keep) -> Response:
        asked = parsed(shapes.CancelInputSerializer, request)
        order = self.order(reference)
        with transaction.atomic():
            order_cancel(order=order, reason=asked.get("reason", ""))
            response = Response(order_read(order, site=self.site))
            keep(response)
        return response


def _whole(text: str, name: str) -> int:
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_PAGE))
    if not digits or not 1 <= int(text) <= MAX_PAGE:
        raise Problem(400, "invalid", f"{name} is a whole number from 1 to {MAX_PAGE}.")
    return int(text)


def _day(text: str, name: str) -> date:
    try:
        day = parse_date(text) if len(text) == len("2027-05-31") else None
    except ValueError:
        day = None
    if day is None:
        raise Problem(400, "invalid", f"{name} is a date like 2027-05-31.")
    return day
