"""People and sales of the test world for the doors of "why this rate?"."""

import pytest
from django_tenants.utils import tenant_context

from tests.doors.signing_in import OPERATOR_HOST, signed_in
from tests.selling import sold

LUMIERE = "lumiere.localhost"


@pytest.fixture
def operator(db):
    """The operator's administrator, signed in with a second factor."""
    return signed_in("admin@tnp.example", OPERATOR_HOST)


@pytest.fixture
def admin(lumiere):
    """Lumière's administrator, signed in."""
    return signed_in("admin@lumiere.example", LUMIERE)


@pytest.fixture
def seller(lumiere):
    """Somebody who sells for Lumière and has no right to see commissions."""
    return signed_in("sales@lumiere.example", LUMIERE)


@pytest.fixture
def stranger(ocean):
    """Océan's administrator, signed in at home."""
    return signed_in("admin@ocean.example", "ocean.localhost")


@pytest.fixture
def sale(lumiere):
    """Two nights by the Loire sold by Lumière: 395.20 a head, of which 39.52 for the agency."""
    with tenant_context(lumiere):
        return sold("STAY-LOIRE", adult=2)
