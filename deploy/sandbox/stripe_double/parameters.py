"""What a request may contain: small types that read a value or refuse it as Stripe would.

A schema is a ``Group`` of named fields. Reading returns only what was sent, converted; anything not
in the schema is ``parameter_unknown``, anything required and absent is ``parameter_missing``. The
double knows only the parameters this product uses: a new one is refused here until someone has
looked up what it does and taught the double.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from deploy.sandbox.stripe_double import currencies
from deploy.sandbox.stripe_double.errors import unreadable

_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Kind(Protocol):
    """Something that can read one parameter."""

    def read(self, value: Any, param: str) -> Any:
        """The converted value, or a 400 fault that names ``param``."""


@dataclass(frozen=True)
class Text:
    """A non-empty string of bounded length, optionally of a known form."""

    max_length: int = 5_000
    pattern: str | None = None

    def read(self, value: Any, param: str) -> str:
        """The string itself; empty and over-long values are refused."""
        text = _scalar(value, param)
        if text == "":
            raise unreadable(
                f"You passed an empty string for '{param}'. We assume empty values are "
                "an attempt to unset a "
                f"parameter; however '{param}' cannot be unset. You should remove "
                f"'{param}' from your request or "
                "supply a non-empty value.",
                code="parameter_invalid_empty",
                param=param,
            )
        if len(text) > self.max_length:
            raise unreadable(
                f"Invalid string: {text[:20]}…; must be at most {self.max_length} characters",
                param=param,
            )
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise unreadable(f"Invalid string: {text[:40]}", param=param)
        return text


@dataclass(frozen=True)
class Email:
    """An e-mail address."""

    def read(self, value: Any, param: str) -> str:
        """The address; refused with ``email_invalid``."""
        text = Text(512).read(value, param)
        if not _EMAIL.fullmatch(text):
            raise unreadable(f"Invalid email address: {text}", code="email_invalid", param=param)
        return text


@dataclass(frozen=True)
class Url:
    """An absolute http or https address."""

    def read(self, value: Any, param: str) -> str:
        """The address; refused with ``url_invalid``."""
        text = Text(5_000).read(value, param)
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", text):
            raise unreadable("Not a valid URL", code="url_invalid", param=param)
        return text


@dataclass(frozen=True)
class Integer:
    """A whole number; ``12.5`` and ``1e3`` are refused, as is anything below the minimum."""

    minimum: int = 0
    maximum: int = 10**15

    def read(self, value: Any, param: str) -> int:
        """The number; refused with ``parameter_invalid_integer``."""
        text = _scalar(value, param)
        if not _INTEGER.fullmatch(text):
            raise unreadable(
                f"Invalid integer: {text[:40]}", code="parameter_invalid_integer", param=param
            )
        number = int(text)
        if not self.minimum <= number <= self.maximum:
            bound = (
                f"greater than or equal to {self.minimum}"
                if number < self.minimum
                else f"less than or equal to {self.maximum}"
            )
            raise unreadable(
                f"This value must be {bound}.", code="parameter_invalid_integer", param=param
            )
        return number


@dataclass(frozen=True)
class Boolean:
    """``true`` or ``false``, nothing else."""

    def read(self, value: Any, param: str) -> bool:
        """The truth value."""
        text = _scalar(value, param)
        if text not in ("true", "false"):
            raise unreadable(f"Invalid boolean: {text[:40]}", param=param)
        return text == "true"


@dataclass(frozen=True)
class Choice:
    """One of a closed list."""

    values: tuple[str, ...]

    def read(self, value: Any, param: str) -> str:
        """The chosen value."""
        text = _scalar(value, param)
        if text not in self.values:
            raise unreadable(
                f"Invalid {param}: must be one of {', '.join(self.values)}", param=param
            )
        return text


@dataclass(frozen=True)
class Currency:
    """A supported three-letter code; upper case is accepted and lowered, as Stripe does."""

    def read(self, value: Any, param: str) -> str:
        """The lower-case code."""
        code = _scalar(value, param).lower()
        if code not in currencies.SUPPORTED:
            raise unreadable(
                f"Invalid currency: {code[:10]}. It is not a supported currency.", param=param
            )
        return code


@dataclass(frozen=True)
class Tags:
    """Metadata: at most 50 keys of 40 characters with values of 500."""

    def read(self, value: Any, param: str) -> dict[str, str]:
        """The key-value pairs."""
        if not isinstance(value, dict):
            raise unreadable(
                "Invalid metadata: metadata must be a set of key-value pairs.", param=param
            )
        if len(value) > 50:
            raise unreadable("You can specify up to 50 keys.", param=param)
        tags = {}
        for key, content in value.items():
            if len(key) > 40:
                raise unreadable(
                    f"Metadata keys must be at most 40 characters: {key[:45]}", param=param
                )
            text = _scalar(content, f"{param}[{key}]")
            if len(text) > 500:
                raise unreadable(
                    "Metadata values can have up to 500 characters.", param=f"{param}[{key}]"
                )
            tags[key] = text
        return tags


@dataclass(frozen=True)
class ListOf:
    """An indexed list, in index order, without holes."""

    item: Kind
    max_items: int = 100

    def read(self, value: Any, param: str) -> list[Any]:
        """The items in order."""
        if not isinstance(value, dict) or set(value) != {str(index) for index in range(len(value))}:
            raise unreadable("Invalid array", param=param)
        if len(value) > self.max_items:
            raise unreadable(
                f"Array {param} exceeded maximum {self.max_items} allowed elements.", param=param
            )
        return [
            self.item.read(value[str(index)], f"{param}[{index}]") for index in range(len(value))
        ]


@dataclass(frozen=True)
class Group:
    """Named fields, some of them required."""

    fields: Mapping[str, Kind]
    required: tuple[str, ...] = field(default=())

    def read(self, value: Any, param: str = "") -> dict[str, Any]:
        """Every sent field, converted; unknown and missing ones are refused."""
        if not isinstance(value, dict):
            raise unreadable("Invalid object", param=param)
        for name in value:
            if name not in self.fields:
                full = _named(param, name)
                raise unreadable(
                    f"Received unknown parameter: {full}", code="parameter_unknown", param=full
                )
        for name in self.required:
            if name not in value:
                full = _named(param, name)
                raise unreadable(
                    f"Missing required param: {full}.", code="parameter_missing", param=full
                )
        return {
            name: self.fields[name].read(content, _named(param, name))
            for name, content in value.items()
        }


def _named(group: str, name: str) -> str:
    return f"{group}[{name}]" if group else name


def _scalar(value: Any, param: str) -> str:
    if not isinstance(value, str):
        raise unreadable("Invalid string: a group was given", param=param)
    return value
