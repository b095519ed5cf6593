"""Reference prices: strings such as "15.5", "12,00 €" or ["37"], under a policy that may or may not
be named.

An amount that cannot be read is a warning and never a guess: a wrong price on a draft is worse than
none, because someone would copy it into a departure. A specification without any amount is no price
either, except that the policy "free" needs no amount to mean zero.

The rate category comes from the policy, else from the audience; the label is never interpreted.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from .dates import read_date
from .drafts import Labels, ReferencePrice
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

RATE_CATEGORY_BY_POLICY: dict[str, str] = {
    "kb:BaseRateFullRate": "adult",
    "kb:AdultRate": "adult",
    "kb:ChildRate": "child",
    "kb:YoungRate": "youth",
    "kb:StudentRate": "student",
    "kb:SeniorRate": "senior",
    "kb:FamilyRate": "family",
    "kb:ReducedRate": "reduced",
    "kb:Group": "group",
    "kb:Free": "free",
    "kb:ExtraCharge": "supplement",
}
RATE_CATEGORY_BY_AUDIENCE: dict[str, str] = {
    "kb:Adults": "adult",
    "kb:Children": "child",
    "kb:Young": "youth",
    "kb:Students": "student",
    "kb:Seniors": "senior",
    "kb:Families": "family",
    "kb:Groups": "group",
}
OTHER = "other"
"""Rate category of a price whose policy and audience say nothing we know."""

DEFAULT_CURRENCY = "EUR"
_MAX_AMOUNT = Decimal("1000000")
_CENT = Decimal("0.01")
_AMOUNT = re.compile(r"^([0-9]{1,7})(?:[.,]([0-9]{1,6}))?$")
_PRICE_KEYS = ("schema:price", "schema:minPrice", "schema:maxPrice")


def read_amount(text: str) -> Decimal | None:
    """A non-negative amount with two decimals, half-up, or None; accepts a comma, thin spaces and a
    euro sign.
    """
    bare = re.sub(r"[\s\u00a0\u202f]|€|EUR", "", text, flags=re.IGNORECASE)
    match = _AMOUNT.match(bare)
    if not match:
        return None
    amount = Decimal(f"{match.group(1)}.{match.group(2) or '0'}").quantize(_CENT, ROUND_HALF_UP)
    return amount if amount <= _MAX_AMOUNT else None


def read_prices(source: Node, log: WarningLog) -> tuple[ReferencePrice, ...]:
    """The object's prices, identical ones once, in the order published."""
    found: dict[str, ReferencePrice] = {}
    for offer in nodes(source.get("offers")):
        specifications = nodes(offer.get("schema:priceSpecification"))
        if any(key in offer for key in _PRICE_KEYS):
            specifications = [*specifications, offer]
        for specification in specifications:
            price = _read_price(specification, log)
            if price is not None:
                found.setdefault(repr(price), price)
    return tuple(found.values())


def read_price_notes(source: Node) -> Labels:
    """Prices told in prose, by language."""
    notes: dict[str, list[str]] = {}
    for offer in nodes(source.get("offers")):
        for language, texts in texts_by_language(offer.get("TextPriceSpecification")).items():
            notes.setdefault(language, []).extend(texts)
    return {
        language: plain_text("\n".join(texts), limit=2000)
        for language, texts in sorted(notes.items())
    }


def _read_price(specification: Node, log: WarningLog) -> ReferencePrice | None:
    policies = identifiers(specification.get("hasEligiblePolicy"))
    rate_category = _rate_category(specification, policies)
    bounds = _read_bounds(specification, rate_category, log)
    if bounds is None:
        return None
    currency = (first_string(specification.get("schema:priceCurrency")) or DEFAULT_CURRENCY).upper()
    if not re.fullmatch(r"[A-Z]{3}", currency):
        log.add(
            "price_currency_unreadable",
            f"A price in the currency {excerpt(currency)} was left out.",
        )
        return None
    valid_from, valid_to = _read_validity(specification)
    return ReferencePrice(
        rate_category=rate_category,
        amount_min=bounds[0],
        amount_max=bounds[1],
        currency=currency,
        labels=_labels(specification),
        conditions=_joined(specification.get("additionalInformation"), limit=1000),
        policy=policies[0] if policies else "",
        unit=next(iter(identifiers(specification.get("hasPricingMode"))), "").removeprefix("kb:"),
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _rate_category(specification: Node, policies: list[str]) -> str:
    for policy in policies:
        if policy in RATE_CATEGORY_BY_POLICY:
            return RATE_CATEGORY_BY_POLICY[policy]
    audiences = identifiers(specification.get("hasAudience")) + identifiers(
        specification.get("hasEligibleAudience")
    )
    for audience in audiences:
        if audience in RATE_CATEGORY_BY_AUDIENCE:
            return RATE_CATEGORY_BY_AUDIENCE[audience]
    return OTHER


def _read_bounds(
    specification: Node, rate_category: str, log: WarningLog
) -> tuple[Decimal, Decimal] | None:
    amounts: list[Decimal] = []
    written = [text for key in _PRICE_KEYS for text in strings(specification.get(key))]
    for text in written:
        amount = read_amount(text)
        if amount is None:
            log.add(
                "price_unreadable",
                f"The amount {excerpt(text)} could not be read; that price was left out.",
            )
            return None
        amounts.append(amount)
    if amounts:
        return min(amounts), max(amounts)
    if rate_category == "free":
        return Decimal("0.00"), Decimal("0.00")
    log.add("price_without_amount", f"A price for “{rate_category}” names no amount.")
    return None


def _labels(specification: Node) -> Labels:
    """The price's own name, else its offer's, else its policy's, else its audience's."""
    for key in ("name", "rdfs:label"):
        own = _joined(specification.get(key), limit=200)
        if own:
            return own
    for key in ("hasEligiblePolicy", "hasPricingOffer", "hasAudience", "hasEligibleAudience"):
        inherited = _joined(first_node(specification.get(key)).get("rdfs:label"), limit=200)
        if inherited:
            return inherited
    return {}


def _joined(value: Json, *, limit: int) -> Labels:
    texts = texts_by_language(value)
    return {
        language: one_line(" ; ".join(dict.fromkeys(parts)), limit=limit)
        for language, parts in sorted(texts.items())
    }


def _read_validity(specification: Node) -> tuple[date | None, date | None]:
    period = first_node(specification.get("appliesOnPeriod"))
    start = first_string(specification.get("schema:validFrom")) or first_string(
        period.get("startDate")
    )
    end = first_string(specification.get("schema:validThrough")) or first_string(
        period.get("endDate")
    )
    return read_date(start), read_date(end)
