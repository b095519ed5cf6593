"""Numbers of commission invoices when many are issued at once: no gap, no double (L7)."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.invoices.actions import invoice_issue, issuing
from shared_apps.invoices.models import Invoice, InvoiceSeries
from shared_apps.invoices.printing import invoice_files
from shared_apps.statements.actions import terms_set
from shared_apps.statements.models import Statement
from shared_apps.statements.periods import Period, period_holding
from tenant_apps.orders.models import Order
from tests.concurrency.racing import race
from tests.invoicing import LONG_AGO, mandate_given
from tests.settling import account_of, agency_of, issued, month_of, on, operator, sold_by_card

WEEKS = 8


@pytest.fixture
def statements(own_database) -> list[Statement]:
    """Eight issued weekly statements of one agency, each with the commission of one sale."""
    mandate_given("lumiere")
    terms_set(
        account=account_of("lumiere"), period="weekly", due_days=30, netting=True,
        valid_from=LONG_AGO,
    )  # fmt: skip
    found = []
    for week in range(WEEKS):
        order = sold_by_card("lumiere", days=2 + 7 * week, adult=1)
        found.append(issued("lumiere", week_of("lumiere", order)))
    return found


def week_of(slug: str, order: Order) -> Period:
    """The week of the order's service."""
    with tenant_context(agency_of(slug)):
        return period_holding("weekly", order.lines.get().service_date)


def issue_all(statements: list[Statement]) -> list[object]:
    """Everybody issues one statement's invoice at the same moment; what each got."""
    works = [
        lambda pk=one.pk: invoice_issue(statement=Statement.objects.get(pk=pk), by=operator())
        for one in statements
    ]
    with on(statements[-1].period_to + timedelta(days=2)):
        return race(works)


def numbers() -> list[int]:
    """The issued numbers in the order of their times."""
    in_time = Invoice.objects.order_by("issued_at").values_list("number", flat=True)
    return [int(number[-6:]) for number in in_time]


def failing_for(statements: list[Statement]):
    """As ``invoice_files``, but typesetting breaks for these statements: after the number."""
    broken = {one.reference for one in statements}

    def files(document):
        if document.statement in broken:
            raise RuntimeError("the typesetter broke")
        return invoice_files(document)

    return files


def test_many_issue_at_once_and_numbers_are_continuous_and_in_the_order_of_time(statements):
    ends = issue_all(statements)
    assert all(isinstance(end, Invoice) for end in ends), ends
    assert numbers() == list(range(1, WEEKS + 1))


def test_those_that_fail_midway_leave_no_gap(statements, monkeypatch):
    """Fails with a counter that does not go back with the transaction: see the next test."""
    monkeypatch.setattr(issuing, "invoice_files", failing_for(statements[1::2]))
    ends = issue_all(statements)
    assert sorted(type(end).__name__ for end in ends) == ["Invoice"] * 4 + ["RuntimeError"] * 4
    assert numbers() == [1, 2, 3, 4]
    assert InvoiceSeries.objects.get().last_number == 4
    monkeypatch.undo()
    issue_all(statements[1::2])
    assert numbers() == list(range(1, WEEKS + 1))


def test_a_database_sequence_would_leave_gaps(statements, monkeypatch):
    connection.cursor().execute("CREATE SEQUENCE naive")

    def from_sequence(*, agency_id, year, prefix):
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('naive')")
            return f"{prefix}-{year}-{cursor.fetchone()[0]:06d}", timezone.now()

    monkeypatch.setattr(issuing, "number_take", from_sequence)
    monkeypatch.setattr(issuing, "invoice_files", failing_for(statements[1::2]))
    issue_all(statements)
    monkeypatch.setattr(issuing, "invoice_files", invoice_files)
    issue_all(statements[1::2])
    assert len(numbers()) == WEEKS
    assert sorted(numbers()) != list(range(1, WEEKS + 1))


def test_a_counter_that_is_read_and_then_written_would_give_a_number_twice(statements, monkeypatch):
    meeting = threading.Barrier(2)

    def read_then_write(*, agency_id, year, prefix):
        last = Invoice.objects.filter(agency_id=agency_id).count()
        meeting.wait(timeout=10)
        return f"{prefix}-{year}-{last + 1:06d}", timezone.now()

    monkeypatch.setattr(issuing, "number_take", read_then_write)
    ends = issue_all(statements[:2])
    assert sorted(type(end) for end in ends if not isinstance(end, Invoice)) == [IntegrityError]


def test_one_statement_is_invoiced_once_however_many_try(statements):
    ends = issue_all([statements[0]] * 4)
    assert sum(isinstance(end, Invoice) for end in ends) == 1
    assert {end.code for end in ends if not isinstance(end, Invoice)} == {"already"}
    assert numbers() == [1]


def test_mandators_do_not_wait_for_each_others_numbers(statements):
    """Fails with one counter for all: the second agency would wait for the first's commit."""
    mandate_given("ocean", siren="443061841", vat_number="FR64443061841")
    order = sold_by_card("ocean", days=2)
    theirs = issued("ocean", month_of("ocean", order))

    def quickly():
        with transaction.atomic():
            connection.cursor().execute("SET LOCAL lock_timeout = '3s'")
            return invoice_issue(statement=Statement.objects.get(pk=theirs.pk), by=operator())

    with on(theirs.period_to + timedelta(days=2)), transaction.atomic():
        invoice_issue(statement=statements[0], by=operator())
        (end,) = race([quickly])
        assert isinstance(end, Invoice), end
        assert end.number.startswith("OCEAN-")
