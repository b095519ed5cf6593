"""Taking places for a while: a cart is an order on hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.inventory.actions import (
    StockChange,
    current_agency,
    departure_hold,
    holds_extend,
    holds_release,
    sold_out_with_left,
)
from shared_apps.inventory.errors import SoldOut
from shared_apps.inventory.locks import expired_free
from shared_apps.inventory.models import Hold
from shared_apps.network.queries import seller_snapshot
from tenant_apps.orders.actions.accepting import contact_clean, contact_put
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.orders.locks import order_lock
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.orders.offers import Offer, departure_for_sale, offer_build
from tenant_apps.orders.packages import service_type_decide
from tenant_apps.orders.references import new_reference
from tenant_apps.orders.snapshots import (
    commission_snapshot,
    product_snapshot,
    waterfall_snapshot,
)
from tenants.together import key_reserve, rows_write, written_together

_Result = TypeVar("_Result")
BeforeStock = Callable[[Order, Sequence[OrderLine]], None]

MAX_LINES = 30
# However often a cart is added to, its first places come back after this.
LONGEST_HOLD = timedelta(hours=1)


@dataclass(frozen=True)
class LineRequest:
    """What somebody wants: ``{rate code: units}`` of one departure."""

    departure_id: int
    quantities: Mapping[str, int]


def order_hold(
    *,
    requests: Sequence[LineRequest],
    channel: str,
    language: str,
    partner_reference: str = "",
    contact: Mapping[str, str] | None = None,
    before_stock: BeforeStock | None = None,
    sold_by_id: int | None = None,
    point_of_sale_id: int | None = None,
) -> Order:
    """Open an order and hold its places for ``settings.HOLD_MINUTES`` (R135).

    ``contact`` says who buys, when that is known already; ``sold_by_id`` and
    ``point_of_sale_id`` who sells inside the agency. ``before_stock`` is what else belongs
    to the same transaction: it gets the order and its lines, and runs before the counters move,
    which must stay the last statement. It may run twice, after a rollback.

    Raises :class:`OrderRefused` (what cannot be sold here) or
    :class:`~shared_apps.inventory.errors.SoldOut` (with the places left); nothing is written then.
    """
    if not requests:
        raise OrderRefused("no_lines", _("Choose something first."))
    if len(requests) > MAX_LINES:
        raise OrderRefused(
            "too_many_lines", _("No more than %(max)d lines in one order.") % {"max": MAX_LINES}
        )
    buyer = contact_clean(contact) if contact else None
    offers = [_offer(request, channel) for request in requests]
    agency = current_agency()
    order = Order(
        reference=new_reference(agency),
        channel=channel,
        language=language,
        currency=offers[0].totals.currency,
        seller=offers[0].seller,
        seller_snapshot=seller_snapshot(offers[0].seller),
        own_liability=offers[0].seller.agency_id is not None,
        partner_reference=partner_reference,
        sold_by_id=sold_by_id,
        point_of_sale_id=point_of_sale_id,
    )
    _retrying(lambda: _hold_new(order, offers, buyer, before_stock))
    return order


def order_line_add(*, order: Order, request: LineRequest) -> OrderLine:
    """Hold one more line in ``order`` and let all of its holds run longer.

    Raises as :func:`order_hold`, and when the order is no longer on hold, or when the line has
    another seller or currency (D16).
    """
    offer = _offer(request, order.channel)
    return _retrying(lambda: _hold_more(order, offer))


def order_line_remove(*, order: Order, line_id: UUID | str) -> None:
    """Give the places of one line back and take it off the order (which may become empty)."""
    with transaction.atomic():
        locked = _locked(order)
        line = locked.lines.filter(pk=line_id).first()
        if line is None:
            raise OrderRefused("unknown_line", _("This line is no longer in your order."))
        change = holds_release([line.hold_id])
        audit_record(verb="order.line_remove", target=locked, before={"line": str(line.pk)})
        line.delete()
        _totals_set(locked, list(locked.lines.all()))
        locked.save()
        change.apply()
    order.refresh_from_db()


def order_expire(order: Order) -> bool:
    """Close an order whose hold has run out; returns whether this call closed it.

    Its places have been or are now given back. A pending order that has been paid in the
    meantime is confirmed by its payment, not here.
    """
    with transaction.atomic():
        locked = order_lock(order.pk)
        open_states = (Order.Status.HOLD, Order.Status.PENDING)
        if locked.status not in open_states or not locked.hold_is_over:
            return False
        locked.status = Order.Status.EXPIRED
        locked.save(update_fields=["status"])
        audit_record(verb="order.expire", target=locked)
        holds_release(locked.lines.values_list("hold_id", flat=True)).apply()
    order.refresh_from_db()
    return True


def _offer(request: LineRequest, channel: str) -> Offer:
    return offer_build(
        agency=current_agency(),
        departure=departure_for_sale(request.departure_id),
        quantities=request.quantities,
        channel=channel,
    )


def _hold_end(created_at: datetime) -> datetime:
    wanted = timezone.now() + timedelta(minutes=settings.HOLD_MINUTES)
    return min(wanted, created_at + LONGEST_HOLD)


def _retrying(attempt: Callable[[], _Result]) -> _Result:
    """Run ``attempt``; when places are missing, free expired holds and try once more."""
    try:
        return attempt()
    except SoldOut as refusal:
        if not expired_free(departure_id=refusal.departure_id):
            raise sold_out_with_left(refusal) from refusal
    try:
        return attempt()
    except SoldOut as refusal:
        raise sold_out_with_left(refusal) from refusal


def _hold_new(
    order: Order,
    offers: Sequence[Offer],
    buyer: Mapping[str, str] | None,
    before_stock: BeforeStock | None,
) -> None:
    with transaction.atomic():
        # A second attempt writes the same order anew: the first was rolled back.
        order.pk = key_reserve(Order)
        order._state.adding = True
        order.expires_at = _hold_end(timezone.now())
        with written_together():
            if buyer:
                contact_put(order, buyer)
            lines, change = _lines_hold(order, offers, known=[])
            rows_write([order, *lines])
            _audit_hold(order, lines)
            if before_stock is not None:
                before_stock(order, lines)
        change.apply()


def _hold_more(order: Order, offer: Offer) -> OrderLine:
    with transaction.atomic():
        locked = _locked(order)
        known = list(locked.lines.all())
        if len(known) >= MAX_LINES:
            raise OrderRefused("too_many_lines", _("This order is full."))
        end = _hold_end(locked.created_at)
        locked.expires_at = max(locked.expires_at or end, end)
        with written_together():
            lines, change = _lines_hold(locked, [offer], known=known)
            rows_write(lines)
            _audit_hold(locked, lines)
        locked.save()
        holds_extend([line.hold_id for line in known], expires_at=locked.expires_at)
        change.apply()
    return lines[0]


def _lines_hold(
    order: Order, offers: Sequence[Offer], *, known: Sequence[OrderLine]
) -> tuple[list[OrderLine], StockChange]:
    """Write the holds of ``offers``; the order and its new lines are still to be written."""
    for offer in offers:
        _check_same_seller(order, offer)
    holds, change = departure_hold(
        agency=current_agency(),
        order_reference=order.reference,
        wanted=[(offer.departure.pk, offer.places) for offer in offers],
        expires_at=order.expires_at or timezone.now(),
    )
    lines = [
        _line(order, offer, hold, position)
        for position, (offer, hold) in enumerate(zip(offers, holds, strict=True), len(known))
    ]
    _totals_set(order, [*known, *lines])
    return lines, change


def _audit_hold(order: Order, lines: Sequence[OrderLine]) -> None:
    after: dict[str, Any] = {"lines": [str(line.pk) for line in lines], "total": str(order.total)}
    if order.customer_id is not None:
        after["customer"] = order.customer_id
    audit_record(verb="order.hold", target=order, after=after)


def _line(order: Order, offer: Offer, hold: Hold, position: int) -> OrderLine:
    departure, totals = offer.departure, offer.totals
    return OrderLine(
        order=order,
        position=position,
        product=departure.product,
        provider=departure.product.provider,
        departure=departure,
        hold_id=hold.pk,
        service_date=departure.service_date,
        quantities={rate.code: rate.quantity for rate in offer.rates},
        places=offer.places,
        snapshot=product_snapshot(departure),
        waterfall=waterfall_snapshot(offer),
        commission=commission_snapshot(offer),
        vat_regime=offer.seller.vat_regime,
        customer_pays=totals.customer_pays.amount,
        provider_share=totals.provider_share.amount,
        agency_share=totals.agency_share.amount,
        operator_share=totals.operator_share.amount,
    )


def _totals_set(order: Order, lines: Sequence[OrderLine]) -> None:
    order.total = sum((line.customer_pays for line in lines), start=Decimal(0))
    order.service_type, order.service_type_inputs = service_type_decide(lines)
    order.version += 1


def _check_same_seller(order: Order, offer: Offer) -> None:
    if offer.seller.pk != order.seller_id:
        raise OrderRefused(
            "other_seller",
            _(
                "“%(product)s” is sold by %(seller)s, and your order by %(other)s. "
                "Please book them separately."
            )
            % {
                "product": offer.departure.product.reference,
                "seller": offer.seller.legal_name,
                "other": order.seller_snapshot.get("legal_name", ""),
            },
        )
    if offer.totals.currency != order.currency:
        raise OrderRefused("other_currency", _("One order has one currency."))


def _locked(order: Order) -> Order:
    """The order under a row lock, still on hold; the caller's object is not touched."""
    locked = order_lock(order.pk)
    if locked.status != Order.Status.HOLD:
        raise OrderRefused("not_on_hold", _("This order can no longer be changed."))
    if locked.hold_is_over:
        raise OrderRefused(
            "hold_expired", _("Your places were held until now. Please start again.")
        )
    return locked
