"""The shop's contact form: what a visitor wrote goes to the agency, who answers the visitor."""

from django.utils import translation
from django.utils.translation import gettext as _

from shared_apps.inventory.actions import current_agency
from shared_apps.outbox.brand import brand_of
from shared_apps.outbox.handlers import handles
from shared_apps.outbox.mail import Mail, mail_send, seller_now
from shared_apps.outbox.models import Message

# Erased from the outbox once the agency has it: name, address and words of a person.
PERSONAL = ("name", "email", "phone", "message", "subject")


@handles("contact", forget=PERSONAL)
def contact_received(message: Message) -> None:
    """``{name, email, message}``, perhaps ``phone`` and ``reference`` of an order."""
    agency, sent = current_agency(), message.payload
    language = agency.language
    seller = seller_now()
    with translation.override(language):
        brand = brand_of(agency, language=language)
        name = str(sent.get("name") or sent.get("email", ""))
        mail_send(
            message,
            Mail(
                template="contact",
                title=_("A visitor wrote to you"),
                to=brand.contact_email or seller["email"],
                to_name=agency.name,
                language=language,
                subject=_("Message from %(name)s") % {"name": name},
                preheader=" ".join(str(sent.get("message", "")).split())[:120],
                brand=brand,
                seller=seller,
                reply_to=str(sent.get("email", "")),
                reply_to_name=name,
                context={"sent": sent, "name": name, "to_ourselves": True},
            ),
        )
