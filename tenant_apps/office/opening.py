"""From a name to a live agency: schema, brand, selection, terms, first admin, in one transaction.

An agency that is open but cannot sell helps nobody, so opening checks what the first sale
needs: a seller in force who has published terms, colours that can be read, somebody who can
sign in. Whatever fails, nothing is left: no schema, no role, no row, no e-mail.

The operator page and ``manage.py agency_create`` both call :func:`agency_open`.
"""

import re
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tenants.utils import schema_context
from moneyed import CURRENCIES

from shared_apps.audit.actions import audit_record
from shared_apps.catalog.errors import CatalogRefused
from shared_apps.catalog.queries import terms_in_force
from shared_apps.identity.actions import invitation_create, membership_grant
from shared_apps.identity.models import Membership
from shared_apps.network.actions import agreement_set, group_join
from shared_apps.network.models import AgencyGroup
from shared_apps.network.queries import operator_seller
from shared_apps.network.rules import SellerRefused
from tenant_apps.branding.models import Theme
from tenant_apps.branding.presets import PRESETS
from tenant_apps.selection.actions import select_all_authorised
from tenants.isolation import SHARED
from tenants.models import Agency
from tenants.provisioning import agency_create
from tenants.resolution import agency_url

DEFAULT_THEME = "horizon"
HERO_OF_PRESET = {"atelier": "hero-alps.svg", "horizon": "hero-loire.svg", "carnet": "hero-sea.svg"}
# What a new agency may do until the operator grants more (R7, R8): cards only, no markup.
FIRST_GRANTS: dict[str, Any] = {"catalogue": "all", "collects": True, "payment_means": ["card"]}


@dataclass(slots=True)
class OpenedAgency:
    """A live agency: its addresses, the first admin's invitation, and how long it took."""

    agency: Agency
    url: str
    office_url: str
    invitation_url: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAdmin:
    """Who is invited to run the agency's office."""

    email: str
    language: str


def theme_fields(preset: str) -> dict[str, Any]:
    """The fields of a brand that starts from ``preset``. Raises ValidationError if unknown."""
    if preset not in PRESETS:
        raise ValidationError(
            {"theme": _("Unknown theme; one of: %s.") % ", ".join(sorted(PRESETS))}
        )
    found = PRESETS[preset]
    tokens = found.tokens
    return {
        "primary": tokens.primary,
        "accent": tokens.accent,
        "surface": tokens.surface,
        "text": tokens.text,
        "radius": tokens.radius,
        "heading_font": tokens.heading_font,
        "text_font": tokens.text_font,
        "header_layout": found.header,
        "hero_layout": found.hero,
        "card_layout": found.card,
        "hero_picture": HERO_OF_PRESET.get(preset, "generic.svg"),
    }


def agency_open(
    *,
    name: str,
    slug: str,
    kind: str = Agency.Kind.DISTRIBUTOR,
    country: str = "FR",
    language: str = "fr",
    currency: str = "EUR",
    domain: str = "",
    admin_email: str,
    admin_language: str = "fr",
    group: AgencyGroup | None = None,
    theme: str | None = None,
) -> OpenedAgency:
    """Make an agency that can sell at once, and invite its first admin by e-mail.

    The whole authorised catalogue is selected; the terms are those of the operator, who sells
    until own liability is granted (R9, L1). Raises ValidationError naming every bad field,
    also when the operator itself could not sell.
    """
    started = time.monotonic()
    agency = Agency(
        name=name.strip(),
        slug=slug.strip().lower(),
        kind=kind,
        country=country.strip().upper(),
        language=language,
        currency=currency.strip().upper(),
    )
    admin = FirstAdmin(email=admin_email.strip().lower(), language=admin_language)
    look = theme_fields(theme or DEFAULT_THEME)
    _check(agency, admin)
    _check_operator_sells(language)
    invitations: list[str] = []

    def furnish(fresh: Agency) -> None:
        _grant(fresh, group)
        _brand(fresh, look, admin)
        select_all_authorised(fresh)
        invitations.append(_invite(fresh, admin))
        audit_record(verb="agency_open", target=fresh, after={"slug": fresh.slug})

    agency_create(agency=agency, domain=domain, furnish=furnish)
    return OpenedAgency(
        agency=agency,
        url=agency_url(agency),
        office_url=agency_url(agency, "/gestion/"),
        invitation_url=invitations[0],
        seconds=time.monotonic() - started,
    )


def _check(agency: Agency, admin: FirstAdmin) -> None:
    """Gather what is wrong before anything is built. Raises ValidationError by field."""
    wrong: dict[str, Any] = {}
    try:
        agency.full_clean(exclude=["schema_name"])
    except ValidationError as error:
        wrong.update(error.message_dict)
    if Agency.objects.filter(slug=agency.slug).exists():
        wrong["slug"] = [_("This name is taken.")]
    try:
        validate_email(admin.email)
    except ValidationError as error:
        wrong["admin_email"] = error.messages
    languages = dict(settings.LANGUAGES)
    for field, code in (("language", agency.language), ("admin_language", admin.language)):
        if code not in languages:
            wrong[field] = [_("Unknown language; one of: %s.") % ", ".join(languages)]
    if not re.fullmatch(r"[A-Z]{2}", agency.country):
        wrong["country"] = [_("A country is two letters, such as FR.")]
    if agency.currency not in CURRENCIES:
        wrong["currency"] = [_("A currency is three letters, such as EUR.")]
    if wrong:
        raise ValidationError(wrong)


def _check_operator_sells(language: str) -> None:
    now = timezone.now()
    try:
        seller = operator_seller(timezone.localdate())
        terms_in_force(seller=seller, language=language, at=now)
    except (SellerRefused, CatalogRefused) as refusal:
        raise ValidationError(
            _("No agency can open now: %s") % refusal.message, code=refusal.code
        ) from refusal


def _grant(agency: Agency, group: AgencyGroup | None) -> None:
    # Agreements are the operator's: the agency's own role may only read them.
    with schema_context(SHARED):
        agreement_set(agency=agency, **FIRST_GRANTS)
        if group is not None:
            group_join(agency=agency, group=group, on=timezone.localdate())


def _brand(agency: Agency, look: dict[str, Any], admin: FirstAdmin) -> None:
    theme = Theme(contact_email=admin.email, **look)
    theme.full_clean()
    theme.save()


def _invite(agency: Agency, admin: FirstAdmin) -> str:
    membership = membership_grant(
        email=admin.email,
        party=Membership.Party.AGENCY,
        role=Membership.Role.ADMIN,
        language=admin.language,
        agency=agency,
    )
    return invitation_create(membership=membership)
