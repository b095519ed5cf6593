"""Models to the API's answers. Reads only; every amount was decided elsewhere."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from moneyed import Money

from shared_apps.catalog.models import Product, TermsVersion
from shared_apps.catalog.queries import terms_in_force
from shared_apps.catalog.texts import list_in, text_in
from shared_apps.inventory.models import Departure
from shared_apps.network.queries import seller_for
from shared_apps.pricing.money import money_percent, money_round, money_text
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.orders.prices import departure_prices
from tenant_apps.orders.snapshots import steps_read
from tenant_apps.overrides.queries import markup_for
from tenants.memo import remembered
from tenants.models import Agency

SELLER_SHOWN = (
    "legal_name",
    "legal_form",
    "address",
    "registration_number",
    "guarantor_name",
    "guarantor_address",
    "insurer_name",
    "insurer_address",
)


def money(value: Money) -> dict[str, str]:
    """An amount as the API writes it."""
    return {"amount": money_text(value), "currency": value.currency.code}


def amount(value: Decimal, currency: str) -> dict[str, str]:
    """A stored amount as the API writes it."""
    return money(money_round(Money(value, currency)))


def product_body(
    product: Product, language: str, markups: dict[int | None, Decimal]
) -> dict[str, Any]:
    """A product in a list."""
    place = product.place
    available = getattr(product, "availability", None)
    return {
        "reference": product.reference,
        "title": text_in(product.titles, language),
        "summary": text_in(product.summaries, language),
        "category": product.category.code,
        "kind": product.kind,
        "provider": product.provider.name,
        "place": {
            "name": place.name,
            "locality": place.locality,
            "postal_code": place.postal_code,
            "country": place.country,
            "latitude": None if place.latitude is None else str(place.latitude),
            "longitude": None if place.longitude is None else str(place.longitude),
        },
        "duration_minutes": product.duration_minutes,
        "nights": product.nights,
        "languages": product.languages,
        "price_from": _price_from(product, available, markups),
        "next_date": available.next_on if available else None,
    }


def _price_from(
    product: Product, available: Any, markups: dict[int | None, Decimal]
) -> dict[str, str] | None:
    if available is None or available.price_from is None:
        return None
    price = money_round(Money(available.price_from, available.currency))
    own = markup_for(markups, product.pk)
    if own is not None:
        # The kept price stands at the product's own markup; the agency's replaces it (D15).
        hundred = Decimal(100)
        price = money_percent(price, (hundred + own) * hundred / (hundred + product.default_markup))
    return money(price)


def product_detail_body(
    agency: Agency,
    product: Product,
    language: str,
    markups: dict[int | None, Decimal],
    *,
    site: str,
) -> dict[str, Any]:
    """A product with everything a traveller asks before paying, its terms included (R12)."""
    seller = seller_for(agency=agency, product=product, on=timezone.localdate())
    terms = terms_in_force(seller=seller, language=language, products=[product], at=timezone.now())
    return {
        **product_body(product, language, markups),
        "description": text_in(product.descriptions, language),
        "included": list_in(product.included, language),
        "not_included": list_in(product.not_included, language),
        "meeting_point": text_in(product.meeting_point, language),
        "accessibility": text_in(product.accessibility, language),
        "rates": [
            {
                "code": rate.code,
                "label": text_in(rate.labels, language),
                "age_min": rate.age_min,
                "age_max": rate.age_max,
                "pax_count": rate.pax_count,
            }
            for rate in product.rate_categories.all()
        ],
        "cancellation": product.cancellation_scale,
        "minimum_participants": product.min_participants,
        "seller": seller.legal_name,
        "terms": [_terms_body(site, version) for version in terms],
    }


def departure_body(departure: Departure, markups: dict[int | None, Decimal]) -> dict[str, Any]:
    """A departure with prices and places left."""
    prices = departure_prices(departure, on=timezone.localdate(), markups=markups)
    return {
        "id": departure.pk,
        "service_date": departure.service_date,
        "starts_at": departure.starts_at,
        "ends_at": departure.ends_at,
        "places_left": max(departure.places_left, 0),
        "rates": [
            {
                "code": unit.code,
                "price": money(unit.sale),
                "struck_price": money(unit.struck) if unit.struck is not None else None,
            }
            for unit in prices
        ],
    }


def order_terms(order: Order, lines: Iterable[OrderLine]) -> list[TermsVersion]:
    """The terms in force that this order asks to accept (R12)."""
    products = [line.product for line in lines]
    return remembered(
        ("terms", order.seller_id, order.language, *sorted(product.pk for product in products)),
        lambda: terms_in_force(
            seller=order.seller, language=order.language, products=products, at=timezone.now()
        ),
    )


def order_body(
    order: Order,
    *,
    site: str,
    lines: Sequence[OrderLine],
    terms: Sequence[TermsVersion],
    terms_accepted: bool,
    checkout_url: str | None = None,
) -> dict[str, Any]:
    """An order with its full price, the terms to accept and why the commission is what it is.

    Reads nothing: a door that has just written the order passes what it knows; ``site`` is the
    address before every path.
    """
    return {
        "reference": order.reference,
        "status": _status(order),
        "expires_at": order.expires_at,
        "total": amount(order.total, order.currency),
        "lines": [_line_body(order, line) for line in lines],
        "seller": {name: order.seller_snapshot.get(name, "") for name in SELLER_SHOWN},
        "service_type": order.service_type,
        "terms": [_terms_body(site, version) for version in terms],
        "terms_accepted": terms_accepted,
        "checkout_url": checkout_url,
        "partner_reference": order.partner_reference,
        "created_at": order.created_at,
        "confirmed_at": order.confirmed_at,
        "cancelled_at": order.cancelled_at,
    }


def order_read(order: Order, *, site: str) -> dict[str, Any]:
    """As :func:`order_body`, for an order nothing is known of."""
    lines = list(order.lines.select_related("product"))
    payment = order.payments.filter(status="open").first()
    return order_body(
        order,
        site=site,
        lines=lines,
        terms=order_terms(order, lines),
        terms_accepted=order.acceptances.exists(),
        checkout_url=payment.checkout_url if payment and order.status == "pending" else None,
    )


def _status(order: Order) -> str:
    """The stored status; an order whose hold has run out says so before the sweep does."""
    waiting = order.status in (Order.Status.HOLD, Order.Status.PENDING)
    if waiting and order.expires_at and order.expires_at <= timezone.now():
        return Order.Status.EXPIRED.value
    return str(order.status)


def _line_body(order: Order, line: OrderLine) -> dict[str, Any]:
    decision = line.commission["decision"]
    rule = decision["rule"]
    return {
        "id": line.pk,
        "product": line.snapshot["product"]["reference"],
        "title": text_in(line.snapshot["product"]["titles"], order.language),
        "departure": line.departure_id,
        "service_date": line.service_date,
        "places": line.places,
        "rates": [
            {
                "code": rate["code"],
                "quantity": rate["quantity"],
                "unit_price": {
                    "amount": rate["price"]["unit"]["pays"],
                    "currency": order.currency,
                },
            }
            for rate in line.waterfall
        ],
        "price": amount(line.customer_pays, order.currency),
        "commission": {
            "amount": amount(line.agency_share, order.currency),
            "rule": rule["label"] or rule["id"] if rule else None,
            "band": decision["band"],
            "explanation": steps_read(line.commission["explanation"]),
        },
    }


def _terms_body(site: str, terms: TermsVersion) -> dict[str, str]:
    return {
        "title": terms.title,
        "version": terms.version,
        "language": terms.language,
        "sha256": terms.sha256,
        "url": site + reverse("shop:terms", args=[terms.pk]),
    }
