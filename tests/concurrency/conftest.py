"""Fixtures of the races: the departure everybody wants, and what must be true after."""

import pytest

from shared_apps.inventory.reconcile import stock_differences
from shared_apps.journal.verify import journal_verify
from tenants.models import Agency
from tests.selling import departure_of


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
