"""Fixtures of the races: a site of its own, buyers with a key, and what must be true after."""

import pytest
from django_tenants.utils import tenant_context

from shared_apps.inventory.reconcile import stock_differences
from shared_apps.journal.verify import journal_verify
from tenant_apps.orders.api_keys import api_key_create
from tenants.models import Agency
from tests.selling import departure_of


@pytest.fixture
def keys(own_database):
    """``{slug: API key}`` of both agencies, in the private database."""
    clear = {}
    for agency in Agency.objects.all():
        with tenant_context(agency):
            clear[agency.slug] = api_key_create("Race")[1]
    return clear


@pytest.fixture
def boat(own_database):
    """The departure everybody wants: 20 places."""
    return departure_of("BOAT-DUSK")


@pytest.fixture
def all_agree(own_database):
    """Call it after a race: counters, movements, holds and chains must tell one story."""

    def check() -> None:
        assert stock_differences() == []
        for agency in Agency.objects.all():
            assert journal_verify(agency).errors == ()

    return check
