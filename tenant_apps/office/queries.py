"""Reads of the agency's office: what waits, orders, and what may be chosen to sell."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from shared_apps.audit.models import AuditEntry
from shared_apps.catalog.models import Product
from shared_apps.catalog.texts import bare_text
from shared_apps.operator.listing import TotalsRow
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.selection.models import SelectedProduct
from tenant_apps.selection.queries import choosable_products
from tenants.models import Agency

SOLD = (Order.Status.CONFIRMED,)


def orders() -> QuerySet[Order]:
    """Orders with their customer, line count and the agency's share, newest first."""
    shares = (
        OrderLine.objects.filter(order=OuterRef("pk"))
        .order_by()
        .values("order")
        .annotate(sum=Sum("agency_share"))
        .values("sum")
    )
    return (
        Order.objects.select_related("customer")
        .annotate(line_count=Count("lines"), agency_share=Subquery(shares))
        .order_by("-created_at")
    )


def orders_totals(rows: QuerySet) -> Sequence[TotalsRow]:
    """Totals of confirmed orders among those shown, per currency."""
    ids = rows.order_by().filter(status__in=SOLD).values("pk")
    sums = (
        Order.objects.filter(pk__in=ids)
        .values("currency")
        .annotate(sum=Sum("total"))
        .order_by("currency")
    )
    lines = OrderLine.objects.filter(order__in=ids).values("order__currency")
    shares = dict(
        lines.order_by().annotate(sum=Sum("agency_share")).values_list("order__currency", "sum")
    )
    return [
        TotalsRow(
            _("Confirmed"),
            row["currency"],
            {"total": row["sum"], "agency_share": shares.get(row["currency"]) or Decimal(0)},
        )
        for row in sums
    ]


def choosable(agency: Agency) -> QuerySet[Product]:
    """Products the agency may choose, chosen or not (D11)."""
    return choosable_products(agency).select_related("provider", "place", "category")


def selected_by_product() -> dict[int, SelectedProduct]:
    """The present selection by product id."""
    return {selected.product_id: selected for selected in SelectedProduct.objects.all()}


def audit_entries(agency: Agency) -> QuerySet[AuditEntry]:
    """The agency's own trail, newest first; the database shows it no other."""
    return AuditEntry.objects.filter(agency_schema=agency.schema_name)


def search(agency: Agency, text: str, *, limit: int = 10) -> dict[str, list]:
    """Orders by reference or customer, and products of the selectable catalogue."""
    found_orders = Order.objects.filter(
        Q(reference__icontains=text)
        | Q(customer__last_name__unaccent__icontains=text)
        | Q(customer__email__icontains=text)
        | Q(partner_reference__icontains=text)
    )
    found_products = choosable(agency).filter(
        Q(reference__iexact=text) | Q(search_text__contains=bare_text(text))
    )
    return {
        "orders": list(found_orders.select_related("customer").order_by("-id")[:limit]),
        "products": list(found_products.order_by("reference")[:limit]),
    }
