"""The French catalogue: find every string of the interface, keep translations, compile.

English is written in the source, French in ``locale/fr/LC_MESSAGES/django.po``. This tool does
what ``makemessages`` and ``compilemessages`` do, with Babel instead of the GNU tools, so that it
runs wherever the project does:

    python -m deploy.translations            update the catalogue and compile it
    python -m deploy.translations --check    exit 1 when a string has no French, or is stale

New French may also be handed in as ``msgid ||| msgstr`` lines in any ``strings_fr.txt``; a plural
is written as two ``msgid`` and two ``msgstr`` joined by ``%%``. They are taken over into the
catalogue, which is then the only place.
"""

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PROJECT = Path(__file__).resolve().parent.parent
FOLDERS = ("saas", "tenants", "shared_apps", "tenant_apps", "themes")
FOUNDED = datetime(2026, 11, 22, tzinfo=UTC)
CATALOGUE = PROJECT / "locale" / "fr" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "_": None,
}
LITERAL = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""", re.DOTALL)
CALL = re.compile(rf"\b(_|n?p?gettext)\(((?:[^()'\"]|{LITERAL.pattern})*)\)", re.DOTALL)
Found = tuple[str | None, str | tuple[str, str]]
Call = tuple[int, str, list[str]]


def strings() -> Iterator[tuple[str, int, Found]]:
    """Every ``(file, line, (context, msgid or (singular, plural)))`` of the interface."""
    for folder in FOLDERS:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.suffix == ".py" and "migrations" not in path.parts:
                calls = _calls_of_code(path)
            elif path.suffix in (".html", ".mjml", ".txt") and "templates" in path.parts:
                calls = _calls_of_template(path)
            else:
                continue
            name = str(path.relative_to(PROJECT))
            for line, function, texts in calls:
                found = _message(function, texts)
                if found is not None:
                    yield name, line, found


def _calls_of_code(path: Path) -> Iterator[Call]:
    with path.open("rb") as stream:
        for line, function, messages, _comments in extract_python(stream, KEYWORDS, [], {}):
            given = [messages] if isinstance(messages, str) else list(messages or ())
            yield int(line), str(function or "_"), [str(text) for text in given if text]


def _calls_of_template(path: Path) -> Iterator[Call]:
    """Django turns a template into something like Python, in which only the calls are sound."""
    from django.utils.translation.template import templatize

    code = str(templatize(path.read_text(encoding="utf-8")))
    for call in CALL.finditer(code):
        line = code.count("\n", 0, call.start()) + 1
        texts = [ast.literal_eval(text) for text in LITERAL.findall(call[2])]
        yield line, call[1], texts


def _message(function: str, texts: list[str]) -> Found | None:
    context = texts.pop(0) if "pgettext" in function and texts else None
    if not texts:
        return None
    plural = function.startswith(("ngettext", "npgettext")) and len(texts) > 1
    return context, (texts[0], texts[1]) if plural else texts[0]


def handed_in() -> dict[str, str]:
    """``{msgid: msgstr}`` of every ``strings_fr.txt``."""
    given = {}
    for path in sorted(PROJECT.rglob("strings_fr.txt")):
        if ".venv" in path.parts:
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            msgid, bar, msgstr = line.partition("|||")
            if bar and msgstr.strip():
                given[msgid.strip().replace("\\n", "\n")] = msgstr.strip().replace("\\n", "\n")
    return given


def catalogue_read() -> Catalog:
    """The catalogue as it stands; an empty one when there is none yet."""
    if not CATALOGUE.is_file():
        return _empty()
    with CATALOGUE.open("rb") as stream:
        return read_po(stream, locale="fr", abort_invalid=True)


def _empty() -> Catalog:
    """No strings, and a header that is the same on every run, so that a diff shows words only."""
    return Catalog(
        locale="fr",
        project="saas",
        version="1",
        charset="utf-8",
        header_comment="# The French of the interface. See deploy/translations.py.",
        msgid_bugs_address="none",
        last_translator="the maintainers",
        language_team="French",
        creation_date=FOUNDED,
        revision_date=FOUNDED,
        fuzzy=False,
    )


def catalogue_build() -> Catalog:
    """A catalogue of today's strings with the French that is known for them."""
    known, given = catalogue_read(), handed_in()
    fresh = _empty()
    for _name, _line, (context, msgid) in strings():
        old = known.get(msgid, context)
        french = old.string if old and _filled(old.string) else _given(given, msgid)
        fresh.add(msgid, french, context=context)
    return fresh


def _filled(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(string) if string is None or isinstance(string, str) else all(string)


def _given(given: dict[str, str], msgid: str | tuple[str, str]) -> str | tuple[str, ...]:
    if isinstance(msgid, str):
        return given.get(msgid, given.get(re.sub(r"\s+", " ", msgid).strip(), ""))
    both = given.get(" %% ".join(msgid), given.get("%%".join(msgid), ""))
    forms = tuple(part.strip() for part in both.split("%%")) if both else ()
    if len(forms) != 2:
        forms = tuple(given.get(text, "") for text in msgid)
    return forms if all(forms) else ("", "")


def missing(catalog: Catalog) -> list[str]:
    """The msgids without French."""
    return [
        message.id if isinstance(message.id, str) else " %% ".join(message.id)
        for message in catalog
        if message.id and not _filled(message.string)
    ]


def _text(catalog: Catalog) -> bytes:
    stream = io.BytesIO()
    write_po(stream, catalog, width=100, sort_output=True, omit_header=False, no_location=True)
    return stream.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """Update or check; prints what has no French."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    catalog = catalogue_build()
    without = missing(catalog)
    for msgid in without:
        print(f"no French: {msgid!r}")
    if options.check:
        stale = {m.id for m in catalogue_read()} != {m.id for m in catalog}
        if stale:
            print("the catalogue is stale: run `python -m deploy.translations`")
        return 1 if without or stale else 0
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_bytes(_text(catalog))
    with CATALOGUE.with_suffix(".mo").open("wb") as stream:
        write_mo(stream, catalog)
    print(f"{len(catalog)} strings, {len(without)} without French")
    return 0


if __name__ == "__main__":
    import django

    sys.path.insert(0, str(PROJECT))
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    sys.exit(main())
