""" "Why this rate?" before a real browser: both doors, both languages, wide and narrow."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.browser.test_offices import check_office_page
from tests.browser.why_world import why_world

SWITCH = "[name=on]"


@pytest.fixture(scope="module")
def world(site):
    """A sale of Lumière and a session for each door, made once."""
    return why_world(site)


@pytest.fixture
def signed_page(open_page, site, world):
    """Open a page as somebody signed in behind ``door`` ("operator" or "agency")."""

    def opened(door, size="desktop", *, language="en", scripts=True):
        page = open_page(size, scripts=scripts)
        host = site.url("/", agency="tnp" if door == "operator" else "lumiere")
        page.context.add_cookies(
            [
                {"name": world["cookie"], "value": world[f"{door}-{language}"], "url": host},
                {"name": "lang", "value": language, "url": host},
            ]
        )
        return page

    return opened


def address(site, world, door, **changes):
    query = {
        "product": "STAY-LOIRE",
        "service_date": world["day"],
        "channel": "shop",
        "sale_date": dt.datetime.now(dt.UTC).date().isoformat(),
        **({"agency": "lumiere"} if door == "operator" else {}),
        **changes,
    }
    words = "&".join(f"{name}={value}" for name, value in query.items())
    if door == "operator":
        return site.url(f"/pourquoi/?{words}", agency="tnp")
    return site.url(f"/gestion/pourquoi/?{words}")


def sale_of(site, world, door):
    if door == "operator":
        return site.url(f"/ventes/lumiere/{world['reference']}/", agency="tnp")
    return site.url(f"/gestion/commandes/{world['reference']}/")


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("door", ["operator", "agency"])
def test_the_explanation_of_a_sale_has_no_violation(signed_page, site, world, door, size):
    page = signed_page(door, size)
    assert page.goto(sale_of(site, world, door)).status == 200
    expect(page.get_by_text("Replayed: same to the cent")).to_be_visible()
    for more in page.locator(".why-line details.more > summary").all():
        more.click()
    check_office_page(page, f"why-sale-{door}")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("door", ["operator", "agency"])
def test_an_answer_has_no_violation(signed_page, site, world, door, size, language):
    page = signed_page(door, size, language=language)
    assert page.goto(address(site, world, door, q_adult=2, q_child=1)).status == 200
    assert page.locator("html").get_attribute("lang") == language
    for more in page.locator(".why-line details.more > summary").all():
        more.click()
    check_office_page(page, f"why-answer-{door}-{language}")


def test_the_question_is_asked_by_hand_and_its_address_is_the_answer(signed_page, site, world):
    page = signed_page("agency")
    page.goto(site.url("/gestion/pourquoi/"))
    check_office_page(page, "why-empty")
    page.fill("[name=product]", "Loire")
    page.fill("[name=service_date]", world["day"])
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_text("Rule “Default of the network” applies.")).to_be_visible()
    page.fill("[name=q_adult]", "3")
    page.get_by_role("button", name="Explain").click()
    page.wait_for_url("**q_adult=3**")
    page.get_by_text("As a table").first.click()
    expect(page.get_by_text("€1,185.60").first).to_be_visible()
    page.goto(page.url)
    assert page.input_value("[name=q_adult]") == "3"


def test_mistakes_are_marked_and_what_was_typed_stays(signed_page, site, world):
    page = signed_page("operator", "phone")
    page.goto(address(site, world, "operator", product="e", agency="lumiere", q_adult="many"))
    check_office_page(page, "why-mistakes")
    assert page.input_value("[name=product]") == "e"
    assert page.input_value("[name=agency]") == "lumiere"


def test_a_day_without_departure_still_names_the_rule(signed_page, site, world):
    page = signed_page("agency")
    page.goto(address(site, world, "agency", service_date="2090-01-01"))
    expect(page.get_by_text("There is no departure on that day")).to_be_visible()
    check_office_page(page, "why-no-departure")


@pytest.mark.parametrize("viewer", ["agency", "provider"])
def test_the_operator_looks_through_other_eyes(signed_page, site, world, viewer):
    page = signed_page("operator")
    page.goto(address(site, world, "operator", **{"as": viewer}))
    check_office_page(page, f"why-as-{viewer}")
    assert page.get_by_text("Operator share").count() == 0


def test_it_works_without_scripts(signed_page, site, world):
    page = signed_page("agency", scripts=False)
    page.goto(address(site, world, "agency"))
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_text("Rule “Default of the network” applies.")).to_be_visible()


def test_the_client_view_is_switched_on_and_left_with_one_click(signed_page, site, world):
    page = signed_page("agency")
    page.goto(sale_of(site, world, "agency"))
    assert page.get_by_text("Agency share").count() > 0
    page.click(SWITCH)
    expect(page.locator(".client-view-badge")).to_be_visible()
    assert page.get_by_text("Agency share").count() == 0
    check_office_page(page, "client-view-order")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(site.url("/gestion/commandes/"))
    check_office_page(page, "client-view-orders")
    page.locator(".client-view button").first.click()
    expect(page.locator(".client-view-badge")).to_have_count(0)
