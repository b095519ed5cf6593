"""Work of this app outside the request."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.inventory.models import Hold
from tenant_apps.orders.actions import order_expire
from tenant_apps.orders.models import Order
from tenants.models import Agency

LOOK_BACK = timedelta(hours=2)


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
