"""From five brand colours, two typefaces and a radius to every colour a page uses.

An agency gives `BrandTokens`; `derive_palette` works out the rest; `palette_pairs` lists every
pair of colours that meet anywhere in the base theme; `theme_css` writes `/theme.css`. An
agency's colours are used as given: nothing is silently darkened, a theme whose colours cannot
carry text is refused with the pair named (L10).

Refused here: colours other than `#rrggbb`, typefaces that are not packaged, a radius out of
range. Every value in the style sheet comes from a parsed number or a fixed list, so a brand
cannot smuggle CSS. Not caught here: bad taste.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Final

from tenant_apps.branding.contrast import (
    BLACK,
    PART_MINIMUM,
    TEXT_MINIMUM,
    WHITE,
    Colour,
    Pair,
    contrast_ratio,
    refuse_low_contrast,
)

SERIF: Final = 'Georgia, "Times New Roman", serif'
SANS: Final = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

TYPEFACES: Final[dict[str, tuple[str, str]]] = {
    "bricolage-grotesque": ("Bricolage Grotesque", SANS),
    "dm-sans": ("DM Sans", SANS),
    "fraunces": ("Fraunces", SERIF),
    "inter": ("Inter", SANS),
    "lora": ("Lora", SERIF),
    "manrope": ("Manrope", SANS),
    "playfair-display": ("Playfair Display", SERIF),
    "source-serif-4": ("Source Serif 4", SERIF),
    "work-sans": ("Work Sans", SANS),
}
"""The packaged open typefaces: code used in file names, family name in CSS, fallback."""

MAXIMUM_RADIUS: Final = 28
SCRIM_SHARE: Final = 0.72
"""How much of the deep colour covers a picture where text is printed on it."""

DANGER: Final = Colour.parse("#a3141e")
SUCCESS: Final = Colour.parse("#17603a")
WARNING: Final = Colour.parse("#7a4300")


class TokensRefused(ValueError):
    """A brand value that cannot be used, with the field's name in `field`."""

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        super().__init__(f"{field}: {reason}")


@dataclass(frozen=True, slots=True)
class BrandTokens:
    """What an agency chooses. Colours as `#rrggbb`, `radius` in pixels (0 to 28), typefaces by
    their code."""

    primary: str
    accent: str
    surface: str
    text: str
    radius: int = 12
    heading_font: str = "source-serif-4"
    text_font: str = "inter"

    def __post_init__(self) -> None:
        for name in ("primary", "accent", "surface", "text"):
            try:
                Colour.parse(getattr(self, name))
            except ValueError as error:
                raise TokensRefused(name, str(error)) from error
        if (
            isinstance(self.radius, bool)
            or not isinstance(self.radius, int)
            or not 0 <= self.radius <= MAXIMUM_RADIUS
        ):
            raise TokensRefused(
                "radius",
                f"a whole number of pixels from 0 to {MAXIMUM_RADIUS}, not {self.radius!r}",
            )
        for name in ("heading_font", "text_font"):
            if getattr(self, name) not in TYPEFACES:
                raise TokensRefused(
                    name, f"one of {', '.join(sorted(TYPEFACES))}, not {getattr(self, name)!r}"
                )
        if Colour.parse(self.surface).luminance <= Colour.parse(self.text).luminance:
            raise TokensRefused("surface", "must be lighter than the text: pages are dark on light")


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour of a page. Field names are the names of the custom properties, with hyphens."""

    primary: Colour
    on_primary: Colour
    primary_strong: Colour
    primary_soft: Colour
    accent: Colour
    on_accent: Colour
    accent_soft: Colour
    surface: Colour
    raised: Colour
    sunken: Colour
    text: Colour
    muted: Colour
    line: Colour
    line_strong: Colour
    deep: Colour
    on_deep: Colour
    muted_on_deep: Colour
    line_on_deep: Colour
    danger: Colour
    danger_soft: Colour
    success: Colour
    success_soft: Colour
    warning: Colour
    warning_soft: Colour


def _readable(back: Colour, dark: Colour) -> Colour:
    """White or `dark`, whichever reads better on `back`."""
    return max((WHITE, dark), key=lambda front: contrast_ratio(front, back))


def _palest(front: Colour, backs: tuple[Colour, ...], minimum: float) -> Colour:
    """The palest mix of `front` towards the first of `backs` that still reaches `minimum` on
    all of them."""
    for step in range(60, 0, -2):
        mixed = front.mix(backs[0], step / 100)
        if all(contrast_ratio(mixed, back) >= minimum for back in backs):
            return mixed
    return front


def derive_palette(tokens: BrandTokens) -> Palette:
    """All colours of a page from an agency's tokens. Deterministic; contrast is judged by
    `palette_pairs`."""
    primary, accent = Colour.parse(tokens.primary), Colour.parse(tokens.accent)
    surface, text = Colour.parse(tokens.surface), Colour.parse(tokens.text)
    raised = surface.mix(WHITE, 0.75)
    sunken = surface.mix(text, 0.045)
    deep = primary.mix(BLACK, 0.52).mix(text, 0.35)
    on_deep = deep.mix(WHITE, 0.95)
    primary_soft, accent_soft = raised.mix(primary, 0.09), raised.mix(accent, 0.16)
    backs = (surface, raised, sunken, primary_soft, accent_soft)
    return Palette(
        primary=primary,
        on_primary=_readable(primary, text),
        primary_strong=primary.mix(BLACK, 0.22),
        primary_soft=primary_soft,
        accent=accent,
        on_accent=_readable(accent, text),
        accent_soft=accent_soft,
        surface=surface,
        raised=raised,
        sunken=sunken,
        text=text,
        muted=_palest(text, backs, 5.2),
        line=surface.mix(text, 0.13),
        line_strong=_palest(text, backs, 3.2),
        deep=deep,
        on_deep=on_deep,
        muted_on_deep=_palest(on_deep, (deep,), 6.0),
        line_on_deep=deep.mix(WHITE, 0.2),
        danger=DANGER,
        danger_soft=WHITE.mix(DANGER, 0.07),
        success=SUCCESS,
        success_soft=WHITE.mix(SUCCESS, 0.08),
        warning=WARNING,
        warning_soft=WHITE.mix(WARNING, 0.09),
    )


_TEXT_PAIRS: Final = {
    "text": ("surface", "raised", "sunken", "primary_soft", "accent_soft"),
    "muted": ("surface", "raised", "sunken", "primary_soft", "accent_soft"),
    "primary": ("surface", "raised", "sunken", "primary_soft", "accent_soft"),
    "on_primary": ("primary", "primary_strong"),
    "on_accent": ("accent",),
    "on_deep": ("deep",),
    "muted_on_deep": ("deep",),
    "danger": ("surface", "raised", "danger_soft"),
    "success": ("surface", "raised", "success_soft"),
    "warning": ("surface", "raised", "warning_soft"),
}
_PART_PAIRS: Final = {
    "line_strong": ("surface", "raised", "sunken"),
    "primary": ("surface", "raised", "sunken"),
    "on_deep": ("deep",),
    "on_primary": ("primary",),
}


def palette_pairs(palette: Palette) -> tuple[Pair, ...]:
    """Every pair the base theme prints, text at 4.5 and parts at 3, with the worst case of text
    over a picture."""
    pairs = [
        Pair(front, getattr(palette, front), back, getattr(palette, back), minimum)
        for table, minimum in ((_TEXT_PAIRS, TEXT_MINIMUM), (_PART_PAIRS, PART_MINIMUM))
        for front, backs in table.items()
        for back in backs
    ]
    over_white = WHITE.mix(palette.deep, SCRIM_SHARE)
    pairs.append(Pair("on_deep", palette.on_deep, "deep over a white picture", over_white))
    return tuple(pairs)


def check_tokens(tokens: BrandTokens) -> Palette:
    """The palette of a theme that may go live. Raises `ContrastRefused` with every pair below
    AA (L10)."""
    palette = derive_palette(tokens)
    refuse_low_contrast(palette_pairs(palette))
    return palette


def _family(code: str) -> str:
    name, fallback = TYPEFACES[code]
    return f'"{name}", "{name} Fallback", {fallback}'


def theme_css(tokens: BrandTokens) -> str:
    """The text of `/theme.css`: custom properties only. Raises `ContrastRefused` for a theme
    below AA."""
    palette = check_tokens(tokens)
    lines = [
        f"--{item.name.replace('_', '-')}:{getattr(palette, item.name).hex}"
        for item in fields(Palette)
    ]
    deep = palette.deep
    lines += [
        f"--scrim:rgb({deep.red} {deep.green} {deep.blue} / {SCRIM_SHARE})",
        f"--scrim-none:rgb({deep.red} {deep.green} {deep.blue} / 0)",
        f"--shade:rgb({deep.red} {deep.green} {deep.blue} / 0.1)",
        f"--radius:{tokens.radius}px",
        f"--radius-small:{min(tokens.radius, max(2, tokens.radius // 2))}px",
        f"--radius-large:{round(tokens.radius * 1.5)}px",
        f"--font-heading:{_family(tokens.heading_font)}",
        f"--font-text:{_family(tokens.text_font)}",
    ]
    return "@layer tokens{:root{" + ";".join(lines) + "}}\n"


def theme_hash(css: str) -> str:
    """A short fingerprint of the style sheet for `/theme.css?v=…`, so that a change reaches
    every browser at once."""
    return sha256(css.encode()).hexdigest()[:12]
