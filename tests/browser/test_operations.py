"""Special operations and sub-commissions before a real browser, every page with axe."""

import pytest
from playwright.sync_api import expect

from tests.browser.operations_world import operations_world
from tests.browser.test_offices import PHONE, check_office_page


@pytest.fixture(scope="module")
def world(site):
    """Somebody behind each door, and a sale; made once."""
    return operations_world(site)


@pytest.fixture
def signed_page(open_page, site, world):
    """Open a page as the administrator behind ``door`` ("operator" or "agency"), in English."""

    def opened(door, *, scripts=True):
        page = open_page("desktop", scripts=scripts)
        agency = "tnp" if door == "operator" else "lumiere"
        host = site.url("/", agency=agency)
        page.context.add_cookies(
            [
                {"name": world["cookie"], "value": world[door], "url": host},
                {"name": "lang", "value": "en", "url": host},
            ]
        )
        page.at = lambda path: page.goto(site.url(path, agency=agency))
        return page

    return opened


def test_an_operation_is_planned_published_and_stopped(signed_page):
    page = signed_page("operator")
    page.at("/operations/nouvelle/")
    page.fill("[name=name]", "Browser kayaks")
    page.fill("[name=ends_on]", "2031-12-31")
    page.fill("[name=percent]", "18")
    page.fill("[name=budget]", "500")
    expect(page.locator(".pick-products")).to_be_hidden()
    page.get_by_text("Chosen products").click()
    page.locator(".pick-products [data-pick-filter]").fill("kayak")
    expect(page.locator(".pick-products label:visible")).to_have_count(2)
    page.locator(".pick-products").get_by_text("KAYAK-SEA").click()
    page.fill("[name=operator_percent]", "70")
    expect(page.locator("[data-share-total]")).to_have_text("Together 70 %, not 100 %")
    page.fill("[name=provider_percent]", "30")
    expect(page.locator("[data-share-total]")).to_have_text("Together 100 %")
    check_office_page(page, "operation-form")
    page.get_by_role("button", name="Save as a draft").click()

    page.wait_for_url("**/operations/browser-kayaks/")
    page.fill("[name=reason]", "Season opens")
    page.get_by_role("button", name="Publish the operation").click()
    expect(page.get_by_text("The operation is published")).to_be_visible()
    check_office_page(page, "operation")
    page.at("/operations/?name=browser")
    expect(page.get_by_role("link", name="Browser kayaks")).to_be_visible()
    check_office_page(page, "operations")
    page.at("/operations/browser-kayaks/lignes/")
    check_office_page(page, "operation-lines")
    page.set_viewport_size(PHONE)
    page.at("/operations/browser-kayaks/")
    check_office_page(page, "operation-phone")
    page.fill("[name=reason]", "Season closes")
    page.get_by_role("button", name="Stop the operation").click()
    expect(page.get_by_text("The operation is stopped.")).to_be_visible()


def test_an_agency_shares_its_commission_without_scripts_too(signed_page, world):
    page = signed_page("agency", scripts=False)
    page.at("/gestion/vendeurs/")
    page.fill("[name=seller-name]", "Nora Browser")
    page.get_by_role("button", name="Add the seller").click()
    expect(page.get_by_text("?vendeur=nora-browser")).to_be_visible()
    page.at("/gestion/vendeurs/regles/")
    page.select_option("[name=seller]", label="Nora Browser")
    page.fill("[name=amount]", "25")
    page.get_by_role("button", name="Add the rule").click()
    expect(page.get_by_role("rowheader", name="Nora Browser")).to_be_visible()
    page.at(f"/gestion/vendeurs/commande/{world['order']}/")
    page.select_option("[name=seller]", label="Nora Browser")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Nora Browser gets 25 % of the agency's commission")).to_be_visible()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_page_of_sub_commissions_is_in_order(signed_page, world, size):
    page = signed_page("agency")
    if size == "phone":
        page.set_viewport_size(PHONE)
    for name, path in {
        "sellers": "/gestion/vendeurs/",
        "sharing-rules": "/gestion/vendeurs/regles/",
        "shares": "/gestion/vendeurs/lignes/",
        "order-seller": f"/gestion/vendeurs/commande/{world['order']}/",
    }.items():
        assert page.at(path).status == 200
        check_office_page(page, f"{name}-{size}")
