"""The booking panel: people, calendar, times, exact total.

The server renders all of it for every choice, so it works without a script; scripts only swap it in
place. Prices come from :func:`tenant_apps.shop.queries.listing.unit_offer`, the chain a sale uses;
what really can be held is decided when it is held.
"""

from calendar import Calendar
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from moneyed import Money

from shared_apps.catalog.models import Product
from shared_apps.catalog.texts import text_in
from shared_apps.inventory.errors import SoldOut
from tenant_apps.shop.assemble.words import ages, amount_of, price_unit, time_words
from tenant_apps.shop.presenters import (
    Amount,
    Booking,
    Day,
    DepartureChoice,
    Link,
    Month,
    PeopleRow,
)
from tenant_apps.shop.queries.catalogue import PricedDeparture, departure_on, is_open
from tenant_apps.shop.queries.listing import FromOffer, Markups, UnitOffer, unit_offer

FEW_PLACES = 5
MOST_OF_A_KIND = 30
Quantities = Mapping[str, int]


@dataclass(frozen=True)
class Choice:
    """What the visitor has chosen so far; ``problem`` when something could not be understood."""

    day: date | None = None
    month: date | None = None
    departure_id: int | None = None
    quantities: Quantities = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class PanelSource:
    """Rows and values the panel is made of."""

    product: Product
    departures: Sequence[PricedDeparture]
    month: date
    markups: Markups
    today: date
    language: str
    lowest: FromOffer | None = None
    closed: str = ""


def booking_of(source: PanelSource, choice: Choice) -> Booking:
    """The panel for ``choice``; days and times that cannot be booked say so."""
    product, language = source.product, source.language
    price = _pricer(source)
    times = departure_on(source.departures, choice.day) if choice.day else ()
    sellable = [row for row in times if is_open(row.departure)]
    chosen = _chosen(sellable, choice)
    quantities = _quantities(product, choice)
    total, struck = _total(chosen, quantities, price)
    wanted: Iterable[int] = (
        rate["pax"] * quantities.get(rate["code"], 0) for rate in product.rates
    )
    places = sum(wanted)
    problem = choice.problem or _problem(choice, sellable, chosen, places)
    lowest = source.lowest
    return Booking(
        reference=product.reference,
        product_url=reverse("shop:product", args=[product.reference]),
        fragment_url=reverse("shop:departures", args=[product.reference]),
        people=_people(product, quantities, chosen, price, language),
        calendar=month_of(source, choice, quantities, price),
        price_from=amount_of(lowest.unit.sale, language) if lowest else None,
        struck_from=_amount(lowest.unit.struck, language) if lowest else None,
        unit=price_unit(lowest.pax_count) if lowest else "",
        chosen_day=choice.day if sellable else None,
        departures=tuple(
            _departure_choice(row, chosen, product, price, language) for row in sellable
        ),
        total=_amount(total, language),
        struck_total=_amount(struck, language) if struck != total else None,
        places_left=chosen.departure.places_left if chosen else None,
        problem=problem,
        hold_minutes=settings.HOLD_MINUTES,
        can_add=bool(chosen and places and places <= chosen.departure.places_left),
        closed=source.closed,
    )


Pricer = Callable[[PricedDeparture], dict[str, UnitOffer]]


def _pricer(source: PanelSource) -> Pricer:
    """Unit offers of a departure by rate code, computed once each."""
    known: dict[int, dict[str, UnitOffer]] = {}

    def price(row: PricedDeparture) -> dict[str, UnitOffer]:
        key = row.departure.pk
        if key not in known:
            offers = (
                (
                    one.rate_category.code,
                    unit_offer(one, row.departure, on=source.today, markups=source.markups),
                )
                for one in row.prices
            )
            known[key] = {code: offer for code, offer in offers if offer is not None}
        return known[key]

    return price


def _amount(value: Money | None, language: str) -> Amount | None:
    return None if value is None else amount_of(value, language)


def _chosen(sellable: Sequence[PricedDeparture], choice: Choice) -> PricedDeparture | None:
    """The departure asked for, else the only one of the day, else the first with places."""
    for row in sellable:
        if row.departure.pk == choice.departure_id:
            return row
    free = [row for row in sellable if row.departure.places_left > 0]
    return free[0] if len(free) == 1 or (free and choice.departure_id is None) else None


def _quantities(product: Product, choice: Choice) -> dict[str, int]:
    """What is asked for; two of the first category when nothing is said."""
    asked = {rate["code"]: choice.quantities.get(rate["code"], 0) for rate in product.rates}
    if product.rates and not choice.quantities:
        first = product.rates[0]
        asked[first["code"]] = 2 if first["pax"] == 1 else 1
    return asked


def _total(
    chosen: PricedDeparture | None, quantities: Quantities, price: Pricer
) -> tuple[Money | None, Money | None]:
    """What ``quantities`` cost on the chosen departure, and before the running discount."""
    if chosen is None:
        return None, None
    sale = struck = Money(0, chosen.departure.currency)
    for code, offer in price(chosen).items():
        sale += offer.sale * quantities.get(code, 0)
        struck += (offer.struck or offer.sale) * quantities.get(code, 0)
    return sale, struck


def _problem(
    choice: Choice,
    sellable: Sequence[PricedDeparture],
    chosen: PricedDeparture | None,
    places: int,
) -> str:
    if choice.day and not sellable:
        return _("Nothing can be booked on this day. Choose another one.")
    if choice.departure_id and sellable and chosen is None:
        return _("This time can no longer be booked. Choose another one.")
    if chosen and chosen.departure.places_left < places:
        left = chosen.departure.places_left
        return SoldOut(chosen.departure.pk, places, max(left, 0)).message
    return ""


def _people(
    product: Product,
    quantities: Quantities,
    chosen: PricedDeparture | None,
    price: Pricer,
    language: str,
) -> tuple[PeopleRow, ...]:
    offers = price(chosen) if chosen else {}
    rows = []
    for rate in product.rates:
        offer = offers.get(rate["code"])
        if chosen is not None and offer is None:
            continue  # this rate has no price on this departure
        rows.append(
            PeopleRow(
                code=rate["code"],
                label=text_in(rate["labels"], language) or rate["code"],
                ages=ages(rate["age_min"], rate["age_max"]),
                quantity=quantities.get(rate["code"], 0),
                maximum=MOST_OF_A_KIND,
                unit=_amount(offer.sale, language) if offer else None,
                struck=_amount(offer.struck, language) if offer else None,
            )
        )
    return tuple(rows)


def _departure_choice(
    row: PricedDeparture,
    chosen: PricedDeparture | None,
    product: Product,
    price: Pricer,
    language: str,
) -> DepartureChoice:
    departure = row.departure
    first = next(iter(price(row).values()), None)
    return DepartureChoice(
        id=str(departure.pk),
        label=time_words(product.kind, departure.starts_at, departure.ends_at, product.nights),
        places_left=departure.places_left,
        selected=row is chosen,
        price=_amount(first.sale, language) if first else None,
        full=departure.places_left <= 0,
    )


def month_of(source: PanelSource, choice: Choice, quantities: Quantities, price: Pricer) -> Month:
    """The calendar of ``source.month``: price and places of every day, from Monday."""
    days: dict[date, list[PricedDeparture]] = {}
    for row in source.departures:
        if is_open(row.departure):
            days.setdefault(row.departure.service_date, []).append(row)
    link = _Linker(source.product.reference, quantities if choice.quantities else {})
    weeks = []
    for week in Calendar(firstweekday=0).monthdatescalendar(source.month.year, source.month.month):
        weeks.append(
            tuple(
                _day(day, days.get(day, ()), source, choice, price, link)
                if day.month == source.month.month
                else None
                for day in week
            )
        )
    return Month(
        first=source.month,
        weeks=tuple(weeks),
        **_turns(source, link),
        jump=_jump(source, link, bool(days)),
    )


@dataclass(frozen=True)
class _Linker:
    """Addresses of the same page and panel with another day or month."""

    reference: str
    quantities: Quantities

    def page(self, **parameters: str) -> str:
        """The page, with the people chosen so far."""
        people = {f"quantity_{code}": str(number) for code, number in self.quantities.items()}
        return self._to("shop:product", parameters | people)

    def panel(self, **parameters: str) -> str:
        """The panel alone; the script adds the people of the form."""
        return self._to("shop:departures", parameters)

    def _to(self, name: str, parameters: Mapping[str, str]) -> str:
        return f"{reverse(name, args=[self.reference])}?{urlencode(parameters)}"


def _day(
    day: date,
    rows: Sequence[PricedDeparture],
    source: PanelSource,
    choice: Choice,
    price: Pricer,
    link: _Linker,
) -> Day:
    today = day == source.today
    if not rows:
        return Day(day=day, state="past" if day < source.today else "none", today=today)
    free = [row for row in rows if row.departure.places_left > 0]
    if not free:
        return Day(day=day, state="full", today=today)
    offers = [next(iter(price(row).values()), None) for row in free]
    best = min((offer for offer in offers if offer), key=lambda offer: offer.sale, default=None)
    if best is None:
        return Day(day=day, state="none", today=today)
    places = sum(row.departure.places_left for row in free)
    return Day(
        day=day,
        state="few" if places <= FEW_PLACES else "open",
        url=link.page(day=day.isoformat()),
        fragment_url=link.panel(day=day.isoformat()),
        price=amount_of(best.sale, source.language),
        struck=_amount(best.struck, source.language),
        places_left=places,
        selected=day == choice.day,
        today=today,
        discounted=best.struck is not None,
    )


def _turns(source: PanelSource, link: _Linker) -> dict[str, str]:
    """Links to the months before and after, as far as something is on sale."""
    summary = getattr(source.product, "availability", None)
    turns: dict[str, str] = {}
    before = (source.month - timedelta(days=1)).replace(day=1)
    after = (source.month + timedelta(days=32)).replace(day=1)
    if before >= source.today.replace(day=1):
        turns["previous_url"] = link.page(month=f"{before:%Y-%m}")
        turns["previous_fragment_url"] = link.panel(month=f"{before:%Y-%m}")
    if summary and summary.last_on and after <= summary.last_on:
        turns["next_url"] = link.page(month=f"{after:%Y-%m}")
        turns["next_fragment_url"] = link.panel(month=f"{after:%Y-%m}")
    return turns


def _jump(source: PanelSource, link: _Linker, has_days: bool) -> Link | None:
    summary: Any = getattr(source.product, "availability", None)
    if has_days or not summary or not summary.next_on:
        return None
    month = summary.next_on.replace(day=1)
    if month == source.month:
        return None
    return Link(
        label=_("Next open dates: %(month)s") % {"month": date_format(month, "F Y")},
        url=link.page(month=f"{month:%Y-%m}"),
    )


def with_problem(booking: Booking, problem: str) -> Booking:
    """The same panel with a refusal said on it."""
    return replace(booking, problem=problem) if problem else booking
