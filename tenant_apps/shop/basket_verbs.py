"""Putting into a basket, changing it, taking out: which order on hold gets the line.

The rules are those of :mod:`tenant_apps.orders.actions`; this module only finds the basket of the
right seller in the session. A basket of another seller refuses the line with the reason (D16), and
a second basket is opened only when the visitor asks for it. A basket whose card page was opened is
closed to changes; changing it anyway gives its places back and holds them again in one
transaction, so that it works or nothing changes. Should the old page be paid all the same, the
payment finds a cancelled order and is refunded.
"""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.limits import client_address, seconds_to_wait
from shared_apps.catalog.texts import text_in
from shared_apps.inventory.errors import SoldOut
from shared_apps.network.queries import seller_for
from shared_apps.network.rules import SellerRefused
from shared_apps.pricing.errors import PriceError
from tenant_apps.orders.actions import (
    LineRequest,
    order_cancel,
    order_hold,
    order_line_add,
    order_line_remove,
)
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.orders.offers import departure_for_sale
from tenant_apps.shop.baskets import (
    cart_forget,
    cart_keep,
    carts_of,
    is_open,
)
from tenant_apps.shop.rendering import language_now
from tenant_apps.subcommissions.links import attribution_of

REFUSALS = (OrderRefused, SoldOut, SellerRefused, PriceError)
"""Everything a basket can be refused with; :func:`refusal_words` says it."""


def refusal_words(refusal: Exception) -> str:
    """What a refusal says to the visitor."""
    if isinstance(refusal, PriceError):
        return _("This product cannot be priced at the moment. Please contact us.")
    return str(getattr(refusal, "message", refusal))


def basket_add(request: HttpRequest, wanted: LineRequest, *, second: bool = False) -> Order:
    """Hold ``wanted`` in the visitor's basket of its seller; the basket is then the shown one.

    The same departure again adds up on its line. Raises one of :data:`REFUSALS`; with code
    ``other_seller`` when the visitor's basket has another seller and no second one was asked for.
    """
    carts = carts_of(request)
    departure = departure_for_sale(wanted.departure_id)
    seller = seller_for(agency=request.agency, product=departure.product, on=timezone.localdate())
    open_carts = [cart for cart in carts if is_open(cart)]
    mine = next((cart for cart in open_carts if cart.seller_id == seller.pk), None)
    if mine is None and open_carts and not second:
        title = text_in(departure.product.titles, language_now())
        raise OrderRefused("other_seller", other_seller_words(title, seller, open_carts[0]))
    _check_places(request, open_carts, more=sum(wanted.quantities.values()))
    if mine is None:
        attributed = attribution_of(request)
        kept = order_hold(
            requests=[wanted],
            channel="shop",
            language=language_now(),
            sold_by_id=attributed.get("sold_by_id"),
            point_of_sale_id=attributed.get("point_of_sale_id"),
        )
    else:
        kept = _added(mine, wanted)
        if kept.pk != mine.pk:
            cart_forget(request, mine)
    for cart in carts:
        if not is_open(cart):
            cart_forget(request, cart)
    cart_keep(request, kept, lines=kept.lines.count())
    return kept


def _check_places(request: HttpRequest, carts: list[Order], *, more: int) -> None:
    """Refuse a visitor who would hold too many places at once, or did so over and over.

    Places that are held cannot be sold to anybody else: without a bound one visitor could empty
    a departure and never pay. The visitor is the session; whoever throws it away is still
    counted by address (``RATE_LIMITS["places"]``).
    """
    if more <= 0:
        return
    lines = OrderLine.objects.filter(order__in=carts)
    held = (lines.aggregate(places=Sum("places"))["places"] or 0) if carts else 0
    if held + more > settings.CART_PLACES:
        raise OrderRefused(
            "too_many_held",
            _(
                "You can hold %(most)d places at a time. Pay for those in your cart first, "
                "or write to us for a larger group."
            )
            % {"most": settings.CART_PLACES},
        )
    wait = seconds_to_wait("places", client_address(request), count=more)
    if wait:
        raise OrderRefused(
            "too_many_held",
            _(
                "Many places have been put into carts from your connection. "
                "Try again in %(minutes)d minutes, or write to us."
            )
            % {"minutes": -(-wait // 60)},
        )


def other_seller_words(title: str, seller: object, cart: Order) -> str:
    """Why one basket cannot hold two sellers (D16), and what to do."""
    return _(
        "“%(title)s” is sold by %(seller)s and your cart by %(other)s: the law wants two "
        "separate contracts. You can put it into a second cart and pay for each on its own."
    ) % {
        "title": title,
        "seller": seller,
        "other": cart.seller_snapshot.get("legal_name", ""),
    }


def _added(order: Order, wanted: LineRequest) -> Order:
    with transaction.atomic():
        order = _changeable(order)
        same = order.lines.filter(departure_id=wanted.departure_id).first()
        if same is None:
            order_line_add(order=order, request=wanted)
        else:
            _replace(order, same, _sum(same.quantities, wanted.quantities))
    order.refresh_from_db()
    return order


def _sum(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    return {
        code: first.get(code, 0) + second.get(code, 0) for code in dict.fromkeys([*first, *second])
    }


def _replace(order: Order, line: OrderLine, quantities: Mapping[str, int]) -> None:
    """Hold other quantities of the line's departure instead; inside a transaction."""
    request = LineRequest(line.departure_id, dict(quantities))
    order_line_remove(order=order, line_id=line.pk)
    order_line_add(order=order, request=request)


def _changeable(order: Order) -> Order:
    """``order`` if it can be changed, else a fresh one with the same lines in its place.

    Inside the caller's transaction: what fails after this gives the old order back.
    """
    if order.status != Order.Status.PENDING:
        return order
    wanted = [LineRequest(line.departure_id, line.quantities) for line in order.lines.all()]
    order_cancel(order=order, reason="changed by the customer before paying")
    return order_hold(
        requests=wanted,
        channel=order.channel,
        language=order.language,
        sold_by_id=order.sold_by_id,
        point_of_sale_id=order.point_of_sale_id,
    )


def basket_line_change(
    request: HttpRequest, order: Order, line_id: str, quantities: Mapping[str, int]
) -> Order:
    """Set the people of one line; none at all takes the line out. Raises :data:`REFUSALS`."""
    if not any(quantities.values()):
        return basket_line_remove(request, order, line_id)
    with transaction.atomic():
        line = _line(order, line_id)
        more = sum(quantities.values()) - sum(line.quantities.values())
        _check_places(request, [cart for cart in carts_of(request) if is_open(cart)], more=more)
        fresh = _changeable(order)
        _replace(fresh, fresh.lines.get(departure_id=line.departure_id), quantities)
    return _kept(request, order, fresh)


def basket_line_remove(request: HttpRequest, order: Order, line_id: str) -> Order:
    """Take one line out and give its places back; an emptied basket is closed."""
    with transaction.atomic():
        line = _line(order, line_id)
        last = order.lines.count() == 1
        if last:
            fresh = order_cancel(order=order, reason="emptied by the customer")
        else:
            fresh = _changeable(order)
            same = fresh.lines.get(departure_id=line.departure_id)
            order_line_remove(order=fresh, line_id=same.pk)
    if last:
        cart_forget(request, order)
        return fresh
    return _kept(request, order, fresh)


def _kept(request: HttpRequest, order: Order, fresh: Order) -> Order:
    """Remember ``fresh`` in the place of ``order``, now that it is written."""
    fresh.refresh_from_db()
    if fresh.pk != order.pk:
        cart_forget(request, order)
    cart_keep(request, fresh, lines=fresh.lines.count())
    return fresh


def _line(order: Order, line_id: str) -> OrderLine:
    found = next((line for line in order.lines.all() if str(line.pk) == line_id), None)
    if found is None:
        raise OrderRefused("unknown_line", _("This line is no longer in your cart."))
    return found
