"""Who did what: actor, time, before and after, on every write (R10). Appended, never edited."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One change. A trigger refuses UPDATE and DELETE."""

    class ActorKind(models.TextChoices):
        USER = "user", _("User")
        CUSTOMER = "customer", _("Customer")
        API_KEY = "api_key", _("API key")
        PROVIDER_EVENT = "event", _("Event of the payment provider")
        SYSTEM = "system", _("System")

    agency = models.ForeignKey(
        "tenants.Agency", null=True, on_delete=models.PROTECT, related_name="+"
    )
    agency_schema = models.CharField(max_length=63, default="shared")
    actor_kind = models.CharField(max_length=10, choices=ActorKind)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(max_length=160, blank=True)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    object_label = models.CharField(max_length=200, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("audit entry")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
            models.Index(fields=["agency_schema", "-id"], name="audit_by_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"
