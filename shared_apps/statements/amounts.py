"""Amounts that people type: refused, never rounded, when they cannot be paid."""

from decimal import Decimal

from django.utils.translation import gettext as _
from moneyed import Money

from shared_apps.pricing.errors import PriceError
from shared_apps.pricing.money import money_check
from shared_apps.statements.errors import StatementRefused


def payable(amount: Decimal, currency: str) -> Decimal:
    """``amount`` unchanged. Raises StatementRefused (``bad_amount``) when nobody can pay it."""
    try:
        money_check(Money(amount, currency))
    except PriceError as error:
        raise StatementRefused(
            "bad_amount",
            _("%(amount)s %(currency)s cannot be paid: check the decimals.")
            % {"amount": amount, "currency": currency},
        ) from error
    return amount
