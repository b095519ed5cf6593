"""Reads the former portal's CSV: what can be read, and every row that cannot, with its reason.

Nobody's export looks like anybody else's: the columns are found by their headings, in French or
English, in any order; the separator is a semicolon, comma or tab; amounts have a decimal comma
or point. A row that cannot be read is kept with its number as spreadsheets count (the heading
is row 1). Nothing is guessed: a row without an amount is not a row of zero.
"""

import csv
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from io import StringIO

from django.utils.translation import gettext as _

LARGEST = 2_000_000
MOST_ROWS = 20_000
LONGEST_TEXT = 200
HEADINGS = {
    "order": {"order", "order reference", "reference", "commande", "reference commande", "dossier"},
    "commission": {"commission", "amount", "montant", "montant commission"},
    "currency": {"currency", "devise"},
    "rate": {"rate", "commission rate", "taux", "taux commission"},
}
_NEEDED = ("order", "commission")
_SPACES = str.maketrans("", "", " \u00a0\u202f")


class BadFile(ValueError):
    """The file as a whole cannot be read; the text says why."""


@dataclass(frozen=True)
class PortalRow:
    """What the former portal paid for one order: ``commission`` in ``currency``."""

    row: int
    order: str
    commission: Decimal
    currency: str
    rate: Decimal | None = None


@dataclass(frozen=True)
class RefusedRow:
    """A row that could not be read: its number, its text, and why."""

    row: int
    text: str
    reason: str


@dataclass(frozen=True)
class PortalFile:
    """All rows of a file, one way or the other."""

    rows: list[PortalRow]
    refused: list[RefusedRow]


def portal_read(content: bytes, *, currency: str) -> PortalFile:
    """Read a file; rows that name no currency are in ``currency``.

    Raises BadFile when it is too large, empty, or lacks the columns order and commission.
    """
    if len(content) > LARGEST:
        raise BadFile(_("The file is too large: 2 MB at most."))
    lines = list(_cells(_decoded(content)))
    if not lines:
        raise BadFile(_("The file is empty."))
    (_row, heading), *body = lines
    places = _places(heading)
    if len(body) > MOST_ROWS:
        raise BadFile(_("The file has too many rows: 20,000 at most."))
    found = PortalFile([], [])
    for number, cells in body:
        read = _row_read(number, cells, places, currency)
        if isinstance(read, PortalRow):
            found.rows.append(read)
        else:
            found.refused.append(read)
    return found


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    heading = text.partition("\n")[0]
    separator = max(";,\t", key=heading.count)
    reader = csv.reader(StringIO(text), delimiter=separator)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise BadFile(
            _("The file cannot be read from row %(row)d on.") % {"row": reader.line_num}
        ) from error


def _plain(heading: str) -> str:
    bare = unicodedata.normalize("NFKD", heading.lower().replace("_", " "))
    return "".join(sign for sign in bare if not unicodedata.combining(sign)).strip()


def _places(heading: list[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, title in enumerate(heading):
        for name, known in HEADINGS.items():
            if _plain(title) in known:
                places.setdefault(name, place)
    if any(name not in places for name in _NEEDED):
        raise BadFile(
            _(
                "The first row must name the columns: order and commission, and if you have them "
                "currency and rate."
            )
        )
    return places


def _row_read(
    number: int, cells: list[str], places: Mapping[str, int], currency: str
) -> PortalRow | RefusedRow:
    def cell(name: str) -> str:
        place = places.get(name, len(cells))
        return cells[place] if place < len(cells) else ""

    def refuse(reason: str) -> RefusedRow:
        return RefusedRow(number, " | ".join(cells)[:LONGEST_TEXT], reason)

    order = cell("order").upper()
    if not order:
        return refuse(_("No order reference."))
    code = (cell("currency") or currency).upper()
    if len(code) != len("EUR") or not code.isalpha():
        return refuse(_("“%(text)s” is no currency.") % {"text": cell("currency")[:20]})
    try:
        commission = _number(cell("commission"))
        rate = _number(cell("rate").replace("%", "")) if cell("rate") else None
    except InvalidOperation:
        return refuse(_("An amount or rate is missing, or is no number."))
    return PortalRow(number, order, commission, code, rate)


def _number(text: str) -> Decimal:
    """A decimal comma or point. Raises InvalidOperation for anything else, or too much of it."""
    clean = text.translate(_SPACES)
    if "," in clean and "." in clean:
        # 1.234,50 or 1,234.50: the last sign is the decimal one.
        group = "," if clean.rfind(".") > clean.rfind(",") else "."
        clean = clean.replace(group, "")
    amount = Decimal(clean.replace(",", "."))
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 10:
        raise InvalidOperation(text)
    return amount
