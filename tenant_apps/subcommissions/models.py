"""How an agency shares its commission with its own people and points of sale.

All of it stands in the agency's schema: the operator and other agencies have no table to look
into. A rule's terms never change; it ends on a day and another begins, so that any sale can be
asked which rule stood. What a sale gave is a ledger of lines that are appended, and taken back
by their opposites; a trigger refuses anything else.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tenants.isolation import TenantModel


class PointOfSale(TenantModel):
    """A shop, a desk, a partner hotel: where the agency's people sell."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("point of sale")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Seller(TenantModel):
    """Somebody who sells for the agency: one of its members, or a person known by name."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    user = models.ForeignKey(
        "identity.User",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    point_of_sale = models.ForeignKey(
        PointOfSale, null=True, blank=True, on_delete=models.PROTECT, related_name="sellers"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("seller")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class SubCommissionRule(TenantModel):
    """What one seller or one point of sale gets of the agency's commission on a sale line.

    Either ``percent`` of the agency's commission, or ``fixed`` in ``currency`` for each sale
    line. ``valid_from`` and ``valid_to`` are the first and last day of sale, null for open.
    """

    seller = models.ForeignKey(
        Seller, null=True, blank=True, on_delete=models.PROTECT, related_name="rules"
    )
    point_of_sale = models.ForeignKey(
        PointOfSale, null=True, blank=True, on_delete=models.PROTECT, related_name="rules"
    )
    product = models.ForeignKey(
        "catalog.Product",
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
    percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    fixed = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    position = models.PositiveIntegerField(default=100)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("sub-commission rule")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                name="subrule_one_beneficiary",
                condition=Q(seller=None) ^ Q(point_of_sale=None),
            ),
            models.CheckConstraint(
                name="subrule_one_amount",
                condition=Q(percent__gt=0, percent__lte=100, fixed=None)
                | (Q(percent=None, fixed__gt=0) & ~Q(currency="")),
            ),
            models.CheckConstraint(
                name="subrule_window",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="subrule_one_scope", condition=Q(product=None) | Q(category=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seller or self.point_of_sale}: {self.code}"

    @property
    def code(self) -> str:
        """How explanations name the rule."""
        return f"S{self.pk}"


class SubCommissionLine(TenantModel):
    """What one sale line gives a seller or a point of sale, or takes back (negative); appended.

    ``commission`` is what the agency itself earns on the line, ``amount`` the share, both in
    ``currency``. A share is provisional until its ``service_date`` has passed.
    """

    class Kind(models.TextChoices):
        SHARE = "share", _("Share")
        REVERSAL = "reversal", _("Taken back")
        FEE = "fee", _("Kept with the fee")

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.SHARE)
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="shares")
    line_id = models.UUIDField()
    seller = models.ForeignKey(
        Seller, null=True, blank=True, on_delete=models.PROTECT, related_name="lines"
    )
    point_of_sale = models.ForeignKey(
        PointOfSale, null=True, blank=True, on_delete=models.PROTECT, related_name="lines"
    )
    rule = models.ForeignKey(SubCommissionRule, on_delete=models.PROTECT, related_name="lines")
    title = models.CharField(max_length=160)
    service_date = models.DateField()
    occurred_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    commission = models.DecimalField(max_digits=14, decimal_places=3)
    amount = models.DecimalField(max_digits=14, decimal_places=3)
    explanation = models.JSONField(default=list)

    class Meta(TenantModel.Meta):
        verbose_name = _("sub-commission")
        ordering = ["-id"]
        indexes = [models.Index(fields=["order"], name="share_by_order")]

    def __str__(self) -> str:
        return f"{self.seller or self.point_of_sale}: {self.amount} {self.currency}"
