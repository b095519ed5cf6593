"""Reads one JSON object, field by field, and refuses in words that name the field.

Both engines are fed from JSON: case files, and the snapshots frozen on order lines. Neither may
guess. A field that is not known is refused as loudly as one that is missing, because in a
commission rule ``"agencey": "alpes"`` would otherwise read as "every agency" and quietly win.

The reader knows JSON's types and nothing of prices or rules: amounts and percentages are read by
:mod:`shared_apps.pricing.money` from what :meth:`Fields.required` returns.
"""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from shared_apps.pricing.errors import InputError

Choice = TypeVar("Choice", bound=StrEnum)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Fields:
    """One JSON object whose fields are about to be read.

    :param source: what was found where an object belongs; it may be anything JSON can hold.
    :param name: what the object is, for messages: "reduction", "rule".
    :param known: every field the object may have.
    :param error: the exception class to raise, so that each engine refuses in its own name.
    :raises InputError: ``not_an_object`` or ``unknown_field``.
    """

    def __init__(
        self, source: object, *, name: str, known: frozenset[str], error: type[InputError]
    ) -> None:
        self.name = name
        self._error = error
        if not isinstance(source, Mapping):
            raise self.refuse("not_an_object", f"must be an object, not {_kind(source)}")
        self._source: Mapping[str, object] = source
        strangers = sorted(str(field) for field in source if field not in known)
        if strangers:
            raise self.refuse("unknown_field", f"has no field called {strangers[0]!r:.40}")

    def refuse(self, code: str, complaint: str) -> InputError:
        """Build (not raise) a refusal of this object."""
        return self._error(code, f"{self.name} {complaint}.")

    def required(self, field: str) -> object:
        """Return the field's value, null included (``missing_field`` when it is absent)."""
        if field not in self._source:
            raise self.refuse("missing_field", f"lacks the field {field!r}")
        return self._source[field]

    def optional(self, field: str) -> object:
        """Return the field's value, or None when it is null or absent."""
        return self._source.get(field)

    def text(self, field: str) -> str:
        """Return a text that says something (``malformed_text``, ``missing_field``)."""
        value = self.required(field)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse("malformed_text", f"needs a text in {field!r}, not {_kind(value)}")
        return value

    def optional_text(self, field: str) -> str | None:
        """Return a text, or None when the field is null or absent (``malformed_text``)."""
        return None if self.optional(field) is None else self.text(field)

    def flag(self, field: str) -> bool:
        """Return true or false (``malformed_flag``, ``missing_field``)."""
        value = self.required(field)
        if not isinstance(value, bool):
            raise self.refuse("malformed_flag", f"needs true or false in {field!r}")
        return value

    def optional_flag(self, field: str) -> bool:
        """Return true or false, false when the field is null or absent (``malformed_flag``)."""
        return False if self.optional(field) is None else self.flag(field)

    def whole(self, field: str) -> int:
        """Return a whole number (``malformed_number``, ``missing_field``); true is not 1 here."""
        value = self.required(field)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.refuse(
                "malformed_number", f"needs a whole number in {field!r}, not {_kind(value)}"
            )
        return value

    def choice(self, field: str, choices: type[Choice]) -> Choice:
        """Return one of the enum's members (``unknown_<field>``, ``missing_field``)."""
        value = self.required(field)
        if not isinstance(value, str) or value not in set(choices):
            offer = ", ".join(choices)
            raise self.refuse(f"unknown_{field}", f"needs one of {offer} in {field!r}")
        return choices(value)

    def day(self, field: str) -> date:
        """Return a calendar day written YYYY-MM-DD (``malformed_date``, ``missing_field``)."""
        value = self.required(field)
        try:
            if isinstance(value, str) and _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError as error:
            raise self.refuse("malformed_date", f"has no such day in {field!r}: {value}") from error
        raise self.refuse("malformed_date", f"needs a day such as 2026-07-13 in {field!r}")

    def optional_day(self, field: str) -> date | None:
        """Return a day, or None when the field is null or absent (``malformed_date``)."""
        return None if self.optional(field) is None else self.day(field)

    def texts(self, field: str) -> frozenset[str]:
        """Return a set of texts, empty when the field is null or absent (``malformed_list``)."""
        value = self.optional(field)
        if value is None:
            return frozenset()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.refuse("malformed_list", f"needs a list of texts in {field!r}")
        return frozenset(value)


def _kind(value: object) -> str:
    """Name a JSON type as JSON does: a reader of the message has never heard of NoneType."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a text" if value.strip() else "an empty text"
    if isinstance(value, Mapping):
        return "an object"
    return "a list" if isinstance(value, list) else "a number"
