"""What a line or an order comes to, once unit amounts have been multiplied and added up.

A total is not a sum of whatever was passed in: it keeps the promise of the waterfall it came from.
Its three shares are what the customer pays, to the last minor unit, or it does not exist.
"""

from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal

from moneyed import Money

from shared_apps.pricing.errors import PriceError
from shared_apps.pricing.money import currency_shared, money_text

_HUNDRED = Decimal(100)


def shares_check(pays: Money, provider: Money, agency: Money, operator: Money) -> None:
    """Refuse shares that do not make what the customer pays (PriceError ``does_not_add_up``)."""
    if provider + agency + operator != pays:
        raise PriceError(
            "does_not_add_up",
            f"Provider {provider.amount}, agency {agency.amount} and operator {operator.amount} "
            f"do not make the {pays.amount} that the customer pays.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a line or an order comes to, in one currency, in the shape of a golden ``expected``.

    :raises PriceError: ``does_not_add_up`` or ``currency_mismatch``.
    """

    public_tariff: Money
    struck_price: Money | None
    sale_price: Money
    purchase_price: Money
    customer_pays: Money
    provider_share: Money
    agency_share: Money
    operator_share: Money

    def __post_init__(self) -> None:
        shares = (self.provider_share, self.agency_share, self.operator_share)
        prices = (self.public_tariff, self.sale_price, self.purchase_price, self.customer_pays)
        struck = () if self.struck_price is None else (self.struck_price,)
        currency_shared((*shares, *prices, *struck))
        shares_check(self.customer_pays, *shares)

    @property
    def currency(self) -> str:
        """The one currency of all the amounts, as its ISO 4217 code."""
        return str(self.customer_pays.currency.code)

    @property
    def margin_rate(self) -> Decimal | None:
        """(sale price - purchase price) / sale price in percent, two decimals (R48).

        None when the sale price is 0: a margin on nothing is undefined, not 0.
        """
        sale = self.sale_price.amount
        if not sale:
            return None
        rate = (sale - self.purchase_price.amount) / sale * _HUNDRED
        return rate.quantize(Decimal("0.01"), ROUND_HALF_UP) + 0

    @property
    def undiscounted(self) -> Money:
        """What it would cost without any discount: the struck price, else the sale price."""
        return self.sale_price if self.struck_price is None else self.struck_price

    @property
    def loss(self) -> bool:
        """Whether the operator pays for this sale instead of earning from it."""
        return self.operator_share.amount < 0

    def to_json(self) -> dict[str, object]:
        """Write in the shape of a golden case's ``expected``."""
        amounts: dict[str, object] = {}
        for field in fields(self):
            money: Money | None = getattr(self, field.name)
            amounts[field.name] = None if money is None else money_text(money)
        rate = self.margin_rate
        return {**amounts, "margin_rate": None if rate is None else f"{rate:f}", "loss": self.loss}
