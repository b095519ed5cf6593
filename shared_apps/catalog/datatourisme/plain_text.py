"""Turn what producers paste into their forms into plain text that is safe to store and to show.

Descriptions arrive with HTML, Word residue, control characters and halves of emoji. The shop
escapes everything it prints, so this is not the guard against script injection: it is there so that
a traveller reads prose and not tags, PostgreSQL accepts the text (no NUL, no lone surrogate), and
nobody hides text behind direction marks.

Paragraphs and list items survive as line breaks. Lengths are bounded; whoever calls decides whether
to say so.
"""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {
        "address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "footer",
        "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "section", "table",
        "tr", "ul",
    }
)  # fmt: skip
_PARAGRAPHS = _BLOCKS - {"address", "br", "dd", "div", "dt", "hr", "li", "tr"}
_SILENT = frozenset(
    {"head", "iframe", "noscript", "object", "script", "style", "template", "title"}
)
_DIRECTION_MARKS = frozenset(
    "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b"
)
_LOOKS_LIKE_MARKUP = re.compile(r"<[/!a-zA-Z]|&[#a-zA-Z]")
_ELLIPSIS = "…"


class _ProseCollector(HTMLParser):
    """Collects the words of a fragment and turns block boundaries into line breaks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silenced_by: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silenced_by.append(tag)
        elif tag in _BLOCKS:
            self.parts.append("\n\n" if tag in _PARAGRAPHS else "\n")
            if tag == "li":
                self.parts.append("• ")

    def handle_endtag(self, tag: str) -> None:
        if self._silenced_by and tag == self._silenced_by[-1]:
            self._silenced_by.pop()
        elif tag in _BLOCKS:
            self.parts.append("\n\n" if tag in _PARAGRAPHS else "\n")

    def handle_data(self, data: str) -> None:
        if not self._silenced_by:
            self.parts.append(data)


def plain_text(raw: str, *, limit: int) -> str:
    """Plain text of at most `limit` characters with paragraphs kept as blank lines."""
    text = _without_markup(raw) if _LOOKS_LIKE_MARKUP.search(raw) else raw
    text = unicodedata.normalize(
        "NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    )
    text = "".join(character for character in text if _keeps(character))
    text = re.sub(r"[^\S\n]+", " ", text)
    text = re.sub(r" ?\n ?", "\n", text)
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    return _shortened(text, limit)


def one_line(raw: str, *, limit: int) -> str:
    """Plain text on a single line: for names, titles, streets, labels."""
    return _shortened(" ".join(plain_text(raw, limit=limit * 4).split()), limit)


def _without_markup(raw: str) -> str:
    collector = _ProseCollector()
    collector.feed(raw)
    collector.close()
    return "".join(collector.parts)


def _keeps(character: str) -> bool:
    if character in "\n\t":
        return True
    return (
        unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"}
        and character not in _DIRECTION_MARKS
    )


def _shortened(text: str, limit: int) -> str:
    """Cut at the last word that fits, and show that something is missing."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    cut = head.rfind(" ")
    return (head[:cut] if cut > limit // 2 else head).rstrip() + _ELLIPSIS
