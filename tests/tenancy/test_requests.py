"""What a request stands on: its host's agency, and nothing of the one before it.

Each test was seen to fail with its guard switched off: ``python -m tests.tenancy.guards_off``.
"""

import io
import json
import logging

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import tenant_context

from shared_apps.identity.models import Membership, User
from tenant_apps.orders.models import Order
from tenants.isolation import NoAgency

LUMIERE, OCEAN, OPERATOR = "lumiere.localhost", "ocean.localhost", "tnp.localhost"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def probes(settings):
    """Every kind of host answers with the probes."""
    settings.ROOT_URLCONF = settings.PUBLIC_SCHEMA_URLCONF = "tests.tenancy.probe_urls"
    settings.PLATFORM_URLCONF = "tests.tenancy.probe_urls"


def get(path: str, host: str, client: Client | None = None, **headers: str):
    return (client or Client()).get(path, headers={"host": host, **headers})


def ground_of(host: str) -> list[str]:
    return get("/where/", host).json()["ground"]


def test_each_host_has_its_schema_and_its_role(db):
    assert get("/where/", LUMIERE).json() == {
        "ground": ["agency_lumiere", "agency_lumiere"],
        "agency": "lumiere",
        "door": "agency",
    }
    assert ground_of(OCEAN) == ["agency_ocean", "agency_ocean"]
    operator = get("/where/", OPERATOR).json()
    assert operator == {"ground": ["shared", "app"], "agency": None, "door": "operator"}
    assert get("/where/", "127.0.0.1").json()["door"] == "platform"
    assert connection.schema_name == "shared"


def test_each_host_shows_its_own_data(lumiere, ocean):
    for agency, reference in ((lumiere, "L-1"), (ocean, "O-1")):
        with tenant_context(agency):
            Order.objects.create(reference=reference, currency="EUR", seller_id=1)
    assert get("/orders/", LUMIERE).json() == {"orders": ["L-1"]}
    assert get("/orders/", OCEAN).json() == {"orders": ["O-1"]}


@pytest.mark.parametrize("host", [OPERATOR, "127.0.0.1"])
def test_tenant_data_is_refused_on_hosts_without_an_agency(db, host):
    with pytest.raises(NoAgency):
        get("/orders/", host)


def test_path_and_role_are_set_once_per_request_and_not_per_query(db):
    get("/orders/", LUMIERE)
    with CaptureQueriesContext(connection) as captured:
        get("/orders/", LUMIERE)
    statements = [query["sql"] for query in captured]
    assert len(statements) == 4
    assert "set_config" in statements[0]
    assert not any("set_config" in sql or "tenants_" in sql for sql in statements[1:])


def replay(cookie: str, host: str) -> str | None:
    """Who a browser with this session cookie is on ``host``."""
    client = Client()
    client.cookies["sid"] = cookie
    return get("/who/", host, client).json()["user"]


def test_a_session_cookie_of_one_agency_is_worth_nothing_elsewhere(lumiere):
    client, user = Client(), User.objects.create_user("ada@example.org", "x")
    Membership.objects.create(user=user, party="agency", role="sales", agency=lumiere)
    with tenant_context(lumiere):
        client.force_login(user, BACKEND)
    cookie = client.cookies["sid"].value
    assert replay(cookie, LUMIERE) == "ada@example.org"
    assert replay(cookie, OCEAN) is None
    assert replay(cookie, OPERATOR) is None
    assert replay(cookie, LUMIERE) == "ada@example.org"


def test_a_session_cookie_of_the_operator_is_worth_nothing_on_an_agencys_host(db):
    client = Client()
    client.force_login(User.objects.create_user("op@example.org", "x"), BACKEND)
    cookie = client.cookies["sid"].value
    assert replay(cookie, OPERATOR) == "op@example.org"
    assert replay(cookie, LUMIERE) is None


def test_the_session_cookie_belongs_to_one_host(db):
    cookie = get("/visit/", LUMIERE).cookies["sid"]
    assert not cookie["domain"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "Lax")


@pytest.mark.parametrize("inside", ["nothing", "transaction", "savepoint"])
def test_after_a_database_error_the_next_request_stands_on_its_own_ground(own_database, inside):
    client = Client(raise_request_exception=False)
    session = ground_of(LUMIERE)
    assert get(f"/broken/?inside={inside}", LUMIERE, client).status_code == 500
    assert connection.schema_name == "shared"
    assert ground_of(LUMIERE) == session
    assert ground_of(OCEAN) == ["agency_ocean", "agency_ocean"]
    assert ground_of(OPERATOR) == ["shared", "app"]


def test_a_changed_agency_is_not_the_next_requests_agency(db):
    assert get("/named/", LUMIERE).content.decode() == "Lumière Voyages"
    assert get("/rename/", LUMIERE).content == b"Changed by a form"
    assert get("/named/", LUMIERE).content.decode() == "Lumière Voyages"


def test_a_cached_value_of_one_agency_is_not_served_to_another(db):
    assert get("/cached/", LUMIERE).content == b"lumiere"
    assert get("/cached/", OCEAN).content == b"ocean"
    assert get("/cached/", LUMIERE).content == b"lumiere"


@pytest.fixture
def log_lines():
    """What the product's own log configuration writes, parsed."""
    from saas import logs

    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    logs.logging_config(json_lines=True, level="INFO")
    stream = io.StringIO()
    (handler,) = root.handlers
    handler.setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level = before[0], before[1]


def test_a_log_line_names_agency_and_request_and_no_person(db, log_lines):
    get("/logged/", OCEAN, **{"user-agent": "Browser of Ada"})
    (line,) = [line for line in log_lines() if line["event"] == "probe"]
    assert line["schema"] == "agency_ocean"
    assert {entry["request_id"] for entry in log_lines()} == {line["request_id"]}
    assert len(line["request_id"]) == 36
    assert line["order"] == "L-1"
    assert len(log_lines()) == 3  # started, ours, finished
    everything = json.dumps(log_lines())
    for personal in ("ada@example.org", "Ada", "192.0.2.1", "127.0.0.1"):
        assert personal not in everything


ATTACKS = [
    "nobody.localhost",
    "lumiere.localhost.evil.example",
    "evil.example",
    "lumiere",
    "agency_lumiere.localhost",
    "shared.localhost",
    "lumière.localhost",
    "xn--lumire-4ua.localhost",
    ".lumiere.localhost",
    "lumiere.localhost..",
    "lumiere..localhost",
    "lumiere.localhost:80:80",
    "lumiere.localhost:port",
    "lumiere.localhost@evil.example",
    "lumiere.localhost/evil",
    "lumiere.localhost, evil.example",
    "lumiere.localhost evil",
    "[::1]",
    "[::ffff:127.0.0.1]:8000",
    "127.1",
    "2130706433",
    "0.0.0.0",
    "%",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "",
    "a" * 64 + ".localhost",
    "a." * 4000 + "localhost",
    "www.www.lumiere.localhost",
]


@pytest.mark.parametrize("host", ATTACKS)
def test_an_unknown_host_gets_a_plain_404_that_tells_nothing(db, host):
    response = get("/where/", host)
    assert response.status_code == 404
    assert not response.cookies
    assert set(response.headers) == {"Content-Type", "Cache-Control", "X-Content-Type-Options"}
    page = response.content.decode()
    assert "404" in page
    for secret in ("lumiere", "ocean", "tnp", "django", "agency", "where", host or "lumiere"):
        assert secret.lower() not in page.lower()


@pytest.mark.parametrize(
    "host",
    [
        "lumiere.localhost:8000",
        "LUMIERE.localhost",
        "Lumiere.LocalHost:443",
        "lumiere.localhost.",
        "www.lumiere.localhost",
        "WWW.Lumiere.localhost:8000",
    ],
)
def test_a_known_host_is_known_however_it_is_written(db, host):
    assert get("/where/", host).json()["agency"] == "lumiere"


def test_a_proxy_header_does_not_choose_the_agency(db):
    answer = get("/where/", LUMIERE, **{"x-forwarded-host": OCEAN, "forwarded": f"host={OCEAN}"})
    assert answer.json()["agency"] == "lumiere"


def test_an_unknown_host_answers_the_same_on_every_path_and_method(db):
    pages = {
        Client().generic(verb, path, headers={"host": "nobody.localhost"}).content
        for verb in ("GET", "POST", "PUT", "OPTIONS", "TRACE")
        for path in ("/", "/where/", "/api/v1/products/", "/static/x.css", "/gestion/")
    }
    assert len(pages) == 1
