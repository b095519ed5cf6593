"""Providers and places."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shared_apps.catalog.models.status import CatalogueRow


class Provider(CatalogueRow):
    """Makes products (prestataire, producteur, organisateur)."""

    reference = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=160)
    legal_name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=240, blank=True)
    website = models.URLField(max_length=400, blank=True)
    attribution = models.CharField(max_length=400, blank=True)
    # R36 and R37: the operational contact is not the person in charge.
    registration_email = models.EmailField(blank=True)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    # R25: without it no product of this provider can be validated.
    notification_email = models.EmailField(blank=True)
    notification_language = models.CharField(max_length=5, default="fr")
    agency = models.ForeignKey(
        "tenants.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="providers"
    )

    class Meta:
        verbose_name = _("provider")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Place(CatalogueRow):
    """Where a product happens (hébergement, site). A product must have one (R99)."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="places")
    name = models.CharField(max_length=200)
    street = models.CharField(max_length=240, blank=True)
    postal_code = models.CharField(max_length=12, blank=True)
    locality = models.CharField(max_length=120)
    department = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, default="FR")
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)

    class Meta:
        verbose_name = _("place")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.locality}"
