"""Ready-made looks an agency can start from: tokens and layouts that were drawn together.

A preset is a starting point, copied into the agency's brand and then its own. The three presets
differ in header, hero, cards, type, shape and colour, so that two agencies are not recolours of
each other. All of them pass the contrast check; a test says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tenant_apps.branding.tokens import BrandTokens


@dataclass(frozen=True, slots=True)
class Preset:
    """Tokens with the layouts that suit them (names as in the shop's `Brand`)."""

    tokens: BrandTokens
    header: str
    hero: str
    card: str


PRESETS: Final[dict[str, Preset]] = {
    "atelier": Preset(
        BrandTokens(
            primary="#7a2e1d",
            accent="#e0a526",
            surface="#fbf7f0",
            text="#2a211c",
            radius=2,
            heading_font="fraunces",
            text_font="work-sans",
        ),
        header="centred",
        hero="editorial",
        card="top",
    ),
    "horizon": Preset(
        BrandTokens(
            primary="#0b5563",
            accent="#ff9f5a",
            surface="#ffffff",
            text="#12262b",
            radius=16,
            heading_font="manrope",
            text_font="manrope",
        ),
        header="split",
        hero="photo",
        card="overlay",
    ),
    "carnet": Preset(
        BrandTokens(
            primary="#2b4a2f",
            accent="#f2c14e",
            surface="#f4f4ee",
            text="#1b241c",
            radius=8,
            heading_font="bricolage-grotesque",
            text_font="dm-sans",
        ),
        header="bar",
        hero="mosaic",
        card="horizontal",
    ),
}
