"""Rules as a file and back: CSV and XLSX that people edit in a spreadsheet.

The file has one line a rule and the stable names of the fields as headings, in every language. A
line with a code changes that rule, a line without one makes a new rule. A column that is not in the
file leaves its field alone; an empty cell empties it. Lines that say what stands already are
skipped. The code holds the version, so a file made before somebody else's publication is refused
line by line instead of overwriting it.

Reading writes nothing. What was read becomes drafts in a change set, all of it or nothing, and
goes through the same dry run as a change made by hand.

Cells that a spreadsheet would run as a formula carry an apostrophe in front, which reading takes
off again. What this does not catch: a formula typed by the person who opens the file.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from import_export import fields, resources, widgets
from import_export.instance_loaders import BaseInstanceLoader
from tablib import Dataset

from shared_apps.commissions.books import Book, series_heads
from shared_apps.commissions.change_sets import rule_draft, rules_draft_many
from shared_apps.commissions.change_sets.drafting import draft_complete
from shared_apps.commissions.models import Base, RuleStatus
from shared_apps.commissions.versions import PUBLIC_CODES, terms_copied
from shared_apps.operator.filters import CHANNELS
from shared_apps.operator.listing import FORMULA_STARTS

CHANNEL_CODES = {code for code, _label in CHANNELS}


class TextWidget(widgets.Widget):
    """Text, defused on its way out."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """With an apostrophe in front of what would be a formula."""
        text = "" if value is None else str(value)
        return f"'{text}" if text.startswith(FORMULA_STARTS) else text

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """Without that apostrophe."""
        text = "" if value is None else str(value).strip()
        return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA_STARTS) else text


class NumberWidget(widgets.Widget):
    """A number with a comma or a point; ``empty`` is what an empty cell means."""

    def __init__(self, empty: Decimal | None = None) -> None:
        self.empty = empty

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Without idle zeros."""
        return "" if value is None else f"{Decimal(value).normalize():f}"

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        """Read it. Raises ValueError for what is no number."""
        text = "" if value is None else "".join(str(value).split()).replace(",", ".")
        if not text:
            return self.empty
        try:
            found = Decimal(text)
        except InvalidOperation as error:
            raise ValueError(_("“%(text)s” is not a number.") % {"text": value}) from error
        if not found.is_finite():
            raise ValueError(_("“%(text)s” is not a number.") % {"text": value})
        return found


class WholeWidget(NumberWidget):
    """A whole number."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """Read it. Raises ValueError for what is no whole number."""
        found = super().clean(value, row, **kwargs)
        if found is None or found != found.to_integral_value() or abs(found) > 10**6:
            raise ValueError(_("“%(text)s” is not a whole number.") % {"text": value or ""})
        return int(found)


class DayWidget(widgets.Widget):
    """A day as 2027-01-31 or 31/01/2027."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """As 2027-01-31."""
        return "" if value is None else value.isoformat()

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        """Read it. Raises ValueError for what is no day."""
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date) or value in (None, ""):
            return value or None
        text = "-".join(reversed(str(value).strip().split("/")))
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise ValueError(
                _("“%(text)s” is not a day: write 2027-01-31.") % {"text": value}
            ) from error


class ChoiceWidget(TextWidget):
    """One of a few codes."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = list(codes)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """Read it. Raises ValueError for another code."""
        text = super().clean(value)
        if text not in self.codes:
            raise ValueError(
                _("“%(text)s” is none of: %(codes)s.")
                % {"text": text, "codes": ", ".join(self.codes)}
            )
        return text


class ChannelsWidget(widgets.Widget):
    """Channel codes with commas; none means all."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """With commas."""
        return ", ".join(value or [])

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        """Read them. Raises ValueError for an unknown channel."""
        codes = [part.strip() for part in str(value or "").split(",") if part.strip()]
        if unknown := [code for code in codes if code not in CHANNEL_CODES]:
            known = ", ".join(sorted(CHANNEL_CODES))
            raise ValueError(
                _("“%(text)s” is none of: %(codes)s.") % {"text": unknown[0], "codes": known}
            )
        return codes


class CodeWidget(widgets.Widget):
    """A row of the catalogue or the network by its public code; read once for the whole file."""

    def __init__(self, rows: type[Model], attribute: str) -> None:
        self.rows, self.attribute = rows, attribute
        self.known: dict[str, Model] = {}

    def read(self, codes: Iterable[Any]) -> None:
        """Look all codes of a file up in one statement."""
        wanted = {str(code).strip() for code in codes if code not in (None, "")}
        found = self.rows._default_manager.filter(**{f"{self.attribute}__in": wanted})
        self.known = {getattr(row, self.attribute): row for row in found}

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The code."""
        return TextWidget().render(getattr(value, self.attribute, ""))

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Model | None:
        """The row. Raises ValueError for a code nobody knows."""
        text = TextWidget().clean(value)
        if not text:
            return None
        if text not in self.known:
            raise ValueError(_("Nothing is called “%(code)s”.") % {"code": text})
        return self.known[text]


PLAIN: dict[str, widgets.Widget] = {
    "name": TextWidget(),
    "base": ChoiceWidget(Base.values),
    "percent": NumberWidget(Decimal(0)),
    "fixed": NumberWidget(Decimal(0)),
    "floor": NumberWidget(),
    "cap": NumberWidget(),
    "currency": TextWidget(),
    "channels": ChannelsWidget(),
    "sale_from": DayWidget(),
    "sale_to": DayWidget(),
    "service_from": DayWidget(),
    "service_to": DayWidget(),
    "position": WholeWidget(),
    "reason": TextWidget(),
}


@dataclass(frozen=True)
class ReadChange:
    """What one line asks for: the rule it changes (None for a new one) and the new values."""

    line: int
    head: Any
    changes: dict[str, Any]


class RuleResource(resources.Resource):
    """The rules of one book, between the database and a file."""

    class Meta:
        import_id_fields = ("code",)
        skip_unchanged = True
        skip_diff = True
        using_db = "default"
        instance_loader_class = BaseInstanceLoader

    def __init__(self, book: Book, *, margin: bool) -> None:
        super().__init__()
        self.book = book
        self.wanted: list[ReadChange] = []
        self.heads: dict[int, Any] = {}
        scopes = {
            scope: CodeWidget(book.rule_model._meta.get_field(scope).related_model, attribute)
            for scope, attribute in PUBLIC_CODES.items()
            if scope in book.scopes
        }
        bases = [code for code in Base.values if margin or code != Base.MARGIN]
        known = {"name": PLAIN["name"], **scopes, **PLAIN, "base": ChoiceWidget(bases)}
        code = fields.Field(attribute="code", column_name="code", readonly=True)
        self.fields = {"code": code}
        for name, widget in known.items():
            self.fields[name] = fields.Field(attribute=name, column_name=name, widget=widget)

    def get_import_order(self) -> list[str]:
        """As the fields stand."""
        return list(self.fields)

    def get_export_order(self) -> list[str]:
        """As the fields stand."""
        return list(self.fields)

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        """Refuse headings nobody knows, then look everything up that the lines name."""
        headers = dataset.headers or []
        if unknown := [str(name) for name in headers if name not in self.fields]:
            raise ValidationError(_("Unknown column: %(name)s.") % {"name": ", ".join(unknown)})
        if "code" not in headers or "name" not in headers:
            raise ValidationError(_("The columns “code” and “name” must be in the file."))
        for name, field in self.fields.items():
            if isinstance(field.widget, CodeWidget):
                field.widget.read(dataset[name] if name in headers else [])
        self.heads = {head.series_key: head for head in series_heads(self.book)}

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        """An unsaved copy of the rule that the line's code names; None for a new rule."""
        code = TextWidget().clean(row.get("code"))
        if not code:
            return None
        head = self.heads.get(self._series(code))
        if head is None or head.retires:
            raise ValidationError({"code": _("No rule in force is called “%s”.") % code})
        if head.code != code:
            raise ValidationError(
                {
                    "code": _("Changed since the file was made: it is %(code)s now.")
                    % {"code": head.code}
                }
            )
        return self._copy(head)

    def _series(self, code: str) -> int:
        series, _dot, version = code.removeprefix(self.book.letter).partition(".")
        if not (code.startswith(self.book.letter) and series.isdigit() and version.isdigit()):
            raise ValidationError({"code": _("No rule in force is called “%s”.") % code})
        return int(series)

    def _copy(self, head: Any) -> Any:
        copied = self.book.rule_model(
            **terms_copied(head), series=head.series_id, version=head.version
        )
        for scope in self.book.scopes:
            if getattr(head, f"{scope}_id") is not None:
                setattr(copied, scope, getattr(head, scope))
        copied.head = head
        return copied

    def init_instance(self, row: Any = None) -> Any:
        """A new rule."""
        made = self.book.rule_model(status=RuleStatus.DRAFT)
        made.head = None
        return made

    def skip_row(
        self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None
    ) -> bool:
        """A line that says what stands already."""
        if import_validation_errors:
            return False
        return instance.head is not None and not self._changes(instance)

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """The same test as a draft made by hand. Raises ValidationError naming the fields."""
        if import_validation_errors:
            raise ValidationError(import_validation_errors)
        draft_complete(instance)

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Remember what the line asks for; nothing is written here."""
        self.wanted.append(
            ReadChange(kwargs["row_number"] + 1, instance.head, self._changes(instance))
        )

    def _changes(self, instance: Any) -> dict[str, Any]:
        blank = self.book.rule_model()
        before = instance.head or blank
        return {
            name: getattr(instance, name)
            for name in self.fields
            if name != "code" and getattr(instance, name) != getattr(before, name)
        }


@transaction.atomic
def changes_draft(book: Book, *, change_set: Any, wanted: list[ReadChange]) -> int:
    """Draft what a file asks for, all or nothing; returns how many rules it touches.

    Lines that ask for the same are drafted together. Raises ValidationError as the verbs do.
    """
    alike: dict[str, list[ReadChange]] = defaultdict(list)
    for one in wanted:
        alike[repr(one.changes) if one.head else f"new {one.line}"].append(one)
    for group in alike.values():
        first = group[0]
        if first.head is None or len(group) == 1:
            rule_draft(book, change_set=change_set, rule=first.head, changes=first.changes)
        else:
            rules = book.rules.filter(pk__in=[one.head.pk for one in group])
            rules_draft_many(book, change_set=change_set, rules=rules, changes=first.changes)
    return len(wanted)
