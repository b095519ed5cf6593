"""Verifies the closings of one agency: their own chain, their place in the journal, their sums.

The totals are added up again from the lines, so a line that came into a closed period, left it
or was changed shows as a closing that no longer adds up. What it cannot see alone: closings cut
off the end. The command prints the last day closed; archived hashes close the rest.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from shared_apps.journal.chain import GENESIS, link_hash
from shared_apps.journal.closings import (
    Totals,
    days_between,
    first_day,
    period_totals,
    periods_ending,
    totals_add,
    totals_by_day,
    totals_of,
)
from shared_apps.journal.models import Closing, JournalLine
from tenants.models import Agency


def closing_faults(agency: Agency) -> tuple[date | None, list[str]]:
    """The last day closed and everything that is wrong with the agency's closings."""
    closings = list(Closing.objects.filter(agency=agency).order_by("seq"))
    if not closings:
        return None, []
    last = closings[-1].ends_on
    days = totals_by_day(agency, first=None, last=last)
    anchors = _anchors(agency, closings)
    faults: list[str] = []
    prev, perpetual, added_to = GENESIS, Totals(), None
    for seq, closing in enumerate(closings, 1):
        found = [*_link_faults(closing, agency, seq, prev), *_column_faults(closing)]
        if anchors.get(closing.journal_seq) != closing.journal_hash:
            found.append("its line of the journal is not the one it names")
        if closing.ends_on != added_to:
            perpetual = totals_add([perpetual, days.get(closing.ends_on, {})])
            added_to = closing.ends_on
        found.extend(_sum_faults(closing, days, perpetual))
        faults.extend(f"closing #{closing.seq}: {what}" for what in found)
        prev = closing.hash
    faults.extend(_gaps(agency, closings))
    return last, faults


def _anchors(agency: Agency, closings: list[Closing]) -> dict[int, str]:
    wanted = {closing.journal_seq for closing in closings}
    lines = JournalLine.objects.filter(agency=agency, seq__in=wanted)
    return dict(lines.order_by().values_list("seq", "hash"))


def _link_faults(closing: Closing, agency: Agency, seq: int, prev: str) -> Iterator[str]:
    if closing.seq != seq:
        yield f"closing #{seq} is missing"
    if closing.prev_hash != prev:
        yield "does not follow the closing before it"
    expected = link_hash(
        version=closing.version,
        seq=closing.seq,
        prev=closing.prev_hash,
        payload=closing.payload,
    )
    if closing.hash != expected:
        yield "its content was changed"
    if closing.agency_schema != agency.schema_name:
        yield "column agency_schema is not this agency's"


def _column_faults(closing: Closing) -> Iterator[str]:
    facts = json.loads(closing.payload)
    stated: Mapping[str, Any] = {
        "period": facts["period"],
        "starts_on": date.fromisoformat(facts["from"]),
        "ends_on": date.fromisoformat(facts["to"]),
        "closed_at": datetime.fromisoformat(facts["at"]),
        "journal_seq": facts["journal"]["seq"],
        "journal_hash": facts["journal"]["hash"],
    }
    for column, value in stated.items():
        if getattr(closing, column) != value:
            yield f"column {column} differs from the payload"


def _sum_faults(closing: Closing, days: Mapping[date, Totals], perpetual: Totals) -> Iterator[str]:
    if totals_of(closing, "totals") != period_totals(days, closing.starts_on, closing.ends_on):
        yield "its totals are not what the lines of the period add up to"
    if totals_of(closing, "perpetual") != perpetual:
        yield "its perpetual totals are not what all lines add up to"


def _gaps(agency: Agency, closings: list[Closing]) -> Iterator[str]:
    """The first closing that is not the one the calendar asks for."""
    expected = (
        (period, starts_on, day)
        for day in days_between(first_day(agency), closings[-1].ends_on)
        for period, starts_on in periods_ending(day)
    )
    for closing, (period, starts_on, day) in zip(closings, expected, strict=False):
        if (closing.period, closing.starts_on, closing.ends_on) != (period, starts_on, day):
            yield f"closing #{closing.seq}: the {period} from {starts_on} is not closed there"
            return
