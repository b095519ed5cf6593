"""The agencies' brand table, as a plain model for a Django without tenants."""

from django.db import models


class Brand(models.Model):
    """Reads ``branding_theme``."""

    primary = models.CharField(max_length=7)
    version = models.PositiveIntegerField()

    class Meta:
        managed = False
        app_label = "trivial"
        db_table = "branding_theme"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.primary
