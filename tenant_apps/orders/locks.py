"""The row lock of an order: the first lock of every verb that changes one.

Locks are always taken in this order: order, payment, holds, receipt counter, chain head,
departures. Two verbs on one order therefore wait for each other here, and nowhere else.
"""

from django.db.models import Exists, OuterRef

from tenant_apps.orders.models import Acceptance, Order


def order_lock(pk: int) -> Order:
    """The order under a row lock, with ``terms_accepted``: whether evidence is kept (L4)."""
    evidence = Acceptance.objects.filter(order_id=OuterRef("pk"))
    locked = Order.objects.select_for_update(of=("self",)).annotate(terms_accepted=Exists(evidence))
    return locked.get(pk=pk)
