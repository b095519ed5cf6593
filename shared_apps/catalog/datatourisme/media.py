"""Pictures: links with the words that must stand beside them.

We keep the link and the credit and never copy the file: the rights belong to someone, often until a
date, and the remote server may be gone tomorrow. A link without a file name (some producers publish
the bare upload folder) is left out.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from .dates import read_date
from .drafts import Media
from .jsonld import Node, first_node, first_string, nodes, strings, texts_by_language
from .plain_text import one_line
from .providers import web_address
from .warnings_log import WarningLog, excerpt

_MEANINGLESS_LICENCES = frozenset({"oui", "non", "yes", "no", "true", "false"})
_MAX_MEDIA = 40


def read_media(source: Node, *, attribution: str, log: WarningLog) -> tuple[Media, ...]:
    """Main picture first, then the others; one link once."""
    found: dict[str, Media] = {}
    for relation in ("hasMainRepresentation", "hasRepresentation"):
        for representation in nodes(source.get(relation)):
            for resource in nodes(representation.get("ebucore:hasRelatedResource")):
                url = _picture_address(resource, log)
                if url and url not in found:
                    found[url] = _media(
                        url, first_node(representation.get("ebucore:hasAnnotation")), attribution
                    )
    if len(found) > _MAX_MEDIA:
        log.add(
            "media_shortened", f"Only the first {_MAX_MEDIA} pictures of {len(found)} were kept."
        )
    return tuple(found.values())[:_MAX_MEDIA]


def _picture_address(resource: Node, log: WarningLog) -> str:
    locator = resource.get("ebucore:locator")
    url = web_address(locator)
    if url and not urlsplit(url).path.endswith("/"):
        return url
    log.add(
        "media_without_file", f"The picture link {excerpt(first_string(locator))} leads to no file."
    )
    return ""


def _media(url: str, annotation: Node, attribution: str) -> Media:
    credit = one_line(", ".join(dict.fromkeys(strings(annotation.get("credits")))), limit=200)
    licence = one_line(first_string(annotation.get("ebucore:isCoveredBy")), limit=100)
    titles = texts_by_language(annotation.get("ebucore:title")) or texts_by_language(
        annotation.get("ebucore:comments")
    )
    return Media(
        url=url,
        titles={
            language: one_line(parts[0], limit=200) for language, parts in sorted(titles.items())
        },
        credit=credit,
        attribution=" – ".join(part for part in (credit, attribution) if part),
        licence="" if licence.casefold() in _MEANINGLESS_LICENCES else licence,
        rights_from=read_date(first_string(annotation.get("rightsStartDate"))),
        rights_to=read_date(first_string(annotation.get("rightsEndDate"))),
    )
