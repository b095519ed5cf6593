"""Reads of sub-commissions: rules for an order, people, and the ledger by period."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Case, CharField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from moneyed import Money

from shared_apps.operator.listing import TotalsRow
from tenant_apps.orders.models import Order
from tenant_apps.subcommissions.models import (
    PointOfSale,
    Seller,
    SubCommissionLine,
    SubCommissionRule,
)
from tenant_apps.subcommissions.sharing import ShareRule

NAMED = ("seller", "point_of_sale", "product", "category")


def share_rule(rule: SubCommissionRule) -> ShareRule:
    """The stored rule as the pure module reads it."""
    if rule.seller_id is not None:
        beneficiary, name = ("seller", rule.seller_id), str(rule.seller)
    else:
        beneficiary, name = (
            ("point_of_sale", int(rule.point_of_sale_id or 0)),
            str(rule.point_of_sale),
        )
    return ShareRule(
        id=rule.pk or 0,
        beneficiary=beneficiary,
        name=name,
        position=rule.position,
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        product=rule.product_id,
        category=rule.category_id,
        percent=rule.percent,
        fixed=None if rule.fixed is None else Money(rule.fixed, rule.currency),
    )


def rules_for_order(order: Order, on: date) -> list[ShareRule]:
    """The rules of the order's seller and point of sale that stand on ``on``; one statement."""
    mine = Q(seller_id=order.sold_by_id, seller__isnull=False) | Q(
        point_of_sale_id=order.point_of_sale_id, point_of_sale__isnull=False
    )
    rows = SubCommissionRule.objects.select_related("seller", "point_of_sale").filter(
        mine, Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on
    )
    return [share_rule(row) for row in rows]


def rules() -> QuerySet[SubCommissionRule]:
    """All rules with whom and what they name, those in force first."""
    return SubCommissionRule.objects.select_related(*NAMED).order_by(
        F("valid_to").desc(nulls_first=True), "seller__name", "point_of_sale__name", "position"
    )


def sellers() -> QuerySet[Seller]:
    """Everybody who sells or sold, the active first."""
    return Seller.objects.select_related("point_of_sale").order_by(
        F("ended_at").asc(nulls_first=True), "name"
    )


def points_of_sale() -> QuerySet[PointOfSale]:
    """All points of sale, the active first."""
    return PointOfSale.objects.order_by(F("ended_at").asc(nulls_first=True), "name")


def by_code(code: str) -> tuple[Seller | None, PointOfSale | None]:
    """The active seller with their point of sale, or the active point of sale, of a link."""
    seller = Seller.objects.select_related("point_of_sale").filter(code=code, ended_at=None).first()
    if seller is not None:
        return seller, seller.point_of_sale
    return None, PointOfSale.objects.filter(code=code, ended_at=None).first()


def lines() -> QuerySet[SubCommissionLine]:
    """The ledger with beneficiary, order and whether it is earned, newest first."""
    today = timezone.localdate()
    return (
        SubCommissionLine.objects.select_related("order", "seller", "point_of_sale")
        .annotate(
            beneficiary=Coalesce("seller__name", "point_of_sale__name"),
            state=Case(
                When(service_date__lt=today, then=Value("earned")),
                default=Value("provisional"),
                output_field=CharField(),
            ),
        )
        .order_by("-occurred_at", "-id")
    )


def lines_totals(rows: QuerySet) -> Sequence[TotalsRow]:
    """Sums per currency, what is earned apart from what is provisional."""
    sums = (
        rows.order_by()
        .values("currency", "state")
        .annotate(total=Sum("amount"))
        .order_by("currency", "state")
    )
    labels = {"earned": _("Earned"), "provisional": _("Provisional")}
    return [
        TotalsRow(labels[row["state"]], row["currency"], {"amount": row["total"]}) for row in sums
    ]


def shares_of_order(order: Order) -> list[SubCommissionLine]:
    """The ledger of one order, oldest first."""
    return list(
        SubCommissionLine.objects.filter(order=order)
        .select_related("seller", "point_of_sale")
        .order_by("id")
    )
