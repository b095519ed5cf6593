"""Mails about statements: to the party when one is issued, answered or paid; to TNP when disputed.

They say what happened and where to look; amounts stand with their components on the page, so a
mail names none.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from saas.day_words import day_words
from shared_apps.identity.models import User
from shared_apps.outbox.brand import brand_of
from shared_apps.outbox.handlers import Undeliverable, handles
from shared_apps.outbox.mail import Mail, mail_language, mail_send, seller_now
from shared_apps.outbox.models import Message
from shared_apps.statements.models import Statement, StatementLine
from tenants.resolution import agency_url, host_url


@handles("statement.issued")
def issued_send(message: Message) -> None:
    """``{statement, user}``: a new statement waits for an answer."""
    _to_party(message, "issued")


@handles("statement.answered")
def answered_send(message: Message) -> None:
    """``{statement, user}``: TNP answered, or settled a disputed line."""
    _to_party(message, "answered")


@handles("statement.paid")
def paid_send(message: Message) -> None:
    """``{statement, user}``: a payment was noted."""
    _to_party(message, "paid")


@handles("statement.disputed")
def disputed_send(message: Message) -> None:
    """``{statement, line}``: to TNP's own address, because somebody waits for an answer."""
    statement = _statement(message.payload["statement"])
    line = StatementLine.objects.get(pk=message.payload["line"])
    seller = seller_now()
    language = mail_language(settings.LANGUAGE_CODE)
    with translation.override(language):
        path = f"/releves/{statement.pk}/lignes/{line.pk}/"
        said = {
            "subject": _("A line of statement %(reference)s is disputed"),
            "lead": _("%(party)s writes about line %(line)s of statement %(reference)s."),
            "button": _("Read and answer"),
        }
        known = {"line": line.position}
        mail_send(
            message,
            _mail(
                statement,
                said,
                known,
                to=(seller["email"], seller["legal_name"]),
                url=host_url(settings.OPERATOR_HOST, path),
                language=language,
            ),
        )


def _to_party(message: Message, what: str) -> None:
    statement = _statement(message.payload["statement"])
    address, name, wanted = _reader(statement, message.payload["user"])
    language = mail_language(wanted)
    with translation.override(language):
        mail = _mail(
            statement,
            _party_words(what),
            {},
            to=(address, name),
            url=_party_url(statement),
            language=language,
        )
        mail_send(message, mail)


def _statement(pk: int) -> Statement:
    found = Statement.objects.select_related("agency", "provider").filter(pk=pk).first()
    if found is None:
        raise Undeliverable("the statement is gone")
    return found


def _reader(statement: Statement, user_id: int | None) -> tuple[str, str, str]:
    """Address, name and language of who is told."""
    user = User.objects.filter(pk=user_id).first() if user_id else None
    if user is not None:
        return user.email, user.name, user.language
    provider = statement.provider
    if provider is None:
        raise Undeliverable("nobody of the agency reads statements")
    address = provider.contact_email or provider.notification_email
    return address, provider.contact_name, provider.notification_language


def _party_url(statement: Statement) -> str:
    if statement.agency is not None:
        return agency_url(statement.agency, f"/gestion/releves/{statement.pk}/")
    return host_url(settings.OPERATOR_HOST, f"/prestataire/releves/{statement.pk}/")


def _party_words(what: str) -> dict[str, str]:
    return {
        "issued": {
            "subject": _("Your statement %(reference)s"),
            "lead": _(
                "Your statement %(reference)s for %(first)s to %(last)s is ready. Accept it, or "
                "dispute the line that looks wrong; it is due on %(due)s."
            ),
            "button": _("See my statement"),
        },
        "answered": {
            "subject": _("TNP answered about statement %(reference)s"),
            "lead": _("TNP wrote to you about a line of statement %(reference)s."),
            "button": _("Read the answer"),
        },
        "paid": {
            "subject": _("Payment of statement %(reference)s"),
            "lead": _("A payment of statement %(reference)s has been noted."),
            "button": _("See my statement"),
        },
    }[what]


def _mail(
    statement: Statement,
    said: Mapping[str, str],
    known: Mapping[str, Any],
    *,
    to: tuple[str, str],
    url: str,
    language: str,
) -> Mail:
    words = {
        **known,
        "reference": statement.reference,
        "party": statement.party_name,
        "first": day_words(statement.period_from, "j F Y"),
        "last": day_words(statement.period_to, "j F Y"),
        "due": day_words(statement.due_on, "j F Y"),
    }
    subject = said["subject"] % words
    return Mail(
        template="statement",
        title=subject,
        to=to[0],
        to_name=to[1],
        language=language,
        subject=subject,
        preheader=said["lead"] % words,
        brand=brand_of(None, language=language),
        seller=seller_now(),
        context={"lead": said["lead"] % words, "button": said["button"], "url": url},
    )
