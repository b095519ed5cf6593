"""The rule book before a real browser: tick, type, dry run, publish, undo; every page with axe."""

import pytest
from playwright.sync_api import expect

from tests.browser.rules_world import rules_world
from tests.browser.test_offices import check_office_page

GRID = "/commissions/?name=browser"
OFFICE = "/gestion/commissions/"


@pytest.fixture(scope="module")
def world(site):
    """Forty rules, a request that waits, and a session behind each door; made once."""
    return rules_world(site)


@pytest.fixture
def signed_page(open_page, site, world):
    """Open a page as the administrator behind ``door`` ("operator" or "agency")."""

    def opened(door, size="desktop", *, scripts=True):
        page = open_page(size, scripts=scripts)
        agency = "tnp" if door == "operator" else "lumiere"
        host = site.url("/", agency=agency)
        language = "en" if door == "operator" else "fr"
        page.context.add_cookies(
            [
                {"name": world["cookie"], "value": world[door], "url": host},
                {"name": "lang", "value": language, "url": host},
            ]
        )
        page.at = lambda path: page.goto(site.url(path, agency=agency))
        return page

    return opened


def percents(page):
    """The percentages of the rows on screen."""
    return page.locator("tbody tr td:nth-child(3)").all_inner_texts()


def test_tick_type_look_publish_and_undo(signed_page, site):
    page = signed_page("operator")
    page.at(GRID)
    boxes = page.locator("[data-select]")
    boxes.nth(0).check()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(page.locator("[data-selected-count]")).to_have_text("5")
    # Space unticks the row the arrow keys lead to.
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    expect(page.locator("[data-selected-count]")).to_have_text("4")
    page.fill("[name=set-percent]", "12,5")
    check_office_page(page, "rules-ticked")
    page.get_by_role("button", name="Draft the changes").click()

    page.wait_for_url("**/lots/*/")
    dry_run = page.url
    expect(page.locator(".figures")).to_contain_text("4 changes")
    expect(page.locator(".changes tbody tr")).to_have_count(4)
    expect(page.locator(".changes tbody tr").first).to_contain_text("11 %")
    check_office_page(page, "rules-dry-run")

    page.at(GRID)
    assert percents(page)[:5] == ["11 %"] * 5
    assert page.locator(".rule-drafted").count() == 4
    page.goto(dry_run)
    page.fill("[name=reason]", "Agreed at the fair")
    if page.locator("[name=accept_findings]").count():
        page.check("[name=accept_findings]")
    page.get_by_role("button", name="Publish 4 changes").click()
    expect(page.locator(".alert-success")).to_contain_text("Published")
    check_office_page(page, "rules-published")
    page.at(GRID)
    assert sorted(percents(page)[:6]) == ["11 %", "11 %", *["12.5 %"] * 4]

    page.goto(dry_run)
    page.get_by_role("button", name="Undo the whole set").click()
    expect(page.locator(".alert-success")).to_contain_text("Undone")
    page.at(GRID)
    assert percents(page)[:6] == ["11 %"] * 6


def test_the_whole_result_is_counted_and_changed_without_scripts(signed_page):
    page = signed_page("operator", scripts=False)
    page.at("/commissions/?name=browser+3")
    page.check("[name=whole]")
    expect(page.locator(".selection-bar")).to_contain_text("The whole result: 10 rules")
    page.fill("[name=set-percent]", "13")
    page.get_by_role("button", name="Draft the changes").click()
    page.wait_for_url("**/lots/*/")
    expect(page.locator(".changes tbody tr")).to_have_count(10)
    page.get_by_role("button", name="Discard the whole draft").click()
    page.wait_for_url("**/commissions/")
    page.at("/commissions/?name=browser+3")
    assert set(percents(page)) == {"11 %"}


def test_typed_values_survive_a_filter_and_the_example_follows_the_form(signed_page):
    page = signed_page("operator")
    page.at("/commissions/")
    page.fill("[name=set-percent]", "14")
    page.fill("[name=name]", "Browser 07")
    page.wait_for_url("**name=Browser**")
    expect(page.locator("[data-select]")).to_have_count(1)
    assert page.input_value("[name=set-percent]") == "14"

    page.at("/commissions/nouvelle/")
    page.fill("[name=percent]", "12")
    expect(page.locator(".example-result")).to_contain_text("€12.48")
    page.fill("[name=product]", "gabare")
    expect(page.locator("#options-product option")).to_have_attribute("value", "BOAT-DUSK")
    page.fill("[name=product]", "BOAT-DUSK")
    expect(page.locator(".example-result")).to_contain_text("€4.08")
    check_office_page(page, "rule-new")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_page_of_the_operators_book_is_in_order(signed_page, size):
    page = signed_page("operator", size)
    for name, path in {
        "rules": "/commissions/",
        "rules-columns": "/commissions/?cap=1&state=all",
        "rule": "/commissions/regles/R/1/",
        "rule-change": "/commissions/regles/1/modifier/",
        "rules-sets": "/commissions/lots/",
        "rules-requests": "/commissions/demandes/",
        "rules-lint": "/commissions/controle/",
        "rules-file": "/commissions/fichier/",
        "departures": "/produits/STAY-LOIRE/departs/tableau/",
    }.items():
        assert page.at(path).status == 200
        check_office_page(page, name)


def test_an_agencys_book_is_in_order_on_a_dark_phone(signed_page, site):
    page = signed_page("agency", "phone")
    page.context.add_cookies([{"name": "office-theme", "value": "dark", "url": site.url("/")}])
    for name, path in {
        "agency-rules": OFFICE,
        "agency-rule-new": f"{OFFICE}nouvelle/",
        "agency-rules-sets": f"{OFFICE}lots/",
        "agency-rules-requests": f"{OFFICE}demandes/",
        "agency-rules-lint": f"{OFFICE}controle/",
        "agency-rules-file": f"{OFFICE}fichier/",
    }.items():
        assert page.at(path).status == 200
        check_office_page(page, name)
    page.at(f"{OFFICE}nouvelle/")
    page.fill("[name=name]", "Browser override")
    page.fill("[name=percent]", "19")
    page.locator(".form-end .btn-primary").click()
    page.wait_for_url("**/lots/*/")
    check_office_page(page, "agency-dry-run")
    page.fill("[name=reason]", "Haute saison")
    if page.locator("[name=accept_findings]").count():
        page.check("[name=accept_findings]")
    page.locator("#publish form .btn-primary").click()
    expect(page.locator(".alert-warning").first).to_be_visible()
    page.at(f"{OFFICE}demandes/")
    expect(page.locator("#content")).to_contain_text("Browser override")
