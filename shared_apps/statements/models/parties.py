"""Whose settlement it is: exactly one agency or one provider."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Party(models.TextChoices):
    """Who a statement is for."""

    AGENCY = "agency", _("Agency")
    PROVIDER = "provider", _("Provider")


def party_check(name: str) -> models.CheckConstraint:
    """Either the agency, with its schema for row-level security, or the provider; never both."""
    return models.CheckConstraint(
        name=name,
        condition=(Q(party="agency", agency__isnull=False, provider=None) & ~Q(agency_schema=""))
        | Q(party="provider", agency=None, provider__isnull=False, agency_schema=""),
    )


def amount() -> models.DecimalField:
    """A signed amount in the statement's currency."""
    return models.DecimalField(max_digits=16, decimal_places=3, default=0)
