"""What do I do now: kinds of things that wait, each with its count and the list of exactly those.

A count that nobody can act on is decoration and does not belong here (interface.md).
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shared_apps.catalog.models import Product, Status
from shared_apps.commissions.models import ApprovalRequest
from shared_apps.invoices.queries import statements_invoiceable_now
from shared_apps.journal.models import JournalLine
from shared_apps.operator.queries import agencies, products_unbookable
from shared_apps.outbox.models import InboundEvent, Message
from shared_apps.statements.models import Statement, StatementLine
from tenants.models import Agency


@dataclass(frozen=True)
class Task:
    """One kind of thing that waits: how many, and where the list of exactly those is."""

    count: int
    label: str | Promise
    help: str | Promise
    url_name: str
    query: str
    capability: str


def operator_tasks() -> list[Task]:
    """What waits for the operator, in the order in which it hurts."""
    return [
        _messages(),
        _events(),
        _disputed(),
        _to_issue(),
        _to_invoice(),
        _to_approve(),
        _to_validate(),
        _unbookable(),
        _cancelled(),
        _untrained(),
    ]


def _messages() -> Task:
    count = Message.objects.filter(state=Message.State.FAILED).count()
    return Task(
        count,
        ngettext("message given up", "messages given up", count),
        _("A provider or a customer was not told. Read why, then send again."),
        "operator_messages",
        "state=failed",
        "messages.view",
    )


def _events() -> Task:
    count = InboundEvent.objects.filter(state=InboundEvent.State.FAILED).count()
    return Task(
        count,
        ngettext("payment event that failed", "payment events that failed", count),
        _("Money may have moved without its order following."),
        "operator_events",
        "state=failed",
        "messages.view",
    )


def _disputed() -> Task:
    count = Statement.objects.filter(lines__state=StatementLine.State.DISPUTED).distinct().count()
    return Task(
        count,
        ngettext("statement with an open dispute", "statements with an open dispute", count),
        _("Somebody says a line is wrong and waits for your answer."),
        "operator_statements",
        "disputes=true",
        "statements.view",
    )


def _to_issue() -> Task:
    today = timezone.localdate()
    count = Statement.objects.filter(status=Statement.Status.DRAFT, period_to__lt=today).count()
    return Task(
        count,
        ngettext("statement to issue", "statements to issue", count),
        _("Its period is over. Look it through, then issue it."),
        "operator_statements",
        f"status=draft&period_to={(today - timedelta(days=1)).isoformat()}",
        "statements.issue",
    )


def _to_invoice() -> Task:
    count = statements_invoiceable_now().count()
    return Task(
        count,
        ngettext("commission invoice to issue", "commission invoices to issue", count),
        _("The statement is issued and the agency has given its mandate."),
        "operator_invoices_due",
        "mandate=true",
        "invoices.issue",
    )


def _to_approve() -> Task:
    count = ApprovalRequest.objects.filter(status=ApprovalRequest.Status.WAITING).count()
    return Task(
        count,
        ngettext("commission override to decide on", "commission overrides to decide on", count),
        _("An agency asks for a rate outside its corridor; the old one goes on meanwhile."),
        "operator_commissions_requests",
        "",
        "commissions.publish",
    )


def _to_validate() -> Task:
    count = Product.objects.filter(status=Status.SUBMITTED).count()
    return Task(
        count,
        ngettext("product to validate", "products to validate", count),
        _("Nothing is sold before you have validated it."),
        "operator_products",
        "status=submitted",
        "catalogue.validate",
    )


def _unbookable() -> Task:
    count = products_unbookable().count()
    return Task(
        count,
        ngettext(
            "validated product without a future departure",
            "validated products without a future departure",
            count,
        ),
        _("In the catalogue, and nobody can book it."),
        "operator_products",
        "status=validated&has_departures=false",
        "catalogue.view",
    )


def _cancelled() -> Task:
    week = timezone.localdate() - timedelta(days=7)
    count = JournalLine.objects.filter(
        kind=JournalLine.Kind.CANCELLATION, occurred_at__date__gte=week
    ).count()
    return Task(
        count,
        ngettext(
            "cancelled service in the last 7 days", "cancelled services in the last 7 days", count
        ),
        _("Look at the reasons and at the refunds."),
        "operator_sales",
        f"kind=cancellation&occurred_at_min={week.isoformat()}",
        "sales.view",
    )


def _untrained() -> Task:
    count = agencies().filter(status=Agency.Status.ACTIVE, trained=False).count()
    return Task(
        count,
        ngettext("agency not trained yet", "agencies not trained yet", count),
        _("Training is part of every opening. Note the day when it is done."),
        "operator_agencies",
        "trained=false&status=active",
        "agencies.view",
    )
