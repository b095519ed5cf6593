"""Answers "why this rate?" inside an agency's schema (ports of the shared explanation).

A question goes through the very functions that price a sale (:mod:`tenant_apps.orders.offers`), and
its answer has the form of a frozen line, so one page explains both. Nothing is held, sold or
written. Whether the product is for sale here today is not asked: people ask about sales of the
past and of products that they may not sell yet.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django_tenants.utils import tenant_context

from shared_apps.catalog.models import Product
from shared_apps.commissions.asking import Answer, Question, QuestionRefused, RateChoice
from shared_apps.commissions.engine import Decision
from shared_apps.commissions.explain import explain_decision
from shared_apps.commissions.frozen_line import FrozenLine
from shared_apps.inventory.models import Departure, DeparturePrice
from shared_apps.journal.models import JournalLine
from shared_apps.pricing.errors import PriceError
from shared_apps.pricing.explain import explain_waterfall
from shared_apps.pricing.terms import DistributorRule
from shared_apps.pricing.waterfall import Waterfall, waterfall_compute
from tenant_apps.orders.models import OrderLine
from tenant_apps.orders.offers import MAX_UNITS, PRICES, commission_decide, price_terms
from tenant_apps.orders.snapshots import steps_freeze
from tenant_apps.overrides.queries import markup_for, markups_on
from tenants.models import Agency

TOTALS = ("customer_pays", "provider_share", "agency_share", "operator_share")


def frozen_lines(lines: Iterable[OrderLine]) -> list[FrozenLine]:
    """What order lines keep of price and rule, with the totals that line and journal repeat."""
    kept = list(lines)
    sales = JournalLine.objects.filter(
        line_id__in=[line.pk for line in kept], kind=JournalLine.Kind.SALE
    )
    entries = {entry.line_id: entry for entry in sales}
    return [_frozen(line, entries.get(line.pk)) for line in kept]


def _frozen(line: OrderLine, entry: JournalLine | None) -> FrozenLine:
    booked = {_("the order line"): {name: getattr(line, name) for name in TOTALS}}
    if entry is not None:
        booked[_("the sales journal")] = {name: getattr(entry, name) for name in TOTALS}
    return FrozenLine(line.waterfall, line.commission, line.quantities, booked)


def line_read(*, agency: Agency, line_id: UUID) -> FrozenLine | None:
    """One line of ``agency`` as frozen, read in its schema; None when it has no such line."""
    with tenant_context(agency):
        found = frozen_lines(OrderLine.objects.filter(pk=line_id))
        return found[0] if found else None


def rate_ask(*, agency: Agency, question: Question) -> Answer:
    """As :func:`rate_ask_here`, from outside the agency's schema."""
    with tenant_context(agency):
        return rate_ask_here(agency=agency, question=question)


def rate_ask_here(*, agency: Agency, question: Question) -> Answer:
    """What ``agency``, which is current, would earn on such a sale, and why (R14, D13).

    Rules and group as of the sale date; tariffs and markups of today. Raises QuestionRefused,
    which names the field to blame.
    """
    product = (
        Product.objects.filter(reference=question.product)
        .select_related("provider", "category")
        .first()
    )
    if product is None:
        raise QuestionRefused(
            "product", _("There is no product “%(code)s”.") % {"code": question.product}
        )
    departures = list(
        Departure.objects.filter(product=product, service_date=question.service_date)
        .prefetch_related(PRICES)
        .order_by("starts_at")
    )
    departure = _chosen(departures, question)
    if departure is None:
        priced = Departure(
            product=product, service_date=question.service_date, currency=product.currency
        )
    else:
        priced = departure
        departure.product = product
    try:
        decision, rule = commission_decide(
            agency=agency, departure=priced, channel=question.channel, sale_date=question.sale_date
        )
        rates = _rates(departure, question)
        prices = _prices(priced, rates, question, rule)
    except PriceError as error:
        raise QuestionRefused("", _price_words(error)) from error
    return Answer(
        question=question,
        titles=product.titles,
        provider=product.provider.name,
        currency=priced.currency,
        line=_line(decision, prices, rule, priced.currency),
        departures=tuple(found.starts_at for found in departures),
        starts_at=None if departure is None else departure.starts_at,
        rates=tuple(choice for choice, _price in rates),
        nearest=() if departures else _nearest(product, question.service_date),
    )


def _nearest(product: Product, day: date) -> tuple[date, ...]:
    """The last day before ``day`` and the first after it that have a departure."""
    days = Departure.objects.filter(product=product).order_by("service_date")
    found = (
        days.filter(service_date__lt=day).values_list("service_date", flat=True).last(),
        days.filter(service_date__gt=day).values_list("service_date", flat=True).first(),
    )
    return tuple(one for one in found if one is not None)


def _chosen(departures: list[Departure], question: Question) -> Departure | None:
    if question.at is None or not departures:
        return departures[0] if departures else None
    for departure in departures:
        if timezone.localtime(departure.starts_at).time() == question.at:
            return departure
    said = ", ".join(f"{timezone.localtime(found.starts_at):%H:%M}" for found in departures)
    raise QuestionRefused(
        "time", _("No departure at that time on that day. There are: %(times)s.") % {"times": said}
    )


def _rates(
    departure: Departure | None, question: Question
) -> list[tuple[RateChoice, DeparturePrice]]:
    """Every rate category of the departure, with the units asked for (one when none were)."""
    if departure is None:
        return []
    prices = list(departure.prices.all())
    known = {price.rate_category.code for price in prices}
    asked = {code: units for code, units in question.quantities.items() if units}
    for code, units in asked.items():
        if code not in known:
            raise QuestionRefused(
                "quantities", _("There is no rate “%(code)s” on this date.") % {"code": code}
            )
        if not 0 < units <= MAX_UNITS:
            raise QuestionRefused(
                "quantities", _("Ask for 1 to %(max)d people.") % {"max": MAX_UNITS}
            )
    if not asked and prices:
        asked = {prices[0].rate_category.code: 1}
    return [
        (
            RateChoice(
                price.rate_category.code,
                price.rate_category.labels,
                asked.get(price.rate_category.code, 0),
            ),
            price,
        )
        for price in prices
    ]


def _prices(
    departure: Departure,
    rates: list[tuple[RateChoice, DeparturePrice]],
    question: Question,
    rule: DistributorRule | None,
) -> list[tuple[RateChoice, Waterfall]]:
    markup = markup_for(markups_on(question.sale_date), departure.product_id)
    return [
        (
            choice,
            waterfall_compute(
                price_terms(
                    price,
                    departure,
                    quantity=choice.quantity,
                    on=question.sale_date,
                    agency_markup=markup,
                    rule=rule,
                )
            ),
        )
        for choice, price in rates
        if choice.quantity
    ]


def _line(
    decision: Decision,
    prices: list[tuple[RateChoice, Waterfall]],
    rule: DistributorRule | None,
    currency: str,
) -> FrozenLine:
    """The answer in the form of a line: the same words as :mod:`tenant_apps.orders.snapshots`."""
    waterfall: list[Mapping[str, Any]] = [
        {
            "code": choice.code,
            "labels": dict(choice.labels),
            "quantity": choice.quantity,
            "price": price.to_json(),
        }
        for choice, price in prices
    ]
    explained = {choice.code: steps_freeze(explain_waterfall(price)) for choice, price in prices}
    commission = {
        "decision": decision.to_json(),
        "explanation": steps_freeze(explain_decision(decision)),
        "price_explanation": explained,
    }
    rate = None if rule is None else {**rule.to_json(), "currency": currency}
    return FrozenLine(waterfall, commission, rate=rate)


def _price_words(error: PriceError) -> str:
    if error.code == "missing_field":
        return _("This product has no provider commission yet: its price cannot be shared out.")
    return _("This price cannot be computed: %(why)s") % {"why": error.message}
