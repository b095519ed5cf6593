"""The search page: cards, filters with counts, chips, pages, and what to try when empty."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from moneyed import Money

from shared_apps.catalog.texts import bare_text, text_in
from tenant_apps.shop.assemble.words import amount_of, day_short
from tenant_apps.shop.criteria import DEFAULT_PEOPLE, SORTS, Search
from tenant_apps.shop.presenters import (
    Card,
    Chip,
    Criteria,
    FilterGroup,
    FilterOption,
    Link,
    NearDate,
    Pager,
    SearchPage,
)
from tenant_apps.shop.queries.search import PAGE_SIZE
from tenant_apps.shop.queries.shell import CategoryCount

MOST_PLACES = 12
Facets = Sequence[tuple[str, str, str, int]]


def criteria_of(search: Search, today: date) -> Criteria:
    """The search as the form shows it again."""
    return Criteria(
        q=search.q,
        date_from=search.date_from,
        date_to=search.date_to,
        people=search.people or DEFAULT_PEOPLE,
        price_min="" if search.price_min is None else f"{search.price_min:f}",
        price_max="" if search.price_max is None else f"{search.price_max:f}",
        earliest=today,
    )


def search_page_of(
    search: Search,
    *,
    today: date,
    language: str,
    currency: str,
    cards: tuple[Card, ...],
    count: int,
    categories: Iterable[CategoryCount],
    facets: Facets,
    near: Iterable[tuple[date, int]] = (),
    ideas: tuple[Card, ...] = (),
) -> SearchPage:
    """Everything the search template prints."""
    names = {row.code: text_in(row.names, language) for row in categories}
    return SearchPage(
        criteria=criteria_of(search, today),
        count=count,
        title=_title(search, names),
        cards=cards,
        filters=_filters(search, names, facets),
        chips=chips_of(search, names, currency, language),
        clear_url=Search(sort=search.sort).url() if search.is_filtered else "",
        sorts=_sorts(search),
        pager=pager_of(search, count),
        near_dates=tuple(
            NearDate(day=day, url=search.url(date_from=day, date_to=None), count=found)
            for day, found in near
        ),
        ideas=ideas,
        problem=" ".join(search.problems),
        currency=currency,
    )


def _title(search: Search, names: Mapping[str, str]) -> str:
    if len(search.categories) == 1 and not search.q:
        return names.get(search.categories[0], "")
    if search.q:
        return _("Results for “%(text)s”") % {"text": search.q}
    return ""


def _filters(search: Search, names: Mapping[str, str], facets: Facets) -> tuple[FilterGroup, ...]:
    by_category: Counter[str] = Counter()
    by_place: Counter[str] = Counter()
    regions = {region for _code, region, _department, _count in facets if region}
    for code, region, department, count in facets:
        if not search.places or {region, department} & set(search.places):
            by_category[code] += count
        if not search.categories or code in search.categories:
            by_place[region if len(regions) > 1 else department] += count
    groups = [
        FilterGroup(
            name="category",
            label=_("What"),
            options=tuple(
                FilterOption(code, name, by_category.get(code, 0), code in search.categories)
                for code, name in names.items()
            ),
        ),
        FilterGroup(
            name="place",
            label=_("Region") if len(regions) > 1 else _("Area"),
            options=_place_options(search, by_place),
        ),
    ]
    return tuple(group for group in groups if len(group.options) > 1 or _is_used(group))


def _is_used(group: FilterGroup) -> bool:
    return any(option.selected for option in group.options)


def _place_options(search: Search, counts: Counter[str]) -> tuple[FilterOption, ...]:
    most = [name for name, _count in counts.most_common() if name][:MOST_PLACES]
    shown = sorted({*most, *search.places}, key=bare_text)
    return tuple(
        FilterOption(name, name, counts.get(name), name in search.places) for name in shown
    )


def _sorts(search: Search) -> tuple[FilterOption, ...]:
    labels = {
        "recommended": _("Recommended"),
        "price": _("Lowest price"),
        "date": _("Next date"),
        "title": _("Title, A to Z"),
    }
    return tuple(
        FilterOption(value, labels[value], selected=value == search.sort) for value in SORTS
    )


def chips_of(
    search: Search, names: Mapping[str, str], currency: str, language: str
) -> tuple[Chip, ...]:
    """The active filters, each with the address of the same search without it."""
    chips = []
    if search.q:
        chips.append(Chip(_("“%(text)s”") % {"text": search.q}, search.url(q="")))
    for code in search.categories:
        left = tuple(other for other in search.categories if other != code)
        chips.append(Chip(names.get(code, code), search.url(categories=left)))
    for place in search.places:
        left = tuple(other for other in search.places if other != place)
        chips.append(Chip(place, search.url(places=left)))
    if search.date_from or search.date_to:
        chips.append(Chip(_dates_words(search), search.url(date_from=None, date_to=None)))
    if search.people:
        words = ngettext("%(n)d person", "%(n)d people", search.people) % {"n": search.people}
        chips.append(Chip(words, search.url(people=None)))
    for name, pattern in (("price_min", _("from %s")), ("price_max", _("up to %s"))):
        price: Decimal | None = getattr(search, name)
        if price is not None:
            amount = amount_of(Money(price, currency), language)
            chips.append(Chip(pattern % amount.short, search.url(**{name: None})))
    return tuple(chips)


def _dates_words(search: Search) -> str:
    first, last = search.window
    if first is None:
        return _("until %(day)s") % {"day": day_short(last)} if last else ""
    if last is None or first == last:
        return day_short(first)
    return _("%(first)s to %(last)s") % {"first": day_short(first), "last": day_short(last)}


def pager_of(search: Search, count: int) -> Pager | None:
    """Where the reader is; None when one page holds everything."""
    pages = ceil(count / PAGE_SIZE)
    if pages < 2:
        return None
    number = min(search.page, pages)
    links: list[Link] = []
    previous = 0
    for page in sorted({1, pages, *range(max(1, number - 2), min(pages, number + 2) + 1)}):
        if page - previous > 1:
            links.append(Link("…", ""))
        links.append(Link(str(page), search.url(page=page), current=page == number))
        previous = page
    return Pager(
        number=number,
        pages=pages,
        links=tuple(links),
        previous_url=search.url(page=number - 1) if number > 1 else "",
        next_url=search.url(page=number + 1) if number < pages else "",
    )
