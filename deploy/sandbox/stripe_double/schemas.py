"""The parameters of each endpoint the double serves, and the names of Stripe's locales.

Names, limits and requirements follow Stripe's API reference for version 2026-10-28. What Stripe
takes and this product never sends is deliberately absent.
"""

from __future__ import annotations

from typing import Final

from deploy.sandbox.stripe_double.parameters import (
    Boolean,
    Choice,
    Currency,
    Email,
    Group,
    Integer,
    ListOf,
    Tags,
    Text,
    Url,
)

_LOCALES: Final = """auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hi-IN hr hu id it ja
ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW"""
LOCALES: Final = tuple(_LOCALES.split())

NOTHING: Final = Group({})

_PRODUCT: Final = Group(
    {"name": Text(250), "description": Text(5_000), "metadata": Tags(), "images": ListOf(Url(), 8)},
    ("name",),
)
_PRICE: Final = Group(
    {"currency": Currency(), "unit_amount": Integer(), "product_data": _PRODUCT},
    ("currency", "unit_amount", "product_data"),
)
_LINE: Final = Group(
    {"price_data": _PRICE, "quantity": Integer(1, 999_999)}, ("price_data", "quantity")
)
_PAYMENT_DATA: Final = Group(
    {
        "application_fee_amount": Integer(1),
        "capture_method": Choice(("automatic", "automatic_async")),
        "description": Text(1_000),
        "metadata": Tags(),
        "receipt_email": Email(),
        "statement_descriptor_suffix": Text(22),
    }
)

SESSION_CREATE: Final = Group(
    {
        "mode": Choice(("payment",)),
        "ui_mode": Choice(("hosted_page",)),
        "payment_method_types": ListOf(Choice(("card",)), 1),
        "line_items": ListOf(_LINE, 100),
        "success_url": Url(),
        "cancel_url": Url(),
        "client_reference_id": Text(200),
        "customer_email": Email(),
        "locale": Choice(LOCALES),
        "expires_at": Integer(),
        "metadata": Tags(),
        "payment_intent_data": _PAYMENT_DATA,
        "submit_type": Choice(("auto", "book", "donate", "pay")),
        "expand": ListOf(Choice(("payment_intent", "line_items")), 2),
    },
    ("mode", "line_items", "success_url"),
)
SESSION_READ: Final = Group({"expand": ListOf(Choice(("payment_intent", "line_items")), 2)})

PAYMENT_CREATE: Final = Group(
    {
        "amount": Integer(1),
        "currency": Currency(),
        "confirm": Boolean(),
        "payment_method": Text(255, r"pm_[A-Za-z0-9_]+"),
        "payment_method_types": ListOf(Choice(("card",)), 1),
        "description": Text(1_000),
        "receipt_email": Email(),
        "metadata": Tags(),
        "application_fee_amount": Integer(1),
        "return_url": Url(),
    },
    ("amount", "currency"),
)
PAYMENT_READ: Final = Group({"expand": ListOf(Choice(("latest_charge",)), 1)})

REFUND_CREATE: Final = Group(
    {
        "payment_intent": Text(255, r"pi_[A-Za-z0-9]+"),
        "charge": Text(255, r"ch_[A-Za-z0-9]+"),
        "amount": Integer(1),
        "reason": Choice(("duplicate", "fraudulent", "requested_by_customer")),
        "metadata": Tags(),
        "refund_application_fee": Boolean(),
    }
)
