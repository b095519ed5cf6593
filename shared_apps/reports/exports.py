"""A dashboard as a file: every table of the page, with the currency on each row."""

import csv
from collections.abc import Iterator, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook

from shared_apps.operator.listing import FORMULA_STARTS
from shared_apps.reports.figures import Board, Figure
from shared_apps.reports.periods import Span

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | Decimal | int


def export_rows(
    boards: Sequence[Board], *, share_label: str, headings: dict[str, str]
) -> Iterator[list[Cell]]:
    """A heading row, then the totals, the steps and every row of every dimension."""
    yield [
        _("Currency"),
        _("Table"),
        _("Name"),
        _("Sales"),
        _("Sales before"),
        share_label,
        _("%(what)s before") % {"what": share_label},
    ]
    for board in boards:
        yield _row(board.currency, _("Total"), "", board.sales, board.share)
        for step in board.steps:
            day = step.start.isoformat()
            yield _row(board.currency, _("Over time"), day, step.sales, step.share)
        for name, heading in headings.items():
            for row in board.groups.get(name, []):
                yield _row(board.currency, heading, row.label, row.sales, row.share)


def export_response(
    kind: str, rows: Iterator[list[Cell]], span: Span, *, name: str
) -> HttpResponse:
    """The rows as ``csv`` (UTF-8 with its mark, semicolons) or ``xlsx``."""
    file = f"{name}-{span.first}-{span.last}.{kind}"
    if kind == "xlsx":
        book = Workbook(write_only=True)
        sheet = book.create_sheet(name[:31])
        for row in rows:
            sheet.append([_defused(cell) for cell in row])
        content = BytesIO()
        book.save(content)
        response = HttpResponse(content.getvalue(), content_type=XLSX)
    else:
        # The byte order mark is what tells spreadsheets that accents are UTF-8.
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        csv.writer(response, delimiter=";").writerows(
            [_defused(cell) for cell in row] for row in rows
        )
    response["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


def _row(currency: str, table: str, name: str, sales: Figure, share: Figure) -> list[Cell]:
    return [currency, table, name, sales.now, sales.before, share.now, share.before]


def _defused(cell: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell
