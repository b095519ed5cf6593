"""The cart page: lines, total, countdown, and what to do when the hold has ended."""

from collections.abc import Sequence

from django.utils import timezone

from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.shop.assemble.lines import again_link, cart_line_of
from tenant_apps.shop.baskets import is_open
from tenant_apps.shop.presenters import Amount, CartPage


def cart_page_of(
    order: Order | None,
    lines: Sequence[OrderLine],
    *,
    language: str,
    problem: str = "",
) -> CartPage:
    """The shown basket. An ended hold shows what was in it, with links to book it again."""
    if order is None or not lines:
        return CartPage(problem=problem)
    if not is_open(order) or order.expires_at is None:
        return CartPage(
            expired=True,
            problem=problem,
            ideas=tuple(again_link(line, language) for line in lines),
        )
    left = order.expires_at - timezone.now()
    return CartPage(
        lines=tuple(cart_line_of(line, order, language) for line in lines),
        total=Amount.of(order.total, order.currency, language),
        expires_at=order.expires_at,
        seconds_left=max(int(left.total_seconds()), 0),
        problem=problem,
    )
