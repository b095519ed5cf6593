"""A statement before a real browser: drafted and issued by TNP, disputed and answered by line."""

from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.test_offices import check_office_page, code_of, sign_in

PHONE = {"width": 390, "height": 844}
LONG_AGO = timedelta(days=450)
LONGEST_MONTH = timedelta(days=31)
# One sale by card in Océan's shop under TNP's name, long ago: 8 % of 68.00 for the agency.
SOLD = """
INSERT INTO shared.journal_journalline (
    agency_id, agency_schema, seq, version, kind, occurred_at, order_reference, line_id, channel,
    seller_id, product_id, provider_id, service_date, quantity, currency,
    customer_pays, provider_share, agency_share, operator_share, payment_means,
    payload, prev_hash, hash
)
SELECT a.id, a.schema_name, 1000000, 1, 'sale', %s, 'OCE-BROWSER', gen_random_uuid(), 'shop',
    s.id, p.id, p.provider_id, %s, 2, 'EUR', 68, 57.80, 5.44, 4.76, '',
    '{"details": {"quantities": {"adult": 2}, "unit": {"adult": {"basis": "34.00"}},
      "rule": {"id": "R3.1", "label": "Western network"}}}', repeat('0', 64), repeat('b', 64)
FROM shared.tenants_agency a, shared.network_selleridentity s, shared.catalog_product p
WHERE a.slug = 'ocean' AND s.agency_id IS NULL AND p.reference = 'BOAT-DUSK'
RETURNING id
"""
# People of this test alone: setting up a second factor happens once.
PERSON = """
WITH person AS (
    INSERT INTO shared.identity_user (email, name, password, language, is_active, created_at)
    SELECT %s, %s, password, 'fr', true, now() FROM shared.identity_user
    WHERE email = 'finance@tnp.example'
    RETURNING id
)
INSERT INTO shared.identity_membership (user_id, party, role, provider_id, created_at)
SELECT person.id, %s, 'finance', p.id, now()
FROM person LEFT JOIN shared.catalog_provider p ON p.reference = %s
RETURNING id
"""


@pytest.fixture(scope="module")
def sold(site) -> date:
    """A sale of long ago stands in the journal of the running site; answers its day."""
    day = datetime.now(UTC).date() - LONG_AGO
    site.ask(SOLD, datetime(day.year, day.month, day.day, 12, tzinfo=UTC), day)
    site.ask(PERSON, "releves@tnp.example", "Romy", "operator", "")
    site.ask(PERSON, "releves@fleuve.example", "Flo", "provider", "FLEUVE")
    return day


def test_a_line_is_disputed_in_a_browser_and_answered(open_page, site, sold):
    operator = open_page("desktop")
    sign_in(operator, site.url("/compte/login/", agency="tnp"), "releves@tnp.example")
    operator.fill("[name=code]", code_of(operator.input_value("#authenticator_secret")))
    operator.click("form .btn-primary")
    operator.wait_for_url("**/recovery-codes/**")

    operator.goto(site.url("/releves/", agency="tnp"))
    operator.fill("[name=period]", f"{sold:%Y-%m}")
    operator.locator(".span-form .btn-primary").click()
    operator.wait_for_load_state()
    check_office_page(operator, "statements")
    operator.goto(
        site.url(
            f"/releves/?party=agency&status=draft&period_to={sold + LONGEST_MONTH}", agency="tnp"
        )
    )
    operator.locator("tr", has_text="Océan Réceptif").locator("a").first.click()
    operator.locator(".page-actions form .btn-primary").click()
    expect(operator.locator("h1")).to_contain_text("A-OCEAN-")
    reference = operator.locator("h1").inner_text()
    check_office_page(operator, "statement")
    number = operator.url.rstrip("/").rpartition("/")[2]
    for name, path in (("terms", "conditions/"), ("portal", f"{number}/portail/")):
        operator.goto(site.url(f"/releves/{path}", agency="tnp"))
        check_office_page(operator, f"statement-{name}")

    agency = open_page("desktop")
    sign_in(agency, site.url("/gestion/compte/login/", agency="ocean"), "admin@ocean.example")
    agency.wait_for_url("**/gestion/")
    agency.goto(site.url("/gestion/releves/", agency="ocean"))
    agency.get_by_role("link", name=reference).click()
    expect(agency.locator(".part-net")).to_contain_text("5,44")
    check_office_page(agency, "statement-agency")
    agency.locator("#listing tbody a").first.click()
    agency.fill("[name=text]", "10 % étaient convenus.")
    agency.locator(".btn-outline-danger").click()
    expect(agency.locator(".timeline")).to_contain_text("10 % étaient convenus.")
    agency.set_viewport_size(PHONE)
    check_office_page(agency, "statement-line-agency")

    line = agency.url.partition("/releves/")[2]
    operator.goto(site.url(f"/releves/{line}", agency="tnp"))
    check_office_page(operator, "statement-line")
    operator.fill("#adjust_owed", "1.36")
    operator.fill("#adjust_text", "C’est juste : 10 %.")
    operator.locator("form[action$='corriger/'] .btn-primary").click()
    agency.reload()
    expect(agency.locator(".alert-success").first).to_contain_text("1,36")


def test_a_provider_finds_its_workspace_in_order(open_page, site, sold):
    page = open_page("desktop")
    sign_in(page, site.url("/compte/login/", agency="tnp"), "releves@fleuve.example")
    page.wait_for_url("**/prestataire/")
    check_office_page(page, "workspace")
    for name, path in (("sales", "ventes/"), ("statements", "releves/")):
        assert page.goto(site.url(f"/prestataire/{path}", agency="tnp")).status == 200
        check_office_page(page, f"workspace-{name}")
    page.goto(site.url("/prestataire/ventes/", agency="tnp"))
    page.get_by_role("link", name="OCE-BROWSER").click()
    expect(page.locator("h1")).to_have_text("OCE-BROWSER")
    page.set_viewport_size(PHONE)
    check_office_page(page, "workspace-sale")
