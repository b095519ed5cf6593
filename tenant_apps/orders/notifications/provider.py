"""What a provider is told: its own services of a sale, and nothing else (R28, R36).

A message names one provider; the handler reads only the lines of that provider. It shows what
is needed to receive people: date, product, quantities, a name and a phone number, the reference
and who sold it. Money: the provider's own share, never what the customer pays.
"""

from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from shared_apps.catalog.models import Provider
from shared_apps.inventory.actions import current_agency
from shared_apps.outbox.brand import brand_of
from shared_apps.outbox.handlers import Obsolete, Undeliverable, handles
from shared_apps.outbox.mail import Mail, mail_language, mail_send
from shared_apps.outbox.models import Message
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.orders.notifications.customer import order_of
from tenant_apps.orders.notifications.lines import line_shown, traveller_name
from tenant_apps.orders.notifications.words import money_words


@handles("provider.booked")
def provider_booked(message: Message) -> None:
    """New services for this provider."""
    order, provider = order_of(message), _provider(message)
    if order.status != Order.Status.CONFIRMED:
        # The cancellation has a message of its own; both together would be a riddle.
        raise Obsolete(f"{order.reference} is {order.status} by now")
    with translation.override(mail_language(provider.notification_language)):
        _send(
            message,
            order,
            provider,
            template="provider_booked",
            title=_("New booking"),
            subject=_("Booking %(reference)s: %(title)s, %(when)s"),
        )


@handles("provider.cancelled")
def provider_cancelled(message: Message) -> None:
    """Services of this provider that will not take place."""
    order, provider = order_of(message), _provider(message)
    with translation.override(mail_language(provider.notification_language)):
        _send(
            message,
            order,
            provider,
            template="provider_cancelled",
            title=_("Booking cancelled"),
            subject=_("Cancelled %(reference)s: %(title)s, %(when)s"),
        )


def _provider(message: Message) -> Provider:
    provider = Provider.objects.filter(pk=message.payload.get("provider")).first()
    if provider is None:
        raise Undeliverable("no such provider")
    if not _address(provider):
        # Not "never": somebody fills the address in, and the next attempt finds it (R25).
        raise LookupError(f"{provider.reference} has no address for notifications")
    return provider


def _address(provider: Provider) -> str:
    """Where bookings are announced (R25); without one, the contact for orders (R36)."""
    return provider.notification_email or provider.registration_email


def _own_lines(order: Order, provider: Provider) -> list[OrderLine]:
    own = [line for line in order.lines.all() if line.provider_id == provider.pk]
    if not own:
        raise Undeliverable(f"{order.reference} has no line of {provider.reference}")
    return sorted(own, key=lambda line: line.service_date)


def _send(
    message: Message, order: Order, provider: Provider, *, template: str, title: str, subject: str
) -> None:
    agency, own = current_agency(), _own_lines(order, provider)
    language = mail_language(provider.notification_language)
    # What a provider keeps of a cancelled service is in its statement, not in this mail.
    with_share = order.status == Order.Status.CONFIRMED
    shown = [
        (line_shown(line), money_words(line.provider_share, order.currency) if with_share else "")
        for line in own
    ]
    share = sum((line.provider_share for line in own), start=Decimal(0))
    first = shown[0][0]
    mail_send(
        message,
        Mail(
            template=template,
            to=_address(provider),
            to_name=provider.name,
            language=language,
            title=title,
            subject=subject
            % {"reference": order.reference, "title": first.title, "when": first.when},
            preheader=", ".join(first.people),
            brand=brand_of(agency, language=language),
            seller=order.seller_snapshot,
            context={
                "reference": order.reference,
                "agency_name": agency.name,
                "traveller": traveller_name(order),
                "phone": order.contact.get("phone", ""),
                "lines": shown,
                "share": money_words(share, order.currency),
            },
        ),
    )
