"""The other pages of the shop before a real browser: documents, contact, errors, both agencies."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import check_page

PAGES = {
    "terms": "/conditions/1/",
    "legal": "/mentions-legales/",
    "privacy": "/confidentialite/",
    "accessibility": "/accessibilite/",
    "contact": "/contact/",
    "cart-empty": "/panier/",
    "search-nothing": "/recherche/?q=nothing+like+this",
}


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_documents_and_empty_pages_have_no_violation(open_page, site, size):
    page = open_page(size, language="en" if size == "phone" else "fr")
    for name, path in PAGES.items():
        assert page.goto(site.url(path)).status == 200
        check_page(page, name)


def test_the_second_agency_looks_different_and_is_as_accessible(open_page, site):
    page = open_page("desktop")
    looks = []
    for agency in ("lumiere", "ocean"):
        page.goto(site.url(agency=agency))
        check_page(page, f"home-{agency}")
        body = page.locator("body")
        looks.append([body.get_attribute(f"data-{part}") for part in ("header", "hero", "card")])
    assert all(first != second for first, second in zip(*looks, strict=True))


def test_a_message_is_sent_and_a_missing_field_is_named(open_page, site):
    page = open_page("phone")
    page.goto(site.url("/contact/"))
    page.click("form.block button")
    expect(page.locator("#errors")).to_be_visible()
    check_page(page, "contact-errors")
    page.fill("#field-name", "Zoé Martin")
    page.fill("#field-email", "zoe@example.org")
    page.fill("#field-message", "Bonjour, le chien peut-il venir ?")
    page.click("form.block button")

    expect(page.get_by_role("status").filter(has=page.locator("h2"))).to_be_visible()
    kept = site.ask("SELECT payload ->> 'email' FROM shared.outbox_message WHERE kind = 'contact'")
    assert kept == [("zoe@example.org",)]


def test_filters_change_the_address_so_that_it_can_be_shared(open_page, site):
    page = open_page("desktop")
    page.goto(site.url("/recherche/"))
    page.check("input[name=category][value=tour]")
    page.wait_for_url("**category=tour**")
    expect(page.locator(".card__title")).to_have_count(1)

    page.reload()
    expect(page.locator(".card__title")).to_have_count(1)
    page.click(".chip--clear")
    expect(page.locator(".card__title")).to_have_count(4)


def test_the_booking_panel_is_used_with_the_keyboard_alone(open_page, site):
    page = open_page("desktop")
    page.goto(site.url("/produits/BOAT-DUSK/"))
    page.locator("a.day").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".time input").first).to_be_visible()
    expect(page.locator("[data-total]")).to_contain_text("68")
    page.locator(".booking__end .button--primary").focus()
    page.keyboard.press("Enter")

    page.wait_for_url("**/panier/")
    expect(page.locator(".line__title")).to_be_visible()
