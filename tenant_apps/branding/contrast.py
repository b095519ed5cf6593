"""Contrast between two colours, and the refusal of a theme that fails it (L10).

WCAG 2.1, success criteria 1.4.3 (text, 4.5 to 1) and 1.4.11 (parts of the interface, 3 to 1).
Large text gets no discount: a brand may set its own sizes, so every text pair must reach 4.5.

Refused here: any spelling of a colour other than `#rrggbb`. That is also what keeps a colour
from carrying CSS. Not caught here: text printed on a picture without one of the theme's own
backgrounds; the base theme never does that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

TEXT_MINIMUM: Final = 4.5
PART_MINIMUM: Final = 3.0

_HEX: Final = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Colour:
    """An opaque sRGB colour, channels from 0 to 255."""

    red: int
    green: int
    blue: int

    @classmethod
    def parse(cls, text: str) -> Colour:
        """Read `#rrggbb` in either case. Raises `ValueError` for anything else, names and
        `rgb()` included."""
        lowered = text.strip().lower() if isinstance(text, str) else ""
        if not _HEX.fullmatch(lowered):
            raise ValueError(f"not a colour written as #rrggbb: {text!r}")
        return cls(*(int(lowered[start : start + 2], 16) for start in (1, 3, 5)))

    @property
    def hex(self) -> str:
        """The colour as `#rrggbb`."""
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """Relative luminance of WCAG: 0 for black, 1 for white."""
        red, green, blue = (_linear(channel) for channel in (self.red, self.green, self.blue))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def mix(self, other: Colour, share: float) -> Colour:
        """This colour with `share` (0 to 1) of `other` laid over it; also what a translucent
        `other` looks like."""
        if not 0 <= share <= 1:
            raise ValueError(f"a share lies between 0 and 1, not {share}")
        channels = zip(
            (self.red, self.green, self.blue), (other.red, other.green, other.blue), strict=True
        )
        return Colour(*(round(mine + (theirs - mine) * share) for mine, theirs in channels))


BLACK: Final = Colour(0, 0, 0)
WHITE: Final = Colour(255, 255, 255)


def _linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def contrast_ratio(one: Colour, other: Colour) -> float:
    """The WCAG contrast ratio, from 1 (same luminance) to 21 (black on white); the order does
    not matter."""
    lighter, darker = sorted((one.luminance, other.luminance), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two colours that meet on a page: `front` (text or part) printed on `back`, and the least
    ratio allowed."""

    front_name: str
    front: Colour
    back_name: str
    back: Colour
    minimum: float = TEXT_MINIMUM

    @property
    def name(self) -> str:
        """How the pair is called in a refusal: "text on surface"."""
        return f"{self.front_name} on {self.back_name}"

    @property
    def ratio(self) -> float:
        """The contrast reached."""
        return contrast_ratio(self.front, self.back)

    @property
    def passes(self) -> bool:
        """Whether the ratio reaches the minimum, without rounding in the theme's favour."""
        return self.ratio >= self.minimum

    def __str__(self) -> str:
        shown = int(self.ratio * 100) / 100
        colours = f"{self.front.hex} on {self.back.hex}"
        return f"{self.name}: {colours} is {shown:.2f}, needs {self.minimum:.1f}"


class ContrastRefused(ValueError):
    """A theme with at least one pair below WCAG AA. `pairs` holds every failing pair, worst
    first."""

    def __init__(self, pairs: tuple[Pair, ...]) -> None:
        self.pairs = pairs
        super().__init__("; ".join(str(pair) for pair in pairs))


def refuse_low_contrast(pairs: Iterable[Pair]) -> None:
    """Raise `ContrastRefused` naming all failing pairs; return quietly when every pair passes
    (L10)."""
    failing = sorted((pair for pair in pairs if not pair.passes), key=lambda pair: pair.ratio)
    if failing:
        raise ContrastRefused(tuple(failing))
