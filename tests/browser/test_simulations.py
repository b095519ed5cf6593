"""Simulations before a real browser: asking, watching, reading, wide and narrow."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.simulation_world import simulation_world
from tests.browser.test_offices import check_office_page


@pytest.fixture(scope="module")
def world(site):
    """Sales, a draft and a session, made once."""
    return simulation_world(site)


@pytest.fixture
def signed_page(open_page, site, world):
    """Open a page as the operator's administrator."""

    def opened(size="desktop", *, language="en", scripts=True):
        page = open_page(size, scripts=scripts)
        host = site.url("/", agency="tnp")
        page.context.add_cookies(
            [
                {"name": "sid", "value": world["session"], "url": host},
                {"name": "lang", "value": language, "url": host},
            ]
        )
        return page

    return opened


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_simulation_is_asked_for_and_read(signed_page, site, world, size):
    page = signed_page(size)
    page.goto(site.url(f"/simulations/nouvelle/?set={world['drafts']}", agency="tnp"))
    check_office_page(page, f"simulation-new-{size}")
    page.fill("[name=margin_floor]", "5")
    page.get_by_role("button", name="Start the simulation").click()
    page.wait_for_url(re.compile(r"/simulations/\d+/$"))
    expect(page.get_by_role("heading", name="Sales of the period")).to_be_visible()
    drawn = page.locator("canvas[data-bars]").first
    assert drawn.evaluate("canvas => Boolean(Chart.getChart(canvas))")
    check_office_page(page, f"simulation-result-{size}")
    page.get_by_role("link", name="Per agency").first.click()
    expect(page.get_by_role("link", name="Océan Réceptif")).to_be_visible()
    check_office_page(page, f"simulation-agencies-{size}")
    page.get_by_role("link", name="Most affected lines").click()
    check_office_page(page, f"simulation-lines-{size}")


def test_a_run_shows_how_far_it_is_with_and_without_scripts(signed_page, site, world):
    address = site.url(f"/simulations/{world['waiting']}/", agency="tnp")
    page = signed_page()
    with page.expect_response("**/avance/") as polled:
        page.goto(address)
    assert polled.value.status == 200
    expect(page.locator("progress")).to_have_attribute("value", "63")
    check_office_page(page, "simulation-running")
    plain = signed_page(scripts=False)
    plain.goto(address)
    assert "Replaying the sales, 63 %" in plain.inner_text("#progress")
    plain.goto(site.url("/simulations/", agency="tnp"))
    assert "Autumn rates" in plain.inner_text("main")
