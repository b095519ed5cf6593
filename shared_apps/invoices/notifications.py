"""The e-mail that brings an agency its invoice, with the PDF that holds the electronic one."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from shared_apps.invoices.models import Invoice
from shared_apps.operator.templatetags.office import money_text
from shared_apps.outbox.brand import brand_of
from shared_apps.outbox.handlers import Undeliverable, handles
from shared_apps.outbox.mail import Attachment, Mail, mail_language, mail_send, seller_now
from shared_apps.outbox.models import Message


@handles("invoice.issued")
def invoice_send(message: Message) -> None:
    """``{invoice}``: its number. To the address the mandate names for invoices."""
    rows = Invoice.objects.select_related("mandate", "agency", "statement", "corrects")
    invoice = rows.filter(number=message.payload["invoice"]).first()
    if invoice is None:
        raise Undeliverable("the invoice is not there")
    language = mail_language(invoice.mandate.language)
    with translation.override(language):
        mail_send(message, _mail(invoice, language))


def _mail(invoice: Invoice, language: str) -> Mail:
    credit = invoice.type_code == Invoice.Type.CREDIT
    number: dict[str, Any] = {"number": invoice.number}
    subject = _("Credit note %(number)s") if credit else _("Commission invoice %(number)s")
    return Mail(
        template="invoice_issued",
        title=subject % number,
        to=invoice.mandate.email,
        to_name=invoice.mandate.legal_name,
        language=language,
        subject=subject % number,
        preheader=_("Written in your name under your mandate"),
        brand=brand_of(None, language=language),
        seller=seller_now(),
        context={
            "number": invoice.number,
            "credit": credit,
            "statement": invoice.statement.reference,
            "amount": money_text(invoice.payable, invoice.currency),
            "corrects": invoice.corrects.number if invoice.corrects else "",
        },
        attachments=[Attachment(f"{invoice.number}.pdf", bytes(invoice.pdf), "application/pdf")],
    )
