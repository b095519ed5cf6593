"""Which template shows which sample, for the preview."""

from __future__ import annotations

from typing import Any

from preview_purchase import (
    sample_cart,
    sample_checkout,
    sample_confirmation,
    sample_contact,
    sample_document,
    sample_payment,
)
from preview_samples import sample_home, sample_nothing, sample_product, sample_search

from tenant_apps.shop.presenters import CartPage, Link


def sample_pages(language: str, pictures: tuple[str, ...]) -> dict[str, tuple[str, Any]]:
    """Page name → template and page value."""
    expired = CartPage(expired=True, ideas=(Link("Réserver à nouveau", "/produits/VL-0000/"),))
    return {
        "home": ("shop/home.html", sample_home(language, pictures)),
        "search": ("shop/search.html", sample_search(language, pictures)),
        "empty": ("shop/search.html", sample_nothing(language, pictures)),
        "product": ("shop/product.html", sample_product(language, pictures)),
        "undecided": ("shop/product.html", sample_product(language, pictures, chosen=False)),
        "cart": ("shop/cart.html", sample_cart(language, pictures)),
        "cart-expired": ("shop/cart.html", expired),
        "cart-empty": ("shop/cart.html", CartPage()),
        "checkout": ("shop/checkout.html", sample_checkout(language, pictures)),
        "checkout-wrong": ("shop/checkout.html", sample_checkout(language, pictures, wrong=True)),
        "waiting": ("shop/payment.html", sample_payment(language, "waiting")),
        "refused": ("shop/payment.html", sample_payment(language, "refused")),
        "refunded": ("shop/payment.html", sample_payment(language, "refunded")),
        "confirmation": ("shop/confirmation.html", sample_confirmation(language, pictures)),
        "contact": ("shop/contact.html", sample_contact(language)),
        "document": ("shop/document.html", sample_document(language)),
        "error": ("shop/error.html", None),
    }
