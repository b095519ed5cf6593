"""Shared commission rules, their versions and change sets, and special operations (D13, D14).

A rule is a series of versions, and a row is one version. What a published version says never
changes: a trigger refuses it, in the shared schema and in every agency's. A change publishes a
new version from a date, and the old one gets its last day, so that any day of the past can be
asked which rules stood. Versions are drafted and published together, in a change set that
says who and why.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Base(models.TextChoices):
    """What a percentage is taken of (architecture.md, funder basis)."""

    SALE_PRICE = "sale_price", _("Sale price")
    PUBLIC_TARIFF = "public_tariff", _("Public tariff")
    MARGIN = "margin", _("Margin")


class RuleStatus(models.TextChoices):
    """Only active rules are applied; pending ones wait for the operator (D14)."""

    DRAFT = "draft", _("Draft")
    PENDING = "pending", _("Waiting for approval")
    ACTIVE = "active", _("Active")
    ARCHIVED = "archived", _("Archived")


def rule_constraints(table: str) -> list[models.CheckConstraint | models.UniqueConstraint]:
    """What the database refuses of any version of a rule; ``table`` makes the names unique."""

    def check(name: str, condition: Q) -> models.CheckConstraint:
        return models.CheckConstraint(name=f"{table}_{name}", condition=condition)

    def window(axis: str) -> Q:
        first, last = f"{axis}_from", f"{axis}_to"
        return Q(**{first: None}) | Q(**{last: None}) | Q(**{f"{last}__gte": F(first)})

    amounts_without_currency = Q(fixed=0, floor=None, cap=None)
    return [
        check("percent", Q(percent__gte=0, percent__lte=100)),
        check("amounts", Q(fixed__gte=0) & (Q(floor=None) | Q(floor__gte=0))),
        check("floor_cap", Q(floor=None) | Q(cap=None) | Q(cap__gte=F("floor"))),
        check("currency", ~Q(currency="") | amounts_without_currency),
        check("sale_window", window("sale")),
        check("service_window", window("service")),
        models.UniqueConstraint(
            name=f"{table}_version_once",
            fields=["series", "version"],
            condition=Q(series__isnull=False, status__in=["active", "archived"]),
        ),
    ]


class ChangeSetStatus(models.TextChoices):
    """A set is drafted, then published once; what was published can be undone, once."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    UNDONE = "undone", _("Undone")
    DISCARDED = "discarded", _("Discarded")


class ChangeSetTerms(models.Model):
    """Changes of rules that are published together: by whom, why, from which sale date."""

    name = models.CharField(max_length=120)
    reason = models.CharField(max_length=400, blank=True)
    status = models.CharField(max_length=10, choices=ChangeSetStatus, default=ChangeSetStatus.DRAFT)
    applies_from = models.DateField(null=True, blank=True)  # the first sale date
    # Days between publication and the first sale date, when the set lowers a commission.
    notice_days = models.PositiveSmallIntegerField(default=0)
    effects = models.JSONField(default=dict)  # what the dry run said when it was published
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class RuleTerms(models.Model):
    """One version of a rule: what it gives and when, for the operator's rules and overrides.

    ``series`` is the id of the first version, null on the first version itself.
    ``applies_from`` and ``applies_to`` are the first and last sale date of this version, null
    for open, and are not the rule's own sale window: a version ends because another begins.
    Percentages apply in every currency; ``fixed``, ``floor`` and ``cap`` are per unit, in
    ``currency``, and a rule that has one of them is for sales in that currency only.
    ``retires`` marks a draft that will end the rule instead of changing it.
    """

    name = models.CharField(max_length=120)
    base = models.CharField(max_length=14, choices=Base, default=Base.SALE_PRICE)
    percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    fixed = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    floor = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    cap = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    channels = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    sale_from = models.DateField(null=True, blank=True)
    sale_to = models.DateField(null=True, blank=True)
    service_from = models.DateField(null=True, blank=True)
    service_to = models.DateField(null=True, blank=True)
    position = models.PositiveIntegerField(default=100)
    status = models.CharField(max_length=10, choices=RuleStatus, default=RuleStatus.DRAFT)
    reason = models.CharField(max_length=240, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    series = models.PositiveBigIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    applies_from = models.DateField(null=True, blank=True)
    applies_to = models.DateField(null=True, blank=True)
    retires = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def series_id(self) -> int:
        """What all versions of one rule share."""
        return self.series if self.series is not None else self.pk

    @property
    def code(self) -> str:
        """How decisions name this version: letter of the book, series, version ("R12.3")."""
        return f"{self.book}{self.series_id}.{self.version}"

    book = "R"


class SpecialOperation(models.Model):
    """A named campaign; its rules stand in the highest band.

    ``budget`` is in ``currency``; null means without limit. What an operation costs on a sale
    is what its rule gives above what the agency would have had without it. The cost is funded
    by the operator, the provider and the agency in per cent that add up to 100. ``spent`` is
    kept by one conditional UPDATE and never exceeds the budget (CHECK).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RUNNING = "running", _("Running")
        STOPPED = "stopped", _("Stopped")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.RUNNING)
    starts_on = models.DateField()
    ends_on = models.DateField()
    currency = models.CharField(max_length=3, default="EUR")
    budget = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    spent = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    operator_percent = models.DecimalField(max_digits=5, decimal_places=2, default=100)
    provider_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    agency_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("special operation")
        constraints = [
            models.CheckConstraint(
                name="operation_dates", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="operation_within_budget",
                condition=Q(spent__gte=0) & (Q(budget=None) | Q(spent__lte=F("budget"))),
            ),
            models.CheckConstraint(
                name="operation_funding_whole",
                condition=Q(operator_percent__gte=0, provider_percent__gte=0)
                & Q(agency_percent__gte=0)
                & Q(operator_percent=100 - F("provider_percent") - F("agency_percent")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OperationSpending(models.Model):
    """What one sale line took from an operation's budget, or gave back (negative); appended.

    The three parts say who funds it; they add up to ``amount``, in ``currency``.
    """

    operation = models.ForeignKey(
        SpecialOperation, on_delete=models.PROTECT, related_name="spendings"
    )
    agency_schema = models.CharField(max_length=63)
    order_reference = models.CharField(max_length=24)
    line_id = models.UUIDField()
    occurred_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=14, decimal_places=3)
    operator_part = models.DecimalField(max_digits=14, decimal_places=3)
    provider_part = models.DecimalField(max_digits=14, decimal_places=3)
    agency_part = models.DecimalField(max_digits=14, decimal_places=3)

    class Meta:
        verbose_name = _("spending of an operation")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["operation", "occurred_at"], name="spending_by_time"),
            models.Index(fields=["agency_schema", "order_reference"], name="spending_by_order"),
        ]
        constraints = [
            models.CheckConstraint(
                name="spending_parts_whole",
                condition=Q(amount=F("operator_part") + F("provider_part") + F("agency_part")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.operation_id}: {self.amount} {self.currency}"


class ChangeSet(ChangeSetTerms):
    """Changes of the operator's rules."""

    author = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    published_by = models.ForeignKey(
        "identity.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by"
    )

    class Meta:
        verbose_name = _("change set")
        ordering = ["-id"]


class CommissionPolicy(models.Model):
    """What the whole network may count on, from a day on: the notice before a lowering, in days."""

    notice_days = models.PositiveSmallIntegerField()
    valid_from = models.DateField(unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("commission policy")
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return f"{self.valid_from}: {self.notice_days}"


class ApprovalRequest(models.Model):
    """An agency's override outside its corridor, waiting for the operator (D14).

    The override stands in the agency's schema, where the operator's lists do not reach; this row
    repeats what the operator needs to decide. ``terms`` and ``present`` are the asked and the
    present version as :func:`shared_apps.commissions.versions.terms_json` writes them.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        APPROVED = "approved", pgettext_lazy("request", "Approved")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    agency = models.ForeignKey("tenants.Agency", on_delete=models.PROTECT, related_name="+")
    agency_schema = models.CharField(max_length=63)
    override_id = models.BigIntegerField()
    name = models.CharField(max_length=120)
    terms = models.JSONField(default=dict)
    present = models.JSONField(null=True)
    corridor_min = models.DecimalField(max_digits=7, decimal_places=4)
    corridor_max = models.DecimalField(max_digits=7, decimal_places=4)
    applies_from = models.DateField()
    reason = models.CharField(max_length=400, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    requested_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        "identity.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        verbose_name = _("request for approval")
        ordering = ["-id"]
        indexes = [models.Index(fields=["status", "-id"], name="approval_by_status")]
        constraints = [
            models.UniqueConstraint(
                name="approval_once",
                fields=["agency", "override_id"],
                condition=Q(status="waiting"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency_schema}: {self.name}"


class CommissionRule(RuleTerms):
    """A shared rule. Null scope fields mean "any"."""

    product = models.ForeignKey(
        "catalog.Product", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    provider = models.ForeignKey(
        "catalog.Provider", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    category = models.ForeignKey(
        "catalog.Category", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agency = models.ForeignKey(
        "tenants.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    group = models.ForeignKey(
        "network.AgencyGroup", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    operation = models.ForeignKey(
        SpecialOperation, null=True, blank=True, on_delete=models.PROTECT, related_name="rules"
    )
    created_by = models.ForeignKey(
        "identity.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    change_set = models.ForeignKey(
        ChangeSet, null=True, blank=True, on_delete=models.PROTECT, related_name="rules"
    )

    class Meta:
        verbose_name = _("commission rule")
        ordering = ["position", "id"]
        constraints = [*rule_constraints("commission_rule")]
        indexes = [models.Index(fields=["series", "version"], name="rule_by_series")]
