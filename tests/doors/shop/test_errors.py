"""When something is missing or breaks: the agency's look, a way on, and never a second error."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django_tenants.utils import tenant_context

from saas import errors
from shared_apps.catalog.models import TermsVersion
from shared_apps.outbox.models import Message
from tenant_apps.branding.models import Theme
from tenant_apps.shop import rendering
from tenant_apps.shop.views import documents


def _break(*_given, **_named):
    raise RuntimeError("broken on purpose")


def test_a_broken_page_keeps_the_agencys_look(visitor, monkeypatch):
    visitor.client.raise_request_exception = False
    monkeypatch.setattr(documents, "legal_page_of", _break)

    page = visitor.read("/mentions-legales/")

    assert page.status == 500
    assert "Lumière Voyages" in page.text
    assert "broken on purpose" not in page.html
    assert page.cookies == ()


def test_when_the_error_page_breaks_too_a_plain_one_is_sent(visitor, monkeypatch):
    visitor.client.raise_request_exception = False
    monkeypatch.setattr(documents, "legal_page_of", _break)
    monkeypatch.setattr(rendering, "shell_read", _break)

    page = visitor.read("/mentions-legales/")

    assert page.status == 500
    assert page.soup.h1 and page.soup.html["lang"] == "fr"


def test_an_unknown_address_leads_on_and_an_unknown_host_tells_nothing(visitor):
    known = visitor.read("/nowhere/")
    unknown = Client().get("/nowhere/", headers={"host": "nobody.localhost"})

    assert known.status == 404 and known.soup.select_one("a[href='/recherche/']")
    assert unknown.status_code == 404
    assert b"Lumi" not in unknown.content and b"TNP" not in unknown.content


@pytest.mark.parametrize("method", ["put", "delete", "post"])
def test_a_page_refuses_what_it_does_not_do(visitor, method):
    answer = getattr(visitor.client, method)("/recherche/", headers={"host": visitor.host})

    assert isinstance(answer, HttpResponse) and answer.status_code == 405


def test_a_changed_brand_shows_on_the_next_page(visitor, stranger, lumiere):
    before = visitor.read("/").soup.find("link", href=lambda href: "theme.css" in href)["href"]
    with tenant_context(lumiere):
        theme = Theme.objects.get()
        theme.primary, theme.tagline = "#7a2e1d", {"fr": "Une autre accroche"}
        theme.save()

    page = visitor.read("/")

    assert "Une autre accroche" in page.main
    assert page.soup.find("link", href=lambda href: "theme.css" in href)["href"] != before
    assert "#7a2e1d" in visitor.read("/theme.css").html
    assert "Une autre accroche" not in stranger.read("/").main


def test_a_message_to_the_agency_waits_in_its_outbox_and_a_robots_does_not(visitor, lumiere):
    written = {"name": "Zoé", "email": "zoe@example.org", "message": "Bonjour"}

    sent = visitor.send("/contact/", written)
    visitor.send("/contact/", written | {"website": "https://spam.example"})
    missing = visitor.send("/contact/", written | {"email": "zoe@"})

    assert sent.status == 200 and sent.soup.select_one("[role=status]")
    assert missing.status == 422 and missing.soup.select_one("a[href='#field-email']")
    assert missing.soup.select_one("#field-message").get_text() == "Bonjour"
    kept = Message.objects.get(kind="contact")
    assert (kept.agency_schema, kept.payload["language"]) == (lumiere.schema_name, "fr")


def test_contact_is_limited_per_visitor(visitor, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "contact": "1/m"}

    assert visitor.send("/contact/", {}).status == 422
    assert visitor.send("/contact/", {}).status == 429
    assert visitor.read("/contact/").status == 200


def test_terms_of_another_agency_are_not_shown_here(visitor, stranger, ocean):
    own = TermsVersion.objects.filter(seller__agency=ocean).first()

    assert stranger.read(f"/conditions/{own.pk}/").status == 200
    assert visitor.read(f"/conditions/{own.pk}/").status == 404
    assert visitor.read(f"/conditions/{2**70}/").status == 404


def test_terms_show_their_version_and_the_hash_that_orders_keep(visitor):
    version = TermsVersion.objects.get(pk=1)
    page = visitor.read("/conditions/1/")

    assert version.version in page.main and version.sha256 in page.main


def test_the_error_words_are_said_for_every_status_we_send():
    known = {errors.words_of(status)[0] for status in (400, 403, 404, 429, 500)}

    assert len(known) == 5
