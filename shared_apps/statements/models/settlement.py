"""How often, how late and how a party is settled; its numbers; the money that moved."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.statements.models.parties import Party, amount, party_check


class PeriodKind(models.TextChoices):
    """How long a statement's period is."""

    MONTHLY = "monthly", _("Monthly")
    FORTNIGHTLY = "fortnightly", _("Twice a month")
    WEEKLY = "weekly", _("Weekly")


class SettlementTerms(models.Model):
    """What the contract says of settlement, from a date on; the newest that has begun counts.

    ``due_days`` run from the day of issue. With ``netting`` one amount moves, the difference;
    without, each side pays its own whole amount. ``agency_schema`` is empty for a provider.
    """

    party = models.CharField(max_length=8, choices=Party)
    agency = models.ForeignKey(
        "tenants.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    provider = models.ForeignKey(
        "catalog.Provider", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agency_schema = models.CharField(max_length=63, blank=True)
    period = models.CharField(max_length=12, choices=PeriodKind, default=PeriodKind.MONTHLY)
    due_days = models.PositiveSmallIntegerField(default=30)
    netting = models.BooleanField(default=True)
    valid_from = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        "identity.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("settlement terms")
        ordering = ["-valid_from"]
        constraints = [
            party_check("terms_party"),
            models.UniqueConstraint(
                name="terms_once",
                fields=["party", "agency", "provider", "valid_from"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="terms_due_days", condition=Q(due_days__lte=365)),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.agency_id or self.provider_id} from {self.valid_from}"


class StatementCounter(models.Model):
    """The last number of one party's statements, locked by whoever issues the next.

    A row and not a sequence: a transaction that fails gives its number back.
    ``account`` is ``agency:12`` or ``provider:7``.
    """

    account = models.CharField(max_length=40, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.account}: {self.last}"


class StatementPayment(models.Model):
    """Money that settled a statement, whole or in part; appended.

    ``amount`` is positive, in the statement's currency; the direction says who paid.
    """

    class Direction(models.TextChoices):
        TO_PARTY = "to_party", _("Paid by TNP")
        FROM_PARTY = "from_party", _("Received by TNP")

    statement = models.ForeignKey(
        "statements.Statement", on_delete=models.PROTECT, related_name="payments"
    )
    agency_schema = models.CharField(max_length=63, blank=True)
    direction = models.CharField(max_length=10, choices=Direction)
    amount = amount()
    paid_on = models.DateField()
    reference = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(
        "identity.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("payment of a statement")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="statement_payment_positive", condition=Q(amount__gt=0))
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.amount} ({self.direction})"
