"""Reads an agency's brand for mails and documents."""

from django_tenants.utils import tenant_context

from shared_apps.catalog.texts import text_in
from shared_apps.outbox.brand import SANS, SERIF, MailBrand, brand_read_with
from tenant_apps.branding.models import Theme
from tenant_apps.branding.tokens import BrandTokens, derive_palette
from tenants.models import Agency
from tenants.resolution import agency_url

# Mail programs load no typefaces: each packaged one stands for its nearest relative.
WITH_SERIFS = frozenset({"fraunces", "lora", "playfair-display", "source-serif-4"})
COLOURS = (
    "primary",
    "on_primary",
    "primary_soft",
    "accent",
    "surface",
    "raised",
    "sunken",
    "text",
    "muted",
    "line",
    "deep",
    "on_deep",
)


@brand_read_with
def agency_brand(agency: Agency, language: str) -> MailBrand:
    """The agency's name, colours and contact; callable from any schema."""
    with tenant_context(agency):
        theme = Theme.objects.order_by("pk").first() or Theme()
    palette = derive_palette(
        BrandTokens(
            primary=theme.primary,
            accent=theme.accent,
            surface=theme.surface,
            text=theme.text,
            radius=theme.radius,
            heading_font=theme.heading_font,
            text_font=theme.text_font,
        )
    )
    return MailBrand(
        name=agency.name,
        **{name: getattr(palette, name).hex for name in COLOURS},
        radius=theme.radius,
        heading_font=SERIF if theme.heading_font in WITH_SERIFS else SANS,
        text_font=SERIF if theme.text_font in WITH_SERIFS else SANS,
        tagline=text_in(theme.tagline, language),
        url=agency_url(agency),
        contact_email=theme.contact_email,
        contact_phone=theme.contact_phone,
        contact_address=theme.contact_address,
    )
