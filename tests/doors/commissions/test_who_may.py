"""Who reaches which page and which verb of the rule books: one table, read row by row (R1, R30)."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django_tenants.utils import tenant_context

from shared_apps.identity.actions import membership_grant
from shared_apps.identity.models import User
from tests.doors.signing_in import OPERATOR_HOST, signed_in, visitor

LUMIERE = "lumiere.localhost"
ROLES = ("admin", "catalogue", "finance", "sales")
READS = {"admin", "finance", "sales"}
AGENCY_READS = {"admin", "finance"}
CHANGES = {"admin"}

# (method, path under the book) → roles of the operator, roles of an agency
TABLE = {
    ("get", ""): (READS, AGENCY_READS),
    ("get", "lots/"): (READS, AGENCY_READS),
    ("get", "lots/1/"): (READS, AGENCY_READS),
    ("get", "regles/R/1/"): (READS, AGENCY_READS),
    ("get", "demandes/"): (READS, AGENCY_READS),
    ("get", "controle/"): (READS, AGENCY_READS),
    ("get", "nouvelle/"): (CHANGES, CHANGES),
    ("get", "exemple/"): (CHANGES, CHANGES),
    ("get", "choix/"): (CHANGES, CHANGES),
    ("get", "fichier/"): (CHANGES, CHANGES),
    ("get", "fichier/csv/"): (CHANGES, CHANGES),
    ("post", "fichier/"): (CHANGES, CHANGES),
    ("get", "regles/1/modifier/"): (CHANGES, CHANGES),
    ("post", "modifier/"): (CHANGES, CHANGES),
    ("post", "nouvelle/"): (CHANGES, CHANGES),
    ("post", "regles/1/modifier/"): (CHANGES, CHANGES),
    ("post", "regles/1/retirer/"): (CHANGES, CHANGES),
    ("post", "lots/1/publier/"): (CHANGES, CHANGES),
    ("post", "lots/1/abandonner/"): (CHANGES, CHANGES),
    ("post", "lots/1/annuler/"): (CHANGES, CHANGES),
    ("post", "lots/1/retirer/1/"): (CHANGES, CHANGES),
    ("post", "demandes/1/approuver/"): (CHANGES, CHANGES),
}


@pytest.fixture
def staff(lumiere, ocean):
    """One person per role, at the operator and at Lumière."""
    for role in ROLES:
        membership_grant(email=f"{role}@op.example", party="operator", role=role)
        membership_grant(email=f"{role}@ag.example", party="agency", role=role, agency=lumiere)


def _opens(client, book):
    """What of the table the client gets past the gate to."""
    answers = {
        (method, path): getattr(client, method)(f"{book}{path}").status_code
        for method, path in TABLE
    }
    return {page for page, status in answers.items() if status != 403}


@pytest.mark.parametrize("role", ROLES)
def test_each_operator_role_reaches_its_own_rows_and_no_other(staff, role):
    client = signed_in(f"{role}@op.example", OPERATOR_HOST)
    expected = {page for page, (operator, _agency) in TABLE.items() if role in operator}
    assert _opens(client, "/commissions/") == expected


@pytest.mark.parametrize("role", ROLES)
def test_each_agency_role_reaches_its_own_rows_and_no_other(staff, role):
    client = signed_in(f"{role}@ag.example", LUMIERE)
    expected = {page for page, (_operator, agency) in TABLE.items() if role in agency}
    assert _opens(client, "/gestion/commissions/") == expected


@pytest.mark.parametrize("email", ["admin@ocean.example", "admin@op.example"])
def test_who_works_elsewhere_reaches_nothing_of_an_agencys_book(staff, lumiere, email):
    """Even with a session of theirs written into this agency's own table."""
    client = signed_in("admin@ag.example", LUMIERE)
    stranger = User.objects.get(email=email)
    with tenant_context(lumiere):
        session = SessionStore(client.cookies["sid"].value)
        session["_auth_user_id"] = str(stranger.pk)
        session["_auth_user_hash"] = stranger.get_session_auth_hash()
        session.save()
    for method, path in TABLE:
        answer = getattr(client, method)(f"/gestion/commissions/{path}")
        assert answer.status_code == 302, path
        assert "/gestion/compte/login/" in answer["Location"], path


def test_an_agencys_admin_reaches_nothing_of_the_operators_book(staff):
    assert _opens(signed_in("admin@ag.example", OPERATOR_HOST), "/commissions/") == set()


def test_nobody_reaches_anything_without_signing_in(staff, lumiere):
    for host, book in ((OPERATOR_HOST, "/commissions/"), (LUMIERE, "/gestion/commissions/")):
        client = visitor(host)
        for method, path in TABLE:
            answer = getattr(client, method)(f"{book}{path}")
            assert "/compte/login/" in answer["Location"]


def test_readers_are_offered_nothing_that_would_be_refused(staff, lumiere):
    page = signed_in("finance@op.example", OPERATOR_HOST).get("/commissions/").content.decode()
    assert "/commissions/nouvelle/" not in page
    assert 'name="set-percent"' not in page
    assert 'name="rule"' not in page
    with tenant_context(lumiere):
        client = signed_in("finance@ag.example", LUMIERE)
    page = client.get("/gestion/commissions/").content.decode()
    assert "/gestion/commissions/nouvelle/" not in page
    assert 'name="set-percent"' not in page
