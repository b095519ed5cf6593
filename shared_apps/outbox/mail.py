"""Builds and sends one e-mail for one message.

From is the platform's own address, which its mail server may sign, under the agency's name;
answers go to the agency. The Message-ID is made from the message's id, so that a mail sent again
after a crash is the same mail to every mail program. Every mail carries the seller block (L3):
:func:`mail_send` takes the seller, and cannot be called without.
"""

import smtplib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone, translation

from shared_apps.network.queries import operator_seller, seller_snapshot
from shared_apps.outbox.brand import MailBrand
from shared_apps.outbox.handlers import Undeliverable
from shared_apps.outbox.models import Message
from shared_apps.outbox.rendering import html_render, text_render

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content: bytes
    mimetype: str


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One e-mail before it is rendered; ``template`` names ``mail/<template>.mjml`` and ``.txt``.

    ``seller`` is a snapshot as :func:`shared_apps.network.queries.seller_snapshot` makes it.
    ``subject``, ``preheader`` (what lists show behind the subject) and ``title`` (the heading of
    the page) are in ``language``.
    """

    template: str
    to: str
    language: str
    subject: str
    preheader: str
    title: str
    brand: MailBrand
    seller: Mapping[str, Any]
    context: Mapping[str, Any]
    to_name: str = ""
    reply_to: str = ""
    reply_to_name: str = ""
    attachments: Sequence[Attachment] = ()


def seller_now() -> dict[str, Any]:
    """The operator as seller, for messages that belong to no order."""
    return seller_snapshot(operator_seller(timezone.localdate()))


def mail_language(wanted: str) -> str:
    """The language to write in: the one wanted when the interface has it, else its first."""
    known = dict(settings.LANGUAGES)
    base = wanted.partition("-")[0]
    return base if base in known else settings.LANGUAGE_CODE


def mail_send(message: Message, mail: Mail) -> None:
    """Send ``mail`` as the delivery of ``message``.

    Raises Undeliverable without a recipient, or when the server refuses the address for good;
    any other failure of the server is raised as it is and tried again.
    """
    if not mail.to:
        raise Undeliverable("nobody to write to: no address")
    try:
        mail_build(message, mail).send()
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = [code for code, _words in refusal.recipients.values()]
        # Without the address: what is kept of a failure holds no personal data.
        if codes and all(code >= 500 for code in codes):
            raise Undeliverable(f"the mail server refused the address ({codes[0]})") from None
        raise ConnectionError(f"the mail server refused for now ({codes[:1]})") from None


def mail_build(message: Message, mail: Mail) -> EmailMultiAlternatives:
    """The e-mail, ready to send: plain text, HTML, attachments, headers."""
    platform = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    answer = mail.reply_to or mail.brand.contact_email or str(mail.seller.get("email", ""))
    answer_name = mail.reply_to_name if mail.reply_to else mail.brand.name
    context = {
        **mail.context,
        "brand": mail.brand,
        "seller": mail.seller,
        "language": mail.language,
        "subject": mail.subject,
        "preheader": mail.preheader,
        "title": mail.title,
    }
    with translation.override(mail.language):
        text = text_render(mail.template, context)
        html = html_render(mail.template, context)
    built = EmailMultiAlternatives(
        subject=_one_line(mail.subject, 200),
        body=text,
        from_email=_address(mail.brand.name, platform),
        to=[_address(mail.to_name, mail.to)],
        reply_to=[_address(answer_name, answer)] if answer else [],
        headers={
            "Message-ID": f"<{message.pk}@{platform.partition('@')[2]}>",
            "Content-Language": mail.language,
            "Auto-Submitted": "auto-generated",
        },
    )
    built.attach_alternative(html, "text/html")
    for attachment in mail.attachments:
        built.attach(attachment.name, attachment.content, attachment.mimetype)
    return built


def _address(name: str, address: str) -> str:
    return formataddr((_one_line(name, LONGEST_NAME), address.strip()))


def _one_line(text: str, longest: int) -> str:
    """What a header may hold: a line break typed by somebody would start another header."""
    return " ".join(text.split())[:longest]
