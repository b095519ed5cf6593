"""What the pictures are drawn from: plain lists, written into the page as JSON.

Amounts travel as text and become numbers only to place a bar; the table beside each picture has
them exactly. The script that draws knows no words: labels come translated from here.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shared_apps.reports.figures import Board, Row, Step
from shared_apps.reports.periods import MONTH


def series_chart(board: Board, *, step: str, share_label: str) -> dict[str, Any]:
    """Sales as bars, the span before as a dashed line, the share as a line."""
    return {
        "kind": "series",
        "currency": board.currency,
        "labels": [step_label(one, step) for one in board.steps],
        "sets": [
            _set(_("Sales"), "bar", [str(one.sales.now) for one in board.steps]),
            _set(_("Sales before"), "dashed", [str(one.sales.before) for one in board.steps]),
            _set(share_label, "line", [str(one.share.now) for one in board.steps]),
        ],
    }


def bars_chart(board: Board, rows: Sequence[Row]) -> dict[str, Any]:
    """Sales of each row as a lying bar, those of the span before beside it."""
    return {
        "kind": "bars",
        "currency": board.currency,
        "labels": [row.label for row in rows],
        "sets": [
            _set(_("Sales"), "bar", [str(row.sales.now) for row in rows]),
            _set(_("Sales before"), "hatched", [str(row.sales.before) for row in rows]),
        ],
    }


def commission_chart(board: Board) -> dict[str, Any]:
    """Provisional, earned and paid as one stacked bar."""
    stand = board.commission
    return {
        "kind": "stack",
        "currency": board.currency,
        "labels": [_("Commission")],
        "sets": [
            _set(_("Paid"), "bar", [str(stand.paid)]),
            _set(_("Earned, not paid yet"), "hatched", [str(stand.unpaid)]),
            _set(_("Provisional"), "dotted", [str(stand.provisional)]),
        ],
    }


def step_label(step: Step, kind: str) -> str:
    """The day, or the month, in the current language."""
    return date_format(step.start, "F Y" if kind == MONTH else "SHORT_DATE_FORMAT")


def _set(label: str, style: str, values: list[str]) -> dict[str, Any]:
    return {"label": label, "style": style, "values": values}
