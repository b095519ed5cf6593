"""What the customer is told: confirmed, cancelled, too late, refunded."""

from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from shared_apps.catalog.models import TermsVersion
from shared_apps.inventory.actions import current_agency
from shared_apps.outbox.brand import MailBrand, brand_of
from shared_apps.outbox.handlers import Obsolete, Undeliverable, handles
from shared_apps.outbox.mail import Attachment, Mail, mail_send
from shared_apps.outbox.models import Message
from tenant_apps.orders.calendar_file import calendar_ics
from tenant_apps.orders.links import order_url, terms_url
from tenant_apps.orders.models import Order
from tenant_apps.orders.notifications.lines import LineShown, line_shown, traveller_name
from tenant_apps.orders.notifications.words import money_words
from tenant_apps.orders.voucher import voucher_pdf
from tenant_apps.payments.models import Payment, Refund


def order_of(message: Message) -> Order:
    """The order a message is about. Raises Undeliverable when this agency has none such."""
    order = Order.objects.filter(reference=message.payload.get("order", "")).first()
    if order is None:
        raise Undeliverable(f"no order {message.payload.get('order')!r}")
    return order


@handles("order.confirmed")
def order_confirmed(message: Message) -> None:
    """The confirmation, with voucher and calendar file.

    An order that has been cancelled since is not confirmed any more: its own mail says so, and
    a voucher sent now would be wrong.
    """
    order = order_of(message)
    if order.status != Order.Status.CONFIRMED:
        raise Obsolete(f"{order.reference} is {order.status} by now")
    with translation.override(order.language):
        lines = _priced_lines(order)
        mail_send(
            message,
            _mail(
                order,
                template="order_confirmed",
                title=_("Your booking is confirmed"),
                subject=_("Your booking %(reference)s is confirmed")
                % {"reference": order.reference},
                preheader=_("Your voucher is attached. First date: %(when)s")
                % {"when": lines[0][0].when},
                context={
                    "lines": lines,
                    "total": money_words(order.total, order.currency),
                    "accepted": _accepted(order),
                    "dated": not any(
                        line.snapshot["product"]["undated_voucher"] for line in order.lines.all()
                    ),
                },
                attachments=[
                    Attachment(
                        _("voucher-%(reference)s.pdf") % {"reference": order.reference},
                        voucher_pdf(order),
                        "application/pdf",
                    ),
                    Attachment(f"{order.reference}.ics", calendar_ics(order), "text/calendar"),
                ],
            ),
        )


@handles("order.cancelled")
def order_cancelled(message: Message) -> None:
    """What was cancelled, what is kept, what comes back."""
    order = order_of(message)
    with translation.override(order.language):
        fee = Decimal(message.payload.get("fee", "0"))
        back = sum((refund.amount for refund in _refunds(order)), start=Decimal(0))
        mail_send(
            message,
            _mail(
                order,
                template="order_cancelled",
                title=_("Your booking is cancelled"),
                subject=_("Your booking %(reference)s is cancelled")
                % {"reference": order.reference},
                preheader=_("Refund: %(amount)s") % {"amount": money_words(back, order.currency)},
                context={
                    "lines": _priced_lines(order),
                    "total": money_words(order.total, order.currency),
                    "fee": money_words(fee, order.currency) if fee else "",
                    "refund": money_words(back, order.currency) if back else "",
                },
            ),
        )


@handles("order.too_late")
def order_too_late(message: Message) -> None:
    """The payment came after the places were gone: it goes back, and this says so."""
    order = order_of(message)
    payment = Payment.objects.filter(pk=message.payload.get("payment")).first()
    if payment is None:
        raise Undeliverable("no such payment")
    with translation.override(order.language):
        amount = money_words(payment.amount, payment.currency)
        mail_send(
            message,
            _mail(
                order,
                template="order_too_late",
                title=_("We could not make your booking"),
                subject=_("Your booking %(reference)s could not be made: you are refunded")
                % {"reference": order.reference},
                preheader=_("%(amount)s is on its way back to you") % {"amount": amount},
                context={"lines": _priced_lines(order), "amount": amount},
            ),
        )


@handles("refund.sent")
def refund_sent(message: Message) -> None:
    """The money has left: how much, by what means, when it arrives."""
    order = order_of(message)
    refund = Refund.objects.select_related("payment").filter(pk=message.payload["refund"]).first()
    if refund is None:
        raise Undeliverable("no such refund")
    with translation.override(order.language):
        amount = money_words(refund.amount, refund.currency)
        mail_send(
            message,
            _mail(
                order,
                template="refund_sent",
                title=_("Your refund has left"),
                subject=_("%(amount)s refunded for your booking %(reference)s")
                % {"amount": amount, "reference": order.reference},
                preheader=_("The refund has left our account"),
                context={"amount": amount, "means": refund.payment.means},
            ),
        )


def _mail(order: Order, *, context: dict[str, Any], **fields: Any) -> Mail:
    return Mail(
        to=order.contact.get("email", ""),
        to_name=traveller_name(order),
        language=order.language,
        brand=_brand(order),
        seller=order.seller_snapshot,
        context={
            **context,
            "reference": order.reference,
            "first_name": order.contact.get("first_name", ""),
            "order_url": order_url(order),
        },
        **fields,
    )


def _brand(order: Order) -> MailBrand:
    return brand_of(current_agency(), language=order.language)


def _priced_lines(order: Order) -> list[tuple[LineShown, str]]:
    shown = [
        (line_shown(line), money_words(line.customer_pays, order.currency))
        for line in order.lines.all()
    ]
    return sorted(shown, key=lambda pair: pair[0].starts_at)


def _accepted(order: Order) -> list[dict[str, str]]:
    """Each text that was accepted, with version and hash: what L4 keeps, the customer gets."""
    rows = list(order.acceptances.order_by("pk"))
    texts = TermsVersion.objects.in_bulk([row.terms_version_id for row in rows])
    return [
        {
            "title": texts[row.terms_version_id].title if row.terms_version_id in texts else "",
            "url": terms_url(row.terms_version_id) if row.terms_version_id else "",
            "version": row.version,
            "sha256": row.sha256,
        }
        for row in rows
    ]


def _refunds(order: Order) -> list[Refund]:
    return list(Refund.objects.filter(payment__order=order, reason="cancelled"))
