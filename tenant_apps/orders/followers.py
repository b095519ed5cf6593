"""What other apps of the agency do where an order is confirmed or cancelled, in its transaction.

Orders know who sold them and nothing of what that gives: the app that does registers here when
Django starts (``AppConfig.ready``). It is called late, after every amount of the lines is final
and before the counters that other sales wait for, and only for an order that has somebody to
count for.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tenant_apps.orders.cancellation import Fee
from tenant_apps.orders.models import Order, OrderLine

OnConfirmed = Callable[[Order, Sequence[OrderLine]], None]
OnCancelled = Callable[[Order, Mapping[Any, Fee]], None]
_confirmed: list[OnConfirmed] = []
_cancelled: list[OnCancelled] = []


def follow(*, confirmed: OnConfirmed, cancelled: OnCancelled) -> None:
    """Let ``confirmed`` and ``cancelled`` run in the transactions of attributed orders."""
    _confirmed.append(confirmed)
    _cancelled.append(cancelled)


def order_confirmed(order: Order, lines: Sequence[OrderLine]) -> None:
    """Tell the followers that ``lines`` are sold at what they say."""
    if _attributed(order):
        for tell in _confirmed:
            tell(order, lines)


def order_cancelled(order: Order, fees: Mapping[Any, Fee]) -> None:
    """Tell the followers that ``order`` is undone; ``fees`` by line say what is kept."""
    if _attributed(order):
        for tell in _cancelled:
            tell(order, fees)


def _attributed(order: Order) -> bool:
    return order.sold_by_id is not None or order.point_of_sale_id is not None
