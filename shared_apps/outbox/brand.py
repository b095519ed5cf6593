"""Whose name and colours a message carries.

The brand lives in the agency's schema, which no shared app may import. The branding side
registers how to read it (:func:`brand_read_with`), as handlers register what they deliver.
Without an agency, or before anybody registered, messages carry the operator's plain look.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tenants.models import Agency

SANS = "'Helvetica Neue', Helvetica, Arial, sans-serif"
SERIF = "Georgia, 'Times New Roman', serif"


@dataclass(frozen=True, slots=True)
class MailBrand:
    """What a mail or document shows of a brand. Colours ``#rrggbb``, checked for contrast.

    ``on_primary`` is readable on ``primary``, ``on_deep`` on ``deep``; ``text``, ``muted`` and
    ``primary`` are readable on ``surface``, ``raised`` and ``sunken``. Fonts are stacks that
    mail programs have: nothing is loaded from outside.
    """

    name: str
    primary: str = "#1f3a5f"
    on_primary: str = "#ffffff"
    primary_soft: str = "#eef1f5"
    accent: str = "#c2793d"
    surface: str = "#ffffff"
    raised: str = "#ffffff"
    sunken: str = "#f2f4f7"
    text: str = "#1c2430"
    muted: str = "#525c6b"
    line: str = "#dde2e9"
    deep: str = "#152842"
    on_deep: str = "#f6f8fb"
    radius: int = 10
    heading_font: str = SANS
    text_font: str = SANS
    tagline: str = ""
    url: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    contact_address: str = ""


BrandReader = Callable[[Agency, str], MailBrand]
_readers: list[BrandReader] = []


def brand_read_with(reader: BrandReader) -> BrandReader:
    """Register how an agency's brand is read, in a language; the last one registered counts."""
    _readers[:] = [reader]
    return reader


def brand_of(agency: Agency | None, *, language: str) -> MailBrand:
    """The look of ``agency``'s messages; the operator's without one."""
    if agency is None:
        return MailBrand(name="TNP")
    if not _readers:
        return MailBrand(name=agency.name)
    return _readers[0](agency, language)
