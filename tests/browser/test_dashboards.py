"""Dashboards and commission invoices before a real browser: pictures, no violation, a phone.

The site's database is filled here, beside the site: sales, a statement, a mandate.
"""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.running_site import Site, site_environment
from tests.browser.test_offices import check_office_page, code_of, sign_in
from tests.database import ROOT

FILL = """
import django
django.setup()
from tests.invoicing import invoice_of, mandate_given, mandate_prepared, statement_issued
from tests.settling import sold_by_card
mandate_given("lumiere")
print(invoice_of(statement_issued("lumiere", days=2)).number)
print(statement_issued("lumiere", days=40).pk)
mandate_prepared("ocean", siren="443061841", vat_number="FR64443061841")
sold_by_card("ocean", "FERRY-DAY", adult=1)
"""


@pytest.fixture(scope="module")
def filled(site: Site, tmp_path_factory) -> tuple[str, str]:
    """Sales in both agencies; an invoice's number, and a statement that waits for its own."""
    environment = site_environment(
        site.dsn, site.port, site.double, tmp_path_factory.mktemp("fill")
    )
    done = subprocess.run(
        [sys.executable, "-c", FILL],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    number, waiting = done.stdout.split()[-2:]
    return number, waiting


def test_an_agencys_dashboard_draws_its_pictures_and_keeps_them_in_the_dark(
    open_page, site, filled
):
    page = open_page("desktop")
    sign_in(page, site.url("/gestion/compte/login/"), "admin@lumiere.example")
    page.wait_for_url("**/gestion/")
    page.goto(site.url("/gestion/tableau/"))
    expect(page.locator("[data-chart]:visible")).to_have_count(4)
    drawn = "() => Object.keys(Chart.instances).length"
    assert page.evaluate(drawn) == 4
    check_office_page(page, "dashboard")
    page.click("[data-theme-toggle]")
    assert page.evaluate(drawn) == 4
    check_office_page(page, "dashboard-dark")
    page.select_option("[name=step]", "month")
    page.get_by_role("button", name="Afficher").or_(page.get_by_role("button", name="Show")).click()
    page.wait_for_url("**step=month**")


def test_an_agencys_pages_fit_a_phone(open_page, site, filled):
    page = open_page("phone")
    sign_in(page, site.url("/gestion/compte/login/"), "admin@lumiere.example")
    page.wait_for_url("**/gestion/")
    for name, path in {
        "dashboard-phone": "/gestion/tableau/",
        "own-invoices": "/gestion/factures/",
        "own-invoice": f"/gestion/factures/{filled[0]}/",
        "own-mandate": "/gestion/factures/mandat/",
    }.items():
        assert page.goto(site.url(path)).status == 200
        check_office_page(page, name)


def test_a_dashboard_has_every_figure_without_scripts(open_page, site, filled):
    page = open_page("desktop", scripts=False)
    page.goto(site.url("/gestion/compte/login/"))
    page.fill("[name=login]", "admin@lumiere.example")
    page.fill("[name=password]", "a long enough password")
    page.click("form .btn-primary")
    page.goto(site.url("/gestion/tableau/"))
    expect(page.locator("[data-chart]:visible")).to_have_count(0)
    assert page.get_by_role("rowheader", name="Balade en gabare").is_visible()


def test_the_operator_reads_the_network_and_issues_an_invoice_with_one_click(
    open_page, site, filled
):
    number, waiting = filled
    page = open_page("desktop")
    sign_in(page, site.url("/compte/login/", agency="tnp"), "finance@tnp.example")
    page.wait_for_url("**/totp/activate/")
    page.fill("[name=code]", code_of(page.input_value("#authenticator_secret")))
    page.click("form .btn-primary")
    page.wait_for_url("**/recovery-codes/**")
    for name, path in {
        "network": "/tableau/",
        "invoices": "/factures/",
        "invoice": f"/factures/{number}/",
        "mandates": "/factures/mandats/",
        "mandate-new": "/factures/mandats/nouveau/",
        "identity": "/factures/identite/",
        "invoices-due": "/factures/a-emettre/",
    }.items():
        assert page.goto(site.url(path, agency="tnp")).status == 200
        check_office_page(page, name)
    page.locator(f"[formaction='/factures/emettre/{waiting}/']").click()
    page.wait_for_url("**/factures/LUMIERE-*/")
    assert site.ask("SELECT count(*) FROM shared.invoices_invoice") == [(2,)]
