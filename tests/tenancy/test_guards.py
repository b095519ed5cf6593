import pytest
from django.db import ProgrammingError, connection, transaction
from django_tenants.utils import tenant_context

from tenant_apps.selection.models import SelectedProduct
from tenants.isolation import NoAgency, WrongAgency


def test_a_tenant_model_is_refused_where_no_agency_is_current(db):
    with pytest.raises(NoAgency):
        SelectedProduct.objects.count()


def test_a_lazy_queryset_is_refused_in_another_agency(lumiere, ocean):
    with tenant_context(lumiere):
        lazy = SelectedProduct.objects.filter(featured=True)
    with tenant_context(ocean), pytest.raises(WrongAgency):
        list(lazy)


def test_an_object_loaded_in_one_agency_is_not_saved_in_another(lumiere, ocean):
    with tenant_context(lumiere):
        SelectedProduct.objects.create(product_id=1)
        chosen = SelectedProduct.objects.get()
    with tenant_context(ocean), pytest.raises(WrongAgency):
        chosen.save()
    with tenant_context(ocean), pytest.raises(WrongAgency):
        chosen.delete()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM agency_ocean.orders_order",
        "UPDATE shared.catalog_product SET reference = 'x'",
        "CREATE TABLE agency_lumiere.mine (id int)",
        "UPDATE shared.inventory_departure SET capacity = 1000",
        "UPDATE shared.network_agreement SET markup_max = 100",
    ],
)
def test_the_database_itself_refuses_what_an_agency_may_not_do(in_lumiere, statement):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
