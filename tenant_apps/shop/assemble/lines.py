"""Order lines as people read them: what was frozen when the places were held, never today's text.

Cart, checkout, payment and confirmation all read these, so a change of the catalogue between two
of them changes nothing for this traveller.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from shared_apps.catalog.texts import text_in
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.shop.assemble.pictures import picture_named
from tenant_apps.shop.assemble.product import lines_in
from tenant_apps.shop.assemble.words import cancellation_sentence, time_words
from tenant_apps.shop.presenters import (
    Amount,
    CartLine,
    LinePeople,
    Link,
    OrderLineView,
)

MOST_OF_A_KIND = 30


def title_of(line: OrderLine, language: str) -> str:
    """The title under which it was sold."""
    return text_in(line.snapshot["product"]["titles"], language)


def people_of(line: OrderLine, currency: str, language: str) -> tuple[LinePeople, ...]:
    """How many of each rate category, at what price."""
    return tuple(
        LinePeople(
            code=rate["code"],
            label=text_in(rate["labels"], language) or rate["code"],
            quantity=rate["quantity"],
            unit=Amount.of(Decimal(rate["price"]["unit"]["pays"]), currency, language),
            amount=Amount.of(
                Decimal(rate["price"]["unit"]["pays"]) * rate["quantity"], currency, language
            ),
            maximum=MOST_OF_A_KIND,
        )
        for rate in line.waterfall
    )


def struck_of(line: OrderLine, currency: str, language: str) -> Amount | None:
    """What the line cost before a discount that ran at the sale (R54)."""
    units = [(rate["price"]["unit"], rate["quantity"]) for rate in line.waterfall]
    if not any(unit["struck"] for unit, _quantity in units):
        return None
    total = sum(
        (Decimal(unit["struck"] or unit["pays"]) * quantity for unit, quantity in units),
        start=Decimal(0),
    )
    return Amount.of(total, currency, language)


def when_of(line: OrderLine) -> str:
    """At what time of the day, or for how many nights."""
    product, departure = line.snapshot["product"], line.snapshot["departure"]
    return time_words(
        product["kind"],
        datetime.fromisoformat(departure["starts_at"]),
        datetime.fromisoformat(departure["ends_at"]),
        product["nights"],
    )


def place_words(place: Mapping[str, Any]) -> str:
    """The place of the snapshot in one line."""
    return ", ".join(part for part in (place["name"], place["locality"]) if part)


def cart_line_of(line: OrderLine, order: Order, language: str) -> CartLine:
    """A held departure in the cart."""
    snapshot = line.snapshot
    title = title_of(line, language)
    return CartLine(
        id=str(line.pk),
        title=title,
        url=reverse("shop:product", args=[snapshot["product"]["reference"]]),
        picture=picture_named(snapshot.get("picture", ""), alt=""),
        day=line.service_date,
        time=when_of(line),
        people=people_of(line, order.currency, language),
        amount=Amount.of(line.customer_pays, order.currency, language),
        struck=struck_of(line, order.currency, language),
        place=place_words(snapshot["place"]),
        provider=snapshot["provider"]["name"],
        cancellation=cancellation_sentence(snapshot["product"]["cancellation_scale"]),
    )


def order_line_of(line: OrderLine, order: Order, language: str) -> OrderLineView:
    """A service of an order, as the traveller needs it on the day."""
    snapshot = line.snapshot
    return OrderLineView(
        title=title_of(line, language),
        picture=picture_named(snapshot.get("picture", ""), alt=""),
        day=line.service_date,
        time=when_of(line),
        people=people_of(line, order.currency, language),
        amount=Amount.of(line.customer_pays, order.currency, language),
        place=place_words(snapshot["place"]),
        meeting_point=" ".join(lines_in(snapshot["product"]["meeting_point"], language)),
        provider=snapshot["provider"]["name"],
        cancellation=cancellation_sentence(snapshot["product"]["cancellation_scale"]),
        cancelled=order.status == Order.Status.CANCELLED,
    )


def again_link(line: OrderLine, language: str) -> Link:
    """Where the same departure and people can be chosen again."""
    query = {"day": line.service_date.isoformat(), "departure": str(line.departure_id)}
    query |= {f"quantity_{code}": str(number) for code, number in line.quantities.items()}
    url = reverse("shop:product", args=[line.snapshot["product"]["reference"]])
    return Link(
        label=_("Book “%(title)s” again") % {"title": title_of(line, language)},
        url=f"{url}?{urlencode(query)}",
    )
