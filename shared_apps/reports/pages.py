"""The dashboard page of both doors: same figures, each with what its viewer earns.

The agency sees its sales and its commission, never what the operator or a provider keeps; the
operator sees the network and its own margin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shared_apps.reports.charts import bars_chart, commission_chart, series_chart, step_label
from shared_apps.reports.exports import export_response, export_rows
from shared_apps.reports.figures import Board, Commission, falling, others, top
from shared_apps.reports.periods import DAY, MONTH, WEEK, Span, shortcuts, span_read
from shared_apps.reports.queries import boards_read, commission_read

Text = str | Promise
STEP_WORDS: dict[str, Text] = {DAY: _("Day"), WEEK: _("Week"), MONTH: _("Month")}
SHORTCUT_WORDS: dict[str, Text] = {
    "week": _("This week"),
    "month": _("This month"),
    "last_month": _("Last month"),
    "year": _("This year"),
}


@dataclass(frozen=True)
class Desk:
    """What one door's dashboard shows. ``headings`` are its dimensions, in order."""

    door: str
    share: str
    share_label: Text
    title: Text
    lead: Text
    headings: dict[str, Text]
    with_commission: bool = False
    with_falling: bool = False


AGENCY = Desk(
    door="office",
    share="agency",
    share_label=_("Commission"),
    title=_("Dashboard"),
    lead=_("What your agency sold and what it earns from it, net of cancellations."),
    headings={"product": _("Products"), "channel": _("Channels")},
    with_commission=True,
)
OPERATOR = Desk(
    door="operator",
    share="operator",
    share_label=_("Margin"),
    title=_("Dashboard"),
    lead=_("What the network sold and what TNP keeps of it, net of cancellations."),
    headings={
        "agency": _("Agencies"),
        "product": _("Products"),
        "provider": _("Providers"),
        "channel": _("Channels"),
    },
    with_falling=True,
)


def dashboard(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page, or its export with ``?export=csv`` or ``xlsx``."""
    today = timezone.localdate()
    span = span_read(request.GET.dict(), today=today)
    boards = boards_read(span, share=desk.share, dimensions=desk.headings)
    kind = request.GET.get("export")
    if kind in ("csv", "xlsx"):
        headings = {name: str(heading) for name, heading in desk.headings.items()}
        rows = export_rows(boards, share_label=str(desk.share_label), headings=headings)
        return export_response(kind, rows, span, name="tableau")
    if desk.with_commission:
        stand = commission_read(span, today=today)
        for board in boards:
            board.commission = stand.get(board.currency, Commission())
    context = {
        "desk": desk,
        "page_title": desk.title,
        "span": span,
        "steps": STEP_WORDS.items(),
        "shortcuts": _shortcuts(span, today),
        "csv_url": _address(span, export="csv"),
        "xlsx_url": _address(span, export="xlsx"),
        "boards": [_shown(board, desk, span) for board in boards],
    }
    return render(request, "office/reports/dashboard.html", context)


def _shown(board: Board, desk: Desk, span: Span) -> dict[str, Any]:
    """One currency as the template lays it out."""
    return {
        "board": board,
        "series": series_chart(board, step=span.step, share_label=str(desk.share_label)),
        "steps": [(step_label(step, span.step), step) for step in board.steps],
        "commission": commission_chart(board) if desk.with_commission else None,
        "groups": [_group(board, name, heading, desk) for name, heading in desk.headings.items()],
    }


def _group(board: Board, name: str, heading: Text, desk: Desk) -> dict[str, Any]:
    rows = board.groups.get(name, [])
    best = top(rows)
    return {
        "name": name,
        "heading": heading,
        "top": best,
        "others": others(rows),
        "falling": falling(rows) if desk.with_falling else [],
        "chart": bars_chart(board, best),
    }


def _shortcuts(span: Span, today: date) -> Sequence[tuple[Text, str, bool]]:
    return [
        (SHORTCUT_WORDS[code], _address(one), one == span) for code, one in shortcuts(today).items()
    ]


def _address(span: Span, **more: str) -> str:
    asked = {"from": span.first.isoformat(), "to": span.last.isoformat(), "step": span.step}
    return f"?{urlencode({**asked, **more})}"
