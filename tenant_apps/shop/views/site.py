"""The shop's small addresses: language, style sheet, brand pictures, maps for robots."""

from datetime import datetime
from pathlib import PurePosixPath
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_POST, require_safe

from tenant_apps.branding.models import Theme
from tenant_apps.branding.tokens import derive_palette, theme_hash
from tenant_apps.branding.tokens import theme_css as css_of
from tenant_apps.selection.queries import sellable_products
from tenant_apps.shop.assemble.shell import tokens_of
from tenant_apps.shop.language import SHOP_LANGUAGES
from tenant_apps.shop.origin import own_posts_only
from tenant_apps.shop.queries.search import on_sale

A_YEAR = 365 * 24 * 3600
A_DAY = 24 * 3600
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32">'
    '<rect width="32" height="32" rx="7" fill="{back}"/><text x="16" y="23" fill="{front}" '
    'font-family="system-ui, sans-serif" font-size="20" font-weight="600" text-anchor="middle">'
    "{letter}</text></svg>"
)
SITEMAP_MOST = 50_000
PICTURE_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}


@own_posts_only
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the visitor's language in a cookie and go back to the page."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        target, {request.get_host()}, require_https=request.is_secure()
    ):
        target = reverse("shop:home")
    response = HttpResponseRedirect(target)
    language = request.POST.get("language")
    if language in SHOP_LANGUAGES:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=A_YEAR,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
    return response


@require_safe
def theme_css(request: HttpRequest) -> HttpResponse:
    """The agency's style sheet; with its own hash in the address it may be kept for a year."""
    theme = Theme.objects.order_by("pk").first() or Theme()
    css = css_of(tokens_of(theme))
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    known = request.GET.get("v") == theme_hash(css)
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if known else "no-cache"
    return response


@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """The shop's mark in a browser's tab: the agency's first letter on its own colour."""
    theme = Theme.objects.order_by("pk").first() or Theme()
    palette = derive_palette(tokens_of(theme))
    letter = escape(request.agency.name[:1].upper())
    body = ICON.format(back=palette.primary.hex, front=palette.on_primary.hex, letter=letter)
    response = HttpResponse(body, content_type="image/svg+xml")
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    return response


@require_safe
def brand_picture(request: HttpRequest, which: str) -> FileResponse:
    """The agency's uploaded logo or hero picture; types other than pictures are refused."""
    theme = Theme.objects.order_by("pk").first()
    files = {"logo": theme.logo, "hero": theme.hero_upload} if theme else {}
    found = files.get(which)
    if not found:
        raise Http404
    extension = PurePosixPath(found.name or "").suffix.lower()
    if extension not in PICTURE_TYPES:
        raise Http404
    try:
        opened = found.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, content_type=PICTURE_TYPES[extension])
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Robots may read what is for sale, not baskets, orders and offices."""
    closed = ["/panier/", "/commande/", "/commandes/", "/gestion/", "/api/", "/langue/"]
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        "Disallow: /*?day=",
        f"Sitemap: {request.build_absolute_uri(reverse('shop:sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Home, search and every product on sale."""
    products = on_sale(sellable_products(request.agency)).order_by("pk")
    rows = products.values_list("reference", "updated_at")[:SITEMAP_MOST]
    response = HttpResponse(content_type="application/xml; charset=utf-8")
    xml = SimplerXMLGenerator(response, "utf-8")
    xml.startDocument()
    space = {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    xml.startElement("urlset", AttributesImpl(space))
    pages: list[tuple[str, datetime | None]] = [
        (reverse("shop:home"), None),
        (reverse("shop:search"), None),
    ]
    pages += [(reverse("shop:product", args=[ref]), changed) for ref, changed in rows]
    for path, changed in pages:
        xml.startElement("url", AttributesImpl({}))
        xml.addQuickElement("loc", request.build_absolute_uri(path))
        if changed:
            xml.addQuickElement("lastmod", timezone.localtime(changed).date().isoformat())
        xml.endElement("url")
    xml.endElement("urlset")
    xml.endDocument()
    return response
