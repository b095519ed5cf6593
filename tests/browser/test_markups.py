"""Own markups and the notice before a real browser, with and without scripts."""

import pytest
from playwright.sync_api import expect

from tests.browser.rules_world import rules_world
from tests.browser.test_offices import check_office_page

MARKUPS = "/gestion/commissions/sur-marges/"
NOTICE = "/commissions/preavis/"


@pytest.fixture(scope="module")
def world(site):
    """A session behind each door; made once."""
    return rules_world(site)


@pytest.fixture
def signed_page(open_page, site, world):
    """Open ``path`` as the administrator behind ``door`` ("operator" or "agency")."""

    def opened(door, path, size="desktop", *, scripts=True, language="en"):
        page = open_page(size, scripts=scripts)
        agency = "tnp" if door == "operator" else "lumiere"
        host = site.url("/", agency=agency)
        cookies = {world["cookie"]: world[door], "lang": language}
        page.context.add_cookies(
            [{"name": name, "value": value, "url": host} for name, value in cookies.items()]
        )
        page.goto(site.url(path, agency=agency))
        return page

    return opened


def row(page, reference):
    """The row of a product."""
    return page.locator("tbody tr", has_text=reference)


def test_tick_type_and_save_then_back(signed_page, site):
    page = signed_page("agency", MARKUPS)
    page.locator("[data-select][value='BOAT-DUSK']").check()
    expect(page.locator("[data-selected-count]")).to_have_text("1")
    page.fill("[name=set-percent]", "10")
    page.fill("[name=set-reason]", "Summer season")
    check_office_page(page, "markups-ticked")
    page.locator("[name=set-act][value=set]").click()
    page.wait_for_load_state()
    expect(row(page, "BOAT-DUSK")).to_contain_text("37,40")
    page.locator("[data-select][value='BOAT-DUSK']").check()
    page.fill("[name=set-percent]", "12")
    page.fill("[name=set-reason]", "Too much")
    page.locator("[name=set-act][value=set]").click()
    expect(page.locator(".selection-error")).to_be_visible()
    check_office_page(page, "markups-refused")
    page.fill("[name=set-reason]", "Over")
    page.locator("[name=set-act][value=clear]").click()
    page.wait_for_url(f"**{MARKUPS}")
    expect(row(page, "BOAT-DUSK")).to_contain_text("34,00")


def test_the_whole_result_and_everything_without_scripts_on_a_phone(signed_page):
    page = signed_page("agency", f"{MARKUPS}?product=KAYAK", "phone", scripts=False)
    page.locator("[name=whole]").check()
    page.fill("[name=set-percent]", "7,5")
    page.fill("[name=set-reason]", "Summer season")
    page.locator("[name=set-act][value=set]").click()
    expect(row(page, "KAYAK-SEA")).to_contain_text("51,60")
    page.fill("[name=percent]", "2")
    page.fill("[name=reason]", "Summer season")
    page.locator("[name=act][value=set]").click()
    expect(page.locator("[name=act][value=clear]")).to_be_visible()
    page.fill("[name=reason]", "Over")
    page.locator("[name=act][value=clear]").click()
    expect(page.locator("[name=act][value=clear]")).to_have_count(0)


def test_both_pages_have_no_violation_at_any_width(signed_page):
    for size in ("desktop", "phone"):
        check_office_page(signed_page("agency", MARKUPS, size), f"markups-{size}")
        check_office_page(signed_page("operator", NOTICE, size), f"notice-{size}")
