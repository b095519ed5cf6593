"""Finds reaches by their days, so that a year of seasonal rules is not compared pair by pair.

A reach is filed under the months of its service window, or else of its sale days, when they have
a beginning and an end; all others are filed together. Asking for days then looks at few.
"""

from collections.abc import Iterator
from datetime import date

from shared_apps.commissions.lint.coverage import Reach

LONGEST_MONTHS = 24
"""Windows of more months than this are filed with those that have no end."""

Days = tuple[date, date]
Month = tuple[int, int]


class Calendar:
    """Reaches, each filed once, in the order in which they came within a place."""

    def __init__(self) -> None:
        self._everywhere: dict[Reach, None] = {}
        self._axes: dict[str, dict[Month, dict[Reach, None]]] = {"service": {}, "sale": {}}

    def add(self, reach: Reach) -> None:
        """File a reach."""
        for axis in ("service", "sale"):
            months = _months(getattr(reach, axis))
            if months:
                for month in months:
                    self._axes[axis].setdefault(month, {})[reach] = None
                return
        self._everywhere[reach] = None

    def around(self, reach: Reach) -> Iterator[Reach]:
        """Those that may cover ``reach``: a cover holds its first day."""
        yield from self._everywhere
        for axis in ("service", "sale"):
            days: Days | None = getattr(reach, axis)
            if days is not None:
                yield from self._axes[axis].get((days[0].year, days[0].month), ())

    def near(self, reach: Reach) -> Iterator[Reach]:
        """Those that may meet ``reach``."""
        yield from self._everywhere
        for axis, filed in self._axes.items():
            months = _months(getattr(reach, axis))
            for month in filed if months is None else months:
                yield from filed.get(month, ())


def _months(days: Days | None) -> list[Month] | None:
    """The months of a window that has an end, or None."""
    if days is None:
        return None
    first = days[0].year * 12 + days[0].month - 1
    last = days[1].year * 12 + days[1].month - 1
    if last - first >= LONGEST_MONTHS:
        return None
    return [(number // 12, number % 12 + 1) for number in range(first, last + 1)]
