"""The demonstration pictures: one for each name in the catalogue, light, harmless and described in
both languages.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "themes" / "base" / "static" / "pictures"
CATALOGUE: dict[str, Any] = json.loads(
    (ROOT / "deploy" / "demo" / "catalogue.json").read_text(encoding="utf-8")
)
PICTURES: dict[str, Any] = CATALOGUE["pictures"]
MAX_BYTES = 25_000
DRAWING = {
    "svg", "defs", "g", "path", "rect", "circle", "ellipse", "use", "stop",
    "linearGradient", "radialGradient", "clipPath", "pattern",
}  # fmt: skip


def test_every_picture_has_a_file_and_every_file_a_description() -> None:
    assert {picture["file"] for picture in PICTURES.values()} == {
        path.name for path in FOLDER.glob("*.svg")
    }


def test_every_product_has_a_picture_of_its_own() -> None:
    names = [product["picture"] for product in CATALOGUE["products"].values()]

    assert len(set(names)) == len(names)
    assert set(names) <= set(PICTURES)


def test_categories_heroes_and_the_fallback_name_existing_pictures() -> None:
    names = {
        *CATALOGUE["category_pictures"].values(),
        *CATALOGUE["hero_pictures"],
        CATALOGUE["generic_picture"],
    }

    assert names <= set(PICTURES)


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_is_light_and_can_do_nothing_but_be_looked_at(name: str) -> None:
    content = (FOLDER / PICTURES[name]["file"]).read_bytes()
    elements = list(ElementTree.fromstring(content).iter())
    tags = {element.tag.rpartition("}")[2] for element in elements}
    references = [
        value
        for element in elements
        for key, value in element.attrib.items()
        if key.endswith("href")
    ]

    assert len(content) <= MAX_BYTES
    assert tags <= DRAWING
    assert all(reference.startswith("#") for reference in references)
    assert elements[0].attrib["viewBox"] == "0 0 1200 800"


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_is_described_in_french_and_english(name: str) -> None:
    described = PICTURES[name]["alt"]

    assert described["fr"] and described["en"] and described["fr"] != described["en"]
