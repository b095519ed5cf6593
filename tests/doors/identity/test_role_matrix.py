"""Who reaches which page: one table, read row by row (R1, R30)."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django_tenants.utils import tenant_context

from shared_apps.identity.actions import membership_grant
from shared_apps.identity.models import Membership, User
from tests.doors.signing_in import OPERATOR_HOST, signed_in, visitor
from tests.world import PASSWORD

LUMIERE = "lumiere.localhost"

# page → roles of the operator that open it
CONSOLE = {
    "/": {"admin", "catalogue", "finance", "sales"},
    "/recherche/?q=loire": {"admin", "catalogue", "finance", "sales"},
    "/agences/": {"admin", "catalogue", "finance", "sales"},
    "/agences/lumiere/": {"admin", "catalogue", "finance", "sales"},
    "/agences/nouvelle/": {"admin"},
    "/produits/": {"admin", "catalogue", "finance", "sales"},
    "/produits/STAY-LOIRE/": {"admin", "catalogue", "finance", "sales"},
    "/prestataires/": {"admin", "catalogue", "finance", "sales"},
    "/prestataires/FLEUVE/": {"admin", "catalogue", "finance", "sales"},
    "/lieux/": {"admin", "catalogue", "finance", "sales"},
    "/ventes/": {"admin", "finance", "sales"},
    "/pourquoi/": {"admin", "finance", "sales"},
    "/tableau/": {"admin", "finance"},
    "/factures/": {"admin", "finance"},
    "/factures/a-emettre/": {"admin", "finance"},
    "/factures/mandats/": {"admin", "finance"},
    "/factures/mandats/nouveau/": {"admin", "finance"},
    "/factures/identite/": {"admin", "finance"},
    "/audit/": {"admin", "catalogue", "finance"},
    "/messages/": {"admin", "finance"},
    "/evenements/": {"admin", "finance"},
    "/equipe/": {"admin"},
}
OFFICE = {
    "": {"admin", "catalogue", "finance", "sales"},
    "recherche/?q=loire": {"admin", "catalogue", "finance", "sales"},
    "commandes/": {"admin", "finance", "sales"},
    "pourquoi/": {"admin", "finance"},
    "selection/": {"admin", "catalogue"},
    "marque/": {"admin", "catalogue"},
    "contact/": {"admin", "catalogue"},
    "equipe/": {"admin"},
    "cles/": {"admin"},
    "tableau/": {"admin", "finance"},
    "factures/": {"admin", "finance"},
    "factures/mandat/": {"admin", "finance"},
    "audit/": {"admin", "finance"},
}
# verb (a POST) → roles that reach it
CONSOLE_VERBS = {
    "/produits/MUSEUM-NEW/valider/": {"admin", "catalogue"},
    "/produits/MUSEUM-NEW/completer/": {"admin", "catalogue"},
    "/produits/MUSEUM-NEW/departs/": {"admin", "catalogue"},
    "/produits/MUSEUM-NEW/tarifs/": {"admin", "catalogue"},
    "/prestataires/FLEUVE/suspendre/": {"admin", "catalogue"},
    "/agences/lumiere/suspendre/": {"admin"},
    "/factures/emettre/1/": {"admin", "finance"},
    "/factures/NONE/crediter/": {"admin", "finance"},
    "/factures/mandats/1/terminer/": {"admin", "finance"},
    "/messages/00000000-0000-0000-0000-000000000000/": {"admin"},
    "/evenements/1/": {"admin"},
    "/equipe/1/retirer/": {"admin"},
}
OFFICE_VERBS = {
    "commandes/NONE/annuler/": {"admin", "sales"},
    "commandes/NONE/encaisser/": {"admin", "finance", "sales"},
    "factures/mandat/accepter/": {"admin", "finance"},
    "marque/contraste/": {"admin", "catalogue"},
    "cles/1/revoquer/": {"admin"},
    "equipe/1/retirer/": {"admin"},
}
ROLES = ("admin", "catalogue", "finance", "sales")


@pytest.fixture
def staff(lumiere, ocean):
    """One person per role, at the operator and at Lumière; and the admin of Océan."""
    for role in ROLES:
        membership_grant(email=f"{role}@op.example", party="operator", role=role)
        membership_grant(email=f"{role}@ag.example", party="agency", role=role, agency=lumiere)


@pytest.mark.parametrize("role", ROLES)
def test_each_operator_role_opens_its_own_pages_and_no_other(staff, role):
    client = signed_in(f"{role}@op.example", OPERATOR_HOST)
    seen = {page: client.get(page).status_code for page in CONSOLE}
    assert seen == {page: 200 if role in roles else 403 for page, roles in CONSOLE.items()}


@pytest.mark.parametrize("role", ROLES)
def test_each_agency_role_opens_its_own_pages_and_no_other(staff, role):
    client = signed_in(f"{role}@ag.example", LUMIERE)
    seen = {page: client.get(f"/gestion/{page}").status_code for page in OFFICE}
    assert seen == {page: 200 if role in roles else 403 for page, roles in OFFICE.items()}


@pytest.mark.parametrize("role", ROLES)
def test_each_operator_verb_is_refused_to_roles_that_lack_it(staff, role):
    client = signed_in(f"{role}@op.example", OPERATOR_HOST)
    refused = {page for page in CONSOLE_VERBS if client.post(page).status_code == 403}
    assert refused == {page for page, roles in CONSOLE_VERBS.items() if role not in roles}


@pytest.mark.parametrize("role", ROLES)
def test_each_agency_verb_is_refused_to_roles_that_lack_it(staff, role):
    client = signed_in(f"{role}@ag.example", LUMIERE)
    refused = {page for page in OFFICE_VERBS if client.post(f"/gestion/{page}").status_code == 403}
    assert refused == {page for page, roles in OFFICE_VERBS.items() if role not in roles}


def test_nobody_opens_the_console_without_signing_in(db):
    pages = [*CONSOLE, *CONSOLE_VERBS]
    client = visitor(OPERATOR_HOST)
    sent_to = {client.get(page)["Location"].partition("?")[0] for page in pages}
    assert sent_to == {"/compte/login/"}


def test_nobody_opens_the_office_without_signing_in(db):
    pages = [*OFFICE, *OFFICE_VERBS]
    client = visitor(LUMIERE)
    sent_to = {client.get(f"/gestion/{page}")["Location"].partition("?")[0] for page in pages}
    assert sent_to == {"/gestion/compte/login/"}


@pytest.mark.parametrize("email", ["admin@ocean.example", "admin@tnp.example"])
def test_who_does_not_work_here_cannot_even_sign_in(staff, email):
    client = visitor(LUMIERE)
    credentials = {"login": email, "password": PASSWORD}
    assert client.post("/gestion/compte/login/", credentials).status_code == 200
    assert client.get("/gestion/")["Location"].startswith("/gestion/compte/login/")


@pytest.mark.parametrize("email", ["admin@ocean.example", "admin@op.example"])
def test_a_session_of_somebody_from_elsewhere_opens_nothing_here(staff, lumiere, email):
    """As if somebody had written such a session into this agency's own table."""
    member = Membership.objects.get(agency=lumiere, user__email="admin@ag.example")
    client = signed_in("admin@ag.example", LUMIERE)
    stranger = User.objects.get(email=email)
    with tenant_context(lumiere):
        session = SessionStore(client.cookies["sid"].value)
        assert session["_auth_user_id"] == str(member.user_id)
        session["_auth_user_id"] = str(stranger.pk)
        session["_auth_user_hash"] = stranger.get_session_auth_hash()
        session.save()
    for page in [*OFFICE, *OFFICE_VERBS]:
        answers = (client.get(f"/gestion/{page}"), client.post(f"/gestion/{page}"))
        assert [answer.status_code for answer in answers] == [302, 302], page


def test_the_admin_of_an_agency_opens_nothing_of_the_console(staff):
    client = signed_in("admin@ag.example", OPERATOR_HOST)
    for page in [*CONSOLE, *CONSOLE_VERBS]:
        answers = (client.get(page), client.post(page))
        assert [answer.status_code for answer in answers] == [403, 403], page


def test_the_menu_offers_exactly_what_the_gate_opens(staff):
    client = signed_in("catalogue@ag.example", LUMIERE)
    page = client.get("/gestion/").content.decode()
    assert 'href="/gestion/selection/"' in page
    assert 'href="/gestion/commandes/"' not in page
    assert 'href="/gestion/equipe/"' not in page


def test_pages_behind_the_gate_are_never_stored(staff):
    answer = signed_in("admin@op.example", OPERATOR_HOST).get("/ventes/")
    assert "no-store" in answer["Cache-Control"]
