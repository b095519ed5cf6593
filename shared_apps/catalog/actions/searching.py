"""The text a search looks through: derived from a product, its place, provider and category."""

from collections.abc import Iterable

from shared_apps.catalog.models import Product
from shared_apps.catalog.texts import bare_text


def search_text_of(product: Product) -> str:
    """What a search looks through: reference, every title and summary, place, provider."""
    place, provider = product.place, product.provider
    parts: list[str] = [
        product.reference,
        *product.titles.values(),
        *product.summaries.values(),
        *product.category.names.values(),
        place.name,
        place.locality,
        place.department,
        place.region,
        provider.name,
    ]
    return " ".join(dict.fromkeys(filter(None, map(bare_text, parts))))


def search_text_fill(products: Iterable[Product]) -> int:
    """Recompute the search text of ``products``; returns how many changed.

    Derived data: no version, no audit entry. The verbs that change a word of it call this.
    """
    changed = []
    for product in products:
        text = search_text_of(product)
        if text != product.search_text:
            product.search_text = text
            changed.append(product)
    Product.objects.bulk_update(changed, ["search_text"], batch_size=500)
    return len(changed)
