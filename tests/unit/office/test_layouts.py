"""What the brand form offers is what the shop's templates and pictures have."""

from dataclasses import fields
from pathlib import Path

from tenant_apps.branding import layouts
from tenant_apps.branding.presets import PRESETS
from tenant_apps.branding.tokens import Palette
from tenant_apps.shop.presenters.shell import CARD_LAYOUTS, HEADER_LAYOUTS, HERO_LAYOUTS

PICTURES = Path(__file__).resolve().parents[3] / "themes" / "base" / "static" / "pictures"


def _codes(choices):
    return {code for code, _label in choices}


def test_every_offered_layout_exists_in_the_shop_and_the_other_way_round():
    assert _codes(layouts.HEADERS) == set(HEADER_LAYOUTS)
    assert _codes(layouts.HEROES) == set(HERO_LAYOUTS)
    assert _codes(layouts.CARDS) == set(CARD_LAYOUTS)


def test_every_offered_picture_is_a_file():
    missing = [code for code in _codes(layouts.HERO_PICTURES) if not (PICTURES / code).is_file()]
    assert missing == []


def test_every_preset_can_be_edited_with_the_form():
    for preset in PRESETS.values():
        assert preset.header in _codes(layouts.HEADERS)
        assert preset.hero in _codes(layouts.HEROES)
        assert preset.card in _codes(layouts.CARDS)


def test_every_colour_that_a_report_can_name_has_words():
    unnamed = {field.name for field in fields(Palette)} - set(layouts.COLOURS)
    # Thin lines are decoration: no text and no part of the interface depends on them.
    assert unnamed == {"line", "line_on_deep"}
