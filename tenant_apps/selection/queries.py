"""What this agency sells now. Every door asks here, so every door refuses alike (R6, R25).

Sellable means three yeses at once: the agency chose it, the operator authorised it for this
agency, and the operator validated it, its provider and its place. The operator withdraws any
of these and the product is gone from the shop, the office and the API at the next request
(R24). Whether a departure is left is another question, asked of the stock.
"""

from django.db import connection
from django.db.models import QuerySet

from shared_apps.catalog.models import Product, Status
from shared_apps.inventory.actions import current_agency
from shared_apps.network.queries import authorised_condition
from tenant_apps.selection.models import SelectedProduct
from tenants.isolation import NoAgency, TenantQuerySet
from tenants.models import Agency


def choosable_products(agency: Agency) -> QuerySet[Product]:
    """What the agency may choose: authorised for it, and validated with provider and place.

    The queryset remembers where it was built (:class:`~tenants.isolation.TenantQuerySet`).
    """
    products: QuerySet[Product] = TenantQuerySet(Product)
    return products.filter(
        authorised_condition(agency),
        status=Status.VALIDATED,
        provider__status=Status.VALIDATED,
        place__status=Status.VALIDATED,
    )


def sellable_products(agency: Agency) -> QuerySet[Product]:
    """What the agency sells: chosen, authorised, validated. Runs inside ``agency`` only.

    Evaluated in another agency the queryset raises WrongAgency, because the same statement
    would read the other agency's selection.
    """
    if current_agency().pk != agency.pk:
        raise NoAgency(f"The selection of {agency.slug} is read inside {agency.slug} only")
    return choosable_products(agency).filter(pk__in=SelectedProduct.objects.values("product_id"))


def is_sellable(product: Product) -> bool:
    """Whether the current agency may sell ``product`` now (R6, R24, R25)."""
    return sellable_products(current_agency()).filter(pk=product.pk).exists()


# Plain SQL because every sale asks: one cheap statement instead of two built by the ORM.
SELLABLE_NOW = """
SELECT EXISTS (SELECT 1 FROM selection_selectedproduct WHERE product_id = %(product)s)
   AND EXISTS (
    SELECT 1 FROM network_agreement g WHERE g.agency_id = %(agency)s AND (
        g.catalogue = 'all' OR EXISTS (
            SELECT 1 FROM network_authorisedproduct a
            WHERE a.agency_id = g.agency_id AND a.product_id = %(product)s)))
   AND EXISTS (
    SELECT 1 FROM catalog_product p
    JOIN catalog_provider v ON v.id = p.provider_id
    JOIN catalog_place w ON w.id = p.place_id
    WHERE p.id = %(product)s AND p.status = 'validated'
      AND v.status = 'validated' AND w.status = 'validated')
"""


def may_sell(product: Product) -> bool:
    """As :func:`is_sellable`, in one statement, and whatever ``product`` remembers of itself."""
    with connection.cursor() as cursor:
        cursor.execute(SELLABLE_NOW, {"product": product.pk, "agency": current_agency().pk})
        return bool(cursor.fetchone()[0])


def featured_ids() -> list[int]:
    """Ids of the products the agency puts on its home page, in its order."""
    chosen = SelectedProduct.objects.filter(featured=True).order_by("position", "pk")
    return list(chosen.values_list("product_id", flat=True))
