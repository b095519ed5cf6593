"""What stands around every page: brand, seller, terms, categories. Read once in 30 seconds.

The same three or four reads for every page of an agency would be half of a page's statements, so
their result is kept for :data:`SECONDS` in the agency's own part of the cache (the key carries the
schema). That is as long as a domain is remembered. What decides a sale (seller, terms, price,
selection) is read afresh when it decides; here it is only shown. A change of the brand forgets it
at once (:func:`shell_forget`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db.models import Count
from django.utils import timezone

from shared_apps.catalog.errors import CatalogRefused
from shared_apps.catalog.models import Category, Product
from shared_apps.catalog.queries import terms_in_force
from shared_apps.network.models import SellerIdentity
from shared_apps.network.queries import operator_seller, seller_for, seller_snapshot
from shared_apps.network.rules import SellerRefused
from tenant_apps.branding.models import Theme
from tenant_apps.selection.queries import sellable_products
from tenants.models import Agency

SECONDS = 30
KEY = "shop:shell:{language}"


@dataclass(frozen=True)
class CategoryCount:
    """A category with how many products are on sale in it."""

    code: str
    names: Mapping[str, str]
    picture: str
    count: int


@dataclass(frozen=True)
class TermsRow:
    """Terms in force, as the footer links to them."""

    id: int
    title: str
    version: str


@dataclass(frozen=True)
class Shell:
    """Rows behind the frame of a page, in one language."""

    theme: Theme
    seller: Mapping[str, Any]
    terms: tuple[TermsRow, ...] = ()
    categories: tuple[CategoryCount, ...] = field(default=())


def shell_read(agency: Agency, language: str) -> Shell:
    """The frame of ``agency``'s pages. Raises SellerRefused when the operator cannot sell."""
    key = KEY.format(language=language)
    found = cache.get(key)
    if found is None:
        found = _read(agency, language)
        cache.set(key, found, SECONDS)
    return found


@dataclass(frozen=True)
class ProductSeller:
    """Who sells one product here and on which terms, as its page shows it."""

    name: str
    snapshot: Mapping[str, Any]
    terms: TermsRow | None
    refused: str = ""
    """Why it cannot be sold now, in words (evidence run out, no terms); empty otherwise."""


def product_seller_read(agency: Agency, product: Product, language: str) -> ProductSeller:
    """The seller of record of ``product`` (R9, R11) with its terms, or why nobody may sell it."""
    key = f"shop:seller:{product.pk}:{language}"
    found = cache.get(key)
    if found is None:
        found = _product_seller(agency, product, language)
        cache.set(key, found, SECONDS)
    return found


def _product_seller(agency: Agency, product: Product, language: str) -> ProductSeller:
    now = timezone.now()
    try:
        seller = seller_for(agency=agency, product=product, on=timezone.localdate())
        versions = terms_in_force(seller=seller, language=language, products=[product], at=now)
    except (SellerRefused, CatalogRefused) as refusal:
        return ProductSeller("", {}, None, refused=refusal.message)
    row = versions[0]
    return ProductSeller(
        name=seller.legal_name,
        snapshot=seller_snapshot(seller),
        terms=TermsRow(row.pk, row.title, row.version),
    )


def shell_forget() -> None:
    """Forget the frame of the current agency, in every language."""
    from tenant_apps.shop.language import SHOP_LANGUAGES

    cache.delete_many([KEY.format(language=language) for language in SHOP_LANGUAGES])


def _read(agency: Agency, language: str) -> Shell:
    seller = operator_seller(timezone.localdate())
    return Shell(
        theme=Theme.objects.order_by("pk").first() or Theme(),
        seller=seller_snapshot(seller),
        terms=_terms(seller, language),
        categories=tuple(category_counts(agency)),
    )


def _terms(seller: SellerIdentity, language: str) -> tuple[TermsRow, ...]:
    try:
        versions = terms_in_force(seller=seller, language=language, at=timezone.now())
    except CatalogRefused:
        return ()
    return tuple(TermsRow(row.pk, row.title, row.version) for row in versions)


def category_counts(agency: Agency) -> list[CategoryCount]:
    """Categories with at least one product for sale now, in the operator's order."""
    on_sale = sellable_products(agency).filter(availability__last_on__gte=timezone.localdate())
    counted = Category.objects.filter(products__in=on_sale).annotate(count=Count("products"))
    return [CategoryCount(row.code, row.names, row.picture, row.count) for row in counted]
