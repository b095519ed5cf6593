"""Days as people write them: French says "1er juillet" and "2 juillet" (a template filter too).

Django's formats know no ordinal for French, and only the first of a month has one. The filter
stands ready in every template (``TEMPLATES``): ``{{ day|day_words:"l j F Y" }}``.
"""

import re
from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.translation import get_language

register = template.Library()
FIRST = re.compile(r"(?<!\d)1(?=\s+[^\W\d])")


@register.filter
def day_words(day: date | datetime | None, pattern: str = "DATE_FORMAT") -> str:
    """``day`` by a format of Django's, with "1er" in French; empty for none.

    A moment is that of the local time, as with the filter ``date``.
    """
    if not day:
        return ""
    moment = day
    if isinstance(day, datetime) and timezone.is_aware(day):
        moment = timezone.localtime(day)
    words = date_format(moment, pattern)
    written = get_format(pattern) if pattern.isupper() else pattern
    french = (get_language() or "").startswith("fr")
    if french and moment.day == 1 and "j F" in written:
        return FIRST.sub("1er", words, count=1)
    return words
