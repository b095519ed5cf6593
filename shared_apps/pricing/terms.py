"""What a price is made from: the terms of one rate category of one order line.

These value objects check themselves, so the stages in :mod:`shared_apps.pricing.waterfall` never
do. Whatever reaches them (a departure read from the database, a case file, a snapshot frozen on an
order line three years ago) is bounded, in one currency and in whole minor units, or it was refused
here with a :class:`~shared_apps.pricing.errors.PriceError`.

The JSON form is the ``input`` of the golden cases. A snapshot carries it as is, so the terms of
any past sale can be pasted into a file and replayed with ``manage.py price_waterfall``. One word
differs from the code: JSON says ``reduction``, as the trade does (R52), where the code says
``discount``.

Two bounds need the price itself and are checked by the stages: an advantage above the sale price,
and shares that do not add up.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Self

from moneyed import Money

from shared_apps.pricing.errors import PriceError
from shared_apps.pricing.fields import Fields
from shared_apps.pricing.money import (
    currency_shared,
    minor_unit,
    money_check,
    money_parse,
    money_text,
    money_zero,
    percent_check,
    percent_parse,
    percent_text,
)

QUANTITY_LIMIT = 1_000_000

_FULL = Decimal(100)


class Funder(StrEnum):
    """Who bears a discount or an advantage (D3)."""

    PROVIDER = "provider"
    OPERATOR = "operator"
    AGENCY = "agency"


class CommissionBase(StrEnum):
    """What the agency's percentage is a percentage of, always at the network's own markup."""

    SALE_PRICE = "sale_price"
    PUBLIC_TARIFF = "public_tariff"
    MARGIN = "margin"


def _not_negative(money: Money, name: str) -> Money:
    if money_check(money, name).amount < 0:
        raise PriceError("negative_amount", f"{name} must not be negative: {money.amount}.")
    return money


def _between(percent: Decimal, low: Decimal, high: Decimal | None, code: str, name: str) -> None:
    percent_check(percent, name)
    if percent < low or (high is not None and percent > high):
        bounds = f"{low} to {high}" if high is not None else f"{low} or more"
        raise PriceError(code, f"{name} must be {bounds} %, not {percent}.")


@dataclass(frozen=True, slots=True)
class FundedAmount:
    """An amount taken off the price of one unit, and who pays for it.

    Its range depends on what it is taken from, so its owner checks it.
    """

    amount: Money
    funder: Funder

    def __post_init__(self) -> None:
        money_check(self.amount, f"amount funded by the {self.funder}")

    def to_json(self) -> dict[str, object]:
        """Write as ``{"amount": "20.00", "funder": "provider"}``; the currency stands outside."""
        return {"amount": money_text(self.amount), "funder": self.funder.value}

    @classmethod
    def from_json(cls, source: object, currency: str, name: str) -> Self:
        """Read what :meth:`to_json` wrote (PriceError when it is not that)."""
        known = frozenset({"amount", "funder"})
        fields = Fields(source, name=name, known=known, error=PriceError)
        amount = money_parse(fields.required("amount"), currency, f"{name} amount")
        return cls(amount, fields.choice("funder", Funder))


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributorRule:
    """The commission rule that won, as far as the price needs it; amounts are for one unit.

    :param percent: 0 to 100 hundredths of the base.
    :param fixed: added to the percentage.
    :param floor: the commission is at least this, or None.
    :param cap: the commission is at most this, or None.
    :raises PriceError: ``rule_out_of_range``, ``negative_amount``, ``floor_above_cap``.
    """

    base: CommissionBase
    percent: Decimal
    fixed: Money
    floor: Money | None = None
    cap: Money | None = None

    def __post_init__(self) -> None:
        _between(self.percent, Decimal(0), _FULL, "rule_out_of_range", "distributor_rule percent")
        for name, amount in (("fixed", self.fixed), ("floor", self.floor), ("cap", self.cap)):
            if amount is not None:
                _not_negative(amount, f"distributor_rule {name}")
        currency_shared(self.amounts())
        if self.floor is not None and self.cap is not None and self.floor > self.cap:
            raise PriceError("floor_above_cap", "distributor_rule floor is above its cap.")

    def amounts(self) -> tuple[Money, ...]:
        """Return the amounts the rule is made of, all in its one currency."""
        return tuple(money for money in (self.fixed, self.floor, self.cap) if money is not None)

    def to_json(self) -> dict[str, object]:
        """Write in the shape of a golden case's ``distributor_rule``."""
        return {
            "base": self.base.value,
            "percent": percent_text(self.percent),
            "fixed": money_text(self.fixed),
            "floor": None if self.floor is None else money_text(self.floor),
            "cap": None if self.cap is None else money_text(self.cap),
        }

    @classmethod
    def from_json(cls, source: object, currency: str) -> Self:
        """Read what :meth:`to_json` wrote; ``floor`` and ``cap`` may be null or absent."""
        known = frozenset({"base", "percent", "fixed", "floor", "cap"})
        fields = Fields(source, name="distributor_rule", known=known, error=PriceError)

        def limit(field: str) -> Money | None:
            text = fields.optional(field)
            return None if text is None else money_parse(text, currency, field)

        return cls(
            base=fields.choice("base", CommissionBase),
            percent=percent_parse(fields.required("percent"), "distributor_rule percent"),
            fixed=money_parse(fields.required("fixed"), currency, "fixed"),
            floor=limit("floor"),
            cap=limit("cap"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTerms:
    """Everything the price of one rate category depends on; amounts are for one unit.

    :param stay: the provider's public price of the stay (R45).
    :param transport: the provider's public price of the transport (R45).
    :param provider_commission: percentage of the tariff that the network keeps (R50), 0 to 100.
    :param default_markup: the network's sur-marge in percent (R49), -100 or more.
    :param agency_markup: the agency's own sur-marge, replacing the network's, or None (D15).
    :param transport_commissionable: whether the provider commission touches the transport (D9).
    :param discount: temporary reduction of the public tariff and who funds it (R52, D3).
    :param advantage: what this customer pays less than the sale price (R100), and who funds it.
    :param distributor_rule: the commission rule that won, or None: the agency earns nothing.
    :param quantity: how many units, 0 allowed.
    :raises PriceError: ``negative_amount``, ``negative_quantity``, ``quantity_too_large``,
        ``markup_out_of_range``, ``commission_out_of_range``, ``reduction_out_of_range`` (a
        discount above the stay price), ``advantage_out_of_range`` (a negative one),
        ``currency_mismatch``, and whatever :mod:`shared_apps.pricing.money` says of an amount.
    """

    stay: Money
    transport: Money
    provider_commission: Decimal
    default_markup: Decimal
    quantity: int
    distributor_rule: DistributorRule | None
    agency_markup: Decimal | None = None
    transport_commissionable: bool = True
    discount: FundedAmount | None = None
    advantage: FundedAmount | None = None

    def __post_init__(self) -> None:
        _not_negative(self.stay, "stay")
        _not_negative(self.transport, "transport")
        self._check_percentages()
        self._check_quantity()
        funded = (taken.amount for taken in (self.discount, self.advantage) if taken is not None)
        rule = self.distributor_rule.amounts() if self.distributor_rule else ()
        currency_shared((self.stay, self.transport, *funded, *rule))
        self._check_funded_amounts()

    @property
    def currency(self) -> str:
        """The one currency of all the amounts, as its ISO 4217 code."""
        return str(self.stay.currency.code)

    @property
    def markup(self) -> Decimal:
        """The percentage that makes the sale price: the agency's when it has one (R49)."""
        return self.default_markup if self.agency_markup is None else self.agency_markup

    @property
    def discount_funder(self) -> Funder | None:
        """Who funds the discount, or None when there is none."""
        return None if self.discount is None else self.discount.funder

    def advantage_borne_by(self, party: Funder) -> Money:
        """Return what that party bears of the advantage: all of it or nothing."""
        if self.advantage is None or self.advantage.funder is not party:
            return money_zero(self.currency)
        return self.advantage.amount

    def _check_percentages(self) -> None:
        for name, markup in (
            ("default_markup", self.default_markup),
            ("agency_markup", self.agency_markup),
        ):
            if markup is not None:
                _between(markup, -_FULL, None, "markup_out_of_range", name)
        code, name = "commission_out_of_range", "provider_commission"
        _between(self.provider_commission, Decimal(0), _FULL, code, name)

    def _check_quantity(self) -> None:
        if not isinstance(self.quantity, int) or isinstance(self.quantity, bool):
            raise PriceError("malformed_number", "quantity must be a whole number.")
        if self.quantity < 0:
            raise PriceError("negative_quantity", f"quantity is negative: {self.quantity}.")
        if self.quantity > QUANTITY_LIMIT:
            raise PriceError("quantity_too_large", f"quantity is above {QUANTITY_LIMIT:,}.")

    def _check_funded_amounts(self) -> None:
        stay = self.stay.amount
        if self.discount is not None and not 0 <= self.discount.amount.amount <= stay:
            found = f"The reduction {self.discount.amount.amount}"
            raise PriceError("reduction_out_of_range", f"{found} is not between 0 and {stay}.")
        if self.advantage is not None and self.advantage.amount.amount < 0:
            raise PriceError("advantage_out_of_range", "The advantage is negative.")

    def to_json(self) -> dict[str, object]:
        """Write in the shape of a golden case's ``input``, amounts and percentages as text."""
        markup = self.agency_markup
        return {
            "currency": self.currency,
            "stay": money_text(self.stay),
            "transport": money_text(self.transport),
            "transport_commissionable": self.transport_commissionable,
            "default_markup": percent_text(self.default_markup),
            "agency_markup": None if markup is None else percent_text(markup),
            "provider_commission": percent_text(self.provider_commission),
            "reduction": None if self.discount is None else self.discount.to_json(),
            "advantage": None if self.advantage is None else self.advantage.to_json(),
            "quantity": self.quantity,
            "distributor_rule": rule.to_json() if (rule := self.distributor_rule) else None,
        }

    @classmethod
    def from_json(cls, source: object) -> Self:
        """Read what :meth:`to_json` wrote, or a golden ``input`` with its ``id``.

        :raises PriceError: besides the codes of the class, ``not_an_object``, ``missing_field``,
            ``unknown_field``, ``malformed_flag``, ``unknown_funder``, ``unknown_base``.
        """
        fields = Fields(source, name="price", known=_TERM_FIELDS, error=PriceError)
        currency = fields.text("currency")
        minor_unit(currency)

        def funded(field: str) -> FundedAmount | None:
            found = fields.optional(field)
            return None if found is None else FundedAmount.from_json(found, currency, field)

        markup = fields.optional("agency_markup")
        rule = fields.required("distributor_rule")
        return cls(
            stay=money_parse(fields.required("stay"), currency, "stay"),
            transport=money_parse(fields.required("transport"), currency, "transport"),
            transport_commissionable=fields.flag("transport_commissionable"),
            default_markup=percent_parse(fields.required("default_markup"), "default_markup"),
            agency_markup=None if markup is None else percent_parse(markup, "agency_markup"),
            provider_commission=percent_parse(
                fields.required("provider_commission"), "provider_commission"
            ),
            discount=funded("reduction"),
            advantage=funded("advantage"),
            quantity=fields.whole("quantity"),
            distributor_rule=None if rule is None else DistributorRule.from_json(rule, currency),
        )


_TERM_FIELDS = frozenset(
    {
        "id",
        "currency",
        "stay",
        "transport",
        "transport_commissionable",
        "default_markup",
        "agency_markup",
        "provider_commission",
        "reduction",
        "advantage",
        "quantity",
        "distributor_rule",
    }
)
