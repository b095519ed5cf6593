"""The agency's own rates: commission overrides and markups, inside the operator's bounds."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shared_apps.commissions.models import RuleTerms
from tenants.isolation import TenantModel


class CommissionOverride(TenantModel, RuleTerms):
    """A negotiated rate of this agency (bands product × agency and agency, D13, D14)."""

    product = models.ForeignKey(
        "catalog.Product",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    provider = models.ForeignKey(
        "catalog.Provider",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    category = models.ForeignKey(
        "catalog.Category",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("commission override")
        ordering = ["position", "id"]


class MarkupOverride(TenantModel):
    """The agency's own sur-marge, for everything or for one product (D15). Per cent."""

    product = models.OneToOneField(
        "catalog.Product",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    percent = models.DecimalField(max_digits=7, decimal_places=4)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("markup of the agency")

    def __str__(self) -> str:
        return f"{self.percent} %"
