"""The OpenAPI document: valid, open, and true (schemathesis asks every address for it)."""

import json
from dataclasses import dataclass
from io import StringIO
from itertools import count
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django_tenants.utils import tenant_context
from hypothesis import HealthCheck, Phase, given
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tenant_apps.orders.api.openapi import SETTINGS, URLCONF, document
from tenants.models import Agency
from tests.doors.api.conftest import CUSTOMER, Partner
from tests.selling import departure_of

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
    ignored_auth,
)
EXAMPLES = 25
HOST = "lumiere.localhost"
DOCUMENT = json.loads(document())
OPERATIONS = [
    (path, method)
    for path, methods in DOCUMENT["paths"].items()
    for method in methods
    if method in ("get", "post")
]


def test_the_document_is_valid_and_free_of_warnings():
    call_command(
        "spectacular",
        urlconf=URLCONF,
        custom_settings="tenant_apps.orders.api.openapi.SETTINGS",
        validate=True,
        fail_on_warn=True,
        stdout=StringIO(),
    )
    assert SETTINGS["TITLE"] == DOCUMENT["info"]["title"]


def test_the_document_is_open_to_everybody_on_an_agencys_host(lumiere):
    answer = Client(HTTP_HOST=HOST).get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == DOCUMENT


def test_the_document_names_the_seven_addresses_and_the_key(lumiere):
    assert OPERATIONS == [
        ("/api/v1/orders/", "post"),
        ("/api/v1/orders/{reference}/", "get"),
        ("/api/v1/orders/{reference}/cancel/", "post"),
        ("/api/v1/orders/{reference}/confirm/", "post"),
        ("/api/v1/products/", "get"),
        ("/api/v1/products/{reference}/", "get"),
        ("/api/v1/products/{reference}/departures/", "get"),
    ]
    assert DOCUMENT["components"]["securitySchemes"] == {
        "apiKey": {"type": "http", "scheme": "bearer"}
    }
    examples = DOCUMENT["paths"]["/api/v1/orders/"]["post"]["requestBody"]["content"]
    assert examples["application/json"]["examples"]


@pytest.fixture
def api(own_database):
    """The API as a WSGI application on a private database, with a key and orders to address."""
    agency = Agency.objects.get(slug="lumiere")
    partner = Partner(agency)
    with tenant_context(agency):
        boat = departure_of("BOAT-DUSK")
    held = [partner.hold(boat, customer=CUSTOMER).json() for _ in range(3)]
    assert partner.confirm(held[0]).status_code == 200
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", get_wsgi_application(), headers={"Host": HOST}
    )
    yield Ground(schema, partner.clear, held, boat.pk)
    connection.close()


@dataclass
class Ground:
    """What a generated request needs to get past the door now and then."""

    schema: schemathesis.BaseSchema
    key: str
    held: list[dict[str, Any]]
    departure: int

    def make_real(self, case: schemathesis.Case, number: int) -> None:
        """Now and then name a product, an order or a departure that exists."""
        parameters = case.path_parameters or {}
        if "reference" in parameters and number % 2:
            product = case.path.startswith("/api/v1/products/")
            parameters["reference"] = "BOAT-DUSK" if product else self.held[number % 3]["reference"]
        if isinstance(case.body, dict) and number % 3:
            for line in case.body.get("lines") or ():
                if isinstance(line, dict) and isinstance(line.get("departure"), int):
                    line["departure"] = self.departure
                    line["quantities"] = {"adult": 1}


@pytest.mark.parametrize("mode", GenerationMode)
def test_every_address_keeps_what_the_document_promises(api, mode, settings):
    """Requests as the document allows them, and requests as it forbids them."""
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "api": "1000000/s"}
    for path, method in OPERATIONS:
        _ask(api, path, method, mode)


def _ask(api: Ground, path: str, method: str, mode: GenerationMode) -> None:
    numbers = count()

    @given(case=api.schema[path][method.upper()].as_strategy(generation_mode=mode))
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: schemathesis.Case) -> None:
        number = next(numbers)
        if mode is GenerationMode.POSITIVE:
            api.make_real(case, number)
        headers = {"Host": HOST, "Authorization": f"Bearer {api.key}"}
        case.call_and_validate(headers=headers, checks=CHECKS)

    ask()
    assert next(numbers) >= 1
