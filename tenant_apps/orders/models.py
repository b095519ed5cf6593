"""Sales of this agency: orders, lines frozen at confirmation, evidence, API keys.

A cart is an order on hold: its stock is already taken, its price already known. What a line
says about product, price and commission is a snapshot; nothing here is recomputed later (D2).
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenants.isolation import TenantModel


class Order(TenantModel):
    """One sale, with one seller of record (D16) and one currency."""

    class Status(models.TextChoices):
        HOLD = "hold", _("On hold")
        PENDING = "pending", _("Waiting for payment")
        CONFIRMED = "confirmed", _("Confirmed")
        CANCELLED = "cancelled", pgettext_lazy("order", "Cancelled")
        EXPIRED = "expired", _("Expired")

    class Channel(models.TextChoices):
        SHOP = "shop", _("Shop")
        BACK_OFFICE = "back_office", _("Back office")
        API = "api", _("Partner API")
        WIDGET = "widget", _("Widget")

    reference = models.CharField(max_length=24, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.HOLD)
    channel = models.CharField(max_length=12, choices=Channel, default=Channel.SHOP)
    language = models.CharField(max_length=5, default="fr")
    currency = models.CharField(max_length=3)
    seller = models.ForeignKey(
        "network.SellerIdentity", on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    seller_snapshot = models.JSONField(default=dict)
    customer = models.ForeignKey(
        "customers.Customer", null=True, on_delete=models.PROTECT, related_name="orders"
    )
    # Names and contact as given for this sale, even if the customer changes later.
    contact = models.JSONField(default=dict)
    total = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    service_type = models.CharField(max_length=8, default="single")  # single or package (L2)
    service_type_inputs = models.JSONField(default=dict)
    own_liability = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=240, blank=True)
    partner_reference = models.CharField(max_length=80, blank=True)
    # Who sold it inside the agency; shares the agency's commission (tenant_apps.subcommissions).
    sold_by = models.ForeignKey(
        "subcommissions.Seller", null=True, on_delete=models.PROTECT, related_name="+"
    )
    point_of_sale = models.ForeignKey(
        "subcommissions.PointOfSale", null=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        verbose_name = _("order")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["status", "-id"], name="order_by_status"),
            models.Index(
                fields=["expires_at"], name="order_due", condition=Q(status__in=["hold", "pending"])
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def hold_is_over(self) -> bool:
        """Whether the order's places were held until a moment that has passed."""
        return self.expires_at is not None and self.expires_at <= timezone.now()


class OrderLine(TenantModel):
    """One departure of one product, with quantities per rate category.

    ``quantities`` is ``{code: units}``. ``snapshot`` freezes product, departure and terms;
    ``waterfall`` is a list of one frozen price waterfall per rate category
    (:mod:`shared_apps.pricing.waterfall`), ``commission`` the decision and its explanation.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField(default=0)
    product = models.ForeignKey(
        "catalog.Product", on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    provider = models.ForeignKey(
        "catalog.Provider", on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    departure = models.ForeignKey(
        "inventory.Departure", on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    hold_id = models.UUIDField()
    service_date = models.DateField()
    quantities = models.JSONField(default=dict)
    places = models.PositiveIntegerField()
    snapshot = models.JSONField(default=dict)
    waterfall = models.JSONField(default=list)
    commission = models.JSONField(default=dict)
    vat_regime = models.CharField(max_length=16)
    customer_pays = models.DecimalField(max_digits=14, decimal_places=3)
    provider_share = models.DecimalField(max_digits=14, decimal_places=3)
    agency_share = models.DecimalField(max_digits=14, decimal_places=3)
    operator_share = models.DecimalField(max_digits=14, decimal_places=3)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("order line")
        ordering = ["position", "created_at"]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.places}"


class Acceptance(TenantModel):
    """Evidence of what was accepted, by whom, from where (L4). Kept, never edited."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="acceptances")
    kind = models.CharField(max_length=12)  # terms or form
    terms_version_id = models.BigIntegerField(null=True)
    code = models.CharField(max_length=80)
    version = models.CharField(max_length=24)
    language = models.CharField(max_length=5)
    sha256 = models.CharField(max_length=64)
    checkbox_sha256 = models.CharField(max_length=64)
    accepted_at = models.DateTimeField()
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=400, blank=True)
    session = models.CharField(max_length=64, blank=True)
    channel = models.CharField(max_length=12)
    actor = models.CharField(max_length=160)
    information = models.JSONField(default=dict)  # the pre-contract information shown

    class Meta(TenantModel.Meta):
        verbose_name = _("acceptance")

    def __str__(self) -> str:
        return f"{self.code} {self.version} ({self.language})"


class ApiKey(TenantModel):
    """A partner's key to this agency's API. Only its hash is kept."""

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=16), default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # Whom the orders of this key count for, inside the agency.
    sold_by = models.ForeignKey(
        "subcommissions.Seller", null=True, on_delete=models.PROTECT, related_name="+"
    )
    point_of_sale = models.ForeignKey(
        "subcommissions.PointOfSale", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("API key")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class IdempotencyRecord(TenantModel):
    """The answer given to one ``Idempotency-Key``, with the fingerprint of the request."""

    key = models.CharField(max_length=120, unique=True)
    fingerprint = models.CharField(max_length=64)
    status_code = models.PositiveSmallIntegerField(null=True)  # null: still being answered
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("idempotency record")

    def __str__(self) -> str:
        return self.key
