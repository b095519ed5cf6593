"""A whole purchase as a traveller makes it, from the home page to the voucher.

Only roles, names of fields and structure are used to find things, so the tests hold in both
languages. The card is typed on the double's own page; the confirmation comes by its webhook.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import check_page
from tests.browser.running_site import Site

CARD = {"number": "4242 4242 4242 4242", "expiry": "12/34", "cvc": "123", "name": "Zoé Martin"}
WHO = {"first_name": "Zoé", "last_name": "Martin", "email": "zoe@example.org"}


def find_the_boat(page: Page, site: Site, words: str, *, checked: bool) -> None:
    """From the home page by the search to the product."""
    page.goto(site.url())
    if checked:
        check_page(page, "home")
    page.fill("#search-q", words)
    page.click(".searchbar__go")
    page.wait_for_url(re.compile(r"/recherche/\?q="))
    if checked:
        check_page(page, "search")
    page.click(".card__title a")
    page.wait_for_url("**/produits/BOAT-DUSK/**")
    if checked:
        check_page(page, "product")


def keep_two_places(page: Page, *, scripts: bool) -> None:
    """Next month, the first open day, the first time, two adults and a child."""
    for _turn in range(2):
        shown = page.locator("#calendar-title").text_content()
        page.locator(".calendar__head a").last.click()
        expect(page.locator("#calendar-title")).not_to_have_text(shown)
    page.locator("a.day").first.click()
    expect(page.locator(".time input").first).to_be_visible()
    page.locator(".time input").first.check()
    if scripts:
        expect(page.locator(".time input").first).to_be_checked()
        page.locator(".stepper:has(#quantity-child) [data-step='1']").click()
        expect(page.locator("[data-total]")).to_contain_text("86")
    else:
        page.fill("#quantity-child", "1")
    page.locator(".booking__end .button--primary").click()
    page.wait_for_url("**/panier/")
    expect(page.locator(".sums__total dd")).to_contain_text("86")


def order(page: Page) -> None:
    """Fill in who is buying, tick every box, press the button that says what it does."""
    for name, value in WHO.items():
        page.fill(f"#field-{name}", value)
    for box in page.locator(".consent input[type=checkbox]").all():
        box.check()
    page.click(".button--order")


def pay(page: Page) -> None:
    """Type the card on the payment provider's page."""
    page.wait_for_url("**/c/pay/**")
    for name, value in CARD.items():
        page.fill(f"#{name}", value)
    page.click("button.pay")


def read_file(page: Page, link: str) -> str:
    """Status and beginning of the file a link leads to, fetched as the page would."""
    address = page.locator(link).get_attribute("href")
    script = "url => fetch(url).then(async got => got.status + ' ' + await got.text())"
    return page.evaluate(script, address)[:5000]


@pytest.mark.parametrize(
    ("size", "language", "words", "thanks"),
    [
        ("desktop", "fr", "gabare", "zoe@example.org"),
        ("phone", "en", "sunset", "zoe@example.org"),
    ],
)
def test_a_traveller_finds_books_pays_and_gets_a_voucher(
    open_page, site, size, language, words, thanks
):
    page = open_page(size, language=language)
    find_the_boat(page, site, words, checked=True)
    assert page.locator("html").get_attribute("lang") == language
    keep_two_places(page, scripts=True)
    check_page(page, "cart")
    expect(page.locator("[data-seen]")).to_contain_text("min")

    page.click("a[href='/commande/']")
    page.wait_for_url("**/commande/")
    check_page(page, "checkout")
    page.click(".button--order")
    expect(page.locator("#errors")).to_be_visible()
    check_page(page, "checkout-errors")
    order(page)
    pay(page)

    page.wait_for_url(re.compile(r"/commandes/LUM-"))
    expect(page.locator(".confirmation__head .lead")).to_contain_text(thanks)
    check_page(page, "confirmation")
    reference = page.locator(".confirmation__reference strong").inner_text()
    assert read_file(page, "a[href*='bon.pdf']").startswith("200 %PDF-")
    assert "BEGIN:VEVENT" in read_file(page, "a[href*='agenda.ics']")
    assert site.ask(
        "SELECT status, total, language FROM agency_lumiere.orders_order WHERE reference = %s",
        reference,
    ) == [("confirmed", 86, language)]
    assert page.locator(".cart-link .count").count() == 0


def test_everything_works_without_scripts(open_page, site):
    page = open_page("desktop", scripts=False)
    find_the_boat(page, site, "gabare", checked=False)
    keep_two_places(page, scripts=False)
    page.click("a[href='/commande/']")
    order(page)
    pay(page)

    page.wait_for_url(re.compile(r"/commandes/LUM-"))
    expect(page.locator(".confirmation__reference strong")).to_contain_text("LUM-")


def test_a_declined_card_and_a_change_of_mind_keep_the_places(open_page, site):
    page = open_page("desktop")
    find_the_boat(page, site, "gabare", checked=False)
    keep_two_places(page, scripts=True)
    page.click("a[href='/commande/']")
    order(page)
    page.wait_for_url("**/c/pay/**")
    for name, value in (CARD | {"number": "4000 0000 0000 0002"}).items():
        page.fill(f"#{name}", value)
    page.click("button.pay")
    expect(page.get_by_role("alert")).to_be_visible()
    page.click("a.back")

    page.wait_for_url("**/commande/retour/**")
    expect(page.locator(".state--refused")).to_be_visible()
    check_page(page, "payment-left")
    page.click(".state__ways .button--primary")
    page.wait_for_url("**/commande/")
    expect(page.locator("#field-last_name")).to_have_value("Martin")


def test_two_sellers_make_two_carts(open_page, site):
    page = open_page("phone")
    page.goto(site.url("/produits/BOAT-DUSK/", agency="ocean"))
    keep_two_places(page, scripts=True)
    page.goto(site.url("/produits/KAYAK-SEA/", agency="ocean"))
    page.locator("a.day").last.click()
    expect(page.locator(".booking__end .button--primary")).to_be_enabled()
    page.locator(".booking__end .button--primary").click()

    refused = page.get_by_role("alert").filter(has_text="Océan Réceptif SARL")
    expect(refused).to_be_visible()
    shown = refused.locator("button")
    check_page(page, "cart-other-seller")
    shown.click()
    page.wait_for_url("**/panier/")
    expect(page.locator(".line__title")).to_contain_text("Kayak")
    check_page(page, "cart-second")
