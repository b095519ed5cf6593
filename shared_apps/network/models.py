"""How the operator and its agencies work together: groups, agreements, sellers of record.

Registrations, guarantees and insurances are data with a validity period (legal.md), never
constants: a :class:`SellerIdentity` says who sells, from when to when, on what evidence.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AgencyGroup(models.Model):
    """A commission and selection dimension (R14)."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["name"]
        verbose_name = _("agency group")

    def __str__(self) -> str:
        return self.name


class GroupMembership(models.Model):
    """An agency is in one group at a time; the past stays readable."""

    agency = models.ForeignKey(
        "tenants.Agency", on_delete=models.PROTECT, related_name="group_memberships"
    )
    group = models.ForeignKey(AgencyGroup, on_delete=models.PROTECT, related_name="memberships")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="group_membership_one_open", fields=["agency"], condition=Q(valid_to=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} in {self.group_id}"


class SellerIdentity(models.Model):
    """Who the law sees as the seller, and the block every page must show (L1, L3).

    ``agency`` is null for the operator. For an agency's own liability the row is the dated
    evidence that the operator approved; outside its dates nothing new is sold under it.
    """

    agency = models.ForeignKey(
        "tenants.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="seller_identities",
    )
    legal_name = models.CharField(max_length=160)
    legal_form = models.CharField(max_length=120)
    address = models.CharField(max_length=240)
    country = models.CharField(max_length=2, default="FR")
    email = models.EmailField()
    phone = models.CharField(max_length=40)
    registration_number = models.CharField(max_length=60)
    vat_number = models.CharField(max_length=40, blank=True)
    guarantor_name = models.CharField(max_length=160)
    guarantor_address = models.CharField(max_length=240)
    insurer_name = models.CharField(max_length=160)
    insurer_address = models.CharField(max_length=240)
    mediator_name = models.CharField(max_length=160)
    mediator_address = models.CharField(max_length=240)
    mediator_url = models.URLField()
    vat_regime = models.CharField(max_length=16, default="MARGIN_EU")
    stripe_account = models.CharField(max_length=64, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    approved_by = models.ForeignKey(
        "identity.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("seller of record")
        constraints = [
            models.CheckConstraint(
                name="seller_identity_period",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            )
        ]

    def __str__(self) -> str:
        return self.legal_name


class Agreement(models.Model):
    """What the operator grants one agency: catalogue, means, bounds (R7, R8, D11, D14, D15)."""

    class Catalogue(models.TextChoices):
        ALL = "all", _("The whole catalogue")
        LISTED = "listed", _("A list")

    agency = models.OneToOneField(
        "tenants.Agency", on_delete=models.PROTECT, related_name="agreement"
    )
    catalogue = models.CharField(max_length=8, choices=Catalogue, default=Catalogue.ALL)
    collects = models.BooleanField(_("collects money"), default=True)
    payment_means = ArrayField(models.CharField(max_length=10), default=list)
    markup_min = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    markup_max = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    commission_min = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    commission_max = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    own_liability = models.BooleanField(default=False)
    sees_purchase_price = models.BooleanField(default=False)
    trained_at = models.DateTimeField(null=True, blank=True)
    trained_by = models.ForeignKey(
        "identity.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("agreement")

    def __str__(self) -> str:
        return f"agreement of {self.agency_id}"


class AuthorisedProduct(models.Model):
    """One product of an agency's listed catalogue (D11)."""

    agency = models.ForeignKey("tenants.Agency", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="authorised_product_once", fields=["agency", "product"])
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.product_id}"
