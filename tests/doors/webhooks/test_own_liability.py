"""An agency that sells under its own liability is paid itself; TNP never collects for it (L6)."""

from decimal import Decimal

import pytest
from django_tenants.utils import tenant_context

from shared_apps.inventory.models import Departure
from shared_apps.network.models import SellerIdentity
from tenant_apps.orders.actions import order_cancel
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.payments.actions import payment_means, payment_record
from tenant_apps.payments.models import Payment
from tenants.isolation import as_owner
from tests.doors.stripe_double.servers import API_KEY
from tests.doors.webhooks.conftest import money, status


def _intent(shop, payment, *, account=""):
    headers = {"Stripe-Account": account} if account else {}
    return shop.double.get(f"/v1/payment_intents/{payment.intent_id}", **headers)


def test_the_charge_is_the_agencys_and_the_operator_takes_its_share(own_shop):
    order = own_shop.order("KAYAK-SEA", adult=1)
    page = own_shop.page(order)
    assert page.connected_account == "acct_ocean"
    own_shop.pay(page)
    assert status(order) == "confirmed"
    line, payment = order.lines.get(), Payment.objects.get(pk=page.pk)
    assert payment.application_fee == line.operator_share > 0
    assert _intent(own_shop, payment).status_code == 404, "TNP's account has not seen it"
    charged = _intent(own_shop, payment, account="acct_ocean").json()
    assert charged["amount"] == int(order.total * 100)
    assert charged["application_fee_amount"] == int(line.operator_share * 100)


def test_its_refund_comes_from_the_agencys_account(own_shop):
    order = own_shop.order("KAYAK-SEA", days=50, adult=1)
    own_shop.pay(own_shop.page(order))
    order_cancel(order=order, reason="storm", waive_fee=True)
    assert [refund.status for refund in own_shop.refunds_carried_out(order)] == ["succeeded"]
    assert sum(amount for _kind, amount in money(order)) == 0


def test_a_fee_never_reaches_the_charge(own_shop):
    from tenant_apps.payments.actions import _operator_fee

    order = own_shop.order("KAYAK-SEA", days=51, adult=1)
    for share, fee in ((order.total * 2, order.total - Decimal("0.01")), (Decimal(-5), 0)):
        order.lines.update(operator_share=share)
        assert _operator_fee(order) == fee


def test_without_an_account_a_card_is_refused_before_anything(own_shop):
    order = own_shop.order("KAYAK-SEA", days=52, adult=1)
    before = order.expires_at
    with as_owner():
        SellerIdentity.objects.filter(pk=order.seller_id).update(stripe_account="")
    try:
        assert payment_means(order) == ("transfer",)
        with pytest.raises(OrderRefused) as refused:
            own_shop.page(order)
    finally:
        with as_owner():
            SellerIdentity.objects.filter(pk=order.seller_id).update(stripe_account="acct_ocean")
    assert refused.value.code == "no_payment_account"
    order.refresh_from_db()
    assert (order.status, order.expires_at) == ("hold", before)
    assert not order.payments.exists()
    assert payment_means(order) == ("card", "transfer")


def test_the_same_agency_sells_other_products_for_tnp(own_shop):
    order = own_shop.order("BOAT-DUSK", days=53, adult=1)
    page = own_shop.page(order)
    assert (page.connected_account, page.application_fee) == ("", None)
    own_shop.pay(page)
    assert _intent(own_shop, Payment.objects.get(pk=page.pk)).status_code == 200
    assert API_KEY


@pytest.mark.parametrize(("slug", "means"), [("lumiere", "transfer"), ("ocean", "cash")])
def test_a_means_that_was_not_granted_collects_nothing(shop, own_shop, slug, means):
    agency = shop.agency if slug == "lumiere" else own_shop.agency
    with tenant_context(agency):
        order = shop.order(days=95, adult=1)
        with pytest.raises(OrderRefused) as refused:
            payment_record(order=order, means=means)
        assert refused.value.code == "means_not_granted"
        assert not order.payments.exists()
        assert Departure.objects.get(pk=order.lines.get().departure_id).sold == 0
