"""What the reader hands over: one object of the flux as a catalogue draft, or the reason why it is
not one.

These are values, not rows. They say what the source claims; which rows they become is the business
of the catalogue's actions. A draft can be incomplete (real data has neither stock nor calendar,
often no price) but never ambiguous: an amount is a Decimal with its currency or absent, coordinates
are a valid pair or absent, a text knows its language. What was there and could not be used is
listed in `warnings`, so that nothing disappears without a trace.

Prices are *reference* prices: what the producer told the tourist office, all taxes included.
Nothing is sold at them until a departure with a price has been added and the operator has validated
the product (R25).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import TypeAlias

from .categories import Category

Labels: TypeAlias = Mapping[str, str]
"""Text by language code, such as {"fr": "Tarif enfant", "en": "Child rate"}."""


@dataclass(frozen=True, slots=True)
class SourceWarning:
    """Something in the object that could not be used; the rest of the object could."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """Title, summary and description in one language; an absent one is an empty string."""

    title: str
    summary: str
    description: str


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address in France; unknown parts are empty strings."""

    street: str
    postal_code: str
    locality: str
    city_code: str
    department: str
    region: str
    country: str


@dataclass(frozen=True, slots=True)
class Provider:
    """The organisation that makes the product: never a natural person.

    `role` says which relation of the source named it: booking, contact, owner or, when none of
    these names an organisation, creator (the tourist office that entered the object). `match_key`
    is the name without case, accents and punctuation: the source gives one organisation several
    ids, so an import may look for both.
    """

    external_id: str
    legal_name: str
    match_key: str
    role: str
    address: Address
    website: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happens. Latitude and longitude (WGS 84, degrees) are both valid or both None."""

    external_id: str
    name: str
    address: Address
    latitude: Decimal | None
    longitude: Decimal | None


@dataclass(frozen=True, slots=True)
class Opening:
    """Opening on some weekdays (Monday is 0) between two dates; no weekday means every day, no time
    means all day.
    """

    weekdays: tuple[int, ...]
    opens: time | None
    closes: time | None
    valid_from: date | None
    valid_to: date | None
    notes: Labels


@dataclass(frozen=True, slots=True)
class Period:
    """When an event takes place, both dates included."""

    start: date | None
    end: date | None
    start_time: time | None
    end_time: time | None


@dataclass(frozen=True, slots=True)
class ReferencePrice:
    """A price as published, all taxes included, in `currency` (ISO 4217); a single price has equal
    bounds.
    """

    rate_category: str
    amount_min: Decimal
    amount_max: Decimal
    currency: str
    labels: Labels
    conditions: Labels
    policy: str
    unit: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Media:
    """A link to a remote picture with the words that must stand beside it; we never depend on the
    link.
    """

    url: str
    titles: Labels
    credit: str
    attribution: str
    licence: str
    rights_from: date | None
    rights_to: date | None


@dataclass(frozen=True, slots=True)
class Contact:
    """How the public reaches the provider about this product; empty where unpublished."""

    email: str
    phone: str
    website: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One object of the flux that can become a catalogue draft."""

    external_id: str
    identifier: str
    updated: date | None
    texts: Mapping[str, Text]
    machine_translated: tuple[str, ...]
    category: Category
    source_types: tuple[str, ...]
    provider: Provider
    place: Place
    openings: tuple[Opening, ...]
    periods: tuple[Period, ...]
    prices: tuple[ReferencePrice, ...]
    price_notes: Labels
    media: tuple[Media, ...]
    languages: tuple[str, ...]
    reduced_mobility_access: bool | None
    pets_allowed: bool | None
    duration_minutes: int | None
    capacity: int | None
    themes: tuple[str, ...]
    contact: Contact
    created_by: str
    published_by: str
    attribution: str
    fingerprint: str
    warnings: tuple[SourceWarning, ...]

    def text(self, language: str) -> Text:
        """The text in that language, else French, else English, else the first there is; each part
        by itself.
        """
        order = [language, "fr", "en", *self.texts]
        candidates = [self.texts[code] for code in order if code in self.texts]
        return Text(
            title=next((text.title for text in candidates if text.title), ""),
            summary=next((text.summary for text in candidates if text.summary), ""),
            description=next((text.description for text in candidates if text.description), ""),
        )

    @property
    def ends_on(self) -> date | None:
        """The last day of an event; None when the source gives no dates. A past date is for the
        import to judge.
        """
        ends = [period.end or period.start for period in self.periods]
        return max((day for day in ends if day is not None), default=None)


@dataclass(frozen=True, slots=True)
class Unusable:
    """An object or a file that cannot become a draft: what it calls itself, a stable code, and
    words for a person.
    """

    id: str
    reason_code: str
    reason: str


ObjectResult: TypeAlias = Draft | Unusable
