"""Render every shop page for three brands and photograph it, without a database or the
product's URLs.

    python tests/browser/preview_shop.py OUT [--fonts FOLDER] [--axe FILE] [--only home]

A tool for the person who draws the shop, not a test: it writes PNG files to look at, and with
`--axe` prints every accessibility violation. Pages are served with the strict content security
policy they will meet in production, so an inline style or script shows at once. Fonts are taken
from FOLDER under the names the theme asks for.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import django  # noqa: E402 (the project must be importable first)
from django.conf import settings  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import include, path  # noqa: E402

SIZES = {
    "desktop": (1440, 900),
    "phone": (390, 844),
    "narrow": (360, 740),
    "wide": (1920, 1080),
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'"
)
EAGER = "for (const picture of document.images) picture.loading = 'eager'"


def _page(_request: object, **_kwargs: str) -> HttpResponse:
    return HttpResponse("")


NAMES = {
    "home": "",
    "search": "recherche/",
    "product": "produits/<str:reference>/",
    "departures": "produits/<str:reference>/departs/",
    "cart": "panier/",
    "cart_add": "panier/ajouter/",
    "cart_update": "panier/modifier/",
    "cart_remove": "panier/retirer/",
    "checkout": "commande/",
    "pay": "commande/payer/",
    "payment_return": "commande/retour/",
    "order": "commandes/<str:reference>/",
    "voucher": "commandes/<str:reference>/bon.pdf",
    "calendar": "commandes/<str:reference>/agenda.ics",
    "terms": "conditions/<str:version>/",
    "legal": "mentions-legales/",
    "accessibility": "accessibilite/",
    "privacy": "confidentialite/",
    "contact": "contact/",
    "set_language": "langue/",
}
urlpatterns = [
    path("", include(([path(route, _page, name=name) for name, route in NAMES.items()], "shop")))
]


def configure() -> None:
    """The least Django that renders a template in two languages."""
    settings.configure(
        ROOT_URLCONF="preview_shop",
        SECRET_KEY="preview",
        INSTALLED_APPS=["django.contrib.staticfiles"],
        STATIC_URL="/static/",
        USE_I18N=True,
        LANGUAGE_CODE="fr",
        LANGUAGES=[("fr", "Français"), ("en", "English")],
        LOCALE_PATHS=[str(ROOT / "locale")],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [str(ROOT / "themes/base/templates")],
                "OPTIONS": {"string_if_invalid": ""},
            }
        ],
    )
    django.setup()


def lay_static(work: Path, fonts: Path | None) -> tuple[str, ...]:
    """Copy static files into the served folder; returns the addresses of the pictures."""
    static = work / "static"
    shutil.copytree(ROOT / "themes/base/static", static)
    vendor = ROOT / "node_modules/htmx.org/dist/htmx.min.js"
    (static / "vendor").mkdir(exist_ok=True)
    if fonts:
        (static / "fonts").mkdir(exist_ok=True)
        for file in fonts.glob("*/files/*-normal.woff2"):
            shutil.copy(file, static / "fonts" / file.name.replace("-normal", ""))
        vendor = fonts.parent / "htmx.org/dist/htmx.min.js"
    if vendor.exists():
        shutil.copy(vendor, static / "vendor/htmx.min.js")
    pictures = sorted((static / "pictures").rglob("*.svg"))
    return tuple("/" + str(file.relative_to(work)) for file in pictures)


def render_all(
    work: Path, pictures: tuple[str, ...], brands: list[str], only: set[str]
) -> list[str]:
    """Write every page of every brand; returns their paths under the served folder."""
    from django.template.loader import render_to_string
    from django.utils import translation
    from preview_samples import BRANDS, sample_shop
    from preview_states import sample_pages

    from tenant_apps.branding.tokens import theme_css

    written = []
    for key in brands:
        _name, preset, language, _tone, _intro = BRANDS[key]
        (work / f"theme-{key}.css").write_text(theme_css(preset.tokens), encoding="utf-8")
        offset = list(BRANDS).index(key) * 3
        turned = pictures[offset:] + pictures[:offset]
        shop = sample_shop(key, turned, f"/theme-{key}.css", 2)
        with translation.override(language):
            for name, (template, page) in sample_pages(language, turned).items():
                if only and name not in only:
                    continue
                html = render_to_string(
                    template,
                    {
                        "shop": shop,
                        "page": page,
                        "csrf_token": "preview",
                        "title": "Cette page n’existe pas",
                        "text": "L’adresse a peut-être changé.",
                        "status": 404,
                    },
                )
                file = work / f"{key}-{name}.html"
                file.write_text(html, encoding="utf-8")
                written.append(file.name)
    return written


class _Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        if args and str(args[1]).startswith("4"):
            print("missing:", args[0])


@contextmanager
def serve(work: Path) -> Iterator[str]:
    """Serve the folder on a free loopback port."""
    handler = functools.partial(_Handler, directory=str(work))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


def photograph(base: str, files: list[str], out: Path, sizes: list[str], axe: Path | None) -> int:
    """One picture per page and width; returns the number of problems seen (console errors, axe,
    sideways scroll)."""
    from playwright.sync_api import sync_playwright

    problems = 0
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
    ]
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        for size in sizes:
            width, height = SIZES[size]
            context = browser.new_context(
                viewport={"width": width, "height": height},
                bypass_csp=axe is not None,
                reduced_motion="reduce",
            )
            for name in files:
                page = context.new_page()
                said: list[str] = []
                page.on("console", lambda message, said=said: said.append(message.text))
                page.on("pageerror", lambda error, said=said: said.append(str(error)))
                page.goto(f"{base}/{name}", wait_until="networkidle")
                wide = page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                if wide > 0:
                    said.append(f"scrolls sideways by {wide} px")
                if axe:
                    page.add_script_tag(path=str(axe))
                    result = page.evaluate(
                        "axe.run({runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
                    )
                    said += [_violation(item) for item in result["violations"]]
                page.evaluate(EAGER)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=str(out / f"{Path(name).stem}-{size}.png"), full_page=True)
                page.close()
                problems += len(said)
                for line in said:
                    print(f"{name} {size}: {line}")
            context.close()
        browser.close()
    return problems


def _violation(item: dict[str, Any]) -> str:
    nodes = [f"{node['target']} {node['failureSummary'][:180]}" for node in item["nodes"][:3]]
    return f"axe {item['id']}: {json.dumps(nodes, ensure_ascii=False)}"


def main() -> int:
    """Read the arguments, render, photograph; the exit code says whether a problem was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--fonts", type=Path)
    parser.add_argument("--axe", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--brand", default="val,cap,way")
    parser.add_argument("--size", default="desktop,phone")
    options = parser.parse_args()
    work = options.out / "site"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    configure()
    pictures = lay_static(work, options.fonts)
    only = {name for name in options.only.split(",") if name}
    files = render_all(work, pictures, options.brand.split(","), only)
    with serve(work) as base:
        problems = photograph(base, files, options.out, options.size.split(","), options.axe)
    print(f"{len(files)} pages, {problems} problems, pictures in {options.out}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.modules["preview_shop"] = sys.modules["__main__"]
    raise SystemExit(main())
