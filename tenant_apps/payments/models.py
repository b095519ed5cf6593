"""Money received and given back for this agency's orders (L6).

Each operation has its own idempotency key, stored before the call to the payment provider,
so that a repeated call after a crash is the same operation.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenants.isolation import TenantModel


class Means(models.TextChoices):
    """How a customer may pay (R8)."""

    CARD = "card", _("Card")
    CASH = "cash", _("Cash")
    TRANSFER = "transfer", _("Bank transfer")


class Payment(TenantModel):
    """One attempt to collect an amount for an order."""

    class Status(models.TextChoices):
        CREATED = "created", _("Created")
        OPEN = "open", _("Waiting for the customer")
        PAID = "paid", _("Paid")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", pgettext_lazy("payment", "Expired")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="payments")
    means = models.CharField(max_length=10, choices=Means, default=Means.CARD)
    amount = models.DecimalField(max_digits=14, decimal_places=3)
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, choices=Status, default=Status.CREATED)
    idempotency_key = models.CharField(max_length=120, unique=True)
    session_id = models.CharField(max_length=120, blank=True, db_index=True)
    intent_id = models.CharField(max_length=120, blank=True, db_index=True)
    checkout_url = models.URLField(max_length=1200, blank=True)
    connected_account = models.CharField(max_length=64, blank=True)
    application_fee = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    receipt_number = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    paid_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("payment")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                name="payment_receipt_once",
                fields=["receipt_number"],
                condition=~Q(receipt_number=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} ({self.status})"


class Refund(TenantModel):
    """One amount given back of one payment."""

    class Status(models.TextChoices):
        CREATED = "created", _("Created")
        PENDING = "pending", _("On its way")
        SUCCEEDED = "succeeded", _("Refunded")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount = models.DecimalField(max_digits=14, decimal_places=3)
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=40)
    status = models.CharField(max_length=10, choices=Status, default=Status.CREATED)
    idempotency_key = models.CharField(max_length=120, unique=True)
    provider_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    refunded_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("refund")

    def __str__(self) -> str:
        return f"-{self.amount} {self.currency} ({self.status})"


class ReceiptCounter(TenantModel):
    """Continuous numbers of cash receipts: one locked row per series (L6, L7)."""

    series = models.CharField(max_length=20, unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        verbose_name = _("receipt counter")

    def __str__(self) -> str:
        return f"{self.series}-{self.last}"
