"""Small objects in the flux's format, and ways to lay them out as a flux."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

from shared_apps.catalog.datatourisme import Draft, read_object

BASE_ID = "https://data.example/objects/"


def poi(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A complete, unremarkable object; `changes` replace keys (with `__` for `:`), None removes
    one.
    """
    source: dict[str, Any] = {
        "@id": f"{BASE_ID}{number}",
        "dc:identifier": f"TEST{number:04}",
        "@type": ["PointOfInterest", "PlaceOfInterest", "Product", "Practice"],
        "rdfs:label": {"fr": ["Balade en gabare"], "en": ["Barge cruise"]},
        "rdfs:comment": {"fr": ["Une heure sur l'eau."]},
        "lastUpdateDatatourisme": "2026-03-02T01:22:56.558Z",
        "hasBeenCreatedBy": {
            "@id": "https://data.example/office",
            "schema:legalName": "Office du Val",
        },
        "hasBeenPublishedBy": [
            {"@id": "https://data.example/region", "schema:legalName": "Région Test"}
        ],
        "hasBookingContact": [
            {
                "@id": "https://data.example/barge",
                "@type": ["schema:Organization"],
                "schema:legalName": "Les Gabares du Val",
                "foaf:homepage": ["https://gabares.example/"],
            }
        ],
        "isLocatedAt": [
            {
                "@id": "https://data.example/quay",
                "schema:address": [
                    {"schema:postalCode": "37000", "schema:addressLocality": "Tours"}
                ],
                "schema:geo": {"schema:latitude": "47.3941", "schema:longitude": "0.6848"},
            }
        ],
    }
    for key, value in changes.items():
        name = {"id": "@id", "type": "@type"}.get(key, key.replace("__", ":"))
        if value is None:
            source.pop(name, None)
        else:
            source[name] = value
    return source


def price(**keys: Any) -> dict[str, Any]:
    """An `offers` value with one price specification."""
    return {
        "offers": [
            {
                "schema:priceSpecification": [
                    {name.replace("__", ":"): value for name, value in keys.items()}
                ]
            }
        ]
    }


def write_flux(folder: Path, objects: dict[str, Any], *, index: list[Any] | None = None) -> Path:
    """A flux folder with an index; a value that is a string is written as it is (to break it)."""
    (folder / "objects").mkdir(parents=True)
    for name, content in objects.items():
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        (folder / "objects" / name).write_text(text, encoding="utf-8")
    entries = [{"file": f"objects/{name}"} for name in objects] if index is None else index
    (folder / "index.json").write_text(json.dumps(entries), encoding="utf-8")
    return folder


def write_zip(path: Path, members: dict[str, str]) -> Path:
    """A zip archive holding exactly these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def draft_of(source: dict[str, Any]) -> Draft:
    """The draft an object must become; anything else fails the test and shows why."""
    result = read_object(source)
    assert isinstance(result, Draft), result
    return result


def codes(draft: Draft) -> set[str]:
    """The codes of a draft's warnings."""
    return {warning.code for warning in draft.warnings}
