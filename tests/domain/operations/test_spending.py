"""What an operation costs, who funds it, and that it stops at its budget."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.commissions.funding import Parts
from shared_apps.commissions.models import OperationSpending, SpecialOperation
from shared_apps.commissions.spending import operations_return
from shared_apps.journal.models import JournalLine
from shared_apps.journal.verify import journal_verify
from shared_apps.pricing.waterfall import waterfall_replay
from tenant_apps.orders.actions import order_cancel
from tenant_apps.payments.actions import payment_record
from tenants.isolation import as_owner
from tests.selling import accepted, held, sold

SHARES = ("customer_pays", "provider_share", "agency_share", "operator_share")


def _journal(order):
    rows = JournalLine.objects.filter(order_reference=order.reference).order_by("seq")
    return [(row.kind, *(getattr(row, name) for name in SHARES)) for row in rows]


def _ledger():
    rows = OperationSpending.objects.order_by("id")
    return [(r.amount, r.operator_part, r.provider_part, r.agency_part) for r in rows]


def test_a_sale_takes_what_the_operation_gives_above_the_next_rule(operation, in_lumiere):
    made = operation(budget=Decimal(100))
    order = sold("BOAT-DUSK", adult=2)
    line = order.lines.get()
    # 20 % of 34.00 is 6.80 and 12 % is 4.08: twice 2.72 more.
    assert line.agency_share == Decimal("13.600")
    made.refresh_from_db()
    assert made.spent == Decimal("5.440")
    assert _ledger() == [(Decimal("5.440"), Decimal("5.440"), 0, 0)]
    assert line.commission["operation"]["code"] == "summer"
    assert line.commission["operation"]["explanation"][0]["values"] == {
        "operation": "Summer",
        "cost": "5.44 EUR",
        "without": "8.16 EUR",
        "rule": "Sunset boat",
    }


def test_what_the_operator_funds_alone_needs_no_journal_line_of_its_own(operation, in_lumiere):
    operation(budget=Decimal(100))
    assert [row[0] for row in _journal(sold("BOAT-DUSK", adult=2))] == ["sale", "payment"]


def test_funding_moves_shares_and_no_money_of_the_customer(operation, in_lumiere):
    operation(operator_percent=50, provider_percent=30, agency_percent=20)
    order = sold("BOAT-DUSK", adult=2)
    # 5.44 by 50, 30 and 20 per cent: 2.72, 1.632 and 1.088, to the cent.
    assert _ledger() == [(Decimal("5.440"), Decimal("2.720"), Decimal("1.630"), Decimal("1.090"))]
    assert _journal(order)[1] == (
        "funding",
        0,
        Decimal("-1.630"),
        Decimal("-1.090"),
        Decimal("2.720"),
    )
    assert journal_verify(in_lumiere).errors == ()


def test_beyond_the_budget_the_line_is_decided_again_and_the_price_stays(operation, in_lumiere):
    made = operation(budget=Decimal("5.00"))
    order = held("BOAT-DUSK", adult=2)
    assert order.lines.get().agency_share == Decimal("13.600")  # the forecast
    order = sold("BOAT-DUSK", adult=2)
    line = order.lines.get()
    made.refresh_from_db()
    assert (made.spent, _ledger()) == (0, [])
    assert (line.customer_pays, line.agency_share) == (Decimal("68.000"), Decimal("8.160"))
    assert line.commission["decision"]["rule"]["label"] == "Sunset boat"
    reasons = [step["id"] for step in line.commission["explanation"]]
    assert "commission.budget_spent" in reasons
    assert "operation" not in line.commission
    for rate in line.waterfall:
        waterfall_replay(rate["price"])
    assert _journal(order)[0] == (
        "sale",
        Decimal("68.000"),
        Decimal("57.800"),
        Decimal("8.160"),
        Decimal("2.040"),
    )


def test_a_spent_budget_shows_in_the_next_quote_already(operation, in_lumiere):
    operation(budget=Decimal("5.44"))
    sold("BOAT-DUSK", adult=2)
    line = held("BOAT-DUSK", adult=2).lines.get()
    assert line.agency_share == Decimal("8.160")
    assert "budget_spent" in line.commission["decision"]["rejected"].values()


def test_a_second_operation_takes_over_where_the_first_cannot_pay(operation, in_lumiere):
    operation("summer", budget=Decimal("1.00"), position=1)
    second = operation("autumn", percent=15, position=2)
    line = sold("BOAT-DUSK", adult=2).lines.get()
    second.refresh_from_db()
    assert line.commission["operation"]["code"] == "autumn"
    assert line.agency_share == Decimal("10.200")
    assert second.spent == Decimal("2.040")


def test_an_operation_that_gives_less_than_the_next_rule_costs_nothing(operation, in_lumiere):
    made = operation(percent=5, budget=Decimal(1))
    line = sold("BOAT-DUSK", adult=2).lines.get()
    made.refresh_from_db()
    assert (line.agency_share, made.spent) == (Decimal("3.400"), 0)
    assert _ledger() == [(0, 0, 0, 0)]


def test_an_operation_stopped_after_the_hold_pays_nothing(operation, in_lumiere):
    made = operation()
    order = accepted(held("BOAT-DUSK", adult=2))
    with as_owner():
        SpecialOperation.objects.update(status="stopped")
    payment_record(order=order, means="cash")
    made.refresh_from_db()
    line = order.lines.get()
    assert (line.agency_share, made.spent) == (Decimal("8.160"), 0)
    assert "archived" in line.commission["decision"]["rejected"].values()


def test_a_budget_counts_its_own_currency_only_and_the_explanation_says_so(operation, in_lumiere):
    operation(currency="CHF", budget=Decimal(100))
    line = sold("BOAT-DUSK", adult=2).lines.get()
    assert line.agency_share == Decimal("8.160")
    said = [s for s in line.commission["explanation"] if s["id"].endswith("currency_mismatch")]
    assert said[0]["values"] == {"rule": "Rule of summer", "wanted": "CHF", "found": "EUR"}


def test_without_a_budget_every_currency_is_paid_and_only_its_own_is_counted(operation, in_lumiere):
    made = operation(currency="CHF")
    sold("BOAT-DUSK", adult=2)
    made.refresh_from_db()
    assert made.spent == 0
    assert [(row.amount, row.currency) for row in OperationSpending.objects.all()] == [
        (Decimal("5.440"), "EUR")
    ]


@pytest.mark.parametrize("first", [-20, 3])
def test_an_operation_pays_on_its_days_only(operation, in_lumiere, first):
    today = timezone.localdate()
    operation(starts_on=today + timedelta(days=first), ends_on=today + timedelta(days=first + 10))
    assert sold("BOAT-DUSK", adult=2).lines.get().agency_share == Decimal("8.160")


def test_cancelling_without_fee_gives_everything_back(operation, in_lumiere):
    made = operation(budget=Decimal(6), operator_percent=0, provider_percent=100)
    order = sold("BOAT-DUSK", adult=2)
    order_cancel(order=order, reason="storm", waive_fee=True)
    made.refresh_from_db()
    assert made.spent == 0
    assert [row[0] for row in _ledger()] == [Decimal("5.440"), Decimal("-5.440")]
    totals = [sum(row[place] for row in _journal(order) if row[0] != "payment") for place in (2, 3)]
    assert totals == [0, 0]
    assert journal_verify(in_lumiere).errors == ()
    assert sold("BOAT-DUSK", adult=2).lines.get().agency_share == Decimal("13.600")


def test_a_fee_keeps_its_part_of_the_operation(operation, in_lumiere):
    made = operation(operator_percent=0, provider_percent=100)
    order = sold("BOAT-DUSK", days=20, adult=2)  # 50 % of 68.00 is kept
    order_cancel(order=order, reason="ill")
    made.refresh_from_db()
    assert made.spent == Decimal("2.720")
    assert [row[0] for row in _ledger()] == [
        Decimal("5.440"),
        Decimal("-5.440"),
        Decimal("2.720"),
    ]
    funding = [row for row in _journal(order) if row[0] == "funding"]
    assert [row[2] for row in funding] == [
        Decimal("-5.440"),
        Decimal("5.440"),
        Decimal("-2.720"),
    ]


def test_an_agency_cannot_write_budget_or_ledger_itself(operation, in_lumiere):
    operation(budget=Decimal(100))
    sold("BOAT-DUSK", adult=2)
    for attempt in (
        lambda: SpecialOperation.objects.update(spent=0),
        lambda: OperationSpending.objects.all().delete(),
        lambda: OperationSpending.objects.update(amount=0),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_another_agency_sees_nothing_of_it_and_gives_nothing_back(operation, in_lumiere, ocean):
    made = operation(budget=Decimal(100))
    order = sold("BOAT-DUSK", adult=2)
    line_id = order.lines.get().pk
    nothing = Parts.from_json({"operator": "0", "provider": "0", "agency": "0"}, "EUR")
    with tenant_context(ocean):
        assert not OperationSpending.objects.exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            operations_return(
                agency_schema="agency_lumiere",
                order_reference=order.reference,
                kept={line_id: nothing},
            )
        assert (
            operations_return(
                agency_schema="agency_ocean",
                order_reference=order.reference,
                kept={line_id: nothing},
            )
            == 0
        )
    made.refresh_from_db()
    assert made.spent == Decimal("5.440")


def test_nothing_more_is_kept_than_was_taken(operation, in_lumiere):
    operation(budget=Decimal(100))
    order = sold("BOAT-DUSK", adult=2)
    more = Parts.from_json({"operator": "9", "provider": "0", "agency": "0"}, "EUR")
    with pytest.raises(DatabaseError), transaction.atomic():
        operations_return(
            agency_schema="agency_lumiere",
            order_reference=order.reference,
            kept={order.lines.get().pk: more},
        )


def test_a_sale_without_an_operation_asks_nothing_about_operations(in_lumiere):
    with CaptureQueriesContext(connection) as captured:
        order = sold("BOAT-DUSK", adult=2)
        order_cancel(order=order, reason="", waive_fee=True)
    asked = [query["sql"] for query in captured if "operations_" in query["sql"]]
    assert asked == []
