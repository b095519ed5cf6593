"""Sales in English (so that words can be asserted exactly) and the mails they cause."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django_tenants.utils import schema_context

from shared_apps.catalog.models import Provider
from shared_apps.outbox.delivery import messages_deliver_all
from shared_apps.outbox.models import Message
from tenant_apps.orders.actions import LineRequest, order_hold, order_line_add
from tenant_apps.orders.models import Order
from tenant_apps.payments.actions import payment_record
from tenants.isolation import SHARED
from tests.selling import accepted, departure_of

Mails = dict[str, list[EmailMultiAlternatives]]


@pytest.fixture(autouse=True)
def no_mail_of_the_world(db) -> None:
    """Messages written while the test world was built are not delivered here."""
    Message.objects.all().delete()


@pytest.fixture
def deliver(mailoutbox) -> Callable[[], Mails]:
    """Deliver what is due, also what that causes; answers the mails by kind of message."""

    def run() -> Mails:
        mailoutbox.clear()
        messages_deliver_all()
        with as_operator():
            kinds = {f"<{pk}@": kind for pk, kind in Message.objects.values_list("pk", "kind")}
        mails: Mails = {}
        for mail in mailoutbox:
            message_id = mail.extra_headers["Message-ID"]
            mails.setdefault(kinds[message_id[: message_id.index("@") + 1]], []).append(mail)
        return mails

    return run


def sold(*references: str, language: str = "en", means: str = "cash", **contact: Any) -> Order:
    """A confirmed order of the current agency: two adults on each product."""
    first, *others = [
        LineRequest(departure_of(reference, days=45 + place).pk, {"adult": 2})
        for place, reference in enumerate(references or ("BOAT-DUSK",))
    ]
    order = order_hold(requests=[first], channel="shop", language=language)
    for request in others:
        order_line_add(order=order, request=request)
    accepted(order, **{"phone": "+33 6 12 34 56 78", **contact})
    order.refresh_from_db()
    payment_record(order=order, means=means)
    order.refresh_from_db()
    return order


def html_of(mail: EmailMultiAlternatives) -> str:
    """The HTML part of a mail."""
    return str(mail.alternatives[0][0])


def state_of(kind: str) -> tuple[str, str]:
    """State and last error of the only message of ``kind``."""
    message = Message.objects.get(kind=kind)
    return message.state, message.last_error


def as_operator() -> AbstractContextManager[object]:
    """With the platform's rights: an agency may change neither catalogue nor outbox."""
    return schema_context(SHARED)


def providers_set(**fields: Any) -> None:
    """Change every provider."""
    with as_operator():
        Provider.objects.update(**fields)


def due_again(kind: str) -> None:
    """As after a crash, or after a long wait: the message of ``kind`` is due now."""
    with as_operator():
        Message.objects.filter(kind=kind).update(
            state=Message.State.DUE, available_at=timezone.now()
        )
