"""What a source's draft says, as values of our columns. No database.

The source describes; it does not sell. So nothing here sets a commission, a notification
address, a stock or a price for sale: those are a person's work (R25). Whatever the draft
carries that has no column becomes a line of the unpublished comment (R44), so that the person
who completes the draft reads it.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.translation import gettext as _

from shared_apps.catalog.datatourisme import Draft, Opening
from shared_apps.catalog.datatourisme import ReferencePrice as SourcePrice

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,31}")
STANDARD = "standard"

# Our rate categories for the codes a source may price; the first present comes first.
RATE_LABELS: dict[str, dict[str, str]] = {
    "adult": {"fr": "Adulte", "en": "Adult"},
    STANDARD: {"fr": "Tarif unique", "en": "Standard"},
    "youth": {"fr": "Jeune", "en": "Youth"},
    "student": {"fr": "Étudiant", "en": "Student"},
    "senior": {"fr": "Senior", "en": "Senior"},
    "reduced": {"fr": "Tarif réduit", "en": "Reduced rate"},
    "child": {"fr": "Enfant", "en": "Child"},
    "family": {"fr": "Famille", "en": "Family"},
    "group": {"fr": "Groupe", "en": "Group"},
    "free": {"fr": "Gratuit", "en": "Free"},
}
_ACCESS = {
    True: {
        "fr": "Accessible aux personnes à mobilité réduite",
        "en": "Accessible to people with reduced mobility",
    },
    False: {
        "fr": "Non accessible aux personnes à mobilité réduite",
        "en": "Not accessible to people with reduced mobility",
    },
}


def short_hash(text: str) -> str:
    """Eight characters that stand for ``text`` in a reference."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:8].upper()


def reference_wished(draft: Draft) -> str:
    """The source's own identifier when it can be a reference, else one made from its id."""
    if _REFERENCE.fullmatch(draft.identifier):
        return draft.identifier.upper()
    return reference_made(draft)


def reference_made(draft: Draft) -> str:
    """A reference made from the object's id: always free unless the object is here already."""
    return f"DT-{short_hash(draft.external_id)}"


def category_code(draft: Draft) -> str:
    """Our category for the draft's; hiring vehicles is a service type of its own (L2)."""
    if draft.category.service_type == 3:
        return "vehicle-hire"
    return draft.category.code


def provider_values(draft: Draft) -> dict[str, Any]:
    """Columns of the provider; empty ones are left out, so they never erase anything."""
    source = draft.provider
    address = source.address
    town = " ".join(filter(None, (address.postal_code, address.locality)))
    values = {
        "name": source.legal_name[:160],
        "legal_name": source.legal_name[:200],
        "address": ", ".join(filter(None, (address.street, town)))[:240],
        "website": _accepted(source.website, URLValidator(), 400),
        "registration_email": _accepted(draft.contact.email, EmailValidator(), 254),
        "attribution": draft.attribution[:400],
    }
    return {key: value for key, value in values.items() if value}


def place_values(draft: Draft) -> dict[str, Any]:
    """Columns of the place; a locality is always there, if only the department's name."""
    place, address = draft.place, draft.place.address
    locality = address.locality or address.department or address.region or "–"
    values: dict[str, Any] = {
        "name": place.name[:200],
        "street": address.street[:240],
        "postal_code": address.postal_code[:12],
        "locality": locality[:120],
        "department": address.department[:80],
        "region": address.region[:80],
        "country": address.country[:2],
        "latitude": place.latitude,
        "longitude": place.longitude,
    }
    return {key: value for key, value in values.items() if value not in ("", None)}


def product_values(draft: Draft) -> dict[str, Any]:
    """Columns of the product that the source decides while nobody has touched the draft."""
    is_stay = draft.category.service_type == 2
    access = draft.reduced_mobility_access
    return {
        "kind": "night" if is_stay else ("slot" if draft.duration_minutes else "date"),
        "nights": 1 if is_stay else 0,
        "titles": _by_language(draft, "title"),
        "summaries": _by_language(draft, "summary"),
        "descriptions": _by_language(draft, "description"),
        "accessibility": dict(_ACCESS[access]) if access is not None else {},
        "opening_hours": [_opening(one) for one in draft.openings],
        "raw_types": [one[:80] for one in draft.source_types],
        "languages": [code[:5] for code in draft.languages],
        "duration_minutes": draft.duration_minutes,
        "attribution": draft.attribution[:400],
        "source_updated": draft.updated,
    }


def _by_language(draft: Draft, part: str) -> dict[str, str]:
    found = {code: getattr(text, part) for code, text in draft.texts.items()}
    return {code: text for code, text in found.items() if text}


def _opening(opening: Opening) -> dict[str, Any]:
    def text(value: Any) -> str | None:
        return None if value is None else value.isoformat()

    return {
        "weekdays": list(opening.weekdays),
        "opens": text(opening.opens),
        "closes": text(opening.closes),
        "from": text(opening.valid_from),
        "to": text(opening.valid_to),
        "notes": dict(opening.notes),
    }


def rate_codes(draft: Draft) -> list[str]:
    """The rate categories the prices speak of, in our order; supplements are not a category."""
    priced = {price.rate_category for price in draft.prices}
    if "other" in priced and not priced & RATE_LABELS.keys() - {"free"}:
        priced.add(STANDARD)
    return [code for code in RATE_LABELS if code in priced]


def price_values(price: SourcePrice) -> dict[str, Any]:
    """Columns of one reference price: a help for whoever prices departures, never sold."""
    return {
        "rate_code": price.rate_category[:24],
        "amount_min": price.amount_min,
        "amount_max": price.amount_max,
        "currency": price.currency,
        "labels": _joined(price.labels, price.conditions),
    }


def _joined(labels: Mapping[str, str], conditions: Mapping[str, str]) -> dict[str, str]:
    codes = dict.fromkeys((*labels, *conditions))
    both = {code: [labels.get(code, ""), conditions.get(code, "")] for code in codes}
    return {code: " – ".join(filter(None, parts)) for code, parts in both.items()}


def media_values(draft: Draft) -> list[dict[str, Any]]:
    """Links to remote pictures with their credit; links too long to keep are left out."""
    return [
        {
            "url": one.url,
            "alt": dict(one.titles),
            "credit": (one.credit or one.attribution)[:300],
            "licence": one.licence[:120],
        }
        for one in draft.media
        if len(one.url) <= 600
    ]


def comment_lines(draft: Draft) -> list[str]:
    """What a person completing the draft should know and no column holds. Unpublished (R44)."""
    lines = [f"{warning.code}: {warning.text}" for warning in draft.warnings]
    if draft.machine_translated:
        lines.append(_("Machine translations: %s.") % ", ".join(draft.machine_translated))
    for period in draft.periods:
        dates = " – ".join(str(day) for day in (period.start, period.end) if day)
        lines.append(_("Dates at the source: %s.") % dates)
    lines += [
        _("Prices in words (%(language)s): %(text)s") % {"language": code, "text": text}
        for code, text in draft.price_notes.items()
    ]
    if draft.capacity:
        lines.append(_("Capacity at the source: %d.") % draft.capacity)
    return lines


def _accepted(text: str, validator: Callable[[str], None], limit: int) -> str:
    """``text`` if our column takes it, else empty: a bad address is no reason to lose an object."""
    try:
        validator(text)
    except ValidationError:
        return ""
    return text if len(text) <= limit else ""
