"""Departures, their stock and prices, and the holds that take places for a while.

``held`` and ``sold`` are counters under a CHECK: the database refuses a negative stock and
an oversold one whatever the code does. Every change of a counter has a row in
:class:`StockMovement`, so that ``manage.py stock_reconcile`` can prove the counters.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Funder(models.TextChoices):
    """Who pays for a discount (D3)."""

    PROVIDER = "provider", _("Provider")
    OPERATOR = "operator", _("Operator")
    AGENCY = "agency", _("Agency")


class Departure(models.Model):
    """One dated, priced, stocked occurrence of a product: a date, a time slot, a night."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed to sale")
        CANCELLED = "cancelled", _("Cancelled")

    product = models.ForeignKey(
        "catalog.Product", on_delete=models.PROTECT, related_name="departures"
    )
    service_date = models.DateField()  # local date of the place
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    capacity = models.PositiveIntegerField()
    held = models.IntegerField(default=0)
    sold = models.IntegerField(default=0)
    currency = models.CharField(max_length=3, default="EUR")
    # null: the product's own value applies (R58: both live at departure level).
    markup = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    provider_commission = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    # R52: in value, per unit, on the public tariff; between two sale dates, bounds included.
    discount = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    discount_from = models.DateField(null=True, blank=True)
    discount_to = models.DateField(null=True, blank=True)
    discount_funder = models.CharField(max_length=8, choices=Funder, default=Funder.PROVIDER)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("departure")
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="departure_stock",
                condition=Q(held__gte=0) & Q(sold__gte=0) & Q(capacity__gte=F("held") + F("sold")),
            ),
            models.CheckConstraint(
                name="departure_period", condition=Q(ends_at__gte=F("starts_at"))
            ),
            models.UniqueConstraint(name="departure_once", fields=["product", "starts_at"]),
        ]
        indexes = [
            models.Index(
                fields=["product", "service_date"],
                name="departure_open_by_date",
                condition=Q(status="open"),
            ),
            models.Index(fields=["service_date", "product"], name="departure_by_date"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def places_left(self) -> int:
        """Places neither held nor sold."""
        return self.capacity - self.held - self.sold


class DeparturePrice(models.Model):
    """The public tariff of one rate category: stay and transport apart (R45), tax included."""

    departure = models.ForeignKey(Departure, on_delete=models.CASCADE, related_name="prices")
    rate_category = models.ForeignKey(
        "catalog.RateCategory", on_delete=models.PROTECT, related_name="+"
    )
    stay = models.DecimalField(max_digits=12, decimal_places=3)
    transport = models.DecimalField(max_digits=12, decimal_places=3, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="departure_price_once", fields=["departure", "rate_category"]
            ),
            models.CheckConstraint(
                name="departure_price_positive", condition=Q(stay__gte=0) & Q(transport__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stay}+{self.transport}"


class Hold(models.Model):
    """Places of one departure taken for one order line."""

    class State(models.TextChoices):
        HELD = "held", _("On hold")
        SOLD = "sold", _("Sold")
        RELEASED = "released", _("Released")
        EXPIRED = "expired", _("Expired")
        RETURNED = "returned", _("Returned")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agency = models.ForeignKey("tenants.Agency", on_delete=models.PROTECT, related_name="+")
    agency_schema = models.CharField(max_length=63)
    order_reference = models.CharField(max_length=24)
    departure = models.ForeignKey(Departure, on_delete=models.PROTECT, related_name="holds")
    places = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.HELD)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("hold")
        indexes = [
            models.Index(fields=["expires_at"], name="hold_due", condition=Q(state="held")),
            models.Index(fields=["agency_schema", "order_reference"], name="hold_by_order"),
            models.Index(
                fields=["departure"], name="hold_live", condition=Q(state__in=["held", "sold"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_reference}: {self.places} ({self.state})"


class StockMovement(models.Model):
    """One change of a departure's counters; appended, never edited."""

    departure = models.ForeignKey(Departure, on_delete=models.PROTECT, related_name="movements")
    hold = models.ForeignKey(Hold, null=True, on_delete=models.PROTECT, related_name="movements")
    agency_schema = models.CharField(max_length=63)
    held_delta = models.IntegerField(default=0)
    sold_delta = models.IntegerField(default=0)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.departure_id}: held {self.held_delta:+}, sold {self.sold_delta:+}"


class Availability(models.Model):
    """What a result card needs of a product's future departures, kept ready for search.

    ``price_from`` is the lowest public tariff (discount included) of the first rate category
    at the product's default markup. Refreshed after every change of departures and by the
    worker; pages compute exact prices themselves.
    """

    product = models.OneToOneField(
        "catalog.Product", primary_key=True, on_delete=models.CASCADE, related_name="availability"
    )
    next_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    price_from = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    listed_from = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    currency = models.CharField(max_length=3, default="EUR")
    refreshed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["price_from"], name="availability_price")]

    def __str__(self) -> str:
        return f"{self.product_id} from {self.price_from}"
