"""Read JSON-LD as publishers write it, not as its specification promises.

In one object a value is a scalar, in the next a list of one, in the third a list of language maps;
a text may be `"x"`, `{"fr": ["x"]}`, `{"@language": "fr", "@value": "x"}` or a list mixing them.
Everything above this module would drown in those cases, so they end here: each function takes any
JSON value and answers one shape.

Nothing here raises on odd input: a value of the wrong kind counts as absent. What it does not do:
expand contexts or follow links between documents. The flux is self-contained, and following links
would let a data file choose what we fetch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias

Json: TypeAlias = "str | int | float | Decimal | bool | list[Json] | dict[str, Json] | None"
Node: TypeAlias = "dict[str, Json]"

DEFAULT_LANGUAGE = "fr"
"""Language of a text that names none: the platform is French and its producers write French first.
"""

_MISSPELT_LANGUAGES = {"sp": "es", "ge": "de"}
"""Codes that producers write and no standard knows in that sense."""

_LANGUAGE_TAG = re.compile(r"^([a-z]{2,3})(?:[-_].*)?$", re.IGNORECASE)


def as_list(value: Json) -> list[Json]:
    """The value as a list: absent is empty, a scalar is a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def nodes(value: Json) -> list[Node]:
    """The objects among the value's entries; anything else is dropped."""
    return [entry for entry in as_list(value) if isinstance(entry, dict)]


def first_node(value: Json) -> Node:
    """The first object, or an empty one."""
    found = nodes(value)
    return found[0] if found else {}


def strings(value: Json) -> list[str]:
    """Every scalar of the value as text, `@value` wrappers opened, empty ones dropped; booleans are
    no text.
    """
    found: list[str] = []
    for entry in as_list(value):
        if isinstance(entry, dict):
            entry = entry.get("@value")
        if isinstance(entry, bool):
            continue
        if isinstance(entry, (str, int, float, Decimal)):
            text = str(entry).strip()
            if text:
                found.append(text)
    return found


def first_string(value: Json) -> str:
    """The first scalar as text, or an empty string."""
    found = strings(value)
    return found[0] if found else ""


def identifiers(value: Json) -> list[str]:
    """The `@id` of each referenced object, or the plain strings that stand for one."""
    found: list[str] = []
    for entry in as_list(value):
        if isinstance(entry, dict):
            entry = entry.get("@id")
        if isinstance(entry, str) and entry.strip():
            found.append(entry.strip())
    return found


def flag(value: Json) -> bool | None:
    """A yes or no, also when written as text; None when nothing readable stands there."""
    for entry in as_list(value):
        if isinstance(entry, dict):
            entry = entry.get("@value")
        if isinstance(entry, bool):
            return entry
        if isinstance(entry, str) and entry.strip().casefold() in {"true", "false", "1", "0"}:
            return entry.strip().casefold() in {"true", "1"}
    return None


def language_of(tag: str) -> str | None:
    """`fr` for `fr`, `FR` or `fr-FR`; None for a key that is no language tag (such as `@none`)."""
    match = _LANGUAGE_TAG.match(tag.strip())
    if not match:
        return None
    code = match.group(1).lower()
    return _MISSPELT_LANGUAGES.get(code, code)


def texts_by_language(value: Json) -> dict[str, list[str]]:
    """Every text of the value under its language, in the order written."""
    found: dict[str, list[str]] = {}
    for language, text in _language_pairs(value):
        found.setdefault(language, []).append(text)
    return found


def _language_pairs(value: Json) -> Iterator[tuple[str, str]]:
    for entry in as_list(value):
        if not isinstance(entry, dict):
            for text in strings(entry):
                yield DEFAULT_LANGUAGE, text
        elif "@value" in entry:
            language = language_of(first_string(entry.get("@language"))) or DEFAULT_LANGUAGE
            for text in strings(entry["@value"]):
                yield language, text
        else:
            for tag, texts in entry.items():
                if tag.startswith("@") and tag != "@none":
                    continue
                language = language_of(tag) or DEFAULT_LANGUAGE
                for text in strings(texts):
                    yield language, text
