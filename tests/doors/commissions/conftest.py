"""People before the rule books of the test world."""

import pytest

from tests.doors.signing_in import OPERATOR_HOST, signed_in


@pytest.fixture
def admin(db):
    """The operator's administrator."""
    return signed_in("admin@tnp.example", OPERATOR_HOST)


@pytest.fixture
def agency_admin(lumiere):
    """The administrator of Lumière."""
    return signed_in("admin@lumiere.example", "lumiere.localhost")


@pytest.fixture
def other_admin(ocean):
    """The administrator of Océan, who must see and change nothing of Lumière's."""
    return signed_in("admin@ocean.example", "ocean.localhost")
