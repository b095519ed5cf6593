"""The confirmation page: what was bought, what happens now, voucher, calendar, contact."""

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from shared_apps.catalog.models import TermsVersion
from tenant_apps.orders.links import order_key
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.payments.models import Payment
from tenant_apps.shop.assemble.documents import terms_url
from tenant_apps.shop.assemble.lines import order_line_of
from tenant_apps.shop.presenters import Amount, ConfirmationPage, Link


def confirmation_of(
    order: Order,
    lines: Sequence[OrderLine],
    payments: Sequence[Payment],
    accepted: Sequence[TermsVersion],
    *,
    language: str,
) -> ConfirmationPage:
    """Everything the confirmation template prints."""
    paid = sum((payment.amount for payment in payments), start=Decimal(0))
    back = sum(
        (refund.amount for payment in payments for refund in payment.refunds.all()),
        start=Decimal(0),
    )
    cancelled = order.status == Order.Status.CANCELLED
    return ConfirmationPage(
        reference=order.reference,
        email=order.contact.get("email", ""),
        lines=tuple(order_line_of(line, order, language) for line in lines),
        total=Amount.of(order.total, order.currency, language),
        paid=Amount.of(paid, order.currency, language),
        voucher_url=_url("shop:voucher", order),
        calendar_url=_url("shop:calendar", order),
        ordered_at=order.confirmed_at,
        terms=tuple(
            Link(f"{row.title}, {row.version} ({row.language})", terms_url(row.pk))
            for row in accepted
        ),
        cancelled=cancelled,
        refunded=Amount.of(back, order.currency, language) if back else None,
    )


def _url(name: str, order: Order) -> str:
    query = urlencode({"key": order_key(order.reference)})
    return f"{reverse(name, args=[order.reference])}?{query}"
