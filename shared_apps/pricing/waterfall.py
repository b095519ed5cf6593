"""The price of one unit, stage by stage, from what the provider lists to what each party gets.

A price is a chain of small pure functions, one per line of ``docs/price.md``, which says the same
in prose. Every stage is kept on the :class:`Waterfall`, which goes on the order line as it is:
pages and statements read the stages and never work them out again (D2). Two objects guard the sum:
a waterfall or a total whose shares are not exactly what the customer pays cannot be constructed.

Each stage is rounded half-up to the currency's minor unit, for one unit; quantities multiply
afterwards. So ten adults cost ten times the price shown for one, to the cent.

Why the shares hang on a *basis* and not on the price: a discount funded by the operator or by the
agency must leave the provider, and the commission, where they would be without it (D3). They are
therefore computed on the tariff that its funder leaves standing, and whoever funds the discount
finds the gap in his own share.

What is refused: an advantage above the sale price. What is not: a share below zero. Selling at a
loss is a decision people make; the waterfall says so and does not forbid it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Self

from moneyed import Money

from shared_apps.pricing.errors import PriceError
from shared_apps.pricing.fields import Fields
from shared_apps.pricing.money import (
    currency_shared,
    money_check,
    money_parse,
    money_percent,
    money_sum,
    money_text,
    money_zero,
)
from shared_apps.pricing.terms import CommissionBase, DistributorRule, Funder, PriceTerms
from shared_apps.pricing.totals import Totals, shares_check

SNAPSHOT_VERSION = 1
"""Raised when the meaning of a stage changes, so that old snapshots are never read as new ones."""

_HUNDRED = Decimal(100)


# The stages, in the order in which they run. All amounts are for one unit.


def listed_price(terms: PriceTerms) -> Money:
    """Stay plus transport: what the provider lists (R45)."""
    return terms.stay + terms.transport


def public_tariff(terms: PriceTerms, listed: Money) -> Money:
    """The listed price less the discount, whoever funds it (R46, R52)."""
    return listed if terms.discount is None else listed - terms.discount.amount


def sale_price(terms: PriceTerms, public: Money) -> Money:
    """The public tariff raised by the markup: the agency's, or else the network's (R49)."""
    return money_percent(public, _HUNDRED + terms.markup)


def struck_price(terms: PriceTerms, listed: Money) -> Money | None:
    """What the sale price would be without the discount, only while one runs (R54).

    A discount of 0 is none: a price struck through next to itself would be a lie.
    """
    if terms.discount is None or not terms.discount.amount:
        return None
    return money_percent(listed, _HUNDRED + terms.markup)


def share_basis(terms: PriceTerms, listed: Money, public: Money) -> Money:
    """The tariff under the shares: less the discount only if the provider funds it (D3)."""
    return public if terms.discount_funder is Funder.PROVIDER else listed


def purchase_price(terms: PriceTerms, basis: Money) -> Money:
    """What the network buys at: the basis less the provider commission (R50).

    Transport that bears no commission is passed on whole (D9). The discount is on the stay price,
    so all of the transport is always inside the basis.
    """
    untouched = money_zero(terms.currency) if terms.transport_commissionable else terms.transport
    return money_percent(basis - untouched, _HUNDRED - terms.provider_commission) + untouched


def reference_price(terms: PriceTerms, basis: Money) -> Money:
    """What the basis would sell at under the network's own markup: the ground of the commission.

    An agency therefore cannot raise its commission by raising its markup (D15).
    """
    return money_percent(basis, _HUNDRED + terms.default_markup)


def markup_gain(terms: PriceTerms, basis: Money, reference: Money) -> Money:
    """What the agency's own markup adds to the basis, or takes away when negative (D15)."""
    return money_percent(basis, _HUNDRED + terms.markup) - reference


def commission_base(
    rule: DistributorRule, basis: Money, reference: Money, purchase: Money
) -> Money:
    """The amount that the rule's percentage applies to; a margin may be negative."""
    return {
        CommissionBase.SALE_PRICE: reference,
        CommissionBase.PUBLIC_TARIFF: basis,
        CommissionBase.MARGIN: reference - purchase,
    }[rule.base]


def commission_uncapped(rule: DistributorRule, base: Money) -> Money:
    """The rule's percentage of its base, plus its fixed amount."""
    return money_percent(base, rule.percent) + rule.fixed


def commission_clamped(rule: DistributorRule, uncapped: Money) -> Money:
    """The commission raised to the rule's floor and lowered to its cap."""
    raised = uncapped if rule.floor is None else max(uncapped, rule.floor)
    return raised if rule.cap is None else min(raised, rule.cap)


def agency_funding(terms: PriceTerms, undiscounted: Money, sale: Money) -> Money:
    """What the agency bears: the price drop of a discount it funds, and an advantage it funds.

    The drop is measured on the sale price, markup included, because that is what the customer no
    longer pays: 50.00 off the tariff is 52.00 off the price at a markup of 4 %.
    """
    funds_discount = terms.discount_funder is Funder.AGENCY
    drop = undiscounted - sale if funds_discount else money_zero(terms.currency)
    return drop + terms.advantage_borne_by(Funder.AGENCY)


def customer_pays(terms: PriceTerms, sale: Money) -> Money:
    """The sale price less the advantage.

    :raises PriceError: ``advantage_out_of_range`` when the advantage is above the sale price.
    """
    if terms.advantage is None:
        return sale
    if terms.advantage.amount > sale:
        advantage, price = money_text(terms.advantage.amount), money_text(sale)
        raise PriceError(
            "advantage_out_of_range", f"The advantage {advantage} is above the price {price}."
        )
    return sale - terms.advantage.amount


def waterfall_compute(terms: PriceTerms) -> "Waterfall":
    """Run every stage once and keep them all (R45 to R54, D2, D3, D9, D15).

    :raises PriceError: ``advantage_out_of_range``; everything else was refused by the terms.
    """
    listed = listed_price(terms)
    public = public_tariff(terms, listed)
    sale = sale_price(terms, public)
    pays = customer_pays(terms, sale)

    basis = share_basis(terms, listed, public)
    purchase = purchase_price(terms, basis)
    reference = reference_price(terms, basis)
    gain = markup_gain(terms, basis, reference)
    funding = agency_funding(terms, reference + gain, sale)

    rule, nothing = terms.distributor_rule, money_zero(terms.currency)
    base = commission_base(rule, basis, reference, purchase) if rule else nothing
    uncapped = commission_uncapped(rule, base) if rule else nothing
    commission = commission_clamped(rule, uncapped) if rule else nothing

    provider = purchase - terms.advantage_borne_by(Funder.PROVIDER)
    agency = commission + gain - funding
    return Waterfall(
        terms=terms,
        listed=listed,
        public=public,
        sale=sale,
        struck=struck_price(terms, listed),
        basis=basis,
        purchase=purchase,
        reference=reference,
        commission_base=base,
        commission_uncapped=uncapped,
        commission=commission,
        markup_gain=gain,
        agency_funding=funding,
        pays=pays,
        provider=provider,
        agency=agency,
        operator=pays - provider - agency,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """The price of one unit with every stage that led to it, and the terms it came from.

    All amounts are tax-included, for one unit, in the currency of the terms. A share may be
    negative; it is then a loss of that party.

    :raises PriceError: ``does_not_add_up`` when the shares are not exactly what the customer pays,
        or the agency's parts not its share; ``currency_mismatch``, ``amount_too_precise``.
    """

    terms: PriceTerms
    listed: Money
    public: Money
    sale: Money
    struck: Money | None
    basis: Money
    purchase: Money
    reference: Money
    commission_base: Money
    commission_uncapped: Money
    commission: Money
    markup_gain: Money
    agency_funding: Money
    pays: Money
    provider: Money
    agency: Money
    operator: Money

    def __post_init__(self) -> None:
        stages = self.stages()
        amounts = [money_check(money, name) for name, money in stages.items() if money is not None]
        currency_shared((self.terms.stay, *amounts))
        shares_check(self.pays, self.provider, self.agency, self.operator)
        if self.commission + self.markup_gain - self.agency_funding != self.agency:
            raise PriceError("does_not_add_up", "The agency's parts are not its share.")

    def stages(self) -> dict[str, Money | None]:
        """Return the stages by name, in the order in which they run."""
        return {field.name: getattr(self, field.name) for field in fields(self)[1:]}

    def stages_text(self) -> dict[str, str | None]:
        """Return the stages by name as plain text, with all the decimals of their currency."""
        return {
            name: None if money is None else money_text(money)
            for name, money in self.stages().items()
        }

    @property
    def total(self) -> Totals:
        """The waterfall for the whole quantity: each rounded unit amount times the quantity."""
        times = self.terms.quantity
        return Totals(
            public_tariff=self.public * times,
            struck_price=None if self.struck is None else self.struck * times,
            sale_price=self.sale * times,
            purchase_price=self.purchase * times,
            customer_pays=self.pays * times,
            provider_share=self.provider * times,
            agency_share=self.agency * times,
            operator_share=self.operator * times,
        )

    def to_json(self) -> dict[str, object]:
        """Write the snapshot an order line keeps: terms, unit stages, total; amounts as text."""
        return {
            "version": SNAPSHOT_VERSION,
            "input": self.terms.to_json(),
            "unit": self.stages_text(),
            "total": self.total.to_json(),
        }

    @classmethod
    def from_json(cls, source: object) -> Self:
        """Read a snapshot back to the same cent, from its stored stages and not by computing.

        :raises PriceError: ``unknown_version``, ``does_not_add_up``, ``snapshot_altered`` (its
            total is not its unit stages times its quantity), or any code of its terms.
        """
        known = frozenset({"version", "input", "unit", "total"})
        snapshot = Fields(source, name="snapshot", known=known, error=PriceError)
        if snapshot.whole("version") != SNAPSHOT_VERSION:
            raise snapshot.refuse("unknown_version", f"is not of version {SNAPSHOT_VERSION}")
        terms = PriceTerms.from_json(snapshot.required("input"))
        names = [field.name for field in fields(cls)[1:]]
        unit = Fields(
            snapshot.required("unit"), name="unit", known=frozenset(names), error=PriceError
        )

        def stage(name: str) -> Money | None:
            text = unit.required(name)
            absent = name == "struck" and text is None
            return None if absent else money_parse(text, terms.currency, name)

        stages: dict[str, Any] = {name: stage(name) for name in names}  # None only for struck
        waterfall = cls(terms=terms, **stages)
        if waterfall.total.to_json() != snapshot.required("total"):
            raise snapshot.refuse("snapshot_altered", "has a total that is not its stages'")
        return waterfall


def waterfall_replay(snapshot: object) -> Waterfall:
    """Compute a frozen sale again from its terms and prove that every stage is still the same.

    :raises PriceError: ``replay_differs``, naming the first stage that changed, and every code of
        :meth:`Waterfall.from_json`.
    """
    frozen = Waterfall.from_json(snapshot)
    today = waterfall_compute(frozen.terms).stages_text()
    for name, amount in frozen.stages_text().items():
        if today[name] != amount:
            raise PriceError("replay_differs", f"{name} was {amount}, and is {today[name]} today.")
    return frozen


def waterfall_sum(waterfalls: Iterable[Waterfall]) -> Totals:
    """Add up the rate categories of a line, or the lines of an order, in one currency.

    Where only some of them have a struck price, the others count at their sale price, so that the
    struck total is what the whole would cost without any discount.

    :raises PriceError: ``currency_mismatch``, or ``nothing_to_sum`` when there is none.
    """
    totals = [waterfall.total for waterfall in waterfalls]
    struck = any(total.struck_price is not None for total in totals)
    return Totals(
        public_tariff=money_sum(total.public_tariff for total in totals),
        struck_price=money_sum(total.undiscounted for total in totals) if struck else None,
        sale_price=money_sum(total.sale_price for total in totals),
        purchase_price=money_sum(total.purchase_price for total in totals),
        customer_pays=money_sum(total.customer_pays for total in totals),
        provider_share=money_sum(total.provider_share for total in totals),
        agency_share=money_sum(total.agency_share for total in totals),
        operator_share=money_sum(total.operator_share for total in totals),
    )
