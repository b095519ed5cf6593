"""A search as it stands in the address bar: read, checked, written again.

What cannot be understood is said in words and left out; the rest of the search still runs. Nothing
here reads the database. GET names: ``q, from, to, people, category, place, price_min, price_max,
sort, page``; every search page has an address that another person can open.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

SORTS: Final = ("recommended", "price", "date", "title")
DEFAULT_PEOPLE: Final = 2
MOST_PEOPLE: Final = 99
LONGEST_TEXT: Final = 100
MOST_CHOICES: Final = 20
HIGHEST_PRICE: Final = Decimal(1_000_000)
FURTHEST: Final = timedelta(days=1500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is asked for. ``date_from`` alone means that one day; prices are per person."""

    q: str = ""
    date_from: date | None = None
    date_to: date | None = None
    people: int | None = None
    categories: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    sort: str = "recommended"
    page: int = 1
    problems: tuple[str, ...] = ()

    @property
    def window(self) -> tuple[date | None, date | None]:
        """First and last day asked for, bounds included."""
        if self.date_from and self.date_to is None:
            return self.date_from, self.date_from
        return self.date_from, self.date_to

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the search."""
        filters = (self.q, self.date_from, self.date_to, self.categories, self.places)
        return any(filters) or self.price_min is not None or self.price_max is not None

    def parameters(self) -> list[tuple[str, str]]:
        """The search as GET parameters, in a fixed order; what is not asked is left out."""
        pairs = [
            ("q", self.q),
            ("from", self.date_from.isoformat() if self.date_from else ""),
            ("to", self.date_to.isoformat() if self.date_to else ""),
            ("people", str(self.people or "")),
            *(("category", code) for code in self.categories),
            *(("place", name) for name in self.places),
            ("price_min", "" if self.price_min is None else f"{self.price_min:f}"),
            ("price_max", "" if self.price_max is None else f"{self.price_max:f}"),
            ("sort", "" if self.sort == SORTS[0] else self.sort),
            ("page", "" if self.page == 1 else str(self.page)),
        ]
        return [(name, value) for name, value in pairs if value]

    def url(self, **changes: object) -> str:
        """The address of this search with ``changes``, from its first page unless said."""
        changed = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        query = urlencode(changed.parameters())
        return reverse("shop:search") + (f"?{query}" if query else "")


def search_read(query: QueryDict, *, today: date, known_categories: Iterable[str]) -> Search:
    """Read a search from GET parameters; ``today`` is the first day that can be asked for."""
    problems: list[str] = []
    date_from, date_to = _dates(query, today, problems)
    price_min, price_max = _prices(query, problems)
    categories = tuple(dict.fromkeys(query.getlist("category")))[:MOST_CHOICES]
    known = tuple(code for code in categories if code in set(known_categories))
    if len(known) < len([code for code in categories if code]):
        problems.append(_("One of the categories does not exist here and was left out."))
    return Search(
        q=" ".join(query.get("q", "").replace("\x00", "").split())[:LONGEST_TEXT],
        date_from=date_from,
        date_to=date_to,
        people=_people(query, problems),
        categories=known,
        places=_places(query),
        price_min=price_min,
        price_max=price_max,
        sort=_sort(query, problems),
        page=_page(query, problems),
        problems=tuple(problems),
    )


def _places(query: QueryDict) -> tuple[str, ...]:
    names = (name.replace("\x00", "").strip()[:LONGEST_TEXT] for name in query.getlist("place"))
    return tuple(dict.fromkeys(name for name in names if name))[:MOST_CHOICES]


def day_read(text: str) -> date | None:
    """A date written as 2027-05-31, or None."""
    try:
        return parse_date(text.strip())
    except ValueError:
        return None


def _dates(query: QueryDict, today: date, problems: list[str]) -> tuple[date | None, date | None]:
    found: dict[str, date | None] = {}
    for name in ("from", "to"):
        text = query.get(name, "").strip()
        day = day_read(text) if text else None
        if text and (day is None or day > today + FURTHEST):
            problems.append(_("“%(date)s” is not a date we know.") % {"date": text[:20]})
            day = None
        found[name] = day
    first, last = found["from"], found["to"]
    if (last or first or today) < today:
        problems.append(_("These dates have passed."))
        return None, None
    if first and first < today:
        problems.append(_("The first date has passed: the search begins today."))
        first = today
    if first and last and last < first:
        problems.append(_("The last date is before the first one: they were exchanged."))
        first, last = last, first
    return first, last


def _people(query: QueryDict, problems: list[str]) -> int | None:
    text = query.get("people", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MOST_PEOPLE:
        return int(text)
    problems.append(
        _("The number of people is a whole number from 1 to %(most)d.") % {"most": MOST_PEOPLE}
    )
    return None


def _prices(query: QueryDict, problems: list[str]) -> tuple[Decimal | None, Decimal | None]:
    found: list[Decimal | None] = []
    for name in ("price_min", "price_max"):
        text = query.get(name, "").strip().replace(",", ".").replace(" ", "")
        price = _price(text) if text else None
        if text and price is None:
            problems.append(_("“%(price)s” is not a price.") % {"price": text[:20]})
        found.append(price)
    low, high = found
    if low is not None and high is not None and high < low:
        problems.append(_("The highest price is below the lowest one: they were exchanged."))
        low, high = high, low
    return low, high


def _price(text: str) -> Decimal | None:
    try:
        price = Decimal(text[:20])
    except InvalidOperation:
        return None
    if not price.is_finite() or not 0 <= price <= HIGHEST_PRICE:
        return None
    return price.normalize() if price else Decimal(0)


def _sort(query: QueryDict, problems: list[str]) -> str:
    asked = query.get("sort", "") or SORTS[0]
    if asked in SORTS:
        return asked
    problems.append(_("We cannot sort like this: the recommended order is shown."))
    return SORTS[0]


def _page(query: QueryDict, problems: list[str]) -> int:
    text = query.get("page", "") or "1"
    if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 10_000:
        return int(text[:6])
    problems.append(_("There is no such page: the first one is shown."))
    return 1
