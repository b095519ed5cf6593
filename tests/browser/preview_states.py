"""Which template shows which sample, for the preview."""

from __future__ import annotations

from typing import Any

from preview_samples import sample_home, sample_product, sample_search


def sample_pages(language: str, pictures: tuple[str, ...]) -> dict[str, tuple[str, Any]]:
    """Page name → template and page value."""
    return {
        "home": ("shop/home.html", sample_home(language, pictures)),
        "search": ("shop/search.html", sample_search(language, pictures)),
        "empty": ("shop/search.html", sample_search(language, pictures, empty=True)),
        "product": ("shop/product.html", sample_product(language, pictures)),
    }
