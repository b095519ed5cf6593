"""Both offices before a real browser: signing in, every page without a violation, the comforts."""

import base64
import hashlib
import hmac
import struct
import time

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import RULES, shot
from tests.world import PASSWORD

CONSOLE = {
    "home": "/",
    "agencies": "/agences/",
    "agency": "/agences/lumiere/",
    "agency-new": "/agences/nouvelle/",
    "products": "/produits/",
    "product": "/produits/STAY-LOIRE/",
    "draft": "/produits/MUSEUM-NEW/",
    "provider": "/prestataires/FLEUVE/",
    "sales": "/ventes/",
    "audit": "/audit/",
    "messages": "/messages/",
    "team": "/equipe/",
    "second-factor": "/compte/2fa/",
}
OFFICE = {
    "home": "/gestion/",
    "orders": "/gestion/commandes/",
    "selection": "/gestion/selection/",
    "brand": "/gestion/marque/",
    "contact": "/gestion/contact/",
    "team": "/gestion/equipe/",
    "keys": "/gestion/cles/",
    "audit": "/gestion/audit/",
}
PHONE = {"width": 390, "height": 844}


def check_office_page(page: Page, name: str) -> None:
    """No accessibility violation and no sideways scrolling."""
    found = Axe().run(page, options=RULES).response["violations"]
    said = [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"][:3]]
    assert said == [], f"{name}: " + "\n".join(said)
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(width) <= 0, f"{name} scrolls sideways"
    shot(page, f"office-{name}")


def code_of(secret: str) -> str:
    """The six digits an authenticator shows for ``secret`` now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def sign_in(page: Page, address: str, email: str) -> None:
    """Give e-mail and password on the sign-in page at ``address``."""
    page.goto(address)
    check_office_page(page, "sign-in")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("form .btn-primary")


def test_an_operator_sets_up_the_second_factor_and_finds_every_page_in_order(open_page, site):
    page = open_page("desktop")
    sign_in(page, site.url("/compte/login/", agency="tnp"), "admin@tnp.example")
    expect(page).to_have_url(site.url("/compte/2fa/totp/activate/", agency="tnp"))
    check_office_page(page, "second-factor-setup")
    page.fill("[name=code]", code_of(page.input_value("#authenticator_secret")))
    page.click("form .btn-primary")
    page.wait_for_url("**/recovery-codes/**")

    for name, path in CONSOLE.items():
        assert page.goto(site.url(path, agency="tnp")).status == 200
        check_office_page(page, name)
    page.set_viewport_size(PHONE)
    page.context.add_cookies(
        [{"name": "office-theme", "value": "dark", "url": site.url("/", agency="tnp")}]
    )
    for name in ("sales", "product", "agency-new"):
        page.goto(site.url(CONSOLE[name], agency="tnp"))
        assert page.locator("html").get_attribute("data-bs-theme") == "dark"
        check_office_page(page, f"{name}-dark")


def test_the_comforts_of_the_console(open_page, site):
    page = open_page("desktop")
    sign_in(page, site.url("/gestion/compte/login/"), "admin@lumiere.example")
    page.wait_for_url("**/gestion/")
    page.keyboard.press("/")
    expect(page.locator("[data-global-search]")).to_be_focused()

    page.click("[data-theme-toggle]")
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"

    page.goto(site.url("/gestion/audit/"))
    page.fill("[name=verb]", "brand")
    page.wait_for_url("**verb=brand**")
    expect(page.locator("[name=verb]")).to_be_focused()

    page.goto(site.url("/gestion/marque/"))
    page.locator("[name=primary]").evaluate(
        "field => { field.value = '#cccccc';"
        " field.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    expect(page.locator("#contrast .amount-negative").first).to_be_visible()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(site.url("/gestion/"))
    assert asked == ["beforeunload"]


def test_every_page_of_an_agencys_office_has_no_violation_on_a_phone(open_page, site):
    page = open_page("phone")
    sign_in(page, site.url("/gestion/compte/login/"), "admin@lumiere.example")
    page.wait_for_url("**/gestion/")
    for name, path in OFFICE.items():
        assert page.goto(site.url(path)).status == 200
        check_office_page(page, name)


def test_lists_filter_and_sort_without_scripts(open_page, site):
    page = open_page("desktop", scripts=False)
    page.goto(site.url("/gestion/compte/login/"))
    page.fill("[name=login]", "admin@lumiere.example")
    page.fill("[name=password]", PASSWORD)
    page.click("form .btn-primary")
    page.goto(site.url("/gestion/audit/"))
    page.fill("[name=verb]", "select")
    page.get_by_role("button", name="Filtrer").click()
    assert "verb=select" in page.url
    page.click("thead a >> nth=0")
    assert "sort=" in page.url
    assert "verb=select" in page.url
