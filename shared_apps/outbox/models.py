"""Messages written in the transaction that causes them and delivered after it; inbound events.

Nothing is sent from inside a transaction. A message is idempotent by its id: a delivery that
is repeated sends nothing twice (``dedupe_key`` is unique).
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """One thing to send: an e-mail, a notification, a webhook."""

    class State(models.TextChoices):
        DUE = "due", _("To deliver")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Given up")
        OBSOLETE = "obsolete", _("No longer needed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agency = models.ForeignKey(
        "tenants.Agency", null=True, on_delete=models.PROTECT, related_name="+"
    )
    agency_schema = models.CharField(max_length=63, default="shared")
    kind = models.CharField(max_length=60)
    dedupe_key = models.CharField(max_length=160, unique=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    available_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(auto_now_add=True)
    delivered_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("message")
        indexes = [
            models.Index(fields=["available_at"], name="message_due", condition=Q(state="due")),
            models.Index(fields=["agency_schema", "kind"], name="message_by_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.dedupe_key}"


class InboundEvent(models.Model):
    """An event a payment provider sent, stored before it is handled (L6)."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        HANDLED = "handled", _("Handled")
        IGNORED = "ignored", _("Stored, nothing to do")
        FAILED = "failed", _("Failed")

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=120)
    type = models.CharField(max_length=80)
    account = models.CharField(max_length=64, blank=True)
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    error = models.TextField(blank=True)
    deliveries = models.PositiveIntegerField(default=1)
    received_at = models.DateTimeField(auto_now_add=True)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="inbound_event_once", fields=["provider", "event_id"])
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id} {self.type}"
