"""Dates, times and durations of the flux: read strictly, answered with None when they cannot be
read.
"""

from __future__ import annotations

import re
from datetime import date, time

_DURATION = re.compile(
    r"^P(?:([0-9]{1,3})D)?(?:T(?:([0-9]{1,3})H)?(?:([0-9]{1,5})M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?$"
)
_MAX_MINUTES = 60 * 24 * 60


def read_date(text: str) -> date | None:
    """The day of `2023-11-09` or `2023-11-09T01:22:56.558Z`, as written, in no time zone."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """The time of day of `10:30`, `10:30:00` or an instant; seconds are dropped, `24:00` is
    midnight.
    """
    clock = text.strip().rpartition("T")[2][:5]
    if clock == "24:00":
        return time(0, 0)
    try:
        return time.fromisoformat(clock)
    except ValueError:
        return None


def read_minutes(text: str) -> int | None:
    """Minutes of an ISO 8601 duration (`PT2H30M`, `P2D`) or of a plain number of minutes; at most
    60 days.
    """
    text = text.strip()
    plain = re.fullmatch(r"([0-9]{1,6})(?:\.0+)?", text)
    if plain:
        minutes = int(plain.group(1))
    else:
        match = _DURATION.match(text)
        if not match:
            return None
        days, hours, rest = (int(part or 0) for part in match.groups())
        minutes = (days * 24 + hours) * 60 + rest
    return minutes if 0 < minutes <= _MAX_MINUTES else None
