"""The contact form: to the agency, answered to the visitor, forgotten by the outbox."""

from shared_apps.outbox.actions import message_add
from shared_apps.outbox.models import Message
from tenant_apps.branding.models import Theme
from tests.domain.notifications.conftest import as_operator, html_of

SENT = {
    "name": "Léa Petit",
    "email": "lea@example.org",
    "message": "Hello,\n\nMay I bring a <small> dog?",
    "reference": "LUM-7K3QX9BD",
    "language": "en",
}


def _write(**changed) -> None:
    message_add(kind="contact", dedupe_key="contact", payload={**SENT, **changed})


def test_the_agency_gets_the_words_and_answers_the_visitor(in_lumiere, deliver):
    Theme.objects.update(contact_email="hello@lumiere.example")
    _write()
    (mail,) = deliver()["contact"]
    assert mail.to[0].endswith("<hello@lumiere.example>")
    assert mail.reply_to == ["=?utf-8?q?L=C3=A9a_Petit?= <lea@example.org>"]
    assert "May I bring a <small> dog?" in mail.body
    assert "May I bring a &lt;small&gt; dog?" in html_of(mail)
    assert "LUM-7K3QX9BD" in mail.body


def test_an_agency_without_an_address_is_reached_through_the_seller(in_lumiere, deliver):
    Theme.objects.update(contact_email="")
    _write()
    (mail,) = deliver()["contact"]
    assert mail.to[0].endswith("<contact@tnp.example>")


def test_what_a_visitor_wrote_is_not_kept_after_it_was_sent(in_lumiere, deliver):
    _write()
    deliver()
    with as_operator():
        payload = Message.objects.get(kind="contact").payload
    assert payload == {"reference": "LUM-7K3QX9BD", "language": "en"}


def test_a_name_cannot_add_a_header(in_lumiere, deliver):
    _write(name="Eve\r\nBcc: everybody@example.org")
    (mail,) = deliver()["contact"]
    sent = mail.message()
    assert sent["Bcc"] is None
    assert mail.recipients() == mail.to
    assert "\n" not in sent["Reply-To"]
