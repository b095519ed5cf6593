"""Work of this app outside the request."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.inventory.models import Hold
from tenant_apps.orders.actions import order_expire
from tenant_apps.orders.models import IdempotencyRecord, Order
from tenants.models import Agency

LOOK_BACK = timedelta(hours=2)
# No partner repeats a request after a month; until then the same answer is kept.
ANSWERS_KEPT = timedelta(days=30)
CHUNK = 1000


@shared_task(name="orders.expire_due")
def orders_expire_due() -> int:
    """Close orders whose places have gone back; visits only agencies with a fresh expiry."""
    since = timezone.now() - LOOK_BACK
    schemas = (
        Hold.objects.filter(state=Hold.State.EXPIRED, settled_at__gte=since)
        .values_list("agency_schema", flat=True)
        .distinct()
    )
    closed = 0
    for agency in Agency.objects.filter(schema_name__in=list(schemas)):
        with tenant_context(agency):
            due = Order.objects.filter(
                status__in=[Order.Status.HOLD, Order.Status.PENDING],
                expires_at__lt=timezone.now(),
            )
            closed += sum(order_expire(order) for order in due)
    return closed


@shared_task(name="orders.answers_forget")
def answers_forget() -> int:
    """Forget the answers kept for idempotency keys older than :data:`ANSWERS_KEPT`.

    In every agency, :data:`CHUNK` rows a statement, so that no request waits for a long lock.
    Returns how many were forgotten.
    """
    before = timezone.now() - ANSWERS_KEPT
    forgotten = 0
    for agency in Agency.objects.order_by("pk"):
        with tenant_context(agency):
            old = IdempotencyRecord.objects.filter(created_at__lt=before)
            while keys := list(old.values_list("pk", flat=True)[:CHUNK]):
                forgotten += IdempotencyRecord.objects.filter(pk__in=keys).delete()[0]
    return forgotten
