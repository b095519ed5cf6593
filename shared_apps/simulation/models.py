"""Replays of draft change sets over past and coming sales, and what they need to be quick.

Two kinds of tables. *Derived* ones repeat the sales journal in columns: whoever empties all
three of them loses nothing but the time to fill them again. They carry no database keys,
because the journal they copy has them, and a check per key and row would cost more than the
rest of the copying. *Kept* ones hold what a run found: its results can be left and found again.

Nobody but the operator's database role may read any of them: they span agencies.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SaleUnit(models.Model):
    """Derived: one rate category of one sale line of the journal.

    Amounts are for one unit, in ``currency``, tax included, under the names of docs/price.md.
    ``kept`` is what the agency gets beside its commission: markup gain less its funding. ``group``
    and ``category`` are those of the sale, not of today.
    """

    pk = models.CompositePrimaryKey("agency_id", "seq", "code")
    agency_id = models.BigIntegerField()
    seq = models.PositiveBigIntegerField()
    code = models.CharField(max_length=40)
    line_id = models.UUIDField()
    order_reference = models.CharField(max_length=24)
    product_id = models.BigIntegerField()
    provider_id = models.BigIntegerField()
    category_id = models.BigIntegerField()
    group_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=16)
    sale_date = models.DateField(db_index=True)
    service_date = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    quantity = models.IntegerField()
    basis = models.DecimalField(max_digits=15, decimal_places=3)
    reference = models.DecimalField(max_digits=15, decimal_places=3)
    purchase = models.DecimalField(max_digits=15, decimal_places=3)
    commission = models.DecimalField(max_digits=15, decimal_places=3)
    kept = models.DecimalField(max_digits=15, decimal_places=3)
    pays = models.DecimalField(max_digits=15, decimal_places=3)
    provider = models.DecimalField(max_digits=15, decimal_places=3)

    class Meta:
        verbose_name = _("unit of a sale")

    def __str__(self) -> str:
        return f"{self.agency_id} #{self.seq} {self.code}"


class CancelledLine(models.Model):
    """Derived: a sale line that was cancelled, so that no replay counts it."""

    line_id = models.UUIDField(primary_key=True)

    def __str__(self) -> str:
        return str(self.line_id)


class CopiedChain(models.Model):
    """Derived: up to which link of each agency's chain the journal has been copied.

    Chains have no gaps and one writer at a time, so that everything up to a visible link is
    visible: a mark per chain misses nothing, where one over all ids would.
    """

    agency_id = models.BigIntegerField(primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.agency_id} #{self.seq}"


class SimulationRun(models.Model):
    """One replay: what was asked, how far it is, how long it took.

    ``change_set`` is the operator's; a run over an agency's own overrides has ``agency`` and
    ``override_set_id`` instead, and then counts that agency's sales alone. ``margin_floor`` is in
    per cent of what customers pay.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting for its turn")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    class Step(models.TextChoices):
        COPY = "copy", _("Reading the new lines of the journal")
        RULES = "rules", _("Gathering the rules")
        REPLAY = "replay", _("Replaying the sales")
        SUMS = "sums", _("Adding up")

    author = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")
    change_set = models.ForeignKey(
        "commissions.ChangeSet",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Change set"),
    )
    agency = models.ForeignKey(
        "tenants.Agency", null=True, on_delete=models.PROTECT, related_name="+"
    )
    override_set_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=120)
    period_from = models.DateField()
    period_to = models.DateField()
    margin_floor = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    step = models.CharField(max_length=8, choices=Step, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)  # per cent
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)  # the last sign of life of its worker
    finished_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=24, blank=True)  # a code of carrying.FAILURES
    lines = models.PositiveBigIntegerField(default=0)
    rules = models.PositiveIntegerField(default=0)
    seconds = models.JSONField(default=dict)  # step → seconds, as text
    changes = models.JSONField(default=dict)  # what each draft of the set wins and loses

    class Meta:
        verbose_name = _("simulation")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Scope(models.TextChoices):
    """Which sales a result is about. A sale can be in both: they are never added up."""

    PAST = "past", _("Sales of the period")
    OPEN = "open", _("Open bookings")


class SimulationTotal(models.Model):
    """What a run found for the operator, one agency or one provider, in one currency.

    ``paid`` is the commission that was frozen on the sales; ``present`` what today's rules would
    give the agencies, ``new`` what they would give with the change set. A change is new less
    present, so that it tells what the set does and not what happened since the sales. Agencies
    and providers stand less what they fund of special operations themselves.
    """

    class Part(models.TextChoices):
        NETWORK = "network", _("Network")
        AGENCY = "agency", _("Agency")
        PROVIDER = "provider", _("Provider")

    run = models.ForeignKey(SimulationRun, on_delete=models.CASCADE, related_name="totals")
    scope = models.CharField(max_length=4, choices=Scope)
    part = models.CharField(max_length=8, choices=Part)
    agency = models.ForeignKey(
        "tenants.Agency", null=True, on_delete=models.PROTECT, related_name="+"
    )
    provider = models.ForeignKey(
        "catalog.Provider", null=True, on_delete=models.PROTECT, related_name="+"
    )
    currency = models.CharField(max_length=3)
    lines = models.PositiveBigIntegerField()
    changed_lines = models.PositiveBigIntegerField()
    pays = models.DecimalField(max_digits=20, decimal_places=3)
    paid = models.DecimalField(max_digits=20, decimal_places=3)
    present = models.DecimalField(max_digits=20, decimal_places=3)
    new = models.DecimalField(max_digits=20, decimal_places=3)
    provider_present = models.DecimalField(max_digits=20, decimal_places=3)
    provider_new = models.DecimalField(max_digits=20, decimal_places=3)
    operator_present = models.DecimalField(max_digits=20, decimal_places=3)
    operator_new = models.DecimalField(max_digits=20, decimal_places=3)
    breaches_present = models.PositiveBigIntegerField()
    breaches_new = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("total of a simulation")
        ordering = ["scope", "part", "currency", "id"]
        indexes = [models.Index(fields=["run", "scope", "part"], name="simulation_total_of")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.scope} {self.part} {self.currency}"


class SimulationLine(models.Model):
    """A sale line worth naming: among the most affected, or newly under the margin floor."""

    class Part(models.TextChoices):
        AFFECTED = "affected", _("Most affected")
        BREACH = "breach", _("Under the margin floor")

    run = models.ForeignKey(SimulationRun, on_delete=models.CASCADE, related_name="named_lines")
    scope = models.CharField(max_length=4, choices=Scope)
    part = models.CharField(max_length=8, choices=Part)
    place = models.PositiveIntegerField()  # 1 is the most affected of its currency
    agency = models.ForeignKey("tenants.Agency", on_delete=models.PROTECT, related_name="+")
    order_reference = models.CharField(max_length=24)
    line_id = models.UUIDField()
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey("catalog.Provider", on_delete=models.PROTECT, related_name="+")
    sale_date = models.DateField()
    service_date = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    pays = models.DecimalField(max_digits=20, decimal_places=3)
    paid = models.DecimalField(max_digits=20, decimal_places=3)
    present = models.DecimalField(max_digits=20, decimal_places=3)
    new = models.DecimalField(max_digits=20, decimal_places=3)
    operator_present = models.DecimalField(max_digits=20, decimal_places=3)
    operator_new = models.DecimalField(max_digits=20, decimal_places=3)
    rule_present = models.CharField(max_length=160, blank=True)
    rule_new = models.CharField(max_length=160, blank=True)

    class Meta:
        verbose_name = _("line of a simulation")
        ordering = ["scope", "part", "currency", "place"]
        indexes = [models.Index(fields=["run", "scope", "part"], name="simulation_line_of")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.scope} {self.part} {self.order_reference}"
