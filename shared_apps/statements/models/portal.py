"""The former portal's figures for a statement's period, kept as they were given."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shared_apps.statements.models.statement import Statement


class PortalComparison(models.Model):
    """One uploaded file; the newest of a statement is the one shown. Appended.

    ``rows`` are the readable rows: ``{row, order, commission, currency, rate}``, amounts as
    text. ``refused`` are the others: ``{row, text, reason}``, so that no row of the file is lost.
    """

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="comparisons")
    agency_schema = models.CharField(max_length=63, blank=True)
    filename = models.CharField(max_length=160)
    rows = models.JSONField(default=list)
    refused = models.JSONField(default=list)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    # The name too: an agency does not read the operator's people.
    uploaded_name = models.CharField(max_length=160, default="")
    uploaded_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("comparison with the former portal")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.filename}"
