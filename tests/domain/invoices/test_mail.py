"""The e-mail that brings an agency its invoice."""

import pytest
from django.utils import timezone

from shared_apps.outbox.delivery import messages_deliver_all
from shared_apps.outbox.models import Message
from tests.invoicing import invoice_of, mandate_given, statement_issued

pytestmark = pytest.mark.django_db


def test_the_invoice_goes_to_the_address_of_the_mandate_as_the_very_pdf(lumiere, mailoutbox):
    mandate_given(language="en")
    statement = statement_issued()
    Message.objects.all().delete()
    invoice = invoice_of(statement)
    Message.objects.update(available_at=timezone.now())
    messages_deliver_all()
    (mail,) = mailoutbox
    assert mail.to[0].endswith(" <compta@lumiere.example>")
    assert mail.subject == f"Commission invoice {invoice.number}"
    assert "€8.16" in mail.body
    assert statement.reference in mail.body
    (attached,) = mail.attachments
    name, content, kind = attached
    assert (name, kind) == (f"{invoice.number}.pdf", "application/pdf")
    assert content == bytes(invoice.pdf)
