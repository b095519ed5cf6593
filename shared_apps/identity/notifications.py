"""The invitation by e-mail: who is invited to what, and the address that opens it."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from shared_apps.identity.models import Membership
from shared_apps.outbox.brand import brand_of
from shared_apps.outbox.handlers import Undeliverable, handles
from shared_apps.outbox.mail import Mail, mail_language, mail_send, seller_now
from shared_apps.outbox.models import Message


@handles("invitation", forget=("url",))
def invitation_send(message: Message) -> None:
    """``{membership_id, url}``. The address holds the token: it is erased once it has left."""
    found = Membership.objects.select_related("user", "agency", "provider").filter(
        pk=message.payload["membership_id"], ended_at=None
    )
    membership = found.first()
    if membership is None:
        raise Undeliverable("the membership has ended")
    language = mail_language(membership.user.language)
    with translation.override(language):
        mail_send(message, _mail(membership, message.payload["url"], language))


def _mail(membership: Membership, url: str, language: str) -> Mail:
    user = membership.user
    brand = brand_of(membership.agency, language=language)
    house: Any = membership.agency or membership.provider or brand.name
    return Mail(
        template="invitation",
        title=_("Welcome to the team"),
        to=user.email,
        to_name=user.name,
        language=language,
        subject=_("You are invited to the team of %(house)s") % {"house": house},
        preheader=_("Choose a password and come in"),
        brand=brand,
        seller=seller_now(),
        context={
            "house": str(house),
            "name": user.name,
            "role": membership.get_role_display(),
            "url": url,
            "known": user.has_usable_password(),
        },
    )
