"""What search engines read of a product: schema.org in a data block of the page.

A block of type ``application/ld+json`` is data: the browser never runs it, so the strict content
security policy needs no exception. Texts come from providers, so everything that could end the
block (``<``, ``>``, ``&``) is written as an escape of JSON.
"""

import json
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django.utils.safestring import SafeString, mark_safe

from tenant_apps.shop.presenters import Amount, ProductPage

ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def structured_data(page: ProductPage, *, url: str, picture_base: str) -> SafeString:
    """The JSON of ``page`` as schema.org Product with its Offer, safe inside a script element."""
    body: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "sku": page.reference,
        "name": page.title,
        "description": page.summary or " ".join(page.description)[:500],
        "url": url,
        "image": [f"{picture_base}{picture.url}" for picture in page.pictures],
        "brand": {"@type": "Organization", "name": page.provider},
    }
    price = page.booking.price_from
    if price is not None:
        body["offers"] = {
            "@type": "Offer",
            "url": url,
            "price": plain_amount(price),
            "priceCurrency": price.currency,
            "availability": "https://schema.org/"
            + ("SoldOut" if page.booking.closed else "InStock"),
            "seller": {"@type": "Organization", "name": page.seller_name},
        }
    text = json.dumps(body, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(text)  # noqa: S308 (every character that could end the block is escaped)


def plain_amount(amount: Amount) -> str:
    """The amount as a plain decimal number."""
    digits = get_currency_precision(amount.currency)
    return f"{Decimal(amount.minor).scaleb(-digits):f}"
