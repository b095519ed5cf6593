"""What every mail has in common, whatever it says: the seller, a plain text, no outside file."""

import re
import smtplib
from html.parser import HTMLParser

import pytest
from django.core.mail import EmailMultiAlternatives

from shared_apps.identity.actions import invitation_create
from shared_apps.identity.models import Membership
from shared_apps.outbox.actions import message_add
from shared_apps.outbox.models import Message
from tenant_apps.orders.actions import order_cancel
from tenant_apps.payments.models import Refund
from tenant_apps.payments.refunds import refund_settle
from tests.domain.notifications.conftest import Mails, html_of, sold, state_of

KINDS = [
    "order.confirmed",
    "order.cancelled",
    "order.too_late",
    "refund.sent",
    "refund.failed.told",
    "provider.booked",
    "provider.cancelled",
    "invitation",
    "contact",
]


@pytest.fixture
def mails(in_lumiere, deliver) -> Mails:
    """One sale from beginning to end, with an invitation and a visitor's message beside."""
    order = sold("BOAT-DUSK", "KAYAK-SEA")
    payment = str(order.payments.get().pk)
    message_add(
        kind="order.too_late",
        dedupe_key="late",
        payload={"order": order.reference, "payment": payment, "reason": "sold_out"},
    )
    message_add(
        kind="contact",
        dedupe_key="contact",
        payload={"name": "Léa", "email": "lea@example.org", "message": "Hello"},
    )
    invitation_create(membership=Membership.objects.get(user__email="sales@lumiere.example"))
    first = deliver()
    order_cancel(order=order, reason="x")
    second = deliver()
    refund = Refund.objects.get(payment__order=order)
    refund_settle(refund, status=Refund.Status.FAILED)
    return {**first, **second, **deliver()}


def test_each_kind_of_message_has_a_mail(mails):
    assert sorted(mails) == sorted(KINDS)


def test_every_mail_shows_who_sells_guarantees_and_insures(mails):
    for kind in KINDS:
        for mail in mails[kind]:
            for written in (mail.body, html_of(mail)):
                for words in (
                    "TNP Test",
                    "SAS",
                    "IM037000001",
                    "Garantie Test",
                    "2 rue du Test, 75017 Paris",
                    "Assurance Test",
                    "3 rue du Test, 69000 Lyon",
                ):
                    assert words in written, f"{kind} lacks {words}"


def test_no_mail_fetches_anything_from_elsewhere(mails):
    for kind in KINDS:
        page = html_of(mails[kind][0])
        assert not re.search(r"<img|<link|@import|url\(|<script| src=", page), kind


def test_no_mail_shows_an_unfilled_or_unknown_part(mails):
    for kind in KINDS:
        for written in (mails[kind][0].body, html_of(mails[kind][0])):
            assert not re.search(r"{{|{%|}}|%}|None|</?mj-", written), kind


class Outline(HTMLParser):
    """What a screen reader is told of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.language = ""
        self.headings: list[str] = []
        self.layout_tables: list[dict[str, str | None]] = []
        self.links_without_words = 0
        self._tables: list[dict] = []
        self._link: str | None = None
        self.feed(re.sub(r"(?s)<!--.*?-->", "", page))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang", "")
        elif tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        elif tag == "table":
            self._tables.append({"role": given.get("role"), "heads": 0})
        elif tag == "th" and given.get("scope"):
            self._tables[-1]["heads"] += 1
        elif tag == "a":
            self._link = ""

    def handle_data(self, data):
        if self._link is not None:
            self._link += data

    def handle_endtag(self, tag):
        if tag == "a":
            self.links_without_words += not (self._link or "").strip()
            self._link = None
        elif tag == "table":
            table = self._tables.pop()
            if table["role"] != "presentation" and not table["heads"]:
                self.layout_tables.append(table)


def test_every_mail_can_be_heard(mails):
    for kind in KINDS:
        outline = Outline(html_of(mails[kind][0]))
        assert outline.language in ("fr", "en"), kind
        assert outline.headings[0] == "h1", kind
        assert outline.headings.count("h1") == 1, kind
        assert outline.layout_tables == [], kind
        assert outline.links_without_words == 0, kind


def _refuse(monkeypatch, code: int) -> None:
    def send(mail, fail_silently=False):
        raise smtplib.SMTPRecipientsRefused({mail.to[0]: (code, b"no")})

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)


def test_an_address_that_does_not_exist_is_given_up_without_keeping_it(
    in_lumiere, deliver, monkeypatch
):
    sold("BOAT-DUSK")
    _refuse(monkeypatch, 550)
    deliver()
    assert state_of("order.confirmed") == (
        "failed",
        "Undeliverable: the mail server refused the address (550)",
    )


def test_a_mailbox_that_is_busy_is_tried_again(in_lumiere, deliver, monkeypatch):
    sold("BOAT-DUSK")
    _refuse(monkeypatch, 450)
    deliver()
    assert state_of("order.confirmed")[0] == Message.State.DUE


def test_a_customer_without_address_is_given_up(in_lumiere, deliver):
    order = sold("BOAT-DUSK")
    order.contact["email"] = ""
    order.save()
    assert "order.confirmed" not in deliver()
    assert state_of("order.confirmed") == (
        "failed",
        "Undeliverable: nobody to write to: no address",
    )
