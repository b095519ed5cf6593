"""The verbs of selling: hold, complete, accept, confirm, cancel, expire.

Each is one transaction: checks first, then the order, then the journal, and the stock counters
last (:mod:`shared_apps.inventory.locks`). Either all of it happens or none.
"""

from tenant_apps.orders.actions.accepting import Evidence, order_accept, order_contact_set
from tenant_apps.orders.actions.cancelling import order_cancel
from tenant_apps.orders.actions.confirming import order_confirm
from tenant_apps.orders.actions.holding import (
    LineRequest,
    order_expire,
    order_hold,
    order_line_add,
    order_line_remove,
)

__all__ = [
    "Evidence",
    "LineRequest",
    "order_accept",
    "order_cancel",
    "order_confirm",
    "order_contact_set",
    "order_expire",
    "order_hold",
    "order_line_add",
    "order_line_remove",
]
