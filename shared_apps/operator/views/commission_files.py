"""Rules out to a spreadsheet and back in, with a dry run before anything is drafted.

The first answer says what every line would do, or which line and field cannot be read; nothing is
drafted then. Drafting sends the lines that change something along again, so it reads exactly
what was shown, and a file with one bad line drafts nothing.
"""

import csv
import io
import zipfile
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from tablib import Dataset

from shared_apps.commissions.books import rules_as_of
from shared_apps.commissions.change_sets import draft_open
from shared_apps.identity.access import person
from shared_apps.operator.rulebook import words
from shared_apps.operator.rulebook.desk import Desk
from shared_apps.operator.rulebook.files import ReadChange, RuleResource, changes_draft
from shared_apps.operator.rulebook.filters import day_asked
from shared_apps.operator.rulebook.forms import FileForm

MOST_LINES = 20_000
SHOWN = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Reading:
    """What reading a file gave: what it would do, or what is wrong with which line."""

    wanted: list[ReadChange] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[tuple[int, str, str]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    again: str = ""

    @property
    def good(self) -> bool:
        """Whether it can be drafted."""
        return bool(self.wanted) and not self.errors and not self.refusals


def file_out(request: HttpRequest, desk: Desk, kind: str) -> HttpResponse:
    """The desk's own rules in force, of the table's filter, ready to be edited and read back."""
    day = day_asked(request.GET)
    shown = desk.filterset_class(request.GET, queryset=desk.parts(day)[-1], request=request).qs
    ids = shown.order_by().values_list("pk", flat=True)
    rules = rules_as_of(desk.book, day).filter(pk__in=list(ids))
    dataset = _resource(desk).export(rules.order_by("position", "pk"))
    if kind == "xlsx":
        response = HttpResponse(dataset.export("xlsx"), content_type=XLSX)
    else:
        # The byte order mark is what tells spreadsheets that accents are UTF-8.
        text = "\ufeff" + str(dataset.export("csv", delimiter=";"))
        response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="commissions-{day}.{kind}"'
    return response


def file_in(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the form, the dry run of a file, or draft what was shown."""
    if request.method == "POST" and "again" in request.POST:
        return _draft(request, desk)
    form = FileForm(request.POST or None, request.FILES or None)
    reading = None
    if request.method == "POST" and form.is_valid():
        try:
            reading = _read(_dataset(form.cleaned_data["file"]), desk)
        except ValidationError as refusal:
            form.add_error("file", refusal)
    return _page(request, desk, form, reading)


def _draft(request: HttpRequest, desk: Desk) -> HttpResponse:
    reading = _read(_csv(request.POST["again"]), desk)
    if not reading.good:
        return _page(request, desk, FileForm(), reading)
    change_set = draft_open(desk.book, author=person(request))
    try:
        count = changes_draft(desk.book, change_set=change_set, wanted=reading.wanted)
    except ValidationError as refusal:
        reading.refusals += refusal.messages
        return _page(request, desk, FileForm(), reading)
    said = ngettext(
        "%(count)d rule of the file is drafted. Nothing applies before you publish.",
        "%(count)d rules of the file are drafted. Nothing applies before you publish.",
        count,
    )
    messages.success(request, said % {"count": count})
    return redirect(desk.url("set", change_set.pk))


def _page(
    request: HttpRequest, desk: Desk, form: FileForm, reading: Reading | None
) -> HttpResponse:
    context: dict[str, Any] = {
        "desk": desk,
        "form": form,
        "reading": reading,
        "lines": [_shown(one) for one in reading.wanted[:SHOWN]] if reading else [],
        "errors": reading.errors[:SHOWN] if reading else [],
        "columns": list(_resource(desk).fields),
    }
    bad = form.errors or (reading is not None and not reading.good)
    status = 422 if request.method == "POST" and bad else 200
    return render(request, "office/commissions/import.html", context, status=status)


def _shown(one: ReadChange) -> dict[str, Any]:
    return {
        "line": one.line,
        "name": one.head.name if one.head else one.changes.get("name", ""),
        "new": one.head is None,
        "terms": [
            words.TermChange(
                words.TERM_LABELS[name],
                words.value_words(getattr(one.head, name)) if one.head else "",
                words.value_words(value),
            )
            for name, value in one.changes.items()
            if one.head or value not in (None, "", [])
        ],
    }


def _resource(desk: Desk) -> RuleResource:
    return RuleResource(desk.book, margin=desk.sees_margin)


def _read(dataset: Dataset, desk: Desk) -> Reading:
    """Read every line; writes nothing."""
    resource = _resource(desk)
    result = resource.import_data(dataset, dry_run=False, use_transactions=False)
    reading = Reading(wanted=resource.wanted)
    reading.refusals = [" ".join(_messages(one.error)) for one in result.base_errors]
    if reading.refusals:
        return reading
    reading.new = sum(one.head is None for one in resource.wanted)
    reading.changed = len(resource.wanted) - reading.new
    reading.unchanged = result.totals["skip"]
    for row in result.invalid_rows:
        for name, said in row.error_dict.items():
            column = "" if name == "__all__" else name
            reading.errors.append((row.number + 1, column, " ".join(map(str, said))))
    for bad in result.error_rows:
        reading.errors.append((bad.number + 1, "", str(bad.errors[0].error)))
    reading.errors.sort()
    lines = {one.line for one in resource.wanted}
    kept = Dataset(headers=dataset.headers)
    for number, row in enumerate(dataset, 2):
        if number in lines:
            kept.append(row)
    reading.again = str(kept.export("csv", delimiter=";"))
    return reading


def _messages(error: Exception) -> list[str]:
    return error.messages if isinstance(error, ValidationError) else [str(error)]


def _dataset(upload: Any) -> Dataset:
    """The lines of an uploaded file. Raises ValidationError for what is neither CSV nor XLSX."""
    content: bytes = upload.read()
    if zipfile.is_zipfile(io.BytesIO(content)):
        return _xlsx(content)
    try:
        return _csv(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValidationError(
            _("The file is neither a spreadsheet (XLSX) nor text in UTF-8 (CSV).")
        ) from error


def _csv(text: str) -> Dataset:
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") >= first.count(",") else ","
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise ValidationError(_("The file cannot be read: %(why)s.") % {"why": error}) from error
    return _filled(rows)


def _xlsx(content: bytes) -> Dataset:
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = [list(row) for row in sheet.iter_rows(max_row=MOST_LINES + 2, values_only=True)]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        raise ValidationError(_("The file cannot be read: %(why)s.") % {"why": error}) from error
    return _filled(rows)


def _filled(rows: list[list[Any]]) -> Dataset:
    """Rows under their headings, short ones filled up; empty lines at the end left out."""
    while rows and not any(value not in (None, "") for value in rows[-1]):
        rows.pop()
    if not rows:
        raise ValidationError(_("The file is empty."))
    if len(rows) > MOST_LINES + 1:
        raise ValidationError(
            _("The file has more than %(count)d lines: split it.") % {"count": MOST_LINES}
        )
    headers = [str(name or "").strip() for name in rows[0]]
    dataset = Dataset(headers=headers)
    for row in rows[1:]:
        dataset.append((row + [""] * len(headers))[: len(headers)])
    return dataset
