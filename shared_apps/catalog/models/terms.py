"""Terms of sale: immutable, hashed, per seller and language, optionally per product (R12, L4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shared_apps.catalog.models.product import Product


class TermsVersion(models.Model):
    """One published text. A database trigger refuses UPDATE and DELETE."""

    seller = models.ForeignKey(
        "network.SellerIdentity", on_delete=models.PROTECT, related_name="terms"
    )
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.PROTECT, related_name="terms"
    )
    language = models.CharField(max_length=5)
    version = models.CharField(max_length=24)
    title = models.CharField(max_length=160)
    body = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("terms of sale")
        constraints = [
            models.UniqueConstraint(
                name="terms_version_once",
                fields=["seller", "product", "language", "version"],
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version} ({self.language})"
