"""Choosing what to sell, inside the set the operator authorised (R6, D11)."""

from django.db import connection, transaction
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.catalog.models import Product
from shared_apps.inventory.actions import current_agency
from tenant_apps.selection.models import SelectedProduct
from tenant_apps.selection.queries import choosable_products
from tenants.models import Agency

SELECT_ALL = """
INSERT INTO selection_selectedproduct (product_id, featured, position, added_at)
SELECT choosable.id, false, 100, now() FROM ({choosable}) AS choosable (id)
ON CONFLICT (product_id) DO NOTHING
"""


class SelectionRefused(Exception):
    """The product cannot be chosen; ``code`` is stable, ``message`` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@transaction.atomic
def selection_add(*, product: Product, position: int = 100) -> SelectedProduct:
    """Choose ``product``. Raises SelectionRefused when it is not authorised and validated."""
    if not choosable_products(current_agency()).filter(pk=product.pk).exists():
        raise SelectionRefused(
            "not_authorised",
            _("This product is not validated, or the operator has not opened it to your agency."),
        )
    selected, created = SelectedProduct.objects.get_or_create(
        product_id=product.pk, defaults={"position": position}
    )
    if created:
        audit_record(verb="selection_add", target=selected, after={"product": product.reference})
    return selected


@transaction.atomic
def selection_remove(*, product: Product) -> bool:
    """Stop selling ``product``; past sales keep their snapshot. Says whether it was chosen."""
    selected = SelectedProduct.objects.filter(product_id=product.pk).first()
    if selected is None:
        return False
    audit_record(verb="selection_remove", target=selected, before={"product": product.reference})
    selected.delete()
    return True


@transaction.atomic
def selection_feature(
    *, product: Product, featured: bool = True, position: int | None = None
) -> SelectedProduct:
    """Put a chosen product on the home page, or take it off; ``position`` orders them.

    Raises SelectionRefused when the product is not chosen.
    """
    selected = SelectedProduct.objects.filter(product_id=product.pk).first()
    if selected is None:
        raise SelectionRefused("not_selected", _("Choose the product first."))
    before = {"featured": selected.featured, "position": selected.position}
    selected.featured = featured
    if position is not None:
        selected.position = position
    after = {"featured": selected.featured, "position": selected.position}
    if after != before:
        selected.save(update_fields=["featured", "position"])
        audit_record(verb="selection_feature", target=selected, before=before, after=after)
    return selected


@transaction.atomic
def select_all_authorised(agency: Agency) -> int:
    """Choose everything the agency may choose, in one statement; returns how many were new.

    One INSERT … SELECT, so that opening an agency costs the same with 40 or 40,000 products.
    """
    wanted = choosable_products(agency).order_by().values("pk")
    sql, params = wanted.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(SELECT_ALL.format(choosable=sql), params)
        added = cursor.rowcount
    if added:
        audit_record(verb="select_all_authorised", target=agency, after={"added": added})
    return int(added)
