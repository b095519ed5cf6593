"""After the card page: only the webhook confirms (L6), and an order opens for its buyer alone."""

from datetime import timedelta

from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.inventory.models import Departure
from tenant_apps.orders.links import order_key, order_url, voucher_check_url
from tenant_apps.orders.models import Order
from tenant_apps.payments.models import Payment
from tests.doors.shop.conftest import (
    Visitor,
    checkout,
    departure_of,
    ordered,
    put,
    webhooks_in,
)


def test_the_return_page_waits_and_only_the_webhook_confirms(visitor, card, receiver, lumiere):
    put(visitor, departure_of("BOAT-DUSK"), adult="2")
    visitor.send("/commande/payer/", checkout(visitor))
    with tenant_context(lumiere):
        payment = Payment.objects.get()
        key = order_key(payment.order.reference)
    card.pay(payment.session_id)
    back = f"/commande/retour/?order={payment.order.reference}&key={key}"

    waiting = visitor.read(back)
    assert waiting.soup.select_one(".state--waiting")
    assert waiting.soup.find("meta", {"http-equiv": "refresh"})
    assert ordered(lumiere).status == "pending"

    assert webhooks_in(card, receiver) == {200}
    confirmation = visitor.follow(visitor.read(back))
    assert ordered(lumiere).status == "confirmed"
    assert payment.order.reference in confirmation.main
    assert "68,00 €" in confirmation.main.replace("\xa0", " ")
    assert visitor.read("/").soup.select_one(".cart-link .count") is None
    assert visitor.read("/panier/").soup.select_one(".line") is None


def test_leaving_the_card_page_says_nothing_was_paid_and_leads_back(visitor, card, lumiere):
    put(visitor, departure_of("BOAT-DUSK"), adult="2")
    visitor.send("/commande/payer/", checkout(visitor))
    with tenant_context(lumiere):
        reference = Order.objects.get().reference
        key = order_key(reference)

    page = visitor.read(f"/commande/retour/?order={reference}&key={key}&cancelled=1")

    assert page.soup.select_one(".state--refused a[href='/commande/']")
    assert visitor.read("/commande/").status == 200


def test_a_payment_that_came_too_late_is_paid_back_and_said(visitor, card, receiver, lumiere):
    kayak = departure_of("KAYAK-SEA")
    put(visitor, kayak, adult="8")
    visitor.send("/commande/payer/", checkout(visitor))
    with tenant_context(lumiere):
        Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        payment = Payment.objects.get()
        reference, key = payment.order.reference, order_key(payment.order.reference)
    visitor.read("/panier/")
    Departure.objects.filter(pk=kayak.pk).update(sold=8)
    card.pay(payment.session_id)
    webhooks_in(card, receiver)

    page = visitor.read(f"/commande/retour/?order={reference}&key={key}")

    assert page.soup.select_one(".state--refunded")
    assert "403,20 €" in page.main.replace("\xa0", " ")


def test_an_order_opens_with_its_session_or_key_and_for_nobody_else(
    visitor, stranger, card, receiver, lumiere
):
    put(visitor, departure_of("BOAT-DUSK"), adult="2")
    visitor.send("/commande/payer/", checkout(visitor))
    with tenant_context(lumiere):
        payment = Payment.objects.get()
        order = payment.order
        mail = order_url(order).removeprefix("http://lumiere.localhost")
        check = voucher_check_url(order).removeprefix("http://lumiere.localhost")
    card.pay(payment.session_id)
    webhooks_in(card, receiver)
    address = f"/commandes/{order.reference}/"
    another = Visitor("lumiere")

    assert visitor.read(address).status == 200
    assert another.read(mail).status == 200
    assert another.read(address).status == 404
    assert another.read(f"{address}?key=wrong").status == 404
    assert another.read("/commandes/LUM-22222222/").status == 404
    assert stranger.read(mail).status == 404
    assert another.read(f"{address}agenda.ics").status == 404
    assert another.read(f"{address}bon.pdf").status == 404
    good = another.read(check)
    assert good.status == 200 and "Balade en gabare" in good.main and "Martin" not in good.text
    assert another.read(check[:-3]).status == 404


def test_the_calendar_file_holds_the_times_and_the_voucher_is_a_pdf(
    visitor, card, receiver, lumiere
):
    boat = departure_of("BOAT-DUSK")
    put(visitor, boat, adult="2")
    visitor.send("/commande/payer/", checkout(visitor))
    with tenant_context(lumiere):
        payment = Payment.objects.select_related("order").get()
    card.pay(payment.session_id)
    webhooks_in(card, receiver)

    file = visitor.read(f"/commandes/{payment.order.reference}/agenda.ics")

    assert file.headers["Content-Type"].startswith("text/calendar")
    assert "SUMMARY:Balade en gabare" in file.html
    local = timezone.localtime(boat.starts_at)
    assert f"DTSTART;TZID=Europe/Paris:{local:%Y%m%dT%H%M%S}" in file.html
    voucher = visitor.read(f"/commandes/{payment.order.reference}/bon.pdf")
    assert voucher.headers["Content-Type"] == "application/pdf"
    assert voucher.html.startswith("%PDF-")
