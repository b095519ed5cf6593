"""Tenant models without an agency, and things of one agency in the hands of another.

Each test was seen to fail with its guard switched off: ``python -m tests.tenancy.guards_off``.
"""

import pickle

import pytest
from django.db.models import Count, Exists, F, OuterRef, Q, prefetch_related_objects
from django_tenants.utils import schema_context, tenant_context

from tenant_apps.customers.models import Customer
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.selection.models import SelectedProduct
from tenants.isolation import NoAgency, WrongAgency

EVALUATIONS = {
    "list": list,
    "iterator": lambda lazy: list(lazy.iterator()),
    "length": len,
    "truth": bool,
    "index": lambda lazy: lazy[0],
    "slice": lambda lazy: lazy[:2],
    "count": lambda lazy: lazy.count(),
    "exists": lambda lazy: lazy.exists(),
    "contains": lambda lazy: lazy.contains(Order(pk=1)),
    "first": lambda lazy: lazy.first(),
    "last": lambda lazy: lazy.last(),
    "get": lambda lazy: lazy.get(pk=1),
    "in_bulk": lambda lazy: lazy.in_bulk([1]),
    "aggregate": lambda lazy: lazy.aggregate(n=Count("pk")),
    "annotate": lambda lazy: lazy.annotate(n=Count("lines")),
    "values": lambda lazy: list(lazy.values("pk")),
    "values_list": lambda lazy: list(lazy.values_list("pk", flat=True)),
    "dates": lambda lazy: list(lazy.dates("created_at", "day")),
    "filter": lambda lazy: lazy.filter(currency="EUR"),
    "exclude": lambda lazy: lazy.exclude(currency="EUR"),
    "order_by": lambda lazy: lazy.order_by("pk"),
    "select_related": lambda lazy: lazy.select_related("customer"),
    "prefetch_related": lambda lazy: lazy.prefetch_related("lines"),
    "union": lambda lazy: lazy.union(Order.objects.all()),
    "explain": lambda lazy: lazy.explain(),
    "update": lambda lazy: lazy.update(cancel_reason="changed"),
    "delete": lambda lazy: lazy.delete(),
    "subquery": lambda lazy: list(OrderLine.objects.filter(order__in=lazy)),
    "exists subquery": lambda lazy: Exists(lazy),
    "pickle": pickle.dumps,
}


SAME_KEY = 900_001


def make_order(reference: str) -> Order:
    """An order of one line in the current agency."""
    customer = Customer.objects.create(email=f"{reference}@example.org", first_name="A")
    order = Order.objects.create(
        pk=SAME_KEY, reference=reference, currency="EUR", seller_id=1, customer=customer
    )
    OrderLine.objects.create(
        order=order,
        product_id=1,
        provider_id=1,
        departure_id=1,
        hold_id="00000000-0000-4000-8000-000000000001",
        service_date="2030-01-01",
        places=1,
        vat_regime="MARGIN_EU",
        customer_pays=1,
        provider_share=1,
        agency_share=0,
        operator_share=0,
    )
    return order


@pytest.fixture
def orders(lumiere, ocean):
    """One order in each agency, with the same key: a stranger's row is there to be hit."""
    with tenant_context(lumiere):
        make_order("L-1")
        ours = Order.objects.get()
    with tenant_context(ocean):
        make_order("O-1")
    return ours


def test_a_tenant_model_is_refused_where_no_agency_is_current(db):
    with pytest.raises(NoAgency, match=r"orders\.Order lives in an agency's schema"):
        Order.objects.count()
    with pytest.raises(NoAgency):
        list(SelectedProduct.objects.all())
    with pytest.raises(NoAgency):
        Order(reference="X", currency="EUR", seller_id=1).save()


@pytest.mark.parametrize("evaluation", EVALUATIONS)
def test_a_lazy_queryset_is_refused_in_another_agency(orders, lumiere, ocean, evaluation):
    with tenant_context(lumiere):
        lazy = Order.objects.filter(currency="EUR").order_by("pk")
    with tenant_context(ocean):
        with pytest.raises(WrongAgency, match="queryset of agency_lumiere used in agency_ocean"):
            EVALUATIONS[evaluation](lazy)
        assert Order.objects.get().cancel_reason == ""


def test_a_lazy_queryset_is_refused_where_no_agency_is_current(lumiere):
    with tenant_context(lumiere):
        lazy = Order.objects.all()
    with pytest.raises(NoAgency):
        list(lazy)
    with pytest.raises(WrongAgency, match="used in shared"):
        lazy.filter(pk=1)


def test_a_lazy_queryset_comes_back_to_life_in_its_own_agency(orders, lumiere, ocean):
    with tenant_context(lumiere):
        lazy = Order.objects.all()
    with tenant_context(ocean):
        assert Order.objects.get().reference == "O-1"
    with schema_context(lumiere.schema_name):
        assert lazy.get().reference == "L-1"


def test_an_object_of_one_agency_is_not_written_in_another(orders, lumiere, ocean):
    with tenant_context(ocean):
        orders.cancel_reason = "written by a stranger"
        with pytest.raises(WrongAgency, match="Order of agency_lumiere"):
            orders.save()
        with pytest.raises(WrongAgency):
            orders.delete()
        with pytest.raises(WrongAgency):
            Order.objects.bulk_update([orders], ["cancel_reason"])
        with pytest.raises(WrongAgency):
            Order.objects.bulk_create([orders])
        with pytest.raises(WrongAgency):
            orders.refresh_from_db()
        assert Order.objects.get().cancel_reason == ""


def test_an_object_made_in_bulk_belongs_to_its_agency(lumiere, ocean):
    with tenant_context(lumiere):
        (made,) = SelectedProduct.objects.bulk_create([SelectedProduct(product_id=987654)])
    with tenant_context(ocean), pytest.raises(WrongAgency):
        made.save()


FOLLOWING = {
    "forward key": lambda order, line: line.order,
    "reverse all": lambda order, line: list(order.lines.all()),
    "reverse count": lambda order, line: order.lines.count(),
    "reverse create": lambda order, line: order.acceptances.create(accepted_at="2030-01-01"),
    "reverse of a parent": lambda order, line: order.customer,
    "prefetch": lambda order, line: prefetch_related_objects([order], "lines"),
    "filter by": lambda order, line: OrderLine.objects.filter(order=order),
    "filter by a tree": lambda order, line: OrderLine.objects.filter(~Q(Q(order=order) | Q(pk=1))),
    "filter by a list": lambda order, line: OrderLine.objects.filter(order__in=[order]),
    "exclude": lambda order, line: OrderLine.objects.exclude(order=order),
    "get or create": lambda order, line: OrderLine.objects.get_or_create(order=order),
    "link a new one": lambda order, line: OrderLine(order=order),
    "link an old one": lambda order, line: setattr(OrderLine.objects.get(), "order", order),
    "link in SQL": lambda order, line: OrderLine.objects.update(order=order),
}


@pytest.mark.parametrize("way", FOLLOWING)
def test_a_relation_of_one_agency_is_not_followed_in_another(orders, lumiere, ocean, way):
    with tenant_context(lumiere):
        line = OrderLine.objects.get()
    with tenant_context(ocean), pytest.raises(WrongAgency):
        FOLLOWING[way](orders, line)


def test_relations_work_inside_their_agency(orders, lumiere):
    with tenant_context(lumiere):
        (order,) = Order.objects.prefetch_related("lines").select_related("customer")
        (line,) = order.lines.all()
        assert line.order.customer.orders.get() == order
        assert OrderLine.objects.filter(Q(order=order), order__in=[order]).exists()
        newest = Order.objects.filter(pk=OuterRef("order_id")).values("reference")
        assert OrderLine.objects.annotate(r=newest).get().r == "L-1"
        assert OrderLine.objects.filter(order__in=Order.objects.all()).update(places=F("places"))


def test_the_models_own_context_manager_is_refused(lumiere):
    with pytest.raises(RuntimeError, match="tenant_context"), lumiere:
        raise AssertionError("not reached")
