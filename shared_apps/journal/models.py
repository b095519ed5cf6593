"""The sales journal: one line per sale movement, appended, chained, never edited (L8).

One hash chain per agency, so that agencies never wait for each other. ``payload`` is the
canonical text that is hashed, kept as text so that the same bytes are verified years later;
it holds no personal data. The columns beside it repeat what reports filter and add up, and
``journal_verify`` checks that they say the same. A trigger refuses UPDATE, DELETE and
TRUNCATE, for the owner too; row-level security shows an agency only its own lines.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ChainHead(models.Model):
    """The last link of one agency's chain; locked by whoever appends."""

    agency = models.OneToOneField(
        "tenants.Agency", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    agency_schema = models.CharField(max_length=63, unique=True)
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.agency_schema} #{self.seq}"


class JournalLine(models.Model):
    """A sale, a cancellation, a payment, a refund or a funding of one order (line)."""

    class Kind(models.TextChoices):
        SALE = "sale", _("Sale")
        CANCELLATION = "cancellation", _("Cancellation")
        FEE = "fee", _("Cancellation fee")
        PAYMENT = "payment", _("Payment")
        REFUND = "refund", _("Refund")
        # Shares moved between parties with nothing paid: who funds a special operation.
        FUNDING = "funding", _("Funding of an operation")

    agency = models.ForeignKey("tenants.Agency", on_delete=models.PROTECT, related_name="+")
    agency_schema = models.CharField(max_length=63)
    seq = models.PositiveBigIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=12, choices=Kind)
    occurred_at = models.DateTimeField()
    order_reference = models.CharField(max_length=24)
    line_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=16)
    seller = models.ForeignKey("network.SellerIdentity", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(
        "catalog.Product", null=True, on_delete=models.RESTRICT, related_name="+"
    )
    provider = models.ForeignKey(
        "catalog.Provider", null=True, on_delete=models.RESTRICT, related_name="+"
    )
    departure = models.ForeignKey(
        "inventory.Departure", null=True, on_delete=models.RESTRICT, related_name="+"
    )
    service_date = models.DateField(null=True)
    quantity = models.IntegerField(default=0)
    currency = models.CharField(max_length=3)
    customer_pays = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    provider_share = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    agency_share = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    operator_share = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    payment_means = models.CharField(max_length=10, blank=True)
    payload = models.TextField()
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("journal line")
        ordering = ["agency_id", "seq"]
        constraints = [models.UniqueConstraint(name="journal_seq_once", fields=["agency", "seq"])]
        indexes = [
            models.Index(fields=["agency_schema", "order_reference"], name="journal_by_order"),
            models.Index(fields=["occurred_at"], name="journal_by_time"),
            models.Index(fields=["provider", "occurred_at"], name="journal_by_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_schema} #{self.seq} {self.kind}"


class Closing(models.Model):
    """A closed day, month or year of one agency with its totals (L8); never edited.

    ``payload`` is the canonical text that is hashed, with the totals of the period and those
    since the first line. ``journal_seq`` and ``journal_hash`` are the head of the journal when
    the closing was made; ``prev_hash`` is the closing before it.
    """

    class Period(models.TextChoices):
        DAY = "day", pgettext_lazy("closing", "Day")
        MONTH = "month", pgettext_lazy("closing", "Month")
        YEAR = "year", pgettext_lazy("closing", "Year")

    agency = models.ForeignKey("tenants.Agency", on_delete=models.PROTECT, related_name="+")
    agency_schema = models.CharField(max_length=63)
    seq = models.PositiveBigIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    period = models.CharField(max_length=5, choices=Period)
    starts_on = models.DateField()
    ends_on = models.DateField()
    closed_at = models.DateTimeField()
    journal_seq = models.PositiveBigIntegerField()
    journal_hash = models.CharField(max_length=64)
    payload = models.TextField()
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("closing of the journal")
        ordering = ["agency_id", "seq"]
        constraints = [
            models.UniqueConstraint(name="closing_seq_once", fields=["agency", "seq"]),
            models.UniqueConstraint(
                name="closing_period_once", fields=["agency", "period", "starts_on"]
            ),
        ]
        indexes = [models.Index(fields=["-ends_on"], name="closing_by_end")]

    def __str__(self) -> str:
        return f"{self.agency_schema} {self.period} {self.starts_on}"
