"""What people read about a line of an order: from its frozen snapshot, in the current language.

Nothing is looked up in today's catalogue: a mail and a voucher say what was sold (L4). A
:class:`LineShown` holds no price: whoever may see one adds it (providers see their own share).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from shared_apps.catalog.texts import list_in, text_in
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.orders.notifications.words import (
    cancellation_words,
    is_whole_day,
    language_now,
    people_words,
    when_words,
)


@dataclass(frozen=True, slots=True)
class LineShown:
    """One service as it was sold. Instants are aware; ``ends_on`` is the last day, included."""

    id: str
    reference: str
    title: str
    kind: str
    when: str
    day: date
    starts_at: datetime
    ends_at: datetime
    whole_day: bool
    nights: int
    people: tuple[str, ...]
    places: int
    place_name: str
    place_address: str
    meeting_point: str
    included: tuple[str, ...]
    not_included: tuple[str, ...]
    accessibility: str
    formalities: str
    provider: str
    provider_email: str
    cancellation: tuple[str, ...]


def line_shown(line: OrderLine) -> LineShown:
    """``line`` in the current language."""
    language = language_now()
    product, place = line.snapshot["product"], line.snapshot["place"]
    provider, departure = line.snapshot["provider"], line.snapshot["departure"]
    starts_at, ends_at = _instant(departure["starts_at"]), _instant(departure["ends_at"])
    kind, nights = product["kind"], product["nights"] or 0
    return LineShown(
        id=str(line.pk),
        reference=product["reference"],
        title=text_in(product["titles"], language) or product["reference"],
        kind=kind,
        when=when_words(kind, nights, line.service_date, starts_at, ends_at),
        day=line.service_date,
        starts_at=starts_at,
        ends_at=ends_at,
        whole_day=is_whole_day(kind, starts_at, ends_at),
        nights=nights,
        people=tuple(people_words(line.waterfall)),
        places=line.places,
        place_name=place["name"],
        place_address=_address(place),
        meeting_point=text_in(product["meeting_point"], language),
        included=tuple(list_in(product["included"], language)),
        not_included=tuple(list_in(product["not_included"], language)),
        accessibility=text_in(product["accessibility"], language),
        formalities=text_in(product["formalities"], language),
        provider=provider["name"],
        provider_email=provider["email"],
        cancellation=tuple(cancellation_words(product["cancellation_scale"], line.service_date)),
    )


def lines_shown(order: Order) -> list[LineShown]:
    """All lines of ``order``, in order of date."""
    shown = [line_shown(line) for line in order.lines.all()]
    return sorted(shown, key=lambda line: line.starts_at)


def traveller_name(order: Order) -> str:
    """Who the sale is for, as given at the sale."""
    parts = (order.contact.get("first_name", ""), order.contact.get("last_name", ""))
    return " ".join(part for part in parts if part)


def _instant(text: str) -> datetime:
    found = parse_datetime(text)
    if found is None or found.tzinfo is None:
        raise ValueError(f"not an instant: {text!r}")
    return found


def _address(place: dict[str, Any]) -> str:
    town = " ".join(part for part in (place["postal_code"], place["locality"]) if part)
    return ", ".join(part for part in (place["street"], town) if part)
