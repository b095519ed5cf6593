"""Where it happens and when it is open: addresses, coordinates, opening hours, event dates.

Coordinates come as strings. A pair is used only when both parts are numbers inside the globe and
not the 0,0 that forms leave behind; otherwise the place simply has none and the draft says so.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from .dates import read_date, read_time
from .drafts import Address, Opening, Period, Place
from .jsonld import (
    Json,
    Node,
    first_node,
    first_string,
    identifiers,
    nodes,
    strings,
    texts_by_language,
)
from .plain_text import one_line, plain_text
from .warnings_log import WarningLog, excerpt

COUNTRY = "FR"
"""The platform covers France; an object may still name another country by its two-letter code."""

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MAX_PERIODS = 1000
_MICRODEGREE = Decimal("0.000001")


def read_place(source: Node, *, fallback_name: str, is_site: bool, log: WarningLog) -> Place:
    """The first location of the object.

    A site (museum, hotel, cellar) is itself the place and lends it its name; a product or an event
    only happens somewhere, so the place is named after its own label, else its locality.
    """
    location = first_node(source.get("isLocatedAt"))
    address = read_address(first_node(location.get("schema:address")))
    latitude, longitude = _read_coordinates(location, log)
    own_name = first_string(location.get("schema:name")) or _french(location.get("rdfs:label"))
    name = own_name or (fallback_name if is_site else address.locality or fallback_name)
    if not location:
        log.add("place_missing", "The object does not say where it is.")
    return Place(
        external_id=stable_id(location, owner=first_string(source.get("@id")), part="place"),
        name=one_line(name, limit=200),
        address=address,
        latitude=latitude,
        longitude=longitude,
    )


def stable_id(node: Node, *, owner: str, part: str) -> str:
    """The node's own id, or one derived from the object it belongs to when it has none or a blank
    one (`_:b0`).
    """
    own = first_string(node.get("@id"))
    return own if own and not own.startswith("_:") else f"{owner}#{part}"


def read_address(node: Node) -> Address:
    """A `schema:PostalAddress` with the city, department and region it hangs below."""
    city = first_node(node.get("hasAddressCity"))
    department = first_node(city.get("isPartOfDepartment"))
    region = first_node(department.get("isPartOfRegion"))
    country = first_string(node.get("schema:addressCountry")).upper()
    return Address(
        street=one_line(", ".join(strings(node.get("schema:streetAddress"))), limit=300),
        postal_code=one_line(first_string(node.get("schema:postalCode")), limit=16),
        locality=one_line(
            first_string(node.get("schema:addressLocality")) or _french(city.get("rdfs:label")),
            limit=120,
        ),
        city_code=one_line(first_string(city.get("insee")), limit=8),
        department=one_line(_french(department.get("rdfs:label")), limit=120),
        region=one_line(_french(region.get("rdfs:label")), limit=120),
        country=country if len(country) == 2 and country.isalpha() else COUNTRY,
    )


def read_openings(source: Node) -> tuple[Opening, ...]:
    """Opening hours of the first location; entries that say nothing are left out, identical ones
    kept once.
    """
    location = first_node(source.get("isLocatedAt"))
    found: dict[str, Opening] = {}
    for node in nodes(location.get("schema:openingHoursSpecification")):
        opening = Opening(
            weekdays=_read_weekdays(node.get("schema:dayOfWeek")),
            opens=read_time(first_string(node.get("schema:opens"))),
            closes=read_time(first_string(node.get("schema:closes"))),
            valid_from=read_date(first_string(node.get("schema:validFrom"))),
            valid_to=read_date(first_string(node.get("schema:validThrough"))),
            notes=_notes(node.get("additionalInformation")),
        )
        found.setdefault(repr(opening), opening)
    notes = _notes(location.get("TextOpeningHoursSpecification"))
    if notes:
        prose = Opening(
            weekdays=(), opens=None, closes=None, valid_from=None, valid_to=None, notes=notes
        )
        found.setdefault(repr(prose), prose)
    return tuple(found.values())


def read_periods(source: Node, log: WarningLog) -> tuple[Period, ...]:
    """The dates of an event, sorted, identical ones once."""
    found: set[Period] = set()
    for node in nodes(source.get("takesPlaceAt")):
        start, end = (
            read_date(first_string(node.get("startDate"))),
            read_date(first_string(node.get("endDate"))),
        )
        if start is None and end is None:
            log.add(
                "period_unreadable",
                f"A date of the event could not be read: {excerpt(node.get('startDate'))}.",
            )
            continue
        times = (
            read_time(first_string(node.get("startTime"))),
            read_time(first_string(node.get("endTime"))),
        )
        found.add(Period(start, end, *times))
    periods = sorted(found, key=repr)
    if len(periods) > _MAX_PERIODS:
        log.add(
            "periods_shortened", f"Only the first {_MAX_PERIODS} dates of {len(periods)} were kept."
        )
    return tuple(periods[:_MAX_PERIODS])


def _read_coordinates(
    location: Node, log: WarningLog
) -> tuple[Decimal, Decimal] | tuple[None, None]:
    geo = first_node(location.get("schema:geo"))
    raw = (first_string(geo.get("schema:latitude")), first_string(geo.get("schema:longitude")))
    if not any(raw):
        log.add("coordinates_missing", "The place has no coordinates.")
        return None, None
    latitude, longitude = (_read_degrees(text) for text in raw)
    if (
        latitude is None
        or longitude is None
        or abs(latitude) > 90
        or abs(longitude) > 180
        or latitude == longitude == 0
    ):
        log.add(
            "coordinates_unusable",
            f"The coordinates {excerpt(' / '.join(raw))} are no place on earth.",
        )
        return None, None
    return latitude, longitude


def _read_degrees(text: str) -> Decimal | None:
    try:
        degrees = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return degrees.quantize(_MICRODEGREE) if degrees.is_finite() and abs(degrees) <= 180 else None


def _read_weekdays(value: Json) -> tuple[int, ...]:
    names = (name.rpartition(":")[2].rpartition("/")[2] for name in identifiers(value))
    return tuple(sorted({_WEEKDAYS.index(name) for name in names if name in _WEEKDAYS}))


def _notes(value: Json) -> dict[str, str]:
    texts = texts_by_language(value)
    return {
        language: plain_text("\n".join(parts), limit=1000)
        for language, parts in sorted(texts.items())
    }


def _french(value: Json) -> str:
    texts = texts_by_language(value)
    return next((parts[0] for parts in (texts.get("fr"), *texts.values()) if parts), "")
