"""The agency's own rates: commission overrides and markups, inside the operator's bounds."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shared_apps.commissions.models import ChangeSetTerms, RuleTerms, rule_constraints
from tenants.isolation import TenantModel


class OverrideChangeSet(TenantModel, ChangeSetTerms):
    """Changes of this agency's overrides, published together."""

    author = models.ForeignKey(
        "identity.User", on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    published_by = models.ForeignKey(
        "identity.User",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by"
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("change set")
        ordering = ["-id"]


class CommissionOverride(TenantModel, RuleTerms):
    """A negotiated rate of this agency (bands product × agency and agency, D13, D14)."""

    product = models.ForeignKey(
        "catalog.Product",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    provider = models.ForeignKey(
        "catalog.Provider",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    category = models.ForeignKey(
        "catalog.Category",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )

    created_by = models.ForeignKey(
        "identity.User",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    change_set = models.ForeignKey(
        OverrideChangeSet, null=True, blank=True, on_delete=models.PROTECT, related_name="rules"
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("commission override")
        ordering = ["position", "id"]
        constraints = [*rule_constraints("override")]
        indexes = [models.Index(fields=["series", "version"], name="override_by_series")]

    book = "A"


class MarkupOverride(TenantModel):
    """The agency's own sur-marge, for everything or for one product (D15). Per cent."""

    product = models.OneToOneField(
        "catalog.Product",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    percent = models.DecimalField(max_digits=7, decimal_places=4)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("markup of the agency")
        constraints = [
            # One for everything: a plain unique column would let several empty products in.
            models.UniqueConstraint(name="markup_once", fields=["product"], nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.percent} %"


class MarkupChange(TenantModel):
    """One change of one markup: what it was, what it became, who and why. Only ever added.

    :class:`MarkupOverride` says what applies to a sale made now; this says what applied on any
    day before. ``percent`` is empty when the markup was taken away. ``by`` is empty for what
    stood before changes were kept.
    """

    product = models.ForeignKey(
        "catalog.Product",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    before = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    reason = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(
        "identity.User",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("change of a markup")
        ordering = ["-id"]
        indexes = [models.Index(fields=["product", "-id"], name="markup_change_by_product")]

    def __str__(self) -> str:
        return f"{self.before} → {self.percent}"
