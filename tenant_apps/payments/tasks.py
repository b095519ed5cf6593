"""Work of this app outside the request: repair what a lost webhook left open (L6)."""

from datetime import timedelta

import structlog
from celery import shared_task
from django.db.models import Q
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.inventory.models import Hold
from tenant_apps.payments.gateway import GatewayError
from tenant_apps.payments.models import Payment, Refund
from tenant_apps.payments.refunds import refund_ask
from tenant_apps.payments.settling import payment_settle
from tenants.models import Agency

log = structlog.get_logger(__name__)
# A page lives a day at most, the processor repeats its events for three.
LOOK_BACK = timedelta(days=4)


@shared_task(name="payments.settle_open")
def payments_settle_open() -> int:
    """Ask about card payments left open past their hold, and about refunds on their way.

    Visits only agencies that had a hold within :data:`LOOK_BACK`. What does not answer now is
    asked again next time. Returns how many payments and refunds changed their state.
    """
    since = timezone.now() - LOOK_BACK
    schemas = Hold.objects.filter(created_at__gte=since).values_list("agency_schema", flat=True)
    pending = Hold.objects.filter(settled_at__gte=since).values_list("agency_schema", flat=True)
    names = {*schemas.distinct(), *pending.distinct()}
    changed = 0
    for agency in Agency.objects.filter(schema_name__in=names).order_by("pk"):
        with tenant_context(agency):
            changed += sum(_payment_changes(payment) for payment in _payments_due(since))
            changed += sum(_refund_changes(refund) for refund in _refunds_due())
    return changed


def _payments_due(since: object) -> list[Payment]:
    over = Q(order__expires_at__lte=timezone.now()) | Q(order__expires_at=None)
    due = Payment.objects.filter(over, status=Payment.Status.OPEN, created_at__gte=since)
    return list(due.exclude(session_id=""))


def _refunds_due() -> list[Refund]:
    due = Refund.objects.filter(status=Refund.Status.PENDING).exclude(provider_id="")
    return list(due.select_related("payment"))


def _payment_changes(payment: Payment) -> bool:
    before = payment.status
    try:
        return payment_settle(payment).status != before
    except GatewayError as error:
        log.warning("payment_not_settled", payment=str(payment.pk), error=type(error).__name__)
        return False


def _refund_changes(refund: Refund) -> bool:
    try:
        return refund_ask(refund, provider_id=refund.provider_id).status != refund.status
    except GatewayError as error:
        log.warning("refund_not_settled", refund=str(refund.pk), error=type(error).__name__)
        return False
