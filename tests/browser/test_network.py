"""The pages on which the operator grants things to agencies, before a real browser."""

from playwright.sync_api import expect

from tests.browser.test_offices import PHONE, check_office_page, code_of, sign_in

PAGES = {
    "agreement": "/reseau/lumiere/accord/",
    "listed": "/reseau/lumiere/catalogue/",
    "group": "/reseau/ocean/groupe/",
    "groups": "/reseau/groupes/",
    "seller": "/reseau/ocean/vendeur/",
    "closings": "/clotures/",
}
# A person of this test alone: setting up a second factor happens once.
PERSON = """
WITH person AS (
    INSERT INTO shared.identity_user (email, name, password, language, is_active, created_at)
    SELECT 'reseau@tnp.example', 'Rosa', password, 'fr', true, now() FROM shared.identity_user
    WHERE email = 'finance@tnp.example'
    RETURNING id
)
INSERT INTO shared.identity_membership (user_id, party, role, created_at)
SELECT id, 'operator', 'admin', now() FROM person RETURNING id
"""


def test_the_pages_that_grant_things_are_in_order_and_save(open_page, site):
    site.ask(PERSON)
    page = open_page("desktop")
    sign_in(page, site.url("/compte/login/", agency="tnp"), "reseau@tnp.example")
    page.fill("[name=code]", code_of(page.input_value("#authenticator_secret")))
    page.click("form .btn-primary")
    page.wait_for_url("**/recovery-codes/**")
    for name, path in PAGES.items():
        assert page.goto(site.url(path, agency="tnp")).status == 200
        check_office_page(page, name)

    page.goto(site.url(PAGES["agreement"], agency="tnp"))
    page.fill("[name=markup_max]", "9.5")
    page.click("main form .btn-primary")
    page.wait_for_url("**/agences/lumiere/")
    expect(page.get_by_text("9,5 %")).to_be_visible()

    page.set_viewport_size(PHONE)
    for name in ("agreement", "listed", "group", "seller"):
        page.goto(site.url(PAGES[name], agency="tnp"))
        check_office_page(page, name)
