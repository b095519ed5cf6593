"""From a flux to drafts: the one door of this package.

Each object is read by itself: whatever is wrong with one never stops the next, and every object
ends as exactly one `Draft` or one `Unusable`. Only two things make an object unusable: no id (a
second import could not recognise it) and no title in any language (nobody could find it in the
catalogue). Everything else is a draft with warnings, because a person completes drafts and cannot
complete what was thrown away.

The fingerprint covers the content and not the source's update date, so that an object re-published
unchanged is no change.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from pathlib import Path

from .categories import ACTIVITY, Category, category_of
from .dates import read_date, read_minutes
from .drafts import Draft, ObjectResult, Text, Unusable
from .jsonld import (
    Node,
    first_string,
    flag,
    identifiers,
    language_of,
    nodes,
    strings,
    texts_by_language,
)
from .media import read_media
from .places import read_openings, read_periods, read_place
from .plain_text import one_line, plain_text
from .prices import read_price_notes, read_prices
from .providers import attribution_line, creators, read_contact, read_provider
from .source import read_documents
from .warnings_log import WarningLog

TITLE_LIMIT = 200
SUMMARY_LIMIT = 1000
DESCRIPTION_LIMIT = 20_000
ID_LIMIT = 300
READER_VERSION = 1
"""Part of every fingerprint: raise it when the reader learns to use more of the source, and the
next import updates.
"""

_NOT_IN_FINGERPRINT = frozenset({"fingerprint", "updated", "warnings"})


def read_flux(path: str | Path) -> Iterator[ObjectResult]:
    """Every object of a DATAtourisme flux: a folder, a folder of loose JSON files, or a zip of
    either.

    Raises FluxError when the flux as a whole cannot be opened. An id that comes twice is unusable
    the second time.
    """
    seen: set[str] = set()
    for document in read_documents(Path(path)):
        result = document if isinstance(document, Unusable) else read_object(document)
        if isinstance(result, Draft):
            if result.external_id in seen:
                yield Unusable(
                    result.external_id,
                    "duplicate_id",
                    "The flux holds another object with this id before it.",
                )
                continue
            seen.add(result.external_id)
        yield result


def read_object(source: Node) -> ObjectResult:
    """One JSON-LD object as a draft, or why not."""
    log = WarningLog()
    external_id = first_string(source.get("@id"))
    texts = _read_texts(source, log)
    name = next((text.title for text in _french_first(texts) if text.title), "")
    if not external_id or external_id.startswith("_:") or len(external_id) > ID_LIMIT:
        return Unusable(external_id or name or "?", "id_missing", "The object has no usable @id.")
    if not name:
        return Unusable(
            external_id, "title_missing", "The object has no title (rdfs:label) in any language."
        )
    draft = _draft(source, external_id=external_id, name=name, texts=texts, log=log)
    return dataclasses.replace(draft, fingerprint=fingerprint(draft))


def _draft(
    source: Node, *, external_id: str, name: str, texts: dict[str, Text], log: WarningLog
) -> Draft:
    """Everything the object says, still without its fingerprint; `log` is read last of all."""
    types = tuple(sorted(set(identifiers(source.get("@type")))))
    themes = tuple(dict.fromkeys(identifiers(source.get("hasTheme"))))
    created_by, published_by = creators(source)
    attribution = attribution_line(created_by, published_by)
    return Draft(
        external_id=external_id,
        identifier=one_line(first_string(source.get("dc:identifier")), limit=100),
        updated=read_date(
            first_string(source.get("lastUpdateDatatourisme"))
            or first_string(source.get("lastUpdate"))
        ),
        texts=texts,
        machine_translated=_machine_translated(source),
        category=_category(types, themes, log),
        source_types=types,
        provider=read_provider(source, log),
        place=read_place(source, fallback_name=name, is_site="PlaceOfInterest" in types, log=log),
        openings=read_openings(source),
        periods=read_periods(source, log),
        prices=read_prices(source, log),
        price_notes=read_price_notes(source),
        media=read_media(source, attribution=attribution, log=log),
        languages=_languages(source),
        reduced_mobility_access=flag(source.get("reducedMobilityAccess")),
        pets_allowed=_pets_allowed(source),
        duration_minutes=read_minutes(
            first_string(source.get("schema:duration")) or first_string(source.get("duration"))
        ),
        capacity=_capacity(source, log),
        themes=themes,
        contact=read_contact(source),
        created_by=created_by,
        published_by=published_by,
        attribution=attribution,
        fingerprint="",
        warnings=log.as_tuple(),
    )


def _category(types: tuple[str, ...], themes: tuple[str, ...], log: WarningLog) -> Category:
    category = category_of(types, themes)
    if category is None:
        log.add(
            "category_unknown",
            "None of the object's types is in the table; it was filed under activities.",
        )
    return category or ACTIVITY


def fingerprint(draft: Draft) -> str:
    """SHA-256 (hex) over the canonical usable content: equal content, equal fingerprint, whatever
    the order of keys.
    """
    content = {
        key: value
        for key, value in dataclasses.asdict(draft).items()
        if key not in _NOT_IN_FINGERPRINT
    }
    canonical = json.dumps(
        [READER_VERSION, content],
        sort_keys=True,
        ensure_ascii=False,
        default=_canonical,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def _canonical(value: object) -> str:
    if isinstance(value, (Decimal, date, time)):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _read_texts(source: Node, log: WarningLog) -> dict[str, Text]:
    """Title, summary and description in every language spoken, French and English first."""
    titles = texts_by_language(source.get("rdfs:label"))
    comments = texts_by_language(source.get("rdfs:comment"))
    shorts: dict[str, list[str]] = {}
    longs: dict[str, list[str]] = {}
    for description in nodes(source.get("hasDescription")):
        for key, target in (("shortDescription", shorts), ("dc:description", longs)):
            for language, parts in texts_by_language(description.get(key)).items():
                target.setdefault(language, []).extend(parts)
    spoken = dict.fromkeys(["fr", "en", *sorted({*titles, *comments, *shorts, *longs})])
    texts: dict[str, Text] = {}
    for language in spoken:
        text = Text(
            title=one_line(next(iter(titles.get(language, [])), ""), limit=TITLE_LIMIT),
            summary=plain_text(
                (comments.get(language) or shorts.get(language) or [""])[0], limit=SUMMARY_LIMIT
            ),
            description=plain_text(
                "\n\n".join(dict.fromkeys(longs.get(language, []))), limit=DESCRIPTION_LIMIT
            ),
        )
        if text.title or text.summary or text.description:
            texts[language] = text
            _note_shortened(text, language, log)
    return texts


def _note_shortened(text: Text, language: str, log: WarningLog) -> None:
    limits = (
        (text.title, TITLE_LIMIT),
        (text.summary, SUMMARY_LIMIT),
        (text.description, DESCRIPTION_LIMIT),
    )
    if any(part.endswith("…") and len(part) > limit // 2 for part, limit in limits):
        log.add(
            "text_shortened",
            f"A text in “{language}” was longer than the catalogue keeps and was shortened.",
        )


def _french_first(texts: dict[str, Text]) -> list[Text]:
    return [
        texts[language] for language in dict.fromkeys(["fr", "en", *texts]) if language in texts
    ]


def _machine_translated(source: Node) -> tuple[str, ...]:
    """Languages in which a machine translated some text, as the source says."""
    marked = [
        mark
        for node in (source, *nodes(source.get("hasDescription")))
        for mark in nodes(node.get("hasTranslatedProperty"))
    ]
    return tuple(
        sorted(
            {
                code
                for mark in marked
                for tag in strings(mark.get("rdf:language"))
                if (code := language_of(tag))
            }
        )
    )


def _languages(source: Node) -> tuple[str, ...]:
    codes = (language_of(tag) for tag in strings(source.get("availableLanguage")))
    return tuple(dict.fromkeys(code for code in codes if code))


def _pets_allowed(source: Node) -> bool | None:
    for node in (*nodes(source.get("isLocatedAt")), *nodes(source.get("hasFeature"))):
        answer = flag(node.get("petsAllowed"))
        if answer is not None:
            return answer
    return None


def _capacity(source: Node, log: WarningLog) -> int | None:
    written = first_string(source.get("allowedPersons"))
    if not written:
        return None
    whole = written.removesuffix(".0")
    if whole.isascii() and whole.isdigit() and 0 < int(whole[:7]) <= 100_000 and len(whole) <= 6:
        return int(whole)
    log.add("capacity_unreadable", "The number of persons could not be read.")
    return None
