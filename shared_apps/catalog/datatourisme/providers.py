"""Who makes the product, and whom to thank for the data.

The catalogue needs an organisation to contract with and to notify (R25, R36). The source names up
to four parties; the first that is an organisation with a legal name wins, in the order booking,
contact, owner, creator. A natural person is never taken over, neither as a provider nor as a
contact: a tourism flux is no place to build a file of people (L9). So contacts typed as persons are
passed over, and given and family names are not even read.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from .drafts import Contact, Provider
from .jsonld import Json, Node, first_node, first_string, identifiers, nodes, strings
from .places import read_address, stable_id
from .plain_text import one_line
from .warnings_log import WarningLog

_ROLES = (
    ("hasBookingContact", "booking"),
    ("hasContact", "contact"),
    ("isOwnedBy", "owner"),
    ("hasBeenCreatedBy", "creator"),
)
_PERSON_TYPES = frozenset({"schema:Person", "foaf:Person", "Person"})
_EMAIL = re.compile(r"^[^@\s<>\"']{1,64}@[^@\s<>\"']+\.[^@\s<>\"'.]{2,63}$")
_PHONE = re.compile(r"^\+?[0-9][0-9 ().-]{5,24}$")
_UNKNOWN = "Unknown provider"


def read_provider(source: Node, log: WarningLog) -> Provider:
    """The organisation behind the object, with the relation that named it."""
    owner = first_string(source.get("@id"))
    for relation, role in _ROLES:
        for node in nodes(source.get(relation)):
            name = legal_name(node)
            if name:
                if role == "creator":
                    log.add(
                        "provider_is_creator",
                        f"No provider is named; “{name}”, who entered the object, stands in.",
                    )
                return _provider(node, name=name, role=role, owner=owner)
    log.add("provider_missing", "The object names no organisation at all.")
    return _provider({}, name=_UNKNOWN, role="unknown", owner=owner)


def legal_name(node: Node) -> str:
    """The legal name of an organisation; empty for a person or when there is none."""
    if _PERSON_TYPES.intersection(identifiers(node.get("@type"))):
        return ""
    return one_line(first_string(node.get("schema:legalName")), limit=200)


def match_key(name: str) -> str:
    """The name without case, accents and punctuation, to recognise an organisation under another
    id.
    """
    bare = unicodedata.normalize("NFKD", name.casefold())
    return " ".join(
        re.sub(r"[^\w]+", " ", "".join(c for c in bare if not unicodedata.combining(c))).split()
    )


def read_contact(source: Node) -> Contact:
    """The first published e-mail, telephone and website among booking, contact and owner; persons
    are passed over.
    """
    parties = [
        node
        for relation in ("hasBookingContact", "hasContact", "isOwnedBy")
        for node in nodes(source.get(relation))
        if not _PERSON_TYPES.intersection(identifiers(node.get("@type")))
    ]
    return Contact(
        email=next((email for node in parties if (email := _email(node.get("schema:email")))), ""),
        phone=next(
            (phone for node in parties if (phone := _phone(node.get("schema:telephone")))), ""
        ),
        website=next(
            (site for node in parties if (site := web_address(node.get("foaf:homepage")))), ""
        ),
    )


def web_address(value: Json) -> str:
    """The first http(s) address of the value, or an empty string."""
    for text in strings(value):
        if len(text) <= 500 and not re.search(r"[\s<>\"']", text):
            try:
                parts = urlsplit(text)
            except ValueError:
                continue
            if parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc:
                return text
    return ""


def creators(source: Node) -> tuple[str, str]:
    """The names of who created and who published the object; empty when unnamed."""
    return legal_name(first_node(source.get("hasBeenCreatedBy"))), legal_name(
        first_node(source.get("hasBeenPublishedBy"))
    )


def attribution_line(created_by: str, published_by: str) -> str:
    """The words the open licence asks for beside the data."""
    names = [name for name in dict.fromkeys((created_by, published_by)) if name]
    return " – ".join([*names, "DATAtourisme"])


def _provider(node: Node, *, name: str, role: str, owner: str) -> Provider:
    return Provider(
        external_id=stable_id(node, owner=owner, part="provider"),
        legal_name=name,
        match_key=match_key(name),
        role=role,
        address=read_address(first_node(node.get("schema:address"))),
        website=web_address(node.get("foaf:homepage")),
    )


def _email(value: Json) -> str:
    return next((text for text in strings(value) if len(text) <= 254 and _EMAIL.match(text)), "")


def _phone(value: Json) -> str:
    return next((text for text in strings(value) if _PHONE.match(text)), "")
