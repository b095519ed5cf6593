"""Checks on what may be charged, shared by sessions and payments."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency

from deploy.sandbox.stripe_double import currencies
from deploy.sandbox.stripe_double.errors import unreadable
from deploy.sandbox.stripe_double.world import Call


def amount_text(minor: int, currency: str, locale: str = "en") -> str:
    """The amount as people write it: 1234 eur is ``€12.34`` in English, ``12,34 €`` in French."""
    value = Decimal(minor).scaleb(-currencies.decimals(currency))
    return str(format_currency(value, currency.upper(), locale=locale, currency_digits=True))


def amount_check(minor: int, currency: str, *, param: str, subject: str = "Amount") -> None:
    """Refuse what Stripe cannot charge: below the minimum, above the maximum, or too fine."""
    step = currencies.granularity(currency)
    if minor % step:
        raise unreadable(
            f"Invalid amount: {minor}. Amounts in {currency} must be a multiple of {step}.",
            code="parameter_invalid_integer",
            param=param,
        )
    minimum = currencies.MINIMUM.get(currency, 1)
    if minor < minimum:
        raise unreadable(
            f"{subject} must be at least {amount_text(minimum, currency)} {currency}",
            code="amount_too_small",
            param=param,
        )
    if minor > currencies.MAXIMUM:
        raise unreadable(
            f"{subject} must be no more than {amount_text(currencies.MAXIMUM, currency)}",
            code="amount_too_large",
            param=param,
        )


def fee_check(fee: int | None, minor: int, call: Call, *, param: str) -> None:
    """An application fee needs a connected account and must be less than the charge."""
    if fee is None:
        return
    if not call.account:
        raise unreadable(
            "Can only apply an application_fee when the request is made on behalf of "
            "another account "
            "(using an OAuth key, the Stripe-Account header, or the destination parameter).",
            param=param,
        )
    if fee >= minor:
        raise unreadable(
            "The application fee must be less than the amount of the charge.", param=param
        )
