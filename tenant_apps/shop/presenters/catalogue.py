"""What home, search and product pages show.

Prices shown as "from" are the lowest sale price of an open departure for one person of the
dearest public category the query chose; this module does not choose, it only carries. `struck`
is present only while a discount runs (R54).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tenant_apps.shop.presenters.shell import Amount, Link, Picture

DayState = Literal["open", "few", "full", "none", "past"]


@dataclass(frozen=True, slots=True)
class Card:
    """A product in a list."""

    reference: str
    url: str
    title: str
    picture: Picture
    place: str = ""
    category: str = ""
    duration: str = ""
    next_date: date | None = None
    price_from: Amount | None = None
    struck: Amount | None = None
    places_left: int | None = None
    """Only when so few are left that it matters; otherwise `None`."""
    unit: str = ""
    """What the price is for: "per person", "per night"."""


@dataclass(frozen=True, slots=True)
class CategoryTile:
    """A category as a picture that leads to its search. `count` is the number of products on
    sale."""

    label: str
    url: str
    picture: Picture
    count: int


@dataclass(frozen=True, slots=True)
class Review:
    """What a traveller wrote; `stars` from 1 to 5."""

    author: str
    text: str
    stars: int
    product: str = ""


@dataclass(frozen=True, slots=True)
class FilterOption:
    """One value of a filter. `count` is how many products it would leave; `None` when not
    computed."""

    value: str
    label: str
    count: int | None = None
    selected: bool = False


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """A question with several answers, sent as GET parameter `name`."""

    name: str
    label: str
    options: tuple[FilterOption, ...]
    multiple: bool = True
    """True: checkboxes, several answers; False: one answer (radio)."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """The search as the reader typed it. GET names: q, from, to, people, price_min, price_max,
    sort."""

    q: str = ""
    date_from: date | None = None
    date_to: date | None = None
    people: int = 2
    price_min: str = ""
    price_max: str = ""
    earliest: date | None = None
    """The first day that can be asked for (today in the agency's time zone)."""


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter and the address of the same search without it."""

    label: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class NearDate:
    """A date near the asked one on which something is on sale."""

    day: date
    url: str
    count: int
    price_from: Amount | None = None


@dataclass(frozen=True, slots=True)
class Pager:
    """Where the reader is in a long list; pages count from 1."""

    number: int
    pages: int
    links: tuple[Link, ...] = ()
    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True)
class HomePage:
    """The front page. `reviews` empty: the area is not shown."""

    criteria: Criteria
    chosen: tuple[Card, ...] = ()
    categories: tuple[CategoryTile, ...] = ()
    reviews: tuple[Review, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The result of a search. With `count` 0, `near_dates` and `ideas` say what to try instead."""

    criteria: Criteria
    count: int
    title: str = ""
    """The heading, e.g. the category; empty: a general one is shown."""
    cards: tuple[Card, ...] = ()
    filters: tuple[FilterGroup, ...] = ()
    chips: tuple[Chip, ...] = ()
    clear_url: str = ""
    sorts: tuple[FilterOption, ...] = ()
    pager: Pager | None = None
    near_dates: tuple[NearDate, ...] = ()
    ideas: tuple[Card, ...] = ()
    problem: str = ""
    """What could not be understood in the address, in words; the rest of the search still ran."""
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class PeopleRow:
    """How many people of one rate category. Sent as `quantity_<code>`."""

    code: str
    label: str
    ages: str = ""
    quantity: int = 0
    minimum: int = 0
    maximum: int = 9
    unit: Amount | None = None
    """Sale price of one unit on the chosen departure."""
    struck: Amount | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar. `url` reloads the page with the day chosen, `fragment_url` only
    the panel."""

    day: date
    state: DayState
    url: str = ""
    fragment_url: str = ""
    price: Amount | None = None
    struck: Amount | None = None
    places_left: int | None = None
    selected: bool = False
    today: bool = False
    discounted: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks of seven entries from Monday; `None` stands for a day of another month."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]
    previous_url: str = ""
    previous_fragment_url: str = ""
    next_url: str = ""
    next_fragment_url: str = ""
    jump: Link | None = None
    """Where the next open month is, when this one has nothing on sale."""


@dataclass(frozen=True, slots=True)
class DepartureChoice:
    """A time (or the whole day) on the chosen day. Sent as `departure`."""

    id: str
    label: str
    places_left: int
    selected: bool = False
    price: Amount | None = None
    note: str = ""
    full: bool = False


@dataclass(frozen=True, slots=True)
class Booking:
    """The booking panel: people, calendar, times, total. Always rendered whole by the server.

    `seats_per_unit` is not needed here: the server refuses a sale that does not fit; `problem`
    carries its words.
    """

    reference: str
    product_url: str
    fragment_url: str
    people: tuple[PeopleRow, ...]
    calendar: Month
    price_from: Amount | None = None
    struck_from: Amount | None = None
    unit: str = ""
    chosen_day: date | None = None
    departures: tuple[DepartureChoice, ...] = ()
    total: Amount | None = None
    struck_total: Amount | None = None
    places_left: int | None = None
    problem: str = ""
    hold_minutes: int = 20
    can_add: bool = False
    closed: str = ""
    """Why nothing can be booked at all (nothing on sale); empty when something can."""


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Where it happens, in words: there is no map."""

    name: str
    address_lines: tuple[str, ...] = ()
    directions: str = ""
    coordinates: str = ""
    maps_url: str = ""


@dataclass(frozen=True, slots=True)
class ProductPage:
    """One product, everything a traveller asks before paying."""

    reference: str
    title: str
    booking: Booking
    pictures: tuple[Picture, ...]
    place: PlaceView
    category: Link | None = None
    summary: str = ""
    description: tuple[str, ...] = ()
    """Paragraphs of plain text."""
    duration: str = ""
    languages: tuple[str, ...] = ()
    included: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    suits: tuple[str, ...] = ()
    accessibility: tuple[str, ...] = ()
    meeting_point: str = ""
    cancellation: str = ""
    cancellation_scale: tuple[str, ...] = ()
    provider: str = ""
    provider_text: str = ""
    minimum_people: str = ""
    formalities: str = ""
    own_terms: Link | None = None
    related: tuple[Card, ...] = ()
    seller_name: str = ""
    credits: tuple[str, ...] = field(default=())
    """Attribution of texts and pictures (open licence), one line each."""
