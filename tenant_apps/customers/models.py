"""Travellers who bought. They belong to this agency's schema alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.isolation import TenantModel


class Customer(TenantModel):
    """One person or structure, found again by e-mail address."""

    class Type(models.TextChoices):
        INDIVIDUAL = "individual", _("Individual")
        COLLECTIVE = "collective", _("Group or company")
        RESELLER = "reseller", _("Reseller")

    email = models.EmailField(unique=True)
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    phone = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2, default="FR")
    language = models.CharField(max_length=5, default="fr")
    type = models.CharField(max_length=12, choices=Type, default=Type.INDIVIDUAL)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("customer")

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"
