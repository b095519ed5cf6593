"""A card payment from the page to the journal, whatever happens to the messages between (L6)."""

from decimal import Decimal

import httpx
import pytest
from django_tenants.utils import tenant_context

from shared_apps.inventory.models import Departure
from shared_apps.journal.verify import journal_verify
from shared_apps.outbox.models import Message
from tenant_apps.orders.actions import order_cancel
from tenant_apps.orders.api_keys import api_key_create
from tenant_apps.payments.actions import payment_settle
from tenant_apps.payments.models import Payment, Refund
from tenant_apps.payments.tasks import payments_settle_open
from tests.doors.webhooks.conftest import money, status, stored_event
from tests.selling import CUSTOMER, departure_of, held

COMPLETED = "checkout.session.completed"
PAID = [("payment", Decimal("68.000"))]
PAID_AND_BACK = [*PAID, ("refund", Decimal("-68.000"))]


def test_a_partner_sells_by_card_over_http(shop):
    _key, clear = api_key_create("Partner")
    headers = {"Authorization": f"Bearer {clear}", "Host": "lumiere.localhost"}
    with httpx.Client(base_url=f"{shop.site.url}/api/v1/", headers=headers, timeout=30) as api:
        line = {"departure": departure_of("BOAT-DUSK", days=60).pk, "quantities": {"adult": 2}}
        order = api.post("orders/", json={"lines": [line], "customer": CUSTOMER}).json()
        terms = {"sha256": [row["sha256"] for row in order["terms"]], "text": "I accept"}
        card = {"means": "card", "return_url": "https://partner.example/back"}
        address = f"orders/{order['reference']}/"
        paying = api.post(f"{address}confirm/", json={"payment": card, "accepted_terms": terms})
        assert paying.status_code == 200, paying.text
        assert paying.json()["status"] == "pending"
        assert paying.json()["checkout_url"].startswith(shop.double.url)
        assert api.post(f"{address}confirm/", json={"payment": card}).json() == paying.json()

        shop.pay(Payment.objects.get(order__reference=order["reference"]))

        sold = api.get(address).json()
        assert (sold["status"], sold["checkout_url"]) == ("confirmed", None)


def test_a_paid_page_confirms_the_order_by_its_webhook(shop):
    order = shop.order()
    shop.pay(shop.page(order))
    assert status(order) == "confirmed"
    assert money(order) == PAID
    payment = order.payments.get()
    assert (payment.status, bool(payment.intent_id)) == ("paid", True)


def test_duplicate_webhooks_change_nothing(shop):
    order = shop.order(days=46)
    shop.pay(shop.page(order))
    event = shop.events(COMPLETED)[0]
    answers = shop.double.control(f"events/{event['id']}/send", times=5)["answers"]
    assert [answer["status"] for answer in answers] == [200] * 5
    assert money(order) == PAID
    assert stored_event(event["id"]).deliveries == 6


def test_webhooks_in_reverse_and_late_change_nothing(shop):
    order = shop.order(days=47)
    page = shop.page(order)
    shop.double.control("deliveries/mode", mode="hold")
    shop.pay(page)
    assert status(order) == "pending"
    shop.double.control("deliveries/release", order="reverse")
    shop.double.settle()
    assert status(order) == "confirmed"
    assert money(order) == PAID


def test_an_event_that_overtakes_our_own_note_of_the_page_is_enough(shop):
    order = shop.order(days=48)
    page = shop.page(order)
    Payment.objects.filter(pk=page.pk).update(session_id="", checkout_url="", status="created")
    shop.pay(page)
    assert status(order) == "confirmed"


def test_a_note_that_comes_after_the_event_does_not_undo_it(shop, monkeypatch):
    order = shop.order(days=48)
    from tenant_apps.payments.gateway import StripeGateway

    create = StripeGateway.checkout_create

    def slow(self, **wanted):
        session = create(self, **wanted)
        shop.double.pay(session.id)
        shop.double.settle()
        return session

    monkeypatch.setattr(StripeGateway, "checkout_create", slow)
    assert shop.page(order).status == "paid"
    assert status(order) == "confirmed"


def test_a_declined_card_can_be_followed_by_a_good_one(shop):
    order = shop.order(days=49)
    page = shop.page(order)
    assert shop.pay(page, card="4000000000000002")["error"]["code"] == "card_declined"
    assert status(order) == "pending"
    assert shop.pay(page)["error"] is None
    assert status(order) == "confirmed"


@pytest.mark.parametrize(("agreed", "end"), [(True, "confirmed"), (False, "pending")])
def test_the_bank_may_ask_the_customer_first(shop, agreed, end):
    order = shop.order(days=50)
    shop.pay(shop.page(order), card="4000002500003155", authenticate=agreed)
    assert status(order) == end


def test_a_double_click_opens_one_page_and_pays_once(shop):
    order = shop.order(days=51)
    first, second = shop.page(order), shop.page(order)
    assert (second.pk, second.checkout_url) == (first.pk, first.checkout_url)
    shop.pay(first)
    assert "error" in shop.double.pay(first.session_id)
    shop.double.settle()
    assert money(order) == PAID


def test_a_call_whose_answer_was_lost_is_repeated_as_the_same_operation(shop):
    order = shop.order(days=52)
    shop.double.control("faults", path="/v1/checkout/sessions", status=500, when="after", times=1)
    page = shop.page(order)
    shop.pay(page)
    assert len(shop.events(COMPLETED)) == 1
    assert status(order) == "confirmed"


def test_a_page_whose_first_call_never_arrived_is_opened_by_a_later_try(shop, settings):
    """By then too little is left of the hold for a page; the hold runs anew, the key stays."""
    from datetime import timedelta

    from django.utils import timezone

    from shared_apps.inventory.models import Hold
    from tenant_apps.orders.models import Order
    from tenant_apps.payments.gateway import GatewayUnavailable

    order = shop.order(days=53)
    shop.double.control("faults", path="/v1/checkout/sessions", status=503, times=3)
    with pytest.raises(GatewayUnavailable):
        shop.page(order)
    key = order.payments.get().idempotency_key
    soon = timezone.now() + timedelta(minutes=4)
    Order.objects.filter(pk=order.pk).update(expires_at=soon)
    Hold.objects.filter(order_reference=order.reference).update(expires_at=soon)

    page = shop.page(order)

    assert (page.idempotency_key, page.status) == (key, "open")
    assert order.expires_at > soon + timedelta(minutes=20)
    assert Hold.objects.get(order_reference=order.reference).expires_at == order.expires_at
    shop.pay(page)
    assert status(order) == "confirmed"


def test_a_late_payment_takes_places_that_are_still_free(shop):
    order = shop.order(days=54)
    page = shop.page(order)
    shop.run_out(order)
    shop.pay(page)
    assert status(order) == "confirmed"
    line = order.lines.select_related("departure").get()
    assert (line.departure.held, line.departure.sold) == (0, 2)


def test_a_late_payment_without_places_is_refunded_and_said(shop):
    order = shop.order(days=55)
    page = shop.page(order)
    shop.run_out(order)
    held("BOAT-DUSK", days=55, adult=20)
    shop.pay(page)
    assert status(order) == "expired"
    shop.refunds_carried_out(order)
    assert money(order) == PAID_AND_BACK
    told = Message.objects.get(kind="order.too_late", payload__order=order.reference)
    assert told.payload["reason"] == "sold_out"
    assert Refund.objects.get(payment=page).status == "succeeded"
    assert journal_verify(shop.agency).errors == ()


def test_a_payment_for_a_cancelled_order_is_refunded(shop):
    order = shop.order(days=56)
    page = shop.page(order)
    order_cancel(order=order, reason="changed my mind")
    shop.pay(page)
    shop.refunds_carried_out(order)
    assert status(order) == "cancelled"
    assert money(order) == PAID_AND_BACK


def test_a_second_payment_of_a_sold_order_is_refunded(shop):
    from tenant_apps.payments.actions import payment_record

    order = shop.order(days=57)
    page = shop.page(order)
    payment_record(order=order, means="cash")
    shop.pay(page)
    shop.refunds_carried_out(order)
    assert status(order) == "confirmed"
    assert money(order) == [*PAID, *PAID_AND_BACK]
    assert Refund.objects.get(payment=page).reason == "already_paid"


def test_an_expired_page_gives_the_places_back(shop):
    order = shop.order(days=58)
    page = shop.page(order)
    departure = order.lines.get().departure_id
    assert Departure.objects.get(pk=departure).held == 2
    from datetime import timedelta

    from django.utils import timezone

    from tenant_apps.orders.models import Order

    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    shop.double.control("clock", advance=33 * 60)
    shop.double.settle()
    assert status(order) == "expired"
    assert Payment.objects.get(pk=page.pk).status == "expired"
    assert Departure.objects.get(pk=departure).held == 0


def test_a_lost_webhook_is_repaired_by_the_task(shop):
    order, waiting = shop.order(days=59), shop.order(days=59)
    page = shop.page(order)
    shop.page(waiting)
    shop.double.control("deliveries/mode", mode="drop")
    shop.pay(page)
    assert status(order) == "pending"
    assert payments_settle_open() == 0
    shop.run_out(order)
    assert payments_settle_open() == 1
    assert status(order) == "confirmed"
    assert status(waiting) == "pending"
    assert payments_settle_open() == 0


def test_the_task_goes_on_when_the_processor_does_not_answer(shop, settings):
    order = shop.order(days=60)
    page = shop.page(order)
    shop.run_out(order)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    assert payments_settle_open() == 0
    assert Payment.objects.get(pk=page.pk).status == "open"


def test_a_refund_that_is_on_its_way_is_booked_when_the_bank_says_so(shop):
    order = shop.order(days=61)
    shop.pay(shop.page(order), card="4000000000007726")
    order_cancel(order=order, reason="storm", waive_fee=True)
    refund = shop.refunds_carried_out(order)[0]
    assert (refund.status, money(order)) == ("pending", PAID)
    shop.double.control(f"refunds/{refund.provider_id}/settle", status="succeeded")
    shop.double.settle()
    assert Refund.objects.get(pk=refund.pk).status == "succeeded"
    assert money(order) == PAID_AND_BACK


def test_a_refund_whose_event_is_lost_is_booked_by_the_task(shop):
    order = shop.order(days=62)
    shop.pay(shop.page(order), card="4000000000007726")
    order_cancel(order=order, reason="storm", waive_fee=True)
    refund = shop.refunds_carried_out(order)[0]
    shop.double.control("deliveries/mode", mode="drop")
    shop.double.control(f"refunds/{refund.provider_id}/settle", status="succeeded")
    assert payments_settle_open() == 1
    assert money(order) == PAID_AND_BACK


def test_a_refund_that_comes_back_is_taken_out_of_the_journal_again(shop):
    order = shop.order(days=63)
    shop.pay(shop.page(order), card="4000000000005126")
    order_cancel(order=order, reason="storm", waive_fee=True)
    refund = shop.refunds_carried_out(order)[0]
    assert money(order) == PAID_AND_BACK
    shop.double.control(f"refunds/{refund.provider_id}/settle", status="failed")
    shop.double.settle()
    assert Refund.objects.get(pk=refund.pk).status == "failed"
    assert money(order) == [*PAID_AND_BACK, ("refund", Decimal("68.000"))]
    assert Message.objects.filter(kind="refund.failed", payload__refund=str(refund.pk)).exists()


def test_an_order_that_costs_nothing_is_confirmed_without_a_page(shop):
    order = shop.order(days=64, free=2)
    page = shop.page(order)
    assert (page.status, page.checkout_url) == ("paid", "http://shop.localhost/ok")
    assert status(order) == "confirmed"
    assert shop.events(COMPLETED) == []


def test_nobody_else_sees_the_payment(shop, own_shop):
    with tenant_context(shop.agency):
        order = shop.order(days=65)
        page = shop.page(order)
        shop.pay(page)
    with tenant_context(own_shop.agency):
        assert not Payment.objects.filter(pk=page.pk).exists()
    with tenant_context(shop.agency):
        assert payment_settle(Payment.objects.get(pk=page.pk)).status == "paid"
