"""What the agency has chosen to sell, inside the set the operator authorised (D11, R6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.isolation import TenantModel


class SelectedProduct(TenantModel):
    """One chosen product. No database key to the shared schema (tenancy.md)."""

    product = models.OneToOneField(
        "catalog.Product", on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    featured = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=100)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("selected product")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"product {self.product_id}"
