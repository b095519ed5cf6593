"""Many confirmations against one budget: who comes in time is paid, nobody beyond it."""

import threading
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.catalog.models import Product
from shared_apps.commissions.actions import rule_create
from shared_apps.commissions.models import OperationSpending, SpecialOperation
from tenant_apps.orders.actions import LineRequest, funding, order_confirm, order_hold
from tenant_apps.orders.models import Order
from tenant_apps.payments.models import Payment
from tenants.isolation import as_owner
from tenants.models import Agency
from tests.concurrency.racing import inside, race
from tests.selling import accepted, departure_of

BUYERS = 8
PAID = 3
COST = Decimal("2.720")  # 20 % instead of 12 % of 34.00
BUDGET = PAID * COST + Decimal("1.00")


@pytest.fixture
def agency(own_database):
    """The first agency, whose rule for the boat gives 12 %."""
    return Agency.objects.get(slug="lumiere")


def _operation(code, product, budget=BUDGET):
    today = timezone.localdate()
    made = SpecialOperation.objects.create(
        code=code, name=code, starts_on=today, ends_on=today, budget=budget
    )
    rule_create(
        name=code,
        percent=Decimal(20),
        product=Product.objects.get(reference=product),
        operation=made,
    )
    return made


def _ready(*references):
    """An order on hold with its terms accepted and a paid payment: confirming is all that's left.

    Receipts of cash would make the buyers wait for each other before they reach the budget.
    """
    requests = [LineRequest(departure_of(reference).pk, {"adult": 1}) for reference in references]
    order = accepted(order_hold(requests=requests, channel="shop", language="fr"))
    payment = Payment.objects.create(
        order=order,
        amount=order.total,
        currency=order.currency,
        status="paid",
        idempotency_key=order.reference,
    )
    return order, payment


def _confirming(agency, *orders_of_products):
    with tenant_context(agency):
        ready = [_ready(*references) for references in orders_of_products]
    return [
        inside(agency, lambda order=order, payment=payment: confirm(order, payment))
        for order, payment in ready
    ]


def confirm(order, payment):
    """Confirm it in this thread; what the agency got."""
    confirmed = order_confirm(order=order, payment=payment)
    return [line.agency_share for line in confirmed.lines.all()]


def test_exactly_as_many_sales_are_paid_as_the_budget_holds(agency, all_agree):
    operation = _operation("race", "BOAT-DUSK")
    shares = race(_confirming(agency, *[["BOAT-DUSK"]] * BUYERS))
    assert sorted(shares) == [[Decimal("4.080")]] * (BUYERS - PAID) + [[Decimal("6.800")]] * PAID
    operation.refresh_from_db()
    assert operation.spent == PAID * COST
    assert [row.amount for row in OperationSpending.objects.all()] == [COST] * PAID
    all_agree()


def test_two_agencies_share_one_budget_and_never_exceed_it(agency, all_agree):
    operation = _operation("race", "BOAT-DUSK")
    other = Agency.objects.get(slug="ocean")
    works = _confirming(agency, *[["BOAT-DUSK"]] * 5) + _confirming(other, *[["BOAT-DUSK"]] * 5)
    shares = race(works)
    assert {type(found) for found in shares} == {list}
    operation.refresh_from_db()
    # Nothing that is left would still have paid the cheaper of the two.
    assert BUDGET - COST < operation.spent <= BUDGET
    assert operation.spent == sum(row.amount for row in OperationSpending.objects.all())
    all_agree()


def test_orders_that_need_two_budgets_in_opposite_order_do_not_block_each_other(agency, all_agree):
    operations = [_operation("one", "BOAT-DUSK", None), _operation("two", "FERRY-DAY", None)]
    there, back = ["BOAT-DUSK", "FERRY-DAY"], ["FERRY-DAY", "BOAT-DUSK"]
    shares = race(_confirming(agency, *[there, back] * 4))
    assert {type(found) for found in shares} == {list}
    for operation in operations:
        assert operation.spendings.count() == 8
    all_agree()


def test_overspending_does_happen_when_the_guard_is_switched_off(agency, monkeypatch):
    """The races above prove something only if reading, comparing and writing overspends."""
    operation = _operation("race", "BOAT-DUSK")
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE commissions_specialoperation DROP CONSTRAINT operation_within_budget"
        )
    everybody_has_read = threading.Barrier(BUYERS)

    def spend_without_guard(*, claims, **_whose):
        (claim,) = claims
        ((code, parts),) = claim.choices
        left = SpecialOperation.objects.get(code=code)
        everybody_has_read.wait()
        if left.spent + parts.cost.amount > left.budget:
            return {}
        with as_owner(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE shared.commissions_specialoperation SET spent = spent + %s WHERE code = %s",
                [parts.cost.amount, code],
            )
        return {claim.line_id: code}

    monkeypatch.setattr(funding, "operations_spend", spend_without_guard)
    shares = race(_confirming(agency, *[["BOAT-DUSK"]] * BUYERS))
    assert shares == [[Decimal("6.800")]] * BUYERS
    operation.refresh_from_db()
    assert operation.spent == BUYERS * COST > BUDGET
    with tenant_context(agency):
        assert Order.objects.filter(status="confirmed").count() == BUYERS
