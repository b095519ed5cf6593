"""Shared commission rules and the special operations they may belong to (D13)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Base(models.TextChoices):
    """What a percentage is taken of (architecture.md, funder basis)."""

    SALE_PRICE = "sale_price", _("Sale price")
    PUBLIC_TARIFF = "public_tariff", _("Public tariff")
    MARGIN = "margin", _("Margin")


class RuleStatus(models.TextChoices):
    """Only active rules are applied; pending ones wait for the operator (D14)."""

    DRAFT = "draft", _("Draft")
    PENDING = "pending", _("Waiting for approval")
    ACTIVE = "active", _("Active")
    ARCHIVED = "archived", _("Archived")


class RuleTerms(models.Model):
    """What a rule gives and when: shared by the operator's rules and agencies' overrides."""

    name = models.CharField(max_length=120)
    base = models.CharField(max_length=14, choices=Base, default=Base.SALE_PRICE)
    percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    fixed = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    floor = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    cap = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    channels = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    sale_from = models.DateField(null=True, blank=True)
    sale_to = models.DateField(null=True, blank=True)
    service_from = models.DateField(null=True, blank=True)
    service_to = models.DateField(null=True, blank=True)
    position = models.PositiveIntegerField(default=100)
    status = models.CharField(max_length=10, choices=RuleStatus, default=RuleStatus.DRAFT)
    reason = models.CharField(max_length=240, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class SpecialOperation(models.Model):
    """A named campaign; its rules stand in the highest band."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        verbose_name = _("special operation")

    def __str__(self) -> str:
        return self.name


class CommissionRule(RuleTerms):
    """A shared rule. Null scope fields mean "any"."""

    product = models.ForeignKey(
        "catalog.Product", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    provider = models.ForeignKey(
        "catalog.Provider", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    category = models.ForeignKey(
        "catalog.Category", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agency = models.ForeignKey(
        "tenants.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    group = models.ForeignKey(
        "network.AgencyGroup", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    operation = models.ForeignKey(
        SpecialOperation, null=True, blank=True, on_delete=models.PROTECT, related_name="rules"
    )
    created_by = models.ForeignKey(
        "identity.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("commission rule")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                name="commission_rule_percent", condition=Q(percent__gte=0, percent__lte=100)
            )
        ]
