"""A refund did not arrive: the people who can find another way are told what to do.

Two steps, because a message is one mail. ``refund.failed`` chooses whom to tell, the agency's
administrators and the operator's finance, and writes one ``refund.failed.told`` for each; these
name a person by number and hold no address. Whoever left in the meantime is told nothing.
"""

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_tenants.utils import schema_context

from shared_apps.identity.models import Membership
from shared_apps.inventory.actions import current_agency
from shared_apps.outbox.actions import messages_add
from shared_apps.outbox.brand import brand_of
from shared_apps.outbox.handlers import Undeliverable, handles
from shared_apps.outbox.mail import Mail, mail_language, mail_send
from shared_apps.outbox.models import Message
from tenant_apps.orders.models import Order
from tenant_apps.orders.notifications.customer import order_of
from tenant_apps.orders.notifications.lines import traveller_name
from tenant_apps.orders.notifications.words import money_words
from tenant_apps.payments.models import Refund
from tenants.isolation import SHARED
from tenants.resolution import agency_url, host_url

TOLD = "refund.failed.told"
_party, _role = Membership.Party, Membership.Role


@handles("refund.failed")
def refund_failed(message: Message) -> None:
    """``{refund, order}``: write one message for each person who must know. Repeatable."""
    refund = message.payload["refund"]
    told = [membership.pk for membership in _members(current_agency().pk)]
    if not told:
        raise Undeliverable("nobody to write to: no administrator and no finance")
    messages_add(
        {f"{TOLD}:{refund}:{pk}": (TOLD, {**message.payload, "membership": pk}) for pk in told}
    )


def _members(agency_id: int) -> list[Membership]:
    """Administrators of the agency; the operator's finance, or else its administrators."""
    # An agency's own rights end at its own people: the platform looks up the operator's.
    with schema_context(SHARED):
        found = Membership.objects.filter(
            Q(party=_party.OPERATOR, role__in=[_role.FINANCE, _role.ADMIN])
            | Q(party=_party.AGENCY, agency_id=agency_id, role=_role.ADMIN),
            ended_at=None,
            user__is_active=True,
        ).order_by("pk")
        members = list(found)
    finance = any(member.role == _role.FINANCE for member in members)
    return [
        member
        for member in members
        if member.party == _party.AGENCY or not finance or member.role == _role.FINANCE
    ]


@handles(TOLD)
def refund_failed_told(message: Message) -> None:
    """``{refund, order, membership}``: what did not arrive, and what to do now."""
    order = order_of(message)
    found = Refund.objects.select_related("payment").filter(pk=message.payload["refund"])
    refund = found.first()
    if refund is None:
        raise Undeliverable("no such refund")
    with schema_context(SHARED):
        member = (
            Membership.objects.select_related("user")
            .filter(pk=message.payload["membership"], ended_at=None)
            .first()
        )
    if member is None:
        raise Undeliverable("the membership has ended")
    language = mail_language(member.user.language)
    with translation.override(language):
        mail_send(message, _mail(order, refund, member, language))


def _mail(order: Order, refund: Refund, member: Membership, language: str) -> Mail:
    agency = current_agency()
    amount = money_words(refund.amount, refund.currency)
    at_operator = member.party == _party.OPERATOR
    return Mail(
        template="refund_failed",
        to=member.user.email,
        to_name=member.user.name,
        language=language,
        title=_("A refund did not arrive"),
        subject=_("Refund of %(amount)s for %(reference)s failed")
        % {"amount": amount, "reference": order.reference},
        preheader=_("The customer still waits for the money"),
        brand=brand_of(agency, language=language),
        seller=order.seller_snapshot,
        context={
            "amount": amount,
            "reference": order.reference,
            "agency_name": agency.name,
            "traveller": traveller_name(order),
            "phone": order.contact.get("phone", ""),
            "email": order.contact.get("email", ""),
            "seller_name": order.seller_snapshot.get("legal_name", ""),
            "we_pay": order.own_liability != at_operator,
            "order_url": _address(order, at_operator=at_operator),
            "to_ourselves": True,
        },
    )


def _address(order: Order, *, at_operator: bool) -> str:
    """The page of the order behind the reader's own door."""
    agency = current_agency()
    if not at_operator:
        path = reverse("office_order", args=[order.reference], urlconf="saas.urls_agency")
        return agency_url(agency, path)
    arguments = [agency.slug, order.reference]
    path = reverse("operator_sale", args=arguments, urlconf="saas.urls_operator")
    return host_url(settings.OPERATOR_HOST, path)
