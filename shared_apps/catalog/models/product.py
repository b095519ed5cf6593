"""Products, their rate categories, reference prices and media."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.catalog.models.people import Place, Provider
from shared_apps.catalog.models.status import CatalogueRow


class Category(models.Model):
    """What kind of thing; its service type decides whether a sale is a package (L2)."""

    class ServiceType(models.IntegerChoices):
        TRANSPORT = 1, _("Passenger transport")
        ACCOMMODATION = 2, _("Accommodation")
        VEHICLE_HIRE = 3, _("Vehicle hire")
        OTHER = 4, _("Other tourist service")

    code = models.SlugField(max_length=40, unique=True)
    names = models.JSONField(default=dict)
    service_type = models.PositiveSmallIntegerField(choices=ServiceType, default=ServiceType.OTHER)
    picture = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("category")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code


class Product(CatalogueRow):
    """What is sold: a stay, an activity, a ticket."""

    class Kind(models.TextChoices):
        DATE = "date", _("Per day")
        SLOT = "slot", _("Time slots")
        NIGHT = "night", _("Nights")

    # R86, R87: the id grows and stays inside; people search and link by the reference.
    reference = models.CharField(max_length=32, unique=True)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="products")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="products")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.SLOT)
    titles = models.JSONField(default=dict)
    summaries = models.JSONField(default=dict, blank=True)
    descriptions = models.JSONField(default=dict, blank=True)
    included = models.JSONField(default=dict, blank=True)  # {language: [text, …]}
    not_included = models.JSONField(default=dict, blank=True)
    meeting_point = models.JSONField(default=dict, blank=True)
    suits = models.JSONField(default=dict, blank=True)
    accessibility = models.JSONField(default=dict, blank=True)
    formalities = models.JSONField(default=dict, blank=True)
    opening_hours = models.JSONField(default=list, blank=True)
    raw_types = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    duration_minutes = models.PositiveIntegerField(null=True, blank=True)
    nights = models.PositiveSmallIntegerField(default=0)
    min_participants = models.PositiveSmallIntegerField(default=0)
    # [{"days_before": 30, "fee_percent": "10"}, …]; frozen on the sale (L5).
    cancellation_scale = models.JSONField(default=list, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    default_markup = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    provider_commission = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    transport_commissionable = models.BooleanField(default=True)  # D9
    undated_voucher = models.BooleanField(default=False)
    owner_agency = models.ForeignKey(
        "tenants.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="own_products",
    )
    attribution = models.CharField(max_length=400, blank=True)
    source_updated = models.DateField(null=True, blank=True)
    # Lower case, accents removed, every language: filled by actions, never by hand.
    search_text = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = _("product")
        ordering = ["reference"]
        indexes = [
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="product_search_trgm"),
            models.Index(fields=["status", "category"], name="product_status_category"),
        ]
        constraints = [
            models.CheckConstraint(
                name="product_commission_percent",
                condition=Q(provider_commission=None)
                | Q(provider_commission__gte=0, provider_commission__lte=100),
            )
        ]

    def __str__(self) -> str:
        return self.reference


class RateCategory(models.Model):
    """Adult, child, group…, with ages and the places one unit takes."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="rate_categories")
    code = models.SlugField(max_length=24)
    labels = models.JSONField(default=dict)
    age_min = models.PositiveSmallIntegerField(null=True, blank=True)
    age_max = models.PositiveSmallIntegerField(null=True, blank=True)
    pax_count = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("rate category")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(name="rate_category_once", fields=["product", "code"])
        ]

    def __str__(self) -> str:
        return self.code


class ReferencePrice(models.Model):
    """A price the source published: a help for whoever sets departures, never sold."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reference_prices")
    rate_code = models.CharField(max_length=24)
    amount_min = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    amount_max = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    labels = models.JSONField(default=dict, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.rate_code} {self.amount_min} {self.currency}"


class Media(models.Model):
    """A picture: one of ours (``picture``), or a link to keep with its credit (``url``)."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="media")
    picture = models.CharField(max_length=120, blank=True)
    url = models.URLField(max_length=600, blank=True)
    alt = models.JSONField(default=dict, blank=True)
    credit = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.picture or self.url
