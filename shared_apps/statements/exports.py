"""A statement as CSV and as a spreadsheet: the components first, then every line.

Both hold the components, so that nobody ever receives a net alone (L6). Amounts are plain
numbers, with a decimal point, in the currency named beside them. What a person typed is defused:
a spreadsheet runs no formula of it.
"""

import csv
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook

from shared_apps.catalog.texts import text_in
from shared_apps.operator.filters import CHANNELS
from shared_apps.operator.listing import FORMULA_STARTS
from shared_apps.pricing.money import minor_unit
from shared_apps.statements.document import components_of
from shared_apps.statements.models import Statement, StatementLine
from shared_apps.statements.pdf import column_words

Row = list[Any]
CHANNEL_WORDS = dict(CHANNELS)
BYTE_ORDER_MARK = "\ufeff"


def statement_csv(statement: Statement) -> bytes:
    """UTF-8 with its mark, separated by semicolons: components, an empty row, lines."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerows(_head(statement))
    writer.writerow([])
    writer.writerows(_lines(statement))
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def statement_xlsx(statement: Statement) -> bytes:
    """Two sheets: components, and lines."""
    book = Workbook(write_only=True)
    for title, rows in ((_("Summary"), _head(statement)), (_("Lines"), _lines(statement))):
        sheet = book.create_sheet(title[:31])
        for row in rows:
            sheet.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _head(statement: Statement) -> Iterator[Row]:
    yield [_("Statement"), _safe(str(statement.reference or _("Draft")))]
    yield [_("For"), _safe(statement.party_name)]
    yield [_("Period"), statement.period_from.isoformat(), statement.period_to.isoformat()]
    if statement.due_on:
        yield [_("Due on"), statement.due_on.isoformat()]
    for part in components_of(statement):
        yield [part.label, _plain(part.amount, statement.currency), statement.currency]
    for label, amount in (
        (_("Provisional gross sales"), statement.provisional_gross),
        (_("Provisional, not earned yet"), statement.provisional_commission),
    ):
        yield [label, _plain(amount, statement.currency), statement.currency]


def _lines(statement: Statement) -> Iterator[Row]:
    columns = column_words(statement.party)
    yield [
        _("No."), _("Section"), _("Day"), _("Service"), _("Sold by"), _("Order"), _("Product"),
        _("Title"), _("Channel"), _("Quantity"), _("Rule"), _("Note"), _("Currency"),
        *(heading for _name, heading in columns), _("Answer"),
    ]  # fmt: skip
    lines = statement.lines.select_related("sold_by").order_by("position")
    for line in lines.iterator(chunk_size=2000):
        yield _line(line, statement, [name for name, _heading in columns])


def _line(line: StatementLine, statement: Statement, columns: list[str]) -> Row:
    return [
        line.position,
        line.get_section_display(),
        line.occurred_on.isoformat(),
        line.service_date.isoformat() if line.service_date else "",
        _safe(str(line.sold_by or "")),
        _safe(line.order_reference),
        _safe(line.product),
        _safe(text_in(line.titles, get_language() or "fr")),
        str(CHANNEL_WORDS.get(line.channel, line.channel)),
        line.quantity,
        line.rule,
        _safe(line.note),
        statement.currency,
        *(_plain(getattr(line, name), statement.currency) for name in columns),
        line.get_state_display(),
    ]


def _plain(amount: Decimal, currency: str) -> Decimal:
    """With the decimals of its currency and no more; amounts are in whole minor units."""
    return amount.quantize(Decimal(1).scaleb(-minor_unit(currency)))


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
