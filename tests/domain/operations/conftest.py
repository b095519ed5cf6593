"""A running operation on BOAT-DUSK: 20 % for everybody instead of the product's 12 %."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from shared_apps.catalog.models import Product
from shared_apps.commissions.actions import rule_create
from shared_apps.commissions.models import SpecialOperation
from tenants.isolation import as_owner


@pytest.fixture
def operation(db):
    """Call it to make an operation (terms as keywords) with its rule on a product."""

    def make(code="summer", percent=20, product="BOAT-DUSK", position=100, **terms):
        today = timezone.localdate()
        terms = {
            "name": code.capitalize(),
            "starts_on": today - timedelta(days=2),
            "ends_on": today + timedelta(days=30),
            **terms,
        }
        # An agency's role cannot make one: the operator does.
        with as_owner():
            made = SpecialOperation.objects.create(code=code, **terms)
            rule_create(
                name=f"Rule of {code}",
                percent=Decimal(percent),
                product=Product.objects.get(reference=product),
                operation=made,
                position=position,
            )
        return made

    return make
