"""Every test's ground: an embedded PostgreSQL, a template database, two agencies, rollback.

The template holds the shared schema and two furnished agencies (``lumiere`` and ``ocean``).
It is built once per state of migrations and settings; each run or worker copies it (0.2 s)
and each test rolls back. A test that must commit takes a copy of its own
(``own_database``), so nothing is ever cleaned up by hand.
"""

import pytest
from django.core.cache import caches
from django_tenants.utils import tenant_context

from tests.database import copy_of_template, template_database


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """Point Django at this run's own copy of the template."""
    with django_db_blocker.unblock(), copy_of_template(template_database()):
        yield


@pytest.fixture
def own_database(django_db_setup, django_db_blocker):
    """A private copy of the template for tests that commit; yields its name."""
    with django_db_blocker.unblock(), copy_of_template(template_database()) as name:
        yield name


@pytest.fixture(autouse=True)
def _forget_between_tests():
    """Caches and the current agency never leak from one test to the next."""
    from django.db import connection

    from tenants import resolution

    resolution._state = resolution._State()
    for alias in ("default", "platform"):
        caches[alias].clear()
    connection.set_schema_to_public()
    yield
    connection.set_schema_to_public()


@pytest.fixture
def lumiere(db):
    """The first agency: a distributor under TNP's mark."""
    from tenants.models import Agency

    return Agency.objects.get(slug="lumiere")


@pytest.fixture
def ocean(db):
    """The second agency: the one who must see nothing and change nothing."""
    from tenants.models import Agency

    return Agency.objects.get(slug="ocean")


@pytest.fixture
def in_lumiere(lumiere):
    """Run the test inside the first agency."""
    with tenant_context(lumiere):
        yield lumiere
