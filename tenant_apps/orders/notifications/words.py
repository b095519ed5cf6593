"""How mails, vouchers and calendar files say dates, people, amounts and cancellation fees.

Everything is said in the current language; callers set it with ``translation.override``.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format, time_format
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from moneyed import Money
from moneyed.l10n import format_money

from saas.day_words import day_words as date_words
from shared_apps.catalog.texts import text_in

ALMOST_A_DAY = timedelta(hours=23)


def language_now() -> str:
    """The current language, as texts are keyed by it."""
    return get_language() or "fr"


def money_words(amount: Decimal, currency: str) -> str:
    """ "1 040,00 €" in French, "€1,040.00" in English."""
    locale = "en_GB" if language_now().startswith("en") else "fr_FR"
    return format_money(Money(amount, currency), locale=locale)


def day_words(day: date) -> str:
    """ "Samedi 14 juillet 2027"."""
    return capfirst(date_words(day, "l j F Y"))


def is_whole_day(kind: str, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether the hour says nothing: a day ticket, a stay."""
    return kind in ("date", "night") or ends_at - starts_at >= ALMOST_A_DAY


def when_words(kind: str, nights: int, day: date, starts_at: datetime, ends_at: datetime) -> str:
    """When a service takes place, in one line."""
    if kind == "night" and nights:
        return _("From %(first)s to %(last)s, %(nights)s") % {
            "first": date_words(day, "l j F Y"),
            "last": date_words(day + timedelta(days=nights), "l j F Y"),
            "nights": ngettext("%(n)d night", "%(n)d nights", nights) % {"n": nights},
        }
    if is_whole_day(kind, starts_at, ends_at):
        return day_words(day)
    start, end = timezone.localtime(starts_at), timezone.localtime(ends_at)
    if start == end:
        return _("%(day)s at %(time)s") % {
            "day": day_words(day),
            "time": time_format(start, "H:i"),
        }
    return _("%(day)s, %(start)s to %(end)s") % {
        "day": day_words(day),
        "start": time_format(start, "H:i"),
        "end": time_format(end, "H:i"),
    }


def people_words(waterfall: Sequence[Mapping[str, Any]]) -> list[str]:
    """ "2 × Adulte", one entry for each category that has people."""
    language = language_now()
    return [
        f"{rate['quantity']} × {text_in(rate['labels'], language) or rate['code']}"
        for rate in waterfall
        if rate["quantity"]
    ]


def percent_words(percent: Decimal) -> str:
    """ "10 %" in French, "10%" in English."""
    return _("%(percent)s%%") % {"percent": number_format(Decimal(f"{percent.normalize():f}"))}


def cancellation_words(scale: Sequence[Mapping[str, Any]], service: date) -> list[str]:
    """What cancelling costs, by calendar day: nobody should have to count backwards (L5)."""
    if not scale:
        return [_("Free of charge until the day itself.")]
    rows = sorted(scale, key=lambda row: -int(row["days_before"]))
    words = [
        _("Until %(day)s: %(fee)s")
        % {
            "day": date_words(service - timedelta(days=int(row["days_before"])), "j F Y"),
            "fee": _fee_words(Decimal(row["fee_percent"])),
        }
        for row in rows
    ]
    if int(rows[-1]["days_before"]) > 0:
        words.append(_("After that: %(fee)s") % {"fee": _fee_words(Decimal(100))})
    return words


def _fee_words(percent: Decimal) -> str:
    if not percent:
        return _("free of charge")
    if percent >= 100:
        return _("nothing is paid back")
    return _("%(percent)s is kept") % {"percent": percent_words(percent)}
