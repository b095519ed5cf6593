"""Collects what could not be used while one object is read, once per cause."""

from __future__ import annotations

from .drafts import SourceWarning
from .plain_text import one_line

_EXCERPT = 80


class WarningLog:
    """Warnings of one object, in the order found; a repeated one is kept once."""

    def __init__(self) -> None:
        self._entries: dict[SourceWarning, None] = {}

    def add(self, code: str, text: str) -> None:
        """Record a cause under a stable code with words for a person."""
        self._entries.setdefault(SourceWarning(code, text))

    def as_tuple(self) -> tuple[SourceWarning, ...]:
        """All warnings so far."""
        return tuple(self._entries)


def excerpt(raw: object) -> str:
    """A short, harmless quotation of source data for a warning."""
    return f"“{one_line(str(raw), limit=_EXCERPT)}”"
