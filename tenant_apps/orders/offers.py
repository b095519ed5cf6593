"""Who may buy this, from whom, at what price: the one seam between catalogue, price and sale.

An :class:`Offer` is everything known about selling some units of one departure now, through this
agency: the seller of record, the winning commission rule with the reasons of the others, and a
price waterfall per rate category. Doors show it; :mod:`.actions` freeze it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from moneyed import Money

from shared_apps.catalog.models import Media
from shared_apps.commissions.engine import Decision, Situation, resolve
from shared_apps.inventory.models import Departure, DeparturePrice
from shared_apps.network.models import SellerIdentity
from shared_apps.network.queries import seller_for
from shared_apps.pricing.errors import PriceError
from shared_apps.pricing.money import money_round
from shared_apps.pricing.terms import DistributorRule, FundedAmount, Funder, PriceTerms
from shared_apps.pricing.totals import Totals
from shared_apps.pricing.waterfall import Waterfall, waterfall_compute, waterfall_sum
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.overrides.queries import agency_markups, markup_for, rules_for
from tenant_apps.selection.queries import may_sell
from tenants.memo import remembered
from tenants.models import Agency

MAX_UNITS = 200
PRICES = Prefetch(
    "prices",
    DeparturePrice.objects.select_related("rate_category").order_by("rate_category__position"),
)
FIRST_PICTURE = (
    Media.objects.filter(product_id=OuterRef("product_id"))
    .exclude(picture="")
    .order_by("position", "id")
    .values("picture")[:1]
)


@dataclass(frozen=True)
class RateOffer:
    """One rate category of an offer: ``quantity`` units at the waterfall's unit price."""

    code: str
    labels: Mapping[str, str]
    pax_count: int
    quantity: int
    waterfall: Waterfall


@dataclass(frozen=True)
class Offer:
    """Some units of one departure, priced, with the seller and the rule; all of one currency."""

    departure: Departure
    seller: SellerIdentity
    decision: Decision
    rates: tuple[RateOffer, ...]
    totals: Totals
    places: int


def running_discount(departure: Departure, on: date) -> FundedAmount | None:
    """The departure's discount if it runs on the sale date ``on``, bounds included (R53)."""
    if not departure.discount:
        return None
    if departure.discount_from and on < departure.discount_from:
        return None
    if departure.discount_to and on > departure.discount_to:
        return None
    amount = money_round(Money(departure.discount, departure.currency))
    return FundedAmount(amount, Funder(departure.discount_funder))


def price_terms(
    price: DeparturePrice,
    departure: Departure,
    *,
    quantity: int,
    on: date,
    agency_markup: Decimal | None,
    rule: DistributorRule | None,
) -> PriceTerms:
    """What the price of one rate category of ``departure`` depends on, on the sale date ``on``.

    Reads ``departure.product``. Departure values win over the product's (R58). A discount above a
    category's stay price takes the whole stay price and no more (a free child stays free).
    Raises PriceError when no provider commission is set: unknown is not 0.
    """
    product, currency = departure.product, departure.currency
    commission = _first(departure.provider_commission, product.provider_commission)
    if commission is None:
        raise PriceError("missing_field", "provider_commission is not set")
    stay = money_round(Money(price.stay, currency))
    discount = running_discount(departure, on)
    if discount and discount.amount > stay:
        discount = FundedAmount(stay, discount.funder) if stay.amount else None
    return PriceTerms(
        stay=stay,
        transport=money_round(Money(price.transport, currency)),
        provider_commission=commission,
        default_markup=_first(departure.markup, product.default_markup) or Decimal(0),
        agency_markup=agency_markup,
        transport_commissionable=product.transport_commissionable,
        discount=discount,
        quantity=quantity,
        distributor_rule=rule,
    )


def _first(*values: Decimal | None) -> Decimal | None:
    return next((value for value in values if value is not None), None)


@lru_cache(maxsize=1)
def _departures() -> QuerySet[Departure]:
    """The query of :func:`departure_for_sale` without its key: made once, for it is large."""
    return (
        Departure.objects.select_related("product__provider", "product__place", "product__category")
        .prefetch_related(PRICES)
        .annotate(picture=Subquery(FIRST_PICTURE))
    )


def departure_for_sale(departure_id: int) -> Departure:
    """The departure with product, provider, place and category, if it may be sold here now.

    Raises :class:`OrderRefused`: unknown, not selected, not validated, closed or past.
    """
    departure = remembered(
        ("departure", departure_id),
        lambda: next(iter(_departures().filter(pk=departure_id)), None),
    )
    # Read now, always: what the operator or the agency withdraws is gone at once (R24). That the
    # departure is still open is asked again where its places are taken.
    if departure is None or not may_sell(departure.product):
        raise OrderRefused("not_for_sale", _("This product is not for sale here."))
    if departure.status != Departure.Status.OPEN:
        raise OrderRefused("departure_closed", _("This date is closed to sale."))
    if departure.starts_at <= timezone.now():
        raise OrderRefused("departure_past", _("This date has passed. Choose another one."))
    return departure


def offer_build(
    *, agency: Agency, departure: Departure, quantities: Mapping[str, int], channel: str
) -> Offer:
    """Price ``quantities`` (``{rate code: units}``) of ``departure`` now (D2, D13, D15).

    Raises :class:`OrderRefused` for a rate category or quantity that cannot be sold.
    """
    today = timezone.localdate()
    seller = seller_for(agency=agency, product=departure.product, on=today)
    decision, rule = commission_decide(
        agency=agency, departure=departure, channel=channel, sale_date=today
    )
    markup = markup_for(remembered("markups", agency_markups), departure.product_id)
    prices = {price.rate_category.code: price for price in departure.prices.all()}
    rates = []
    for code, quantity in _checked(quantities, prices).items():
        price = prices[code]
        terms = price_terms(
            price, departure, quantity=quantity, on=today, agency_markup=markup, rule=rule
        )
        rates.append(
            RateOffer(
                code=code,
                labels=price.rate_category.labels,
                pax_count=price.rate_category.pax_count,
                quantity=quantity,
                waterfall=waterfall_compute(terms),
            )
        )
    return Offer(
        departure=departure,
        seller=seller,
        decision=decision,
        rates=tuple(rates),
        totals=waterfall_sum(rate.waterfall for rate in rates),
        places=sum(rate.pax_count * rate.quantity for rate in rates),
    )


def _checked(quantities: Mapping[str, int], prices: Mapping[str, DeparturePrice]) -> dict[str, int]:
    asked = {code: quantity for code, quantity in quantities.items() if quantity}
    if not asked:
        raise OrderRefused("no_quantity", _("Choose at least one person."))
    if any(quantity < 0 for quantity in asked.values()):
        raise OrderRefused("negative_quantity", _("A number of people cannot be negative."))
    if sum(asked.values()) > MAX_UNITS:
        raise OrderRefused(
            "too_many", _("No more than %(max)d people in one booking.") % {"max": MAX_UNITS}
        )
    for code in asked:
        if code not in prices:
            raise OrderRefused(
                "unknown_rate", _("There is no rate “%(code)s” on this date.") % {"code": code}
            )
    return asked


def commission_decide(
    *, agency: Agency, departure: Departure, channel: str, sale_date: date
) -> tuple[Decision, DistributorRule | None]:
    """Which rule pays the agency for a sale of ``departure`` on ``sale_date``, and what."""
    product = departure.product
    group, rules = remembered(
        ("rules", agency.pk, product.pk, departure.currency, sale_date),
        lambda: rules_for(
            agency=agency, product_id=product.pk, currency=departure.currency, on=sale_date
        ),
    )
    situation = Situation(
        product=product.reference,
        provider=product.provider.reference,
        category=product.category.code,
        agency=agency.slug,
        group=group,
        channel=channel,
        sale_date=sale_date,
        service_date=departure.service_date,
        currency=departure.currency,
    )
    decision = resolve(situation, (rated.candidate for rated in rules))
    rates = {rated.candidate.id: rated.rule for rated in rules}
    return decision, rates[decision.winner.id] if decision.winner else None
