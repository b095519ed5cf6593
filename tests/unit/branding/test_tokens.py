"""Brand tokens: what is derived, what is refused, and that nothing but properties reaches the
style sheet."""

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_apps.branding.contrast import ContrastRefused
from tenant_apps.branding.presets import PRESETS
from tenant_apps.branding.tokens import (
    TYPEFACES,
    BrandTokens,
    Palette,
    TokensRefused,
    check_tokens,
    derive_palette,
    palette_pairs,
    theme_css,
    theme_hash,
)
from tenant_apps.shop.presenters.shell import CARD_LAYOUTS, HEADER_LAYOUTS, HERO_LAYOUTS

THEME = Path(__file__).resolve().parents[3] / "themes" / "base"
GOOD = BrandTokens(primary="#0b5563", accent="#ff9f5a", surface="#ffffff", text="#12262b")
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_reaches_aa_for_every_pair(name: str) -> None:
    assert [
        str(pair) for pair in palette_pairs(check_tokens(PRESETS[name].tokens)) if not pair.passes
    ] == []


def test_the_presets_differ_in_header_hero_cards_type_and_shape() -> None:
    presets = list(PRESETS.values())
    for pick in (
        lambda preset: preset.header,
        lambda preset: preset.hero,
        lambda preset: preset.card,
        lambda preset: preset.tokens.heading_font,
        lambda preset: preset.tokens.radius,
    ):
        assert len({pick(preset) for preset in presets}) == len(presets)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_uses_only_layouts_that_the_templates_know(name: str) -> None:
    preset = PRESETS[name]
    assert preset.header in HEADER_LAYOUTS
    assert preset.hero in HERO_LAYOUTS
    assert preset.card in CARD_LAYOUTS


def test_a_pale_text_is_refused_with_the_pair_named() -> None:
    with pytest.raises(ContrastRefused) as refusal:
        check_tokens(replace(GOOD, text="#999999"))
    assert "text on surface" in {pair.name for pair in refusal.value.pairs}


def test_a_main_colour_that_cannot_carry_text_is_refused_and_not_silently_darkened() -> None:
    with pytest.raises(ContrastRefused) as refusal:
        theme_css(replace(GOOD, primary="#ffd400"))
    assert "primary on surface" in {pair.name for pair in refusal.value.pairs}
    assert derive_palette(replace(GOOD, primary="#ffd400")).primary.hex == "#ffd400"


def test_a_bright_second_colour_is_fine_because_it_carries_dark_text() -> None:
    palette = check_tokens(replace(GOOD, accent="#ffe14d"))
    assert palette.on_accent.hex == GOOD.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("primary", "teal"),
        ("accent", "#fff;}body{display:none"),
        ("surface", "url(https://example.test/x)"),
        ("text", ""),
        ("radius", -1),
        ("radius", 29),
        ("radius", "12px"),
        ("radius", True),
        ("heading_font", "comic-sans"),
        ("text_font", 'Inter";}*{color:red'),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_its_field(field: str, value: object) -> None:
    with pytest.raises(TokensRefused) as refusal:
        replace(GOOD, **{field: value})
    assert refusal.value.field == field


def test_a_surface_darker_than_the_text_is_refused() -> None:
    with pytest.raises(TokensRefused, match="dark on light"):
        replace(GOOD, surface="#101010", text="#f0f0f0")


@given(colours, colours, colours, colours)
def test_whatever_the_colours_a_theme_is_complete_or_refused(
    primary: str, accent: str, surface: str, text: str
) -> None:
    try:
        css = theme_css(BrandTokens(primary=primary, accent=accent, surface=surface, text=text))
    except (TokensRefused, ContrastRefused):
        return
    assert f"--primary:{primary}" in css
    assert css.count("{") == css.count("}") == 2


def test_the_style_sheet_holds_custom_properties_and_nothing_else() -> None:
    css = theme_css(GOOD)
    body = re.fullmatch(r"@layer tokens\{:root\{(.*)\}\}\n", css)
    assert body is not None
    assert all(line.startswith("--") for line in body.group(1).split(";"))
    assert "url(" not in css
    assert "@import" not in css


def test_every_colour_of_the_palette_is_a_custom_property() -> None:
    css = theme_css(GOOD)
    for item in fields(Palette):
        assert f"--{item.name.replace('_', '-')}:#" in css


def test_every_colour_the_styles_use_is_one_the_theme_gives() -> None:
    given_names = set(re.findall(r"(--[\w-]+):", theme_css(GOOD)))
    for sheet in (THEME / "static/shop/css").glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        used, own = set(re.findall(r"var\((--[\w-]+)", text)), set(re.findall(r"(--[\w-]+):", text))
        foundation = (THEME / "static/shop/css/foundation.css").read_text(encoding="utf-8")
        shared = set(re.findall(r"(--[\w-]+):", foundation))
        assert used - own - shared - given_names == set(), sheet.name


@pytest.mark.parametrize("code", sorted(TYPEFACES))
def test_every_typeface_has_its_style_sheet_with_its_family_and_fallback(code: str) -> None:
    sheet = (THEME / f"static/shop/css/fonts/{code}.css").read_text(encoding="utf-8")
    family = TYPEFACES[code][0]
    assert f'font-family:"{family}"' in sheet
    assert f'font-family:"{family} Fallback"' in sheet
    assert sheet.count(f"../../../fonts/{code}-") == 4


def test_the_same_theme_has_the_same_hash_and_another_theme_another() -> None:
    one, same = theme_hash(theme_css(GOOD)), theme_hash(theme_css(replace(GOOD)))
    assert one == same
    assert one != theme_hash(theme_css(replace(GOOD, radius=3)))
