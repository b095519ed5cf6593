"""Small steps of a settlement: sell now, settle when the month of the service is over.

Statements look back, and the test world's departures lie ahead. So a test sells today and then
travels: ``with after(order):`` is the first of the month after the service.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import time_machine
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.catalog.models import Provider
from shared_apps.identity.models import User
from shared_apps.statements.accounts import Account
from shared_apps.statements.actions import statement_issue, statements_draft
from shared_apps.statements.models import Statement
from shared_apps.statements.periods import Period, period_holding
from tenant_apps.orders.actions import order_confirm
from tenant_apps.orders.models import Order
from tenant_apps.payments.models import Payment
from tenants.models import Agency
from tests.selling import accepted, held, sold


def operator() -> User:
    """The person at TNP who issues."""
    return User.objects.get(email="finance@tnp.example")


def agency_of(slug: str) -> Agency:
    """One of the two agencies."""
    return Agency.objects.get(slug=slug)


def account_of(code: str) -> Account:
    """``lumiere`` and ``ocean`` are agencies, ``FLEUVE`` and ``OCEAN`` providers."""
    if code.isupper():
        return Account(provider=Provider.objects.get(reference=code))
    return Account(agency=agency_of(code))


def sold_for_cash(slug: str, reference: str = "BOAT-DUSK", **how: int) -> Order:
    """A sale in an agency's shop, paid in cash at its counter."""
    with tenant_context(agency_of(slug)):
        return sold(reference, **how)


def sold_by_card(slug: str, reference: str = "BOAT-DUSK", **how: int) -> Order:
    """A sale in an agency's shop, paid by card."""
    with tenant_context(agency_of(slug)):
        order = accepted(held(reference, **how))
        payment = Payment.objects.create(
            order=order,
            amount=order.total,
            currency=order.currency,
            status=Payment.Status.PAID,
            paid_at=timezone.now(),
            idempotency_key=f"test-{uuid.uuid4()}",
        )
        return order_confirm(order=order, payment=payment)


def month_of(slug: str, order: Order) -> Period:
    """The month of the order's service."""
    with tenant_context(agency_of(slug)):
        return period_holding("monthly", order.lines.all()[0].service_date)


@contextmanager
def on(day: date) -> Iterator[None]:
    """Be at noon of ``day``."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    with time_machine.travel(noon, tick=True):
        yield


def drafted(code: str, month: Period) -> list[Statement]:
    """The drafts of one account, drawn on the day after the month."""
    with on(month.last + timedelta(days=1)):
        return statements_draft(span=month, accounts=[account_of(code)])


def issued(code: str, month: Period) -> Statement:
    """The only statement of one account for the month, issued on the day after it."""
    (statement,) = drafted(code, month)
    with on(month.last + timedelta(days=1)):
        return statement_issue(statement=statement, by=operator())
