"""Texts in many languages: which one a reader gets, and what a search compares.

Sources bring any number of languages, and any of them may be missing. A reader who asks for
a language that is not there gets French, then English, then whatever there is: a page
without a title is worse than a title in German. Nothing here translates.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

FALLBACK = ("fr", "en")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
_NOT_WORD = re.compile(r"[^\w]+")


def _order(texts: Mapping[str, object], language: str) -> Iterator[str]:
    base = language.partition("-")[0]
    yield from dict.fromkeys((language, base, *FALLBACK, *sorted(texts)))


def text_in(texts: Mapping[str, str] | None, language: str) -> str:
    """The text in ``language``, else its base language, French, English, any; else empty."""
    if not texts:
        return ""
    return next((texts[code] for code in _order(texts, language) if texts.get(code)), "")


def list_in(texts: Mapping[str, Sequence[str]] | None, language: str) -> list[str]:
    """As :func:`text_in` for ``{language: [text, …]}``: one language's list, never a mixture."""
    if not texts:
        return []
    return next((list(texts[code]) for code in _order(texts, language) if texts.get(code)), [])


def bare_text(text: str) -> str:
    """``text`` as searches compare it: no case, accents or punctuation, single spaces.

    >>> bare_text("L’Échappée du Cœur")
    'l echappee du coeur'
    """
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(_NOT_WORD.sub(" ", plain.replace("_", " ")).split())
