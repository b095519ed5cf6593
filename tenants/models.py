"""What an agency is to the platform: a name, a schema, a role and the hosts it answers on.

The schema name is also the name of the agency's database role. Nothing about money, terms
or brand stands here: agreements are in ``network``, the brand in the agency's own schema.
"""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_tenants.models import DomainMixin, TenantMixin

SLUG = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
RESERVED_SLUGS = frozenset(
    [
        "tnp",
        "www",
        "api",
        "admin",
        "mail",
        "smtp",
        "ftp",
        "static",
        "media",
        "assets",
        "shared",
        "public",
        "template",
        "postgres",
        "app",
    ]
)
HOST_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
host_validator = RegexValidator(
    rf"^(?=.{{4,253}}$){HOST_LABEL}(\.{HOST_LABEL})+$",
    _("A host name such as www.example.com, in lower case, without scheme, port or path."),
)
slug_validator = RegexValidator(
    rf"^{SLUG.pattern}$",
    _("3 to 40 lower-case letters, digits and hyphens, starting with a letter."),
)


def schema_name_for(slug: str) -> str:
    """The schema and role name of the agency ``slug``: ``agency_<slug>``, hyphens as ``_``."""
    return "agency_" + slug.replace("-", "_")


class Agency(TenantMixin):
    """A distributor or receptive agency: one Postgres schema, one branded shop, one office."""

    class Kind(models.TextChoices):
        DISTRIBUTOR = "distributor", _("Distributor")
        RECEPTIVE = "receptive", _("Receptive agency")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", pgettext_lazy("agency", "Suspended")
        CLOSED = "closed", _("Closed")

    slug = models.CharField(max_length=40, unique=True, validators=[slug_validator])
    name = models.CharField(max_length=120)
    legal_name = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.DISTRIBUTOR)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    country = models.CharField(max_length=2, default="FR")
    language = models.CharField(max_length=5, default="fr")
    currency = models.CharField(max_length=3, default="EUR")
    created_at = models.DateTimeField(auto_now_add=True)

    # Schemas are made by tenants.provisioning (replayed script), never by a save().
    auto_create_schema = False
    auto_drop_schema = False

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def __enter__(self) -> "Agency":
        # django-tenants keeps this stack on the class, shared between threads: it restored
        # the wrong schema two times out of three under load (tenancy.md).
        raise RuntimeError("Use tenant_context(agency), not `with agency:`")

    def clean(self) -> None:
        """Refuse reserved names. Raises ValidationError."""
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": _("This name is reserved.")})


class Domain(DomainMixin):
    """A host an agency answers on: its sub-domain, or its own domain.

    Kept without ``www.``, which is added or left out by visitors as they like.
    """

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")

    def clean(self) -> None:
        """Refuse what is no host, and the platform's own hosts. Raises ValidationError.

        A host of another agency is refused by the unique key.
        """
        try:
            host_validator(self.domain)
        except ValidationError as refusal:
            raise ValidationError({"domain": refusal.messages}) from None
        platform = {settings.OPERATOR_HOST, settings.BASE_DOMAIN, *settings.PLATFORM_HOSTS}
        reserved = {f"{slug}.{settings.BASE_DOMAIN}" for slug in RESERVED_SLUGS}
        if self.domain in platform | reserved or self.domain.startswith("www."):
            raise ValidationError({"domain": _("This host is not available.")})


class SchemaScript(models.Model):
    """The recorded SQL that makes an up-to-date agency schema, keyed by the migrations' hash."""

    key = models.CharField(max_length=64, primary_key=True)
    sql = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key[:12]
