"""Which orders on hold are this visitor's baskets: kept in the session, one per seller (D16).

A basket *is* an order on hold. The session remembers their keys (:data:`CARTS`), which of them is
shown (:data:`CURRENT`), how many lines it has and until when (for the header, without a query), and
what was typed at the checkout, so that nothing is lost when a page fails or a hold ends. A visitor
who never put anything into a basket has no session at all.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from tenant_apps.orders.models import Order

CURRENT = "order"
CARTS = "orders"
COUNT = "cart_count"
COUNT_UNTIL = "cart_until"
TYPED = "checkout_typed"
BOUGHT = "bought"
MOST_CARTS = 5
MOST_BOUGHT = 20

OPEN = (Order.Status.HOLD, Order.Status.PENDING)


def has_session(request: HttpRequest) -> bool:
    """Whether the visitor carries a session; asking opens none."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or request.session.modified


def cart_count(request: HttpRequest) -> int:
    """Lines in the shown basket, for the header; 0 once its hold has ended."""
    if not has_session(request):
        return 0
    until = request.session.get(COUNT_UNTIL, 0)
    return int(request.session.get(COUNT, 0)) if until > timezone.now().timestamp() else 0


def carts_of(request: HttpRequest) -> list[Order]:
    """The visitor's baskets, newest first, open or expired, never sold or cancelled ones."""
    if not has_session(request):
        return []
    keys = request.session.get(CARTS, [])
    if not keys:
        return []
    kept = (*OPEN, Order.Status.EXPIRED)
    found = {order.pk: order for order in Order.objects.filter(pk__in=keys, status__in=kept)}
    return [found[key] for key in reversed(keys) if key in found]


def current_cart(request: HttpRequest, carts: list[Order] | None = None) -> Order | None:
    """The basket that is shown: the one chosen last, else the newest open one."""
    carts = carts_of(request) if carts is None else carts
    if not carts:
        return None
    chosen = request.session.get(CURRENT)
    return next((order for order in carts if order.pk == chosen), carts[0])


def is_open(order: Order) -> bool:
    """Whether the hold of ``order`` still runs."""
    return (
        order.status in OPEN and order.expires_at is not None and order.expires_at > timezone.now()
    )


def cart_keep(request: HttpRequest, order: Order, *, lines: int) -> None:
    """Remember ``order`` as the shown basket with so many lines."""
    keys = [key for key in request.session.get(CARTS, []) if key != order.pk]
    request.session[CARTS] = [*keys, order.pk][-MOST_CARTS:]
    request.session[CURRENT] = order.pk
    cart_note(request, order, lines=lines)


def cart_note(request: HttpRequest, order: Order, *, lines: int) -> None:
    """Note what the header shows of the basket."""
    until = order.expires_at.timestamp() if order.expires_at and is_open(order) else 0
    if request.session.get(COUNT) != lines or request.session.get(COUNT_UNTIL) != until:
        request.session[COUNT], request.session[COUNT_UNTIL] = lines, until


def cart_forget(request: HttpRequest, order: Order) -> None:
    """Take ``order`` out of the baskets (sold, emptied, or seen as expired)."""
    request.session[CARTS] = [key for key in request.session.get(CARTS, []) if key != order.pk]
    if request.session.get(CURRENT) == order.pk:
        del request.session[CURRENT]
        request.session[COUNT] = 0


def typed_keep(request: HttpRequest, data: Mapping[str, str]) -> None:
    """Keep what was typed at the checkout."""
    request.session[TYPED] = dict(data)


def typed_of(request: HttpRequest) -> dict[str, Any]:
    """What was typed at the checkout before."""
    return dict(request.session.get(TYPED, {})) if has_session(request) else {}


def bought_keep(request: HttpRequest, order: Order) -> None:
    """Let this session see the confirmation of ``order``."""
    known = [ref for ref in request.session.get(BOUGHT, []) if ref != order.reference]
    request.session[BOUGHT] = [*known, order.reference][-MOST_BOUGHT:]


def has_bought(request: HttpRequest, reference: str) -> bool:
    """Whether this session opened the order ``reference``."""
    return has_session(request) and reference in request.session.get(BOUGHT, [])
