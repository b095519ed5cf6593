"""Mandates: prepared by the operator, accepted by the agency with evidence, then fixed."""

import hashlib

import pytest
from django.db import DatabaseError, connection, transaction
from django_tenants.utils import tenant_context

from shared_apps.identity.models import User
from shared_apps.invoices.actions import (
    buyer_identity_set,
    mandate_accept,
    mandate_create,
    mandate_end,
)
from shared_apps.invoices.models import Mandate
from shared_apps.invoices.queries import mandate_of
from shared_apps.invoices.rules import InvoicingRefused, party_errors
from tests.invoicing import FRENCH, LONG_AGO, TERMS, TNP, mandate_given, mandate_prepared
from tests.settling import operator

pytestmark = pytest.mark.django_db


def refusal_of(call, **arguments) -> str:
    with pytest.raises(InvoicingRefused) as refusal, transaction.atomic():
        call(**arguments)
    return refusal.value.code


def test_the_text_names_both_parties_and_is_kept_with_its_hash(lumiere):
    mandate = mandate_prepared()
    assert "Lumière Voyages, SARL, 3 rue de l’Essai, 69002 Lyon (FR)" in mandate.text
    assert "TNP Test, SAS" in mandate.text
    assert "FR96552100554" in mandate.text
    assert "commence par LUMIERE" in mandate.text
    assert "{" not in mandate.text
    assert mandate.text_sha256 == hashlib.sha256(mandate.text.encode()).hexdigest()
    assert (mandate.state, mandate.signed_on) == ("waiting", None)


def test_the_text_says_the_vat_status_and_whether_commissions_contain_it(lumiere):
    mandate = mandate_prepared("lumiere", "fr_small", language="en", vat_included=False)
    assert "French small business, without VAT" in mandate.text
    assert "commissions of statements are without VAT, which is added" in mandate.text


def test_the_agency_accepts_with_evidence_of_who_when_and_what(lumiere):
    mandate = mandate_given()
    boss = User.objects.get(email="admin@lumiere.example")
    assert mandate.accepted_by == boss
    assert mandate.state == "active"
    assert mandate.evidence == {
        "ip": "192.0.2.7",
        "user_agent": "test",
        "email": boss.email,
        "name": boss.name,
        "sha256": mandate.text_sha256,
        "at": mandate.accepted_at.isoformat(),
    }


def test_a_mandate_is_accepted_once_and_not_after_its_end(lumiere):
    given = mandate_given()
    arguments = {"by": operator(), "evidence": {}}
    assert refusal_of(mandate_accept, mandate=given, **arguments) == "not_waiting"
    with tenant_context(lumiere):
        assert refusal_of(mandate_accept, mandate=given, **arguments) == "not_waiting"
    mandate_end(mandate=given, by=operator(), reason="Over")
    assert refusal_of(mandate_end, mandate=given, by=operator(), reason="Again") == "ended"
    assert mandate_of(lumiere) is None


def test_an_end_needs_its_reason(lumiere):
    mandate = mandate_prepared()
    assert refusal_of(mandate_end, mandate=mandate, by=operator(), reason=" ") == "reason"


def test_an_agency_has_one_open_mandate(lumiere):
    mandate_prepared()
    assert refusal_of(mandate_prepared) == "mandate_open"


def test_another_agencys_prefix_is_refused(lumiere, ocean):
    mandate_prepared("lumiere", prefix="VOYAGE")
    assert refusal_of(mandate_prepared, slug="ocean", prefix="voyage") == "prefix_taken"
    assert refusal_of(mandate_prepared, slug="ocean", prefix="É1") == "prefix"


@pytest.mark.parametrize(
    ("status", "field", "value"),
    [
        ("fr_vat", "vat_number", ""),
        ("fr_vat", "siren", "123456789"),
        ("fr_small", "siren", ""),
        ("fr_vat", "country", "BE"),
        ("eu", "vat_number", "DE123"),
        ("eu", "country", "CH"),
        ("non_eu", "tax_number", ""),
        ("non_eu", "country", "DE"),
        ("non_eu", "country", "FR"),
        ("fr_vat", "iban", "FR7630006000011234567890188"),
    ],
)
def test_what_the_invoice_would_lack_is_said_beside_its_field(status, field, value):
    assert party_errors(TERMS[status], status) == {}
    assert set(party_errors({**TERMS[status], field: value}, status)) == {field}


def test_a_wrong_identity_is_refused_by_the_verbs_too(lumiere):
    wrong = {**FRENCH, "siren": "1"}
    assert (
        refusal_of(mandate_create, agency=lumiere, by=operator(), vat_status="fr_vat", **wrong)
        == "party"
    )
    assert (
        refusal_of(
            buyer_identity_set, by=operator(), valid_from=LONG_AGO, **{**TNP, "vat_number": ""}
        )
        == "party"
    )


def test_what_was_accepted_is_not_changed_even_by_the_owner_of_the_table(lumiere):
    mandate = mandate_given()
    changes = ("text = 'x'", "vat_status = 'eu'", "accepted_at = now()", "street = 'x'")
    for change in changes:
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            connection.cursor().execute(f"UPDATE invoices_mandate SET {change}")
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        connection.cursor().execute("DELETE FROM invoices_mandate")
    mandate.refresh_from_db()
    assert mandate.street == FRENCH["street"]


def test_an_agency_sees_and_accepts_only_its_own_mandate(lumiere, ocean):
    mandate = mandate_prepared("lumiere")
    stranger = User.objects.get(email="admin@ocean.example")
    with tenant_context(ocean):
        assert not Mandate.objects.exists()
        refused = refusal_of(mandate_accept, mandate=mandate, by=stranger, evidence={})
        assert refused == "not_waiting"
    with tenant_context(lumiere):
        assert Mandate.objects.get() == mandate
        for change in ("ended_on = now()", "vat_included = false"):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(f"UPDATE shared.invoices_mandate SET {change}")
    mandate.refresh_from_db()
    assert mandate.state == "waiting"
