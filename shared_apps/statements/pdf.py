"""A statement as a PDF (A4), typeset by typst from data: no HTML, no browser.

Tagged, with title and language (PDF/UA-1, L10). Its data reaches the typesetter as JSON, so
nothing a person typed becomes markup.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shared_apps.catalog.texts import text_in
from shared_apps.operator.templatetags.office import money_text
from shared_apps.outbox.mail import seller_now
from shared_apps.statements.document import Component, components_of, net_words
from shared_apps.statements.models import Section, Statement, StatementLine
from shared_apps.statements.queries import SectionTotal, sections_of

TEMPLATE = Path(settings.BASE_DIR) / "themes" / "base" / "typst" / "statement.typ"
MOST_LINES = 2_000
"""Above, the PDF holds the sections' totals and says where the lines are: nobody reads a book."""
_SHOWN = {
    "agency": ("gross", "commission", "collected", "fee", "settled", "due"),
    "provider": ("gross", "commission", "settled", "due"),
}


def statement_pdf(statement: Statement) -> bytes:
    """The statement in the current language.

    Raises :class:`typst.TypstError` when the page cannot be set: a fault of the template.
    """
    files: Any = {
        "main.typ": _template(),
        "data.json": json.dumps(_data(statement)).encode(),
    }
    return typst.compile(files, format="pdf", ignore_system_fonts=True, pdf_standards=["ua-1"])


@lru_cache(maxsize=1)
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def column_words(party: str) -> list[tuple[str, str]]:
    """(column, heading) of the amounts that a party's lines show, in their order."""
    words = {
        "gross": _("Gross"),
        "commission": _("Commission"),
        "collected": _("Collected"),
        "fee": _("TNP’s part"),
        "settled": _("Settled"),
        "due": _("Due"),
    }
    return [(name, words[name]) for name in _SHOWN[party]]


def _data(statement: Statement) -> dict[str, Any]:
    sections = sections_of(statement)
    columns = column_words(statement.party)
    return {
        "language": (get_language() or "fr").partition("-")[0],
        "draft": statement.status == Statement.Status.DRAFT,
        "reference": statement.reference or "",
        "party": statement.party_name,
        "seller": {name: str(text) for name, text in seller_now().items() if text},
        "facts": _facts(statement),
        "net": {
            "label": net_words(statement),
            "amount": money_text(abs(statement.due), statement.currency),
        },
        "components": [_component(part, statement) for part in components_of(statement, sections)],
        "columns": [heading for _name, heading in columns],
        "sections": _sections(statement, sections, [name for name, _heading in columns]),
        "provisional": _provisional(statement),
        "hash": statement.sha256,
        "words": _words(statement),
    }


def _facts(statement: Statement) -> list[list[str]]:
    facts = [
        [_("For"), statement.party_name],
        [_("Period"), f"{_day(statement.period_from)} – {_day(statement.period_to)}"],
        [_("Currency"), statement.currency],
        [_("How"), _("One net amount") if statement.netting else _("Each side pays whole")],
    ]
    if statement.issued_at and statement.due_on:
        facts.append([_("Issued on"), _day(timezone.localdate(statement.issued_at))])
        facts.append([_("Due on"), _day(statement.due_on)])
    return facts


def _component(part: Component, statement: Statement) -> dict[str, str]:
    return {
        "kind": part.kind,
        "label": part.label,
        "help": part.help,
        "amount": money_text(part.shown, statement.currency),
    }


def _sections(
    statement: Statement, totals: Sequence[SectionTotal], columns: Sequence[str]
) -> list[dict[str, Any]]:
    by_section = {total.section: total for total in totals}
    lines = statement.lines.select_related("sold_by").order_by("position")
    if statement.line_count > MOST_LINES:
        return [_section(by_section[total.section], [], statement, columns) for total in totals]
    found = []
    for section, group in groupby(lines.iterator(chunk_size=2000), lambda line: line.section):
        rows = [_line(line, statement, columns) for line in group]
        found.append(_section(by_section[section], rows, statement, columns))
    return found


def _section(
    total: SectionTotal,
    rows: list[dict[str, Any]],
    statement: Statement,
    columns: Sequence[str],
) -> dict[str, Any]:
    return {
        "title": total.label,
        "rows": rows,
        "totals": [money_text(getattr(total, name), statement.currency) for name in columns],
    }


def _line(line: StatementLine, statement: Statement, columns: Sequence[str]) -> dict[str, Any]:
    return {
        "number": str(line.position),
        "order": line.order_reference,
        "what": line_words(line, statement),
        "day": _day(line.service_date or line.occurred_on),
        "amounts": [_shown(getattr(line, name), statement.currency) for name in columns],
    }


def _shown(amount: Decimal, currency: str) -> str:
    """A dash for zero: in a column of few amounts the eye finds them."""
    return money_text(amount, currency) if amount else "–"


def line_words(line: StatementLine, statement: Statement) -> str:
    """What a line is about: the product, or the correction, and for a provider who sold it."""
    if line.section == Section.ADJUSTMENT:
        return line.note
    title = text_in(line.titles, get_language() or "fr")
    parts = [title or str(Section(line.section).label)]
    if line.quantity:
        parts.append(f"× {abs(line.quantity)}")
    if not statement.for_agency and line.sold_by:
        parts.append(f"· {line.sold_by}")
    elif line.rule:
        parts.append(f"· {line.note or line.rule}")
    return " ".join(parts)


def _provisional(statement: Statement) -> dict[str, str] | None:
    if not statement.provisional_count:
        return None
    return {
        "gross": money_text(statement.provisional_gross, statement.currency),
        "earned": money_text(statement.provisional_commission, statement.currency),
    }


def _day(day: Any) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _words(statement: Statement) -> dict[str, str]:
    draft = _("Draft statement")
    title = _("Statement %(reference)s") % {"reference": statement.reference or ""}
    return {
        "title": draft if statement.status == Statement.Status.DRAFT else title,
        "statement": _("Statement"),
        "draft": _("Draft: not issued, may still change"),
        "how": _("How the amount comes about"),
        "lines": _("Every line"),
        "number": _("No."),
        "order": _("Order"),
        "what": _("What"),
        "day": _("Service"),
        "total": _("Total"),
        "none": _("No line."),
        "provisional": _("Not earned yet"),
        "provisional_help": (
            _("Sold, and the service date is still to come. Not part of the amount above.")
        ),
        "provisional_gross": _("Gross sales"),
        "provisional_earned": (
            _("Provisional commission")
            if statement.for_agency
            else _("Provisional purchase amount")
        ),
        "elsewhere": (
            _("%(count)s lines: each of them is in the spreadsheet and the CSV file.")
            % {"count": statement.line_count}
            if statement.line_count > MOST_LINES
            else ""
        ),
        "dispute": _(
            "If a line looks wrong, dispute that line in your office: the rest stays undisputed."
        ),
        "seal": _("Seal of the content (SHA-256)"),
        "registration": _("Registration"),
        "page": _("Page {page} of {pages}"),
    }
