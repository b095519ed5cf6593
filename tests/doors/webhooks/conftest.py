"""A web server and the payment double, talking to each other over real HTTP.

Both stand for the whole folder, on a database of its own; every test makes its own orders and
asks about those. What the worker does after a transaction is done here by ``refunds_carried_out``.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from shared_apps.inventory.locks import expired_free
from shared_apps.inventory.models import Hold
from shared_apps.journal.models import JournalLine
from shared_apps.outbox.models import InboundEvent
from tenant_apps.orders.models import Order
from tenant_apps.payments.actions import payment_open
from tenant_apps.payments.models import Payment, Refund
from tenant_apps.payments.refunds import refund_execute
from tenants.models import Agency
from tests.database import copy_of_template, template_database
from tests.doors.stripe_double.servers import API_KEY, Double, running_double
from tests.selling import accepted, held
from tests.serving import Site, running_site

SECRET = "whsec_shop"


@dataclass
class Shop:
    """One agency's side of a payment, and the processor's."""

    agency: Agency
    site: Site
    double: Double

    def order(self, reference="BOAT-DUSK", *, days=45, **quantities) -> Order:
        """An order with customer and accepted terms, ready to be paid."""
        return accepted(held(reference, days=days, **(quantities or {"adult": 2})))

    def page(self, order: Order) -> Payment:
        """The card page of ``order``."""
        return payment_open(
            order=order, success_url="http://shop.localhost/ok", cancel_url="http://shop.localhost/"
        )

    def pay(self, payment: Payment, **how) -> dict:
        """What the customer does on the page; returns when every webhook was answered."""
        answer = self.double.pay(payment.session_id, **how)
        self.double.settle()
        return answer

    def run_out(self, order: Order) -> None:
        """Let the hold of ``order`` end, and give its places back as the sweep does."""
        past = timezone.now() - timedelta(seconds=1)
        Hold.objects.filter(order_reference=order.reference).update(expires_at=past)
        Order.objects.filter(pk=order.pk).update(expires_at=past)
        expired_free()

    def events(self, kind: str) -> list[dict]:
        """Events of one type, the newest first."""
        return self.double.ask("events", type=kind, limit=100)["events"]

    def refunds_carried_out(self, order: Order) -> list[Refund]:
        """Do what the worker does with this order's refunds."""
        refunds = Refund.objects.filter(payment__order=order)
        return [refund_execute(refund.pk) for refund in refunds]


def status(order: Order) -> str:
    """The order's status now."""
    return Order.objects.get(pk=order.pk).status


def stored_event(event_id: str) -> InboundEvent | None:
    """The event as the operator keeps it; agencies may not read it."""
    with schema_context("shared"):
        return InboundEvent.objects.filter(event_id=event_id).first()


def money(order: Order) -> list[tuple[str, Decimal]]:
    """The order's money lines in the journal: kind and amount."""
    lines = JournalLine.objects.filter(
        order_reference=order.reference, kind__in=["payment", "refund"]
    )
    return [(line.kind, line.customer_pays) for line in lines.order_by("seq")]


@pytest.fixture(scope="package")
def servers(django_db_setup, django_db_blocker):
    """The database, the double and the web server, once."""
    with (
        django_db_blocker.unblock(),
        copy_of_template(template_database()) as database,
        running_double("--merchant", "TNP", "--account", "acct_ocean=Océan Réceptif") as double,
    ):
        processor = {
            "STRIPE_API_KEY": API_KEY,
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STRIPE_API_BASE": double.url,
        }
        with running_site(database, **processor) as site, override_settings(**processor):
            assert double.url == django_settings.STRIPE_API_BASE
            yield site, double
        connection.close()


def _warm(site: Site) -> None:
    """Let both web workers load what they need, so that no webhook waits for that."""
    with ThreadPoolExecutor(8) as pool:
        address = f"{site.url}/webhooks/stripe/"
        asked = [pool.submit(httpx.post, address, timeout=60) for _ in range(8)]
        assert {done.result().status_code for done in asked} == {400}


@pytest.fixture
def processor(servers) -> Double:
    """The double, emptied, with the product as its only listener."""
    site, double = servers
    double.control("reset")
    url = f"{site.url}/webhooks/stripe/"
    double.control(
        "config", webhooks=[{"url": url, "secret": SECRET}], retry_delays=[0.05], parallel=1
    )
    return double


@pytest.fixture
def shop(servers, processor):
    """Inside the first agency, which sells under TNP's mark."""
    agency = Agency.objects.get(slug="lumiere")
    with tenant_context(agency):
        yield Shop(agency, servers[0], processor)


@pytest.fixture
def own_shop(servers, processor):
    """Inside the second agency, which sells KAYAK-SEA under its own liability."""
    agency = Agency.objects.get(slug="ocean")
    with tenant_context(agency):
        yield Shop(agency, servers[0], processor)


@pytest.fixture
def post(servers):
    """Post raw bytes to the webhook address."""
    site, _double = servers

    def send(body: bytes, signature: str = "") -> httpx.Response:
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        return httpx.post(f"{site.url}/webhooks/stripe/", content=body, headers=headers)

    return send
