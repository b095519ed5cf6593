"""The file of a sale that an operation paid: each party reads what concerns it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.catalog.models import Product
from shared_apps.commissions.actions import rule_create
from shared_apps.commissions.models import SpecialOperation
from shared_apps.commissions.views_of_line import provider_line_view
from shared_apps.journal.models import JournalLine
from tests.doors.signing_in import OPERATOR_HOST, signed_in
from tests.selling import sold


@pytest.fixture
def order(lumiere):
    """Two adults for the boat at 20 % instead of 12 %, funded by all three."""
    today = timezone.localdate()
    operation = SpecialOperation.objects.create(
        code="summer",
        name="Summer",
        starts_on=today,
        ends_on=today + timedelta(days=9),
        operator_percent=50,
        provider_percent=30,
        agency_percent=20,
    )
    rule_create(
        name="Rule of summer",
        percent=Decimal(20),
        product=Product.objects.get(reference="BOAT-DUSK"),
        operation=operation,
    )
    with tenant_context(lumiere):
        return sold("BOAT-DUSK", adult=2)


def test_the_operator_reads_every_part(order):
    admin = signed_in("admin@tnp.example", OPERATOR_HOST)
    page = admin.get(f"/ventes/lumiere/{order.reference}/").content.decode()
    assert "gives the agency €5.44 more than the €8.16 of rule “Sunset boat”" in page
    assert "The operator funds €2.72 of it." in page
    assert "The agency funds €1.09 of it itself." in page
    assert "Funding of an operation" in page  # in the journal of the sale
    assert "€2.72" in admin.get("/ventes/?kind=funding").content.decode()


def test_the_agency_reads_its_own_part_and_not_the_others(order):
    admin = signed_in("admin@lumiere.example", "lumiere.localhost")
    page = admin.get(f"/gestion/commandes/{order.reference}/").content.decode()
    assert "gives the agency €5.44 more" in page
    assert "The agency funds €1.09 of it itself." in page
    assert "The operator funds" not in page
    assert "The provider funds" not in page


def test_the_provider_reads_what_it_funds_and_no_commission(order):
    entry = JournalLine.objects.get(order_reference=order.reference, kind="sale")
    view = provider_line_view(entry)
    assert view is not None
    assert len(view.operation) == 1
    assert "1,63" in view.operation[0]


def test_another_agency_does_not_find_the_sale(order):
    stranger = signed_in("admin@ocean.example", "ocean.localhost")
    assert stranger.get(f"/gestion/commandes/{order.reference}/").status_code == 404
