"""Back from the card page: wait for what the processor says, never believe the return (L6).

This page settles nothing and asks the processor nothing. It reads the order: confirmed by the
webhook, it leads to the confirmation; until then it waits, and says so.
"""

from decimal import Decimal
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenant_apps.orders.links import order_key, order_key_opens
from tenant_apps.orders.models import Order
from tenant_apps.payments.models import Payment
from tenant_apps.shop.baskets import (
    bought_keep,
    cart_forget,
    cart_keep,
    has_bought,
    has_session,
    is_open,
)
from tenant_apps.shop.presenters import Amount, PaymentPage
from tenant_apps.shop.presenters.purchase import PaymentState
from tenant_apps.shop.rendering import language_now, page_render

SECONDS = 2


def order_or_404(request: HttpRequest, reference: str) -> Order:
    """The order, for whoever opened it in this session or holds its key; 404 for all others."""
    key = request.GET.get("key", "")
    allowed = has_bought(request, reference) or order_key_opens(reference, key)
    order = Order.objects.filter(reference=reference).first() if allowed else None
    if order is None:
        raise Http404
    return order


def order_page_url(order: Order) -> str:
    """The confirmation's address on this host, key included."""
    query = urlencode({"key": order_key(order.reference)})
    return f"{reverse('shop:order', args=[order.reference])}?{query}"


@require_safe
def payment_return(request: HttpRequest) -> HttpResponse:
    """Waiting, refused, expired or paid back; a confirmed order leads on."""
    order = order_or_404(request, request.GET.get("order", ""))
    if order.status == Order.Status.CONFIRMED:
        if has_session(request):
            cart_forget(request, order)
            bought_keep(request, order)
        return HttpResponseRedirect(order_page_url(order), status=303)
    page = payment_page_of(request, order)
    return page_render(request, "shop/payment.html", page, seller=order.seller_snapshot)


def payment_page_of(request: HttpRequest, order: Order) -> PaymentPage:
    """What became of the payment of an order that is not confirmed."""
    state, reason = _state(order, was_left=request.GET.get("cancelled") == "1")
    if state == "refused" and has_session(request):
        cart_keep(request, order, lines=order.lines.count())
    query = urlencode({"order": order.reference, "key": order_key(order.reference)})
    return PaymentPage(
        state=state,
        reference=order.reference,
        amount=Amount.of(order.total, order.currency, language_now()),
        refresh_url=f"{reverse('shop:payment_return')}?{query}" if state == "waiting" else "",
        order_url=order_page_url(order),
        retry_url=_retry_url(state),
        reason=reason,
        email=order.contact.get("email", ""),
        seconds=SECONDS,
    )


def _retry_url(state: PaymentState) -> str:
    if state == "refused":
        return reverse("shop:checkout")
    return reverse("shop:search") if state in ("expired", "refunded") else ""


def _state(order: Order, *, was_left: bool) -> tuple[PaymentState, str]:
    paid = order.payments.filter(status=Payment.Status.PAID).prefetch_related("refunds").first()
    if paid is not None and paid.refunds.exists():
        return "refunded", refund_words(order, paid)
    if order.status == Order.Status.CANCELLED:
        return "expired", _("This order was cancelled before it was paid. Nothing was charged.")
    if order.status == Order.Status.EXPIRED or not is_open(order):
        return "expired", _(
            "The time your places were kept has ended before the payment. Nothing was charged; "
            "if a payment still arrives, it is taken when the places are free, or paid back."
        )
    if was_left:
        return "refused", _(
            "You left the payment page and nothing was paid. Your places are kept until %(time)s."
        ) % {"time": timezone.localtime(order.expires_at).strftime("%H:%M")}
    return "waiting", ""


def refund_words(order: Order, payment: Payment) -> str:
    """The money came too late: what is paid back, and when (L5: within 14 days)."""
    amount = sum((refund.amount for refund in payment.refunds.all()), start=Decimal(0))
    return _(
        "Your payment arrived after the places were gone, so the order could not be confirmed. "
        "%(amount)s is being paid back to your card; it takes a few days, 14 at most."
    ) % {"amount": Amount.of(amount, order.currency, language_now()).text}
