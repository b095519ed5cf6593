"""Words of the rule book: bands, channels, windows and amounts as people say them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shared_apps.catalog.models import Product
from shared_apps.catalog.texts import text_in
from shared_apps.commissions.engine import Band
from shared_apps.commissions.models import Base
from shared_apps.commissions.value_words import value_words as written
from shared_apps.operator.filters import CHANNELS
from shared_apps.operator.rulebook.queries import BANDS, UNTOLD
from shared_apps.operator.rulebook.scope_words import scope_words
from shared_apps.operator.templatetags.office import money_text, percent
from shared_apps.pricing.steps import Step

BAND_WORDS: dict[Band, str | Promise] = {
    Band.OPERATION: _("Special operation"),
    Band.PRODUCT_AGENCY: _("Product and agency"),
    Band.PRODUCT_GROUP: _("Product and group"),
    Band.AGENCY: _("Agency"),
    Band.GROUP: _("Group"),
    Band.PRODUCT: _("Product"),
    Band.DEFAULT: _("Network default"),
}
BAND_CHOICES = [(str(BANDS[band]), words) for band, words in BAND_WORDS.items()]
STATE_WORDS: dict[str, str | Promise] = {
    "active": _("In force"),
    "upcoming": _("Not yet begun"),
    "ended": _("Ended"),
    "draft": _("Draft"),
    "pending": _("Waiting for approval"),
    "archived": _("Archived"),
}
BOOK_WORDS: dict[str, str | Promise] = {"R": _("TNP"), "A": _("Ours")}
_CHANNEL_WORDS: Mapping[str, str | Promise] = dict(CHANNELS)


def band_words(order: int) -> str:
    """The band whose order is ``order``, in words."""
    return str(BAND_CHOICES[order][1])


def channel_words(channels: Sequence[str]) -> str:
    """Channels in one line; none means all."""
    if not channels:
        return gettext("All")
    return ", ".join(str(_CHANNEL_WORDS.get(code, code)) for code in channels)


def day_words(day: date | None) -> str:
    """A day as people write it here; "…" for an open end."""
    return "…" if day is None else date_format(day, "SHORT_DATE_FORMAT")


def window_words(first: date | None, last: date | None) -> str:
    """From the first to the last day, both included; "—" when open at both ends."""
    if first is None and last is None:
        return "—"
    return f"{day_words(first)} → {day_words(last)}"


def amount_words(amount: Decimal | None, currency: str) -> str:
    """An amount of a rule; "—" for none or nothing."""
    return money_text(amount, currency or "EUR") if amount else "—"


def percent_words(value: Decimal | None) -> str:
    """A percentage without idle zeros."""
    return percent(value)


TERM_LABELS: dict[str, str | Promise] = {
    "name": _("Name of the rule"),
    "product": _("Product"),
    "provider": _("Provider"),
    "category": _("Category"),
    "agency": _("Agency"),
    "group": _("Group"),
    "operation": _("Operation"),
    "base": _("Base"),
    "percent": _("Percent"),
    "fixed": _("Fixed"),
    "floor": _("At least"),
    "cap": _("At most"),
    "currency": _("Currency"),
    "channels": _("Channels"),
    "sale_from": _("Sold from"),
    "sale_to": _("Sold until"),
    "service_from": _("Service from"),
    "service_to": _("Service until"),
    "position": _("Position"),
    "reason": _("Why it exists"),
}
SCOPES = ("product", "provider", "category", "agency", "group", "operation")
BASE_WORDS: dict[str, str | Promise] = {**dict(Base.choices), UNTOLD: _("Agreed with TNP")}


def term_words(name: str, terms: Mapping[str, Any]) -> str:
    """One term of ``terms_json`` as people say it; "—" for none."""
    value = terms.get(name)
    if name in ("fixed", "floor", "cap"):
        return amount_words(Decimal(value), terms.get("currency", "")) if value else "—"
    if value in (None, ""):
        return gettext("any") if name in SCOPES else "—"
    if name in SCOPES:
        return scope_words(name, value)
    if name == "percent":
        return percent_words(Decimal(value))
    if name == "base":
        return str(BASE_WORDS.get(value, value))
    if name == "channels":
        return channel_words(value)
    if name.endswith(("_from", "_to")):
        return day_words(date.fromisoformat(value))
    return str(value)


@dataclass(frozen=True)
class TermChange:
    """One term that a draft changes, in words."""

    label: str | Promise
    before: str
    after: str


def term_changes(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, *, sees_margin: bool
) -> list[TermChange]:
    """What differs between two versions; of a new or ending rule, what it says.

    A percentage of the margin is not told to readers who may not know the margin.
    """
    old, new = before or {}, after or {}
    untold = not sees_margin and Base.MARGIN in (old.get("base"), new.get("base"))
    return [
        TermChange(
            label,
            term_words(name, old) if before is not None else "",
            term_words(name, new) if after is not None else "",
        )
        for name, label in TERM_LABELS.items()
        if _worth_saying(name, before, after) and not (untold and name in ("base", "percent"))
    ]


def _worth_saying(
    name: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> bool:
    if before is not None and after is not None:
        return bool(before.get(name) != after.get(name))
    value = (before or after or {}).get(name)
    return value not in (None, "", [], "0") and (name, value) != ("position", 100)


def step_words(step: Step) -> str:
    """A sentence of the verbs in the reader's language."""
    return step.render(gettext, written)


def title_of(product: Product) -> str:
    """The product's title in the reader's language, or its reference."""
    return text_in(product.titles, get_language() or "fr") or product.reference


def value_words(value: Any) -> str:
    """A value of the rule form as people say it; "—" for none."""
    if value in (None, "", []):
        return "—"
    if isinstance(value, list):
        return channel_words(value)
    if isinstance(value, Decimal):
        return str(number_format(value.normalize()))
    if isinstance(value, date):
        return day_words(value)
    return str(BASE_WORDS.get(value, value)) if isinstance(value, str) else str(value)
