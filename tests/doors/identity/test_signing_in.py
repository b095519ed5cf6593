"""Sign-in, second factor, password reset: through the pages people use."""

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django_tenants.utils import tenant_context

from shared_apps.identity.models import User
from tests.doors.signing_in import OPERATOR_HOST, second_factor_give, signed_in, visitor
from tests.world import PASSWORD

LUMIERE = "lumiere.localhost"
SECRET = "JBSWY3DPEHPK3PXP"


def _code():
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(SECRET, counter))


def _sign_in(client, door, email, password=PASSWORD):
    return client.post(f"{door}login/", {"login": email, "password": password})


def test_an_agency_admin_signs_in_with_password_and_lands_in_the_office(db):
    client = visitor(LUMIERE)
    answer = _sign_in(client, "/gestion/compte/", "admin@lumiere.example")
    assert answer["Location"] == "/gestion/"
    assert client.get("/gestion/").status_code == 200


def test_a_wrong_password_signs_nobody_in(db):
    client = visitor(LUMIERE)
    answer = _sign_in(client, "/gestion/compte/", "admin@lumiere.example", "wrong password")
    assert answer.status_code == 200
    assert client.get("/gestion/").status_code == 302


def test_an_operator_without_second_factor_is_led_to_set_one_up_and_to_nothing_else(db):
    client = visitor(OPERATOR_HOST)
    _sign_in(client, "/compte/", "admin@tnp.example")
    for page in ("/", "/ventes/", "/equipe/"):
        assert client.get(page)["Location"] == "/compte/2fa/totp/activate/"
    assert client.get("/compte/2fa/totp/activate/").status_code == 200


def test_an_operator_with_second_factor_gives_the_code_before_anything_opens(db):
    second_factor_give(User.objects.get(email="admin@tnp.example"))
    client = visitor(OPERATOR_HOST)
    answer = _sign_in(client, "/compte/", "admin@tnp.example")
    assert answer["Location"] == "/compte/2fa/authenticate/"
    assert client.get("/").status_code == 302
    wrong = client.post("/compte/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    right = client.post("/compte/2fa/authenticate/", {"code": _code()})
    assert right["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_second_factor_holds_on_an_agencys_host_too(db):
    second_factor_give(User.objects.get(email="admin@lumiere.example"))
    client = visitor(LUMIERE)
    answer = _sign_in(client, "/gestion/compte/", "admin@lumiere.example")
    assert answer["Location"] == "/gestion/compte/2fa/authenticate/"
    assert client.get("/gestion/").status_code == 302


def test_a_session_of_one_agency_is_worth_nothing_at_another(lumiere, ocean):
    client = signed_in("admin@lumiere.example", LUMIERE)
    stolen = client.cookies["sid"].value
    thief = visitor("ocean.localhost")
    thief.cookies["sid"] = stolen
    assert thief.get("/gestion/").status_code == 302


@pytest.mark.parametrize(
    ("host", "door"), [(LUMIERE, "/gestion/compte/"), (OPERATOR_HOST, "/compte/")]
)
def test_a_forgotten_password_is_set_anew_by_mail_on_the_same_host(db, host, door):
    email = "admin@lumiere.example" if host == LUMIERE else "finance@tnp.example"
    client = visitor(host)
    client.post(f"{door}password/reset/", {"email": email})
    (letter,) = mail.outbox
    link = re.search(rf"https?://{re.escape(host)}(/\S+)", letter.body).group(1)
    form = client.get(link)["Location"]
    new = "another long sentence"
    client.post(form, {"password1": new, "password2": new})
    assert _sign_in(visitor(host), door, email).status_code == 200
    assert _sign_in(visitor(host), door, email, new).status_code == 302


def test_nobody_opens_an_account_by_themselves(db):
    client = visitor(OPERATOR_HOST)
    form = {"email": "me@evil.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/compte/signup/", form)
    assert not User.objects.filter(email="me@evil.example").exists()


def test_too_many_sign_ins_wait_and_another_agency_does_not(db, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "sign_in": "3/h"}
    client = visitor(LUMIERE)
    answers = [
        _sign_in(client, "/gestion/compte/", f"x{turn}@example.org", "nope") for turn in range(4)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 3600
    elsewhere = _sign_in(visitor("ocean.localhost"), "/gestion/compte/", "x@example.org", "nope")
    assert elsewhere.status_code == 200


@pytest.mark.parametrize(
    ("host", "path"),
    [
        (OPERATOR_HOST, "/compte/login/"),
        (OPERATOR_HOST, "/compte/password/reset/"),
        (LUMIERE, "/gestion/compte/login/"),
    ],
)
def test_entrances_carry_no_inline_code(db, host, path):
    page = visitor(host).get(path).content.decode()
    assert " style=" not in page
    assert " onclick" not in page
    assert "<style" not in page
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", page)
    assert all("application/json" in attributes for attributes in inline)


@pytest.mark.parametrize(
    "path",
    ["profil/", "2fa/", "2fa/webauthn/", "2fa/recovery-codes/generate/", "password/change/"],
)
def test_own_account_pages_open_on_both_doors(db, path):
    operator = signed_in("admin@tnp.example", OPERATOR_HOST)
    agency = signed_in("admin@lumiere.example", LUMIERE)
    for client, door in ((operator, "/compte/"), (agency, "/gestion/compte/")):
        answer = client.get(door + path)
        # allauth asks for the password again before the sensitive ones.
        assert answer.status_code == 200 or "reauthenticate" in answer["Location"]


def test_the_language_follows_the_person(lumiere):
    client = signed_in("admin@lumiere.example", LUMIERE)
    client.post("/gestion/compte/langue/", {"language": "en", "next": "/gestion/marque/"})
    with tenant_context(lumiere):
        assert User.objects.get(email="admin@lumiere.example").language == "en"
    assert '<html lang="en"' in client.get("/gestion/").content.decode()


def test_the_language_switch_sends_nobody_to_another_site(db):
    client = visitor(LUMIERE)
    answer = client.post(
        "/gestion/compte/langue/", {"language": "en", "next": "https://evil.example/"}
    )
    assert answer["Location"] == "/gestion/"
