"""Zoé sells at the desk: 30 % for her, 10 % for the desk."""

from decimal import Decimal

import pytest
from django.utils import timezone

from tenant_apps.subcommissions.actions import point_of_sale_add, rule_add, seller_add


@pytest.fixture
def desk(in_lumiere):
    """The point of sale."""
    return point_of_sale_add(name="Desk")


@pytest.fixture
def zoe(desk):
    """The seller, who sells at the desk."""
    return seller_add(name="Zoé", point_of_sale=desk)


@pytest.fixture
def sharing(zoe, desk):
    """Both rules, from today on."""
    today = timezone.localdate()
    return [
        rule_add(seller=zoe, percent=Decimal(30), valid_from=today),
        rule_add(point_of_sale=desk, percent=Decimal(10), valid_from=today),
    ]
