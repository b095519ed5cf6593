"""Statements, their lines, and adjustments that wait for the next statement."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shared_apps.statements.models.parties import Party, amount, party_check
from shared_apps.statements.models.settlement import PeriodKind

AMOUNTS = ("gross", "commission", "collected", "fee", "settled", "due")
"""The amount columns that lines and statements share; :class:`StatementLine` says what each is."""


class Section(models.TextChoices):
    """Under which heading a line stands: the components that a net is never shown without."""

    SALE = "sale", _("Sales")
    CANCELLATION = "cancellation", _("Cancellations")
    CANCELLATION_FEE = "fee", _("Cancellation fees kept")
    FUNDING = "funding", _("Special operations")
    OWN_SALE = "own_sale", _("Sold under the agency’s own liability")
    COLLECTED = "collected", _("Collected by the agency")
    GIVEN_BACK = "given_back", _("Given back by the agency")
    ADJUSTMENT = "adjustment", _("Adjustments")


class Statement(models.Model):
    """What one party is owed and owes for a period, in one currency.

    Amounts are sums of the lines. ``due`` is what TNP owes the party; negative: what the party
    owes TNP. The provisional amounts are information: sold, not earned yet, not in ``due``.
    A draft has no number; issuing gives it the party's next one, without gaps.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ISSUED = "issued", pgettext_lazy("statement", "Issued")
        DISPUTED = "disputed", pgettext_lazy("statement", "Disputed")
        ACCEPTED = "accepted", pgettext_lazy("statement", "Accepted")
        PAID = "paid", pgettext_lazy("statement", "Paid")

    party = models.CharField(max_length=8, choices=Party)
    agency = models.ForeignKey(
        "tenants.Agency", null=True, on_delete=models.PROTECT, related_name="+"
    )
    provider = models.ForeignKey(
        "catalog.Provider", null=True, on_delete=models.PROTECT, related_name="+"
    )
    agency_schema = models.CharField(max_length=63, blank=True)
    period = models.CharField(max_length=12, choices=PeriodKind)
    period_from = models.DateField()
    period_to = models.DateField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    number = models.PositiveIntegerField(null=True)
    reference = models.CharField(max_length=60, null=True, unique=True)
    netting = models.BooleanField(default=True)
    due_days = models.PositiveSmallIntegerField(default=30)
    line_count = models.PositiveIntegerField(default=0)
    gross = amount()
    commission = amount()
    collected = amount()
    fee = amount()
    settled = amount()
    due = amount()
    provisional_count = models.PositiveIntegerField(default=0)
    provisional_gross = amount()
    provisional_commission = amount()
    drafted_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(
        "identity.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        "identity.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    paid_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("statement")
        ordering = ["-period_to", "-id"]
        constraints = [
            party_check("statement_party"),
            models.UniqueConstraint(
                name="statement_once",
                fields=["party", "agency", "provider", "period_from", "period_to", "currency"],
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                name="statement_number_once",
                fields=["party", "agency", "provider", "number"],
                condition=Q(number__isnull=False),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="statement_period", condition=Q(period_to__gte=F("period_from"))
            ),
            models.CheckConstraint(
                name="statement_number_when_issued",
                condition=Q(status="draft", number=None, reference=None)
                | (~Q(status="draft") & Q(number__gte=1, due_on__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "period_to"], name="statement_by_status"),
            models.Index(fields=["agency_schema", "-period_to"], name="statement_by_agency"),
        ]

    def __str__(self) -> str:
        return self.reference or f"{self.account} {self.period_from}–{self.period_to}"

    @property
    def account(self) -> str:
        """The key of whose statement it is, as in :class:`StatementCounter`."""
        return f"{self.party}:{self.agency_id or self.provider_id}"

    @property
    def party_name(self) -> str:
        """The name of the agency or provider."""
        return str(self.agency if self.party == Party.AGENCY else self.provider)

    @property
    def for_agency(self) -> bool:
        """Whether it is an agency's."""
        return self.party == Party.AGENCY


class StatementLine(models.Model):
    """One journal line as one party sees it, or an adjustment. Amounts are signed.

    For an agency: ``gross`` what customers paid; ``commission`` its share; ``collected`` money
    of TNP that it holds (cash, transfers); ``fee`` TNP's part of an own-liability sale;
    ``settled`` what the card processor has already taken of that fee. It is owed
    ``commission − collected − fee + settled``.

    For a provider: ``gross`` its tariff; ``commission`` what the network keeps of it, negative
    (or its part of an operation's funding); ``settled`` what its own agency pays it. It is owed
    ``gross + commission − settled``. A provider's line never holds what the customer paid or
    what anybody else earns.

    A journal line stands once per party, in a draft too: a unique constraint.
    """

    class State(models.TextChoices):
        NONE = "none", pgettext_lazy("statement line", "Not answered")
        ACCEPTED = "accepted", pgettext_lazy("statement line", "Accepted")
        DISPUTED = "disputed", pgettext_lazy("statement line", "Disputed")
        RESOLVED = "resolved", pgettext_lazy("statement line", "Settled")

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="lines")
    party = models.CharField(max_length=8, choices=Party)
    agency_schema = models.CharField(max_length=63, blank=True)
    position = models.PositiveIntegerField()
    section = models.CharField(max_length=12, choices=Section)
    journal_line = models.ForeignKey(
        "journal.JournalLine", null=True, on_delete=models.PROTECT, related_name="+"
    )
    adjustment = models.OneToOneField(
        "statements.Adjustment", null=True, on_delete=models.PROTECT, related_name="line"
    )
    occurred_on = models.DateField()
    service_date = models.DateField(null=True)
    sold_by = models.ForeignKey(
        "tenants.Agency", null=True, on_delete=models.PROTECT, related_name="+"
    )
    order_reference = models.CharField(max_length=24, blank=True)
    product = models.CharField(max_length=32, blank=True)
    titles = models.JSONField(default=dict)
    channel = models.CharField(max_length=16, blank=True)
    means = models.CharField(max_length=10, blank=True)
    quantity = models.IntegerField(default=0)
    rule = models.CharField(max_length=24, blank=True)
    note = models.CharField(max_length=400, blank=True)
    gross = amount()
    commission = amount()
    collected = amount()
    fee = amount()
    settled = amount()
    due = amount()
    state = models.CharField(max_length=8, choices=State, default=State.NONE)
    state_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("statement line")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                name="journal_line_once_per_party",
                fields=["party", "journal_line"],
                condition=Q(journal_line__isnull=False),
            ),
            models.UniqueConstraint(name="statement_position", fields=["statement", "position"]),
            models.CheckConstraint(
                name="statement_line_source",
                condition=Q(section="adjustment", journal_line=None, adjustment__isnull=False)
                | (~Q(section="adjustment") & Q(journal_line__isnull=False, adjustment=None)),
            ),
            models.CheckConstraint(
                name="statement_line_due",
                condition=Q(
                    party="agency",
                    due=F("commission") - F("collected") - F("fee") + F("settled"),
                )
                | Q(
                    party="provider",
                    collected=0,
                    fee=0,
                    due=F("gross") + F("commission") - F("settled"),
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["statement", "order_reference"], name="statement_line_by_order"),
            models.Index(
                fields=["statement"],
                name="statement_line_disputed",
                condition=Q(state="disputed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} #{self.position}"


class Adjustment(models.Model):
    """A correction the operator granted on a line; it stands in the party's next statement.

    Only the amounts that were wrong are set, signed, in the line's currency.
    """

    corrects = models.ForeignKey(
        StatementLine, on_delete=models.PROTECT, related_name="adjustments"
    )
    party = models.CharField(max_length=8, choices=Party)
    agency = models.ForeignKey(
        "tenants.Agency", null=True, on_delete=models.PROTECT, related_name="+"
    )
    provider = models.ForeignKey(
        "catalog.Provider", null=True, on_delete=models.PROTECT, related_name="+"
    )
    agency_schema = models.CharField(max_length=63, blank=True)
    currency = models.CharField(max_length=3)
    gross = amount()
    commission = amount()
    collected = amount()
    fee = amount()
    settled = amount()
    due = amount()
    reason = models.CharField(max_length=400)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        "identity.User", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("adjustment")
        ordering = ["id"]
        constraints = [
            party_check("adjustment_party"),
            models.CheckConstraint(name="adjustment_moves", condition=~Q(due=0)),
        ]

    def __str__(self) -> str:
        return f"{self.corrects_id}: {self.due} {self.currency}"
