"""A card page that must not be paid any more is closed at the processor, by the worker (L6)."""

from decimal import Decimal

import pytest
from django_tenants.utils import tenant_context

from shared_apps.outbox.delivery import messages_deliver_all
from shared_apps.outbox.models import Message
from tenant_apps.orders.actions import order_cancel
from tenant_apps.payments.actions import payment_record
from tenant_apps.payments.models import Payment
from tenant_apps.payments.pages import page_close
from tests.doors.webhooks.conftest import money, status

EXPIRED = "checkout.session.expired"


def session_of(shop, payment):
    """The page as the processor has it."""
    return shop.double.ask(f"sessions/{payment.session_id}")


def waiting(order):
    """Messages that ask for a page of ``order`` to be closed: their states."""
    pages = [str(pk) for pk in order.payments.values_list("pk", flat=True)]
    asked = Message.objects.filter(kind="payment.page_close", payload__payment__in=pages)
    return list(asked.values_list("state", flat=True))


def closed_by_the_worker(shop):
    """Deliver what is due, as the worker does, and let the webhooks arrive."""
    messages_deliver_all()
    shop.double.settle()


def test_cancelling_an_order_closes_its_open_page(shop):
    order = shop.order(days=70)
    page = shop.page(order)
    order_cancel(order=order, reason="changed my mind")
    assert waiting(order) == ["due"]
    closed_by_the_worker(shop)
    assert waiting(order) == ["delivered"]
    assert Payment.objects.get(pk=page.pk).status == "expired"
    assert len(shop.events(EXPIRED)) == 1
    assert "error" in shop.double.pay(page.session_id)
    assert (status(order), money(order)) == ("cancelled", [])


def test_an_order_without_an_open_page_asks_for_nothing(shop):
    order = shop.order(days=71)
    order_cancel(order=order, reason="changed my mind")
    paid = shop.order(days=71)
    shop.pay(shop.page(paid))
    order_cancel(order=paid, reason="storm", waive_fee=True)
    assert waiting(order) == waiting(paid) == []


def test_a_page_paid_a_moment_before_is_refunded_and_not_closed(shop):
    order = shop.order(days=72)
    page = shop.page(order)
    shop.double.control("deliveries/mode", mode="drop")
    shop.pay(page)
    order_cancel(order=order, reason="changed my mind")
    assert page_close(page.pk).status == "paid"
    shop.refunds_carried_out(order)
    assert status(order) == "cancelled"
    assert money(order) == [("payment", Decimal("68.000")), ("refund", Decimal("-68.000"))]


def test_an_order_paid_in_cash_meanwhile_leaves_no_page_open(shop):
    order = shop.order(days=73)
    page = shop.page(order)
    payment_record(order=order, means="cash")
    closed_by_the_worker(shop)
    assert Payment.objects.get(pk=page.pk).status == "expired"
    assert status(order) == "confirmed"
    assert money(order) == [("payment", Decimal("68.000"))]


def test_a_cancellation_while_the_page_is_being_opened_closes_it_too(shop, monkeypatch):
    from tenant_apps.payments.gateway import StripeGateway

    order = shop.order(days=74)
    create = StripeGateway.checkout_create

    def slow(self, **wanted):
        session = create(self, **wanted)
        order_cancel(order=order, reason="impatient")
        return session

    monkeypatch.setattr(StripeGateway, "checkout_create", slow)
    page = shop.page(order)
    assert waiting(order) == ["due"]
    closed_by_the_worker(shop)
    assert Payment.objects.get(pk=page.pk).status == "expired"


def test_a_processor_that_is_down_is_asked_again_and_harms_nothing(shop, settings):
    order = shop.order(days=75)
    page = shop.page(order)
    order_cancel(order=order, reason="changed my mind")
    up = settings.STRIPE_API_BASE
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    messages_deliver_all()
    message = Message.objects.get(kind="payment.page_close", payload__payment=str(page.pk))
    assert (message.state, message.attempts) == ("due", 1)
    assert message.last_error.startswith("GatewayUnavailable")
    settings.STRIPE_API_BASE = up
    assert page_close(page.pk).status == "expired"


def test_a_page_that_can_no_longer_be_paid_anyway_is_not_asked_about_for_ever(shop, settings):
    from datetime import timedelta

    from django.utils import timezone

    order = shop.order(days=76)
    page = shop.page(order)
    long_ago = timezone.now() - timedelta(hours=25)
    Payment.objects.filter(pk=page.pk).update(created_at=long_ago)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    assert page_close(page.pk).status == "open"


def test_another_agency_closes_nothing(shop, own_shop):
    with tenant_context(shop.agency):
        order = shop.order(days=77)
        page = shop.page(order)
    with tenant_context(own_shop.agency), pytest.raises(Payment.DoesNotExist):
        page_close(page.pk)
    with tenant_context(shop.agency):
        assert Payment.objects.get(pk=page.pk).status == "open"
