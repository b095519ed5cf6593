"""The life of a catalogue row, and the fields every source-fed row shares."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Draft → submitted → validated; suspended by the operator; archived at the end (R92)."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for validation")
    VALIDATED = "validated", _("Validated")
    SUSPENDED = "suspended", _("Suspended")
    ARCHIVED = "archived", _("Archived")


class CatalogueRow(models.Model):
    """Status with who and when, the source it came from, and a version for safe editing (R32)."""

    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT, db_index=True)
    status_reason = models.CharField(max_length=240, blank=True)
    validated_at = models.DateTimeField(null=True, blank=True)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=240, null=True, blank=True, unique=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    internal_comment = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
