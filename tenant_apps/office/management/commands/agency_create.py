"""``manage.py agency_create SLUG --name … --admin-email …``: a live agency in under a second."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from shared_apps.audit.actor import Actor, acting
from shared_apps.identity.errors import IdentityRefused
from shared_apps.network.models import AgencyGroup
from tenant_apps.branding.presets import PRESETS
from tenant_apps.office.opening import DEFAULT_THEME, OpenedAgency, agency_open
from tenants.models import Agency


class Command(BaseCommand):
    help = (
        "Open an agency: schema, role, brand, default selection, terms, and its first admin "
        "invited by e-mail. Everything or nothing. See docs/add-an-agency.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The name and the first admin are required; the rest has the usual values."""
        parser.add_argument("slug", help="sub-domain: 3 to 40 lower-case letters, digits, hyphens")
        parser.add_argument("--name", required=True)
        parser.add_argument("--admin-email", required=True)
        parser.add_argument("--admin-language", default="fr")
        parser.add_argument("--kind", choices=Agency.Kind.values, default=Agency.Kind.DISTRIBUTOR)
        parser.add_argument("--country", default="FR", help="two letters")
        parser.add_argument("--language", default="fr", help="of the shop")
        parser.add_argument("--currency", default="EUR")
        parser.add_argument("--domain", default="", help="own domain besides the sub-domain")
        parser.add_argument("--group", default="", help="code of an agency group")
        parser.add_argument("--theme", choices=sorted(PRESETS), default=DEFAULT_THEME)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the address, the invitation and the time. Raises CommandError naming bad input."""
        names = ("slug", "name", "admin_email", "admin_language", "kind", "country", "language")
        terms = {name: options[name] for name in (*names, "currency", "domain", "theme")}
        try:
            with acting(Actor(label="agency_create")):
                opened = agency_open(**terms, group=_group(options["group"]))
        except ValidationError as error:
            raise CommandError("\n".join(_lines(error))) from error
        except IdentityRefused as refusal:
            raise CommandError(f"admin_email: {refusal}") from refusal
        self.stdout.write("\n".join(_summary(opened)))


def _group(code: str) -> AgencyGroup | None:
    if not code:
        return None
    group = AgencyGroup.objects.filter(code=code).first()
    if group is None:
        known = ", ".join(AgencyGroup.objects.values_list("code", flat=True)) or "none yet"
        raise CommandError(f"group: there is no group {code!r}; known: {known}")
    return group


def _lines(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    return [
        f"{field}: {message}"
        for field, messages in error.message_dict.items()
        for message in messages
    ]


def _summary(opened: OpenedAgency) -> list[str]:
    return [
        f"{opened.agency.name} is open after {opened.seconds:.2f} s",
        f"  shop        {opened.url}",
        f"  office      {opened.office_url}",
        f"  invitation  {opened.invitation_url}",
    ]
