"""Promises the shop's templates and styles make, checked on the files: no inline code, the
seller on every page."""

import re
from pathlib import Path

import pytest

THEME = Path(__file__).resolve().parents[3] / "themes" / "base"
TEMPLATES = sorted((THEME / "templates/shop").rglob("*.html"))
STYLES = THEME / "static/shop/css"
IDS = [str(path.relative_to(THEME)) for path in TEMPLATES]


@pytest.mark.parametrize("path", TEMPLATES, ids=IDS)
def test_no_template_holds_inline_style_or_script(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son\w+=\"|javascript:", text)
    for tag in re.findall(r"<script[^>]*>", text):
        assert "src=" in tag or 'type="application/ld+json"' in tag


@pytest.mark.parametrize("path", TEMPLATES, ids=IDS)
def test_every_icon_a_template_names_is_in_the_sprite(path: Path) -> None:
    sprite = (THEME / "static/shop/icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    named = set(re.findall(r"\{\{ icons \}\}#([\w-]+)\"", path.read_text(encoding="utf-8")))
    assert named <= known


def test_the_seller_block_is_in_the_footer_of_the_base_page_and_under_no_condition() -> None:
    base = (THEME / "templates/shop/base.html").read_text(encoding="utf-8")
    footer = (THEME / "templates/shop/partials/footer.html").read_text(encoding="utf-8")
    assert '{% include "shop/partials/footer.html" %}' in base
    before = footer[: footer.index('{% include "shop/partials/seller.html" %}')]
    assert before.count("{% if") == before.count("{% endif")
    assert "{% block" not in footer


def test_the_seller_block_prints_all_that_the_law_asks_for() -> None:
    block = (THEME / "templates/shop/partials/seller.html").read_text(encoding="utf-8")
    for name in (
        "name",
        "legal_form",
        "registration",
        "guarantor_name",
        "guarantor_address",
        "insurer_name",
        "insurer_address",
        "mediator_name",
        "mediator_address",
        "mediator_url",
    ):
        assert f"seller.{name} " in block


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if "extends" in path.read_text(encoding="utf-8")]
)
def test_every_page_extends_the_base_page_and_keeps_its_footer(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith('{% extends "shop/base.html" %}')
    blocks = set(re.findall(r"{% block (\w+)", text))
    assert blocks <= {"title", "description", "robots", "page_name", "styles", "scripts", "content"}


def test_the_order_button_says_that_it_is_an_order_with_obligation_to_pay() -> None:
    checkout = (THEME / "templates/shop/checkout.html").read_text(encoding="utf-8")
    button = checkout[checkout.index("button--order") :]
    assert "Order with obligation to pay" in button[: button.index("</button>")]


PAGES = {
    "home": ("catalogue", "home"),
    "search": ("catalogue", "search"),
    "product": ("catalogue", "product", "booking"),
    "cart": ("booking", "purchase"),
    "checkout": ("purchase",),
}


@pytest.mark.parametrize("page", sorted(PAGES))
def test_the_style_sheets_of_a_page_weigh_less_than_forty_kilobytes(page: str) -> None:
    template = (THEME / f"templates/shop/{page}.html").read_text(encoding="utf-8")
    named = set(re.findall(r"shop/css/([\w-]+)\.css", template))
    assert named == set(PAGES[page])
    sheets = [STYLES / f"{name}.css" for name in ("foundation", "shell", "print", *PAGES[page])]
    fonts = sorted(
        (path.stat().st_size for path in (STYLES / "fonts").glob("*.css")), reverse=True
    )[:2]
    assert sum(path.stat().st_size for path in sheets) + sum(fonts) < 40_000
