"""The frame of a page: brand, navigation, languages, cart count, seller block."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from shared_apps.catalog.texts import text_in
from tenant_apps.branding.models import Theme
from tenant_apps.branding.tokens import BrandTokens, theme_css, theme_hash
from tenant_apps.shop.assemble.pictures import GENERIC, picture_named
from tenant_apps.shop.presenters import (
    Brand,
    Contact,
    Language,
    Link,
    Picture,
    SellerBlock,
    Shop,
)
from tenant_apps.shop.presenters.shell import CARD_LAYOUTS, HEADER_LAYOUTS, HERO_LAYOUTS
from tenant_apps.shop.queries.shell import CategoryCount, Shell
from tenants.models import Agency

NAVIGATION_LINKS = 6
LOGO_HEIGHT = 48


def tokens_of(theme: Theme) -> BrandTokens:
    """The brand's tokens. Raises TokensRefused for values that no theme may have."""
    return BrandTokens(
        primary=theme.primary,
        accent=theme.accent,
        surface=theme.surface,
        text=theme.text,
        radius=theme.radius,
        heading_font=theme.heading_font,
        text_font=theme.text_font,
    )


@lru_cache(maxsize=512)
def style_version(tokens: BrandTokens) -> str:
    """The fingerprint of a brand's style sheet; worked out once per brand and process."""
    return theme_hash(theme_css(tokens))


def shop_of(
    agency: Agency, shell: Shell, *, language: str, cart_count: int, current_url: str
) -> Shop:
    """Everything a page needs besides its own content."""
    return Shop(
        brand=brand_of(agency, shell.theme, language),
        seller=seller_block(shell.seller, agency_name=agency.name),
        contact=contact_of(shell.theme, shell.seller),
        navigation=navigation_of(shell.categories, language, current_url),
        languages=tuple(
            Language(code=code, label=name, current=code == language)
            for code, name in settings.LANGUAGES
        ),
        cart_count=cart_count,
        current_url=current_url,
        terms=tuple(
            Link(label=row.title, url=reverse("shop:terms", args=[row.id])) for row in shell.terms
        ),
    )


def brand_of(agency: Agency, theme: Theme, language: str) -> Brand:
    """The agency's looks; a layout the theme does not know falls back to its first."""
    version = style_version(tokens_of(theme))
    return Brand(
        name=agency.name,
        tone_line=text_in(theme.tagline, language) or _("Activities and stays, chosen with care"),
        introduction=text_in(theme.intro, language),
        theme_css_url=f"{reverse('shop:theme_css')}?v={version}",
        heading_font=theme.heading_font,
        text_font=theme.text_font,
        header=_known(theme.header_layout, HEADER_LAYOUTS, "split"),
        hero=_known(theme.hero_layout, HERO_LAYOUTS, "photo"),
        card=_known(theme.card_layout, CARD_LAYOUTS, "top"),
        logo=_logo(theme, agency),
        hero_picture=_hero(theme),
        icon_url=f"{reverse('shop:icon')}?v={version}",
    )


def _known(value: str, allowed: tuple[str, ...], default: str) -> str:
    return value if value in allowed else default


def _logo(theme: Theme, agency: Agency) -> Picture | None:
    if not theme.logo:
        return None
    url = f"{reverse('shop:brand_picture', args=['logo'])}?v={theme.version}"
    return Picture(url=url, alt=agency.name, width=LOGO_HEIGHT * 3, height=LOGO_HEIGHT)


def _hero(theme: Theme) -> Picture:
    if theme.hero_upload:
        url = f"{reverse('shop:brand_picture', args=['hero'])}?v={theme.version}"
        return Picture(url=url, alt="", width=1600, height=1000)
    return picture_named(theme.hero_picture or GENERIC)


def contact_of(theme: Theme, seller: Mapping[str, Any]) -> Contact:
    """How to reach the agency; the seller's address where the agency gave none."""
    return Contact(
        email=theme.contact_email or seller["email"],
        phone=theme.contact_phone,
        phone_link=re.sub(r"[^+\d]", "", theme.contact_phone),
        address_lines=tuple(
            part.strip() for part in theme.contact_address.split(",") if part.strip()
        ),
    )


def seller_block(seller: Mapping[str, Any], *, agency_name: str) -> SellerBlock:
    """The block L3 asks for, from a seller's snapshot; the agency is the retailer of another."""
    return SellerBlock(
        name=seller["legal_name"],
        legal_form=seller["legal_form"],
        registration=seller["registration_number"],
        address=seller["address"],
        guarantor_name=seller["guarantor_name"],
        guarantor_address=seller["guarantor_address"],
        insurer_name=seller["insurer_name"],
        insurer_address=seller["insurer_address"],
        mediator_name=seller["mediator_name"],
        mediator_address=seller["mediator_address"],
        mediator_url=seller["mediator_url"],
        retailer="" if seller["own_liability"] else agency_name,
    )


def category_url(code: str) -> str:
    """The search of one category."""
    return f"{reverse('shop:search')}?category={code}"


def navigation_of(
    categories: tuple[CategoryCount, ...], language: str, current_url: str
) -> tuple[Link, ...]:
    """The first categories on sale."""
    return tuple(
        Link(
            label=text_in(row.names, language),
            url=category_url(row.code),
            current=current_url == category_url(row.code),
        )
        for row in categories[:NAVIGATION_LINKS]
    )
