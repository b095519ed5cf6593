"""Short phrases the shop says everywhere alike: durations, ages, places, days, fees."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format, time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from moneyed import Money

from saas.day_words import day_words as date_words
from shared_apps.catalog.models import Place
from tenant_apps.shop.presenters import Amount

MINUTES_OF_A_DAY = 24 * 60
LANGUAGE_NAMES = {
    "fr": ("Français", "French"),
    "en": ("Anglais", "English"),
    "de": ("Allemand", "German"),
    "es": ("Espagnol", "Spanish"),
    "it": ("Italien", "Italian"),
    "nl": ("Néerlandais", "Dutch"),
    "pt": ("Portugais", "Portuguese"),
    "ja": ("Japonais", "Japanese"),
    "zh": ("Chinois", "Chinese"),
}


def amount_of(value: Money, language: str) -> Amount:
    """An amount ready to print."""
    return Amount.of(value.amount, value.currency.code, language)


def duration(minutes: int | None, nights: int) -> str:
    """ "1 h 30", "3 days, 2 nights", "2 days"; empty when nobody said."""
    if nights:
        return "{}, {}".format(
            ngettext("%(n)d day", "%(n)d days", nights + 1) % {"n": nights + 1},
            nights_words(nights),
        )
    if not minutes:
        return ""
    if minutes >= MINUTES_OF_A_DAY:
        days = -(-minutes // MINUTES_OF_A_DAY)
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest}
    if rest:
        return f"{hours} h {rest:02d}"
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}


def nights_words(nights: int) -> str:
    """ "2 nights"."""
    return ngettext("%(n)d night", "%(n)d nights", nights) % {"n": nights}


def ages(minimum: int | None, maximum: int | None) -> str:
    """ "4 to 12 years", "from 13 years", "up to 3 years"; empty for everybody."""
    if minimum is not None and maximum is not None:
        return _("%(from)d to %(to)d years") % {"from": minimum, "to": maximum}
    if minimum is not None:
        return ngettext("from %(n)d year", "from %(n)d years", minimum) % {"n": minimum}
    if maximum is not None:
        return ngettext("up to %(n)d year", "up to %(n)d years", maximum) % {"n": maximum}
    return ""


def price_unit(pax_count: int) -> str:
    """What the price is for."""
    if pax_count <= 1:
        return _("per person")
    return ngettext("for %(n)d person", "for %(n)d people", pax_count) % {"n": pax_count}


def place_line(place: Place) -> str:
    """ "Amboise, Indre-et-Loire"."""
    area = place.department or place.region
    return ", ".join(part for part in dict.fromkeys((place.locality, area)) if part)


def day_words(day: date) -> str:
    """ "Saturday 14 July 2027", in the language of the page."""
    return capfirst(date_words(day, "l j F Y"))


def day_short(day: date) -> str:
    """ "14 July"."""
    return date_words(day, "j F")


def time_words(kind: str, starts_at: datetime, ends_at: datetime, nights: int) -> str:
    """ "17:30 to 19:00", "the whole day", "2 nights": when on the day it happens."""
    if nights:
        return nights_words(nights)
    start, end = timezone.localtime(starts_at), timezone.localtime(ends_at)
    if kind == "date" or end - start >= timedelta(hours=23):
        return _("Whole day")
    if end == start:
        return time_format(start, "H:i")
    return _("%(start)s to %(end)s") % {
        "start": time_format(start, "H:i"),
        "end": time_format(end, "H:i"),
    }


def language_names(codes: Sequence[str], language: str) -> tuple[str, ...]:
    """The languages a service is given in, named in the language of the page."""
    index = 1 if language.startswith("en") else 0
    return tuple(LANGUAGE_NAMES.get(code, (code, code))[index] for code in codes)


def labelled(label: object, words: str) -> str:
    """ "Nom : à remplir" in French, "Name: to fill in" in English."""
    return "{} {}".format(_("%(label)s:") % {"label": label}, words)


def percent_words(value: Decimal) -> str:
    """ "10 %" in French, "10%" in English."""
    return _("%(percent)s%%") % {"percent": number_format(Decimal(f"{value.normalize():f}"))}


def cancellation_lines(scale: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What cancelling costs, one line per period (the scale frozen on the sale, L5)."""
    rows = sorted(scale, key=lambda row: -int(str(row["days_before"])))
    if not rows:
        return (_("You can cancel free of charge until the day itself."),)
    lines, above = [], None
    for row in rows:
        days, fee = int(str(row["days_before"])), Decimal(str(row["fee_percent"]))
        lines.append(labelled(_period(days, above), _fee(fee)))
        above = days
    if above:
        lines.append(labelled(_period(0, above), _fee(Decimal(100))))
    return tuple(lines)


def _period(days: int, above: int | None) -> str:
    if above is None:
        return ngettext("%(n)d day or more before", "%(n)d days or more before", days) % {"n": days}
    if days == 0:
        return ngettext("Less than %(n)d day before", "Less than %(n)d days before", above) % {
            "n": above
        }
    if days == above - 1:
        return ngettext("%(n)d day before", "%(n)d days before", days) % {"n": days}
    return _("%(last)d to %(first)d days before") % {"first": days, "last": above - 1}


def _fee(fee: Decimal) -> str:
    if not fee:
        return _("free of charge")
    if fee >= 100:
        return _("nothing is paid back")
    return _("%(percent)s of the price is kept") % {"percent": percent_words(fee)}


def cancellation_sentence(scale: Sequence[Mapping[str, Any]]) -> str:
    """The scale in one sentence, from its kindest row."""
    if not scale:
        return _("You can cancel free of charge until the day itself.")
    best = max(scale, key=lambda row: int(str(row["days_before"])))
    days, fee = int(str(best["days_before"])), Decimal(str(best["fee_percent"]))
    if not fee:
        return ngettext(
            "Free cancellation until %(n)d day before.",
            "Free cancellation until %(n)d days before.",
            days,
        ) % {"n": days}
    if fee >= 100:
        return _("This booking cannot be cancelled without paying the full price.")
    return ngettext(
        "Cancel until %(n)d day before and pay only %(percent)s.",
        "Cancel until %(n)d days before and pay only %(percent)s.",
        days,
    ) % {"n": days, "percent": percent_words(fee)}
