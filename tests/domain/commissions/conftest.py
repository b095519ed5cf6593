"""Ground of the tests of rules: the operator's book, an agency's book, and who writes in them."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django_tenants.utils import schema_context

from shared_apps.commissions.books import operator_book
from shared_apps.commissions.models import CommissionRule
from shared_apps.identity.models import User
from tenant_apps.overrides.books import agency_book
from tenants.isolation import SHARED


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def in_notice(today):
    """The first day a set that lowers a commission may apply from."""
    return today + timedelta(days=30)


@pytest.fixture
def shared(db):
    """The operator's book."""
    return operator_book()


@pytest.fixture
def own(in_lumiere):
    """The book of the first agency, inside it. Its corridor runs from 5 to 15 %."""
    return agency_book(in_lumiere)


@pytest.fixture
def ada(db):
    """The operator's administrator."""
    with schema_context(SHARED):  # an agency's own rights end at its own people
        return User.objects.get(email="admin@tnp.example")


@pytest.fixture
def admin(db):
    """The first agency's administrator."""
    return User.objects.get(email="admin@lumiere.example")


@pytest.fixture
def default(db):
    """10 % of the sale price for everybody."""
    return CommissionRule.objects.get(name="Default of the network")


@pytest.fixture
def boat_rule(db):
    """12 % for the product BOAT-DUSK."""
    return CommissionRule.objects.get(name="Sunset boat")
