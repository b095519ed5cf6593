"""What waits for the agency now: each task a count, and the list of exactly those."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shared_apps.commissions.models import ApprovalRequest
from shared_apps.invoices.models import Mandate
from shared_apps.operator.waiting import Task
from shared_apps.statements.models import Statement
from tenant_apps.orders.models import Order
from tenant_apps.payments.models import Refund
from tenant_apps.selection.models import SelectedProduct


def tasks() -> list[Task]:
    """What waits for the agency, the most pressing first."""
    return [
        _stuck(),
        _pending(),
        _leaving(),
        _to_answer(),
        _to_accept(),
        _overrides_asked(),
        _empty_selection(),
    ]


def _stuck() -> Task:
    failed = Order.objects.filter(payments__refunds__status=Refund.Status.FAILED)
    count = failed.distinct().count()
    return Task(
        count,
        ngettext("order whose refund failed", "orders whose refund failed", count),
        _("The customer waits for the money. Look, then tell the operator."),
        "office_orders",
        "refund=failed",
        "orders.view",
    )


def _pending() -> Task:
    count = Order.objects.filter(status=Order.Status.PENDING).count()
    return Task(
        count,
        ngettext("order waiting for payment", "orders waiting for payment", count),
        _("Their places are kept for a while, then free again."),
        "office_orders",
        "status=pending",
        "orders.view",
    )


def _leaving() -> Task:
    today = timezone.localdate()
    soon = today + timedelta(days=2)
    orders = Order.objects.filter(
        status=Order.Status.CONFIRMED, lines__service_date__range=(today, soon)
    )
    count = orders.distinct().count()
    return Task(
        count,
        ngettext(
            "order leaving in the next two days", "orders leaving in the next two days", count
        ),
        _("Somebody may still have a question: answer it today."),
        "office_orders",
        f"status=confirmed&service_from={today}&service_to={soon}",
        "orders.view",
    )


def _to_answer() -> Task:
    # Row-level security leaves this agency's own.
    count = Statement.objects.filter(status=Statement.Status.ISSUED).count()
    return Task(
        count,
        ngettext("statement to answer", "statements to answer", count),
        _("Accept it, or dispute the line that looks wrong."),
        "office_statements",
        "status=issued",
        "statements.view",
    )


def _to_accept() -> Task:
    return Task(
        Mandate.objects.filter(accepted_at=None, ended_on=None).count(),
        _("mandate to accept"),
        _("Until you accept it, TNP cannot write the invoices of your commissions."),
        "office_mandate",
        "",
        "statements.answer",
    )


def _overrides_asked() -> Task:
    # Row-level security leaves this agency's own.
    count = ApprovalRequest.objects.filter(status=ApprovalRequest.Status.WAITING).count()
    return Task(
        count,
        ngettext("override waiting for TNP", "overrides waiting for TNP", count),
        _("The old rate goes on until TNP has decided. You can take your request back."),
        "office_commissions_requests",
        "",
        "commissions.view",
    )


def _empty_selection() -> Task:
    return Task(
        int(not SelectedProduct.objects.exists()),
        _("empty selection"),
        _("Choose what your shop sells: it shows nothing yet."),
        "office_selection",
        "",
        "selection.change",
    )
