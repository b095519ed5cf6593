"""The standard information forms shown before an order: single service or package (L3, L4).

Texts are data with a version. A new wording is a new version in the file; what a past sale
accepted stands on the sale, with this hash. Which of the two forms fits is decided with the
sale (L2), never here.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared_apps.catalog.texts import FALLBACK

FOLDER = Path(__file__).parent
KINDS = ("single", "package")


@dataclass(frozen=True, slots=True)
class StandardForm:
    """One form in one language. ``body`` is Markdown: paragraphs and a list."""

    code: str
    version: str
    language: str
    title: str
    body: str
    sha256: str

    def evidence(self) -> dict[str, str]:
        """What a sale keeps of the form that was shown (L4)."""
        return {
            "code": self.code,
            "version": self.version,
            "language": self.language,
            "sha256": self.sha256,
        }


@cache
def standard_form(kind: str, language: str) -> StandardForm:
    """The form for ``kind`` (``single`` or ``package``) in ``language``, else in French.

    Raises ValueError for another kind: a sale is one of the two.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of sale: {kind!r}")
    wanted = dict.fromkeys((language, language.partition("-")[0], *FALLBACK))
    files = ((code, FOLDER / f"{kind}.{code}.md") for code in wanted)
    found, path = next((code, path) for code, path in files if path.is_file())
    head, _blank, body = path.read_text(encoding="utf-8").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    body = body.strip()
    digest = hashlib.sha256(f"{fields['title']}\n{body}".encode()).hexdigest()
    return StandardForm(
        code=fields["code"],
        version=fields["version"],
        language=found,
        title=fields["title"],
        body=body,
        sha256=digest,
    )
