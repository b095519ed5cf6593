"""What stands around every page: brand, navigation, languages, cart count and the seller.

`Shop.seller` has no default on purpose: a page without the seller block (L3, D10) cannot be built.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from babel.numbers import format_currency, get_currency_precision

HEADER_LAYOUTS: Final = ("centred", "bar", "split")
HERO_LAYOUTS: Final = ("photo", "editorial", "mosaic")
CARD_LAYOUTS: Final = ("top", "overlay", "horizontal")


@dataclass(frozen=True, slots=True)
class Amount:
    """A tax-included amount ready to print.

    `minor` is the whole number of minor units (cents) that scripts may add up; `text` is the
    full form ("86,00 €"), `short` leaves the cents out when they are zero ("86 €").
    """

    minor: int
    currency: str
    text: str
    short: str

    @property
    def figure(self) -> str:
        """The short form without its currency, for a calendar that names the currency once."""
        return "".join(sign for sign in self.short if sign.isdigit() or sign in "-,.\u202f").strip()

    @classmethod
    def of(cls, value: Decimal, currency: str, language: str) -> Amount:
        """Print `value` (in `currency`, ISO 4217) in `language` ("fr", "en"), rounded half-up
        to the minor unit.

        Raises `ValueError` for a value that is not finite.
        """
        if not value.is_finite():
            raise ValueError(f"not an amount: {value}")
        digits = get_currency_precision(currency)
        rounded = value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
        locale = "en_GB" if language.startswith("en") else "fr_FR"
        full = format_currency(rounded, currency, locale=locale)
        whole = rounded == rounded.to_integral_value()
        pattern = "¤#,##0" if locale == "en_GB" else "#,##0\u00a0¤"
        short = (
            format_currency(rounded, currency, pattern, locale=locale, currency_digits=False)
            if whole
            else full
        )
        return cls(minor=int(rounded.scaleb(digits)), currency=currency, text=full, short=short)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image with its real size in pixels, so that the page never jumps. An empty `alt` means
    decoration."""

    url: str
    alt: str
    width: int = 1200
    height: int = 800
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go. `current` marks the page the reader is on."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the shop, named in itself ("Français")."""

    code: str
    label: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a person of the agency. `phone_link` is the number in the form a `tel:` link
    needs."""

    email: str
    phone: str = ""
    phone_link: str = ""
    hours: str = ""
    address_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SellerBlock:
    """Who sells, and who stands behind the money (L1, L3). Comes from the seller of record,
    never from the theme."""

    name: str
    legal_form: str
    registration: str
    address: str
    guarantor_name: str
    guarantor_address: str
    insurer_name: str
    insurer_address: str
    mediator_name: str
    mediator_address: str
    mediator_url: str
    retailer: str = ""
    """The agency's name when it sells in the seller's name; empty when the agency is itself the
    seller."""


@dataclass(frozen=True, slots=True)
class Brand:
    """The agency's looks. Colours and shape live in `theme_css_url`; the layouts choose partial
    templates."""

    name: str
    tone_line: str
    theme_css_url: str
    heading_font: str
    text_font: str
    header: str = "split"
    hero: str = "photo"
    card: str = "top"
    logo: Picture | None = None
    hero_picture: Picture | None = None
    introduction: str = ""
    """One or two sentences under the tone line; may be empty."""
    icon_url: str = ""

    def __post_init__(self) -> None:
        for value, allowed in (
            (self.header, HEADER_LAYOUTS),
            (self.hero, HERO_LAYOUTS),
            (self.card, CARD_LAYOUTS),
        ):
            if value not in allowed:
                raise ValueError(f"unknown layout {value!r}: one of {', '.join(allowed)}")

    @property
    def font_files(self) -> tuple[str, ...]:
        """Static paths of the files worth loading before the first paint (one heading, one
        text)."""
        return (
            f"fonts/{self.heading_font}-latin-600.woff2",
            f"fonts/{self.text_font}-latin-400.woff2",
        )

    @property
    def font_sheets(self) -> tuple[str, ...]:
        """Static paths of the style sheets that declare the two typefaces; one when they are
        the same."""
        codes = dict.fromkeys((self.heading_font, self.text_font))
        return tuple(f"shop/css/fonts/{code}.css" for code in codes)


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything a page needs besides its own content; the same for all pages of one request."""

    brand: Brand
    seller: SellerBlock
    contact: Contact
    navigation: tuple[Link, ...] = ()
    languages: tuple[Language, ...] = ()
    cart_count: int = 0
    current_url: str = "/"
    """Path with query of this page: where the language switch returns to."""
    terms: tuple[Link, ...] = ()
    """The terms of sale in force, for the footer."""
