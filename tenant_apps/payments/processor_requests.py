"""What is sent to open a payment page, built and checked before anything leaves.

Pure: no network and no SDK. The page charges the sum of its lines and nothing else, so lines that
do not add up to the order's amount are an error here and not a surprise on somebody's card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from moneyed import Money

from tenant_apps.payments.minor_units import AmountNotPayable, to_minor
from tenant_apps.payments.processor_values import CheckoutLine, GatewayRefused

LINES_MAX: Final = 100
TEXT_MAX: Final = 250
_LOCALE_NAMES: Final = """bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt
lv ms mt nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW"""
LOCALES: Final = frozenset(_LOCALE_NAMES.split())


def session_params(
    *,
    amount: Money,
    reference: str,
    description: str,
    lines: Sequence[CheckoutLine],
    customer_email: str,
    locale: str,
    expires_at: datetime | None,
    metadata: Mapping[str, str],
    fee: Mapping[str, int],
) -> dict[str, Any]:
    """The parameters of a card-only, one-time page for ``amount``; the caller adds addresses.

    The reference and the metadata go on the session and on the payment, so that every event of
    either names the order. Raises ``ValueError`` when the lines are not what is charged.
    """
    shown = tuple(lines) or (CheckoutLine(description or reference, amount),)
    _check_lines(shown, amount)
    tags = {"reference": reference} | dict(metadata)
    payment: dict[str, Any] = {"metadata": tags, "description": description or reference} | dict(
        fee
    )
    params: dict[str, Any] = {
        "mode": "payment",
        "payment_method_types": ["card"],
        "client_reference_id": reference,
        "line_items": [_line_params(line) for line in shown],
        "locale": stripe_locale(locale),
        "metadata": tags,
        "payment_intent_data": payment,
    }
    if customer_email:
        params["customer_email"] = customer_email
    if expires_at is not None:
        params["expires_at"] = int(expires_at.timestamp())
    return params


def minor_or_refused(amount: Money) -> int:
    """The integer to send; ``GatewayRefused`` (``amount_not_payable``) if there is none."""
    try:
        return to_minor(amount)
    except AmountNotPayable as error:
        raise GatewayRefused(str(error), code="amount_not_payable") from error


def _check_lines(lines: Sequence[CheckoutLine], amount: Money) -> None:
    """Lines must be what is charged: the customer pays the page's total, not our ``amount``."""
    if len(lines) > LINES_MAX:
        raise ValueError(f"a payment page takes at most {LINES_MAX} lines")
    if any(line.quantity < 1 for line in lines):
        raise ValueError("a line's quantity is at least 1")
    if any(line.unit_amount.currency != amount.currency for line in lines):
        raise ValueError(f"every line must be in {amount.currency}")
    total = sum((line.unit_amount * line.quantity for line in lines), Money(0, amount.currency))
    if total != amount:
        raise ValueError(f"the lines add up to {total}, the amount is {amount}")


def _line_params(line: CheckoutLine) -> dict[str, Any]:
    product = {"name": line.label[:TEXT_MAX]}
    if line.description:
        product["description"] = line.description[:TEXT_MAX]
    return {
        "quantity": line.quantity,
        "price_data": {
            "currency": str(line.unit_amount.currency).lower(),
            "unit_amount": minor_or_refused(line.unit_amount),
            "product_data": product,
        },
    }


def fee_params(fee: Money | None, amount: Money, connected_account: str | None) -> dict[str, int]:
    """The operator's fee on an agency's own charge (L6); nothing for no fee or a fee of zero.

    ``ValueError`` without a connected account, in another currency, or above the amount.
    """
    if fee is None:
        return {}
    if connected_account is None:
        raise ValueError("an application fee exists only on a connected account's charge")
    if fee.currency != amount.currency or fee > amount:
        raise ValueError(f"a fee of {fee} cannot be taken from {amount}")
    return {"application_fee_amount": minor_or_refused(fee)} if fee.amount > 0 else {}


def stripe_locale(language: str) -> str:
    """Stripe's name for a language tag: ``fr-fr`` is ``fr``; an unknown one follows the browser."""
    known = {locale.lower(): locale for locale in LOCALES}
    tag = language.lower().replace("_", "-")
    return known.get(tag) or known.get(tag.split("-")[0], "auto")
