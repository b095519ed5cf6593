"""What a statement holds, to the cent: who is owed what, and out of which parts."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django_tenants.utils import tenant_context

from shared_apps.journal.actions import Entry, journal_append
from shared_apps.statements.accounts import Account
from shared_apps.statements.models import Statement, StatementLine
from shared_apps.statements.periods import period_holding
from shared_apps.statements.queries import sections_of
from tenant_apps.orders.actions import order_cancel
from tenant_apps.payments.actions import payment_record
from tenant_apps.payments.models import Refund
from tenant_apps.payments.refunds import refund_execute
from tests.selling import accepted, held
from tests.settling import (
    account_of,
    agency_of,
    drafted,
    issued,
    month_of,
    sold_by_card,
    sold_for_cash,
)

AMOUNTS = ("gross", "commission", "collected", "fee", "settled", "due")


def amounts(row) -> tuple[str, ...]:
    return tuple(f"{getattr(row, name):.2f}" for name in AMOUNTS)


def by_section(statement) -> dict[str, tuple[str, ...]]:
    return {total.section: amounts(total) for total in sections_of(statement)}


def test_a_sale_by_card_gives_the_agency_its_commission_once_the_service_date_has_passed(lumiere):
    order = sold_by_card("lumiere")
    (statement,) = drafted("lumiere", month_of("lumiere", order))
    assert by_section(statement) == {"sale": ("68.00", "8.16", "0.00", "0.00", "0.00", "8.16")}
    assert amounts(statement) == ("68.00", "8.16", "0.00", "0.00", "0.00", "8.16")


def test_cash_at_the_counter_is_money_of_tnp_and_is_taken_off(lumiere):
    order = sold_for_cash("lumiere")
    (statement,) = drafted("lumiere", month_of("lumiere", order))
    assert by_section(statement) == {
        "sale": ("68.00", "8.16", "0.00", "0.00", "0.00", "8.16"),
        "collected": ("0.00", "0.00", "68.00", "0.00", "0.00", "-68.00"),
    }
    assert statement.due == Decimal("-59.84")


def test_before_the_service_date_commission_is_only_said_apart(lumiere):
    order = sold_for_cash("lumiere", days=45)
    now = month_of("lumiere", sold_by_card("lumiere", days=1))
    later = month_of("lumiere", order)
    assert now.last < later.first
    (statement,) = drafted("lumiere", now)
    assert statement.commission == Decimal("8.16")
    assert statement.collected == Decimal("68.00")
    assert (statement.provisional_count, statement.provisional_commission) == (1, Decimal("8.16"))
    assert statement.provisional_gross == Decimal("68.00")


def test_a_cancellation_after_the_statement_is_a_negative_line_of_the_next(lumiere):
    order = sold_by_card("lumiere", days=45)
    month = month_of("lumiere", order)
    first = issued("lumiere", month)
    with tenant_context(agency_of("lumiere")):
        order_cancel(order=order, reason="ill", waive_fee=True)
    second = issued("lumiere", period_holding("monthly", month.last + timedelta(days=1)))
    assert by_section(second) == {
        "cancellation": ("-68.00", "-8.16", "0.00", "0.00", "0.00", "-8.16")
    }
    assert (first.reference, second.reference) == ("A-LUMIERE-0001", "A-LUMIERE-0002")
    assert first.due + second.due == 0


def test_a_kept_cancellation_fee_leaves_the_agency_its_part(lumiere):
    order = sold_by_card("lumiere", days=45)  # more than 30 days before: 10 % are kept
    with tenant_context(agency_of("lumiere")):
        order_cancel(order=order, reason="changed my mind")
    (statement,) = drafted("lumiere", month_of("lumiere", order))
    assert by_section(statement) == {
        "sale": ("68.00", "8.16", "0.00", "0.00", "0.00", "8.16"),
        "cancellation": ("-68.00", "-8.16", "0.00", "0.00", "0.00", "-8.16"),
        "fee": ("6.80", "0.82", "0.00", "0.00", "0.00", "0.82"),
    }


def test_under_own_liability_the_direction_turns_and_the_processor_has_settled(ocean):
    order = sold_by_card("ocean", "KAYAK-SEA")
    (statement,) = drafted("ocean", month_of("ocean", order))
    # 2 × 50.40 sold, 2 × 38.40 bought, 8 % of 50.40 for the agency: 15.94 are TNP's.
    assert by_section(statement) == {
        "own_sale": ("100.80", "0.00", "0.00", "15.94", "15.94", "0.00")
    }
    assert statement.due == 0


def test_own_liability_by_transfer_leaves_the_fee_to_be_paid_to_tnp(ocean):
    with tenant_context(ocean):
        order = accepted(held("KAYAK-SEA"))
        payment_record(order=order, means="transfer")
    (statement,) = drafted("ocean", month_of("ocean", order))
    assert by_section(statement) == {
        "own_sale": ("100.80", "0.00", "0.00", "15.94", "0.00", "-15.94")
    }


def test_a_provider_is_owed_its_tariff_less_the_networks_commission(lumiere, ocean):
    order = sold_by_card("lumiere")
    sold_by_card("ocean", "BOAT-DUSK", adult=1)
    (statement,) = drafted("FLEUVE", month_of("lumiere", order))
    assert by_section(statement) == {"sale": ("102.00", "-15.30", "0.00", "0.00", "0.00", "86.70")}
    sellers = statement.lines.values_list("sold_by__slug", flat=True)
    assert list(sellers) == ["lumiere", "ocean"]


def test_a_providers_tariff_is_without_the_markup_the_customer_paid(lumiere):
    order = sold_by_card("lumiere", "STAY-LOIRE", adult=1)
    (statement,) = drafted("FLEUVE", month_of("lumiere", order))
    # 365 + 55 − 40 = 380, less 12 %: 334.40; the customer paid 395.20.
    assert by_section(statement) == {"sale": ("380.00", "-45.60", "0.00", "0.00", "0.00", "334.40")}


def test_a_provider_whose_own_agency_sold_is_paid_by_it_and_not_by_tnp(ocean):
    order = sold_by_card("ocean", "KAYAK-SEA")
    (statement,) = drafted("OCEAN", month_of("ocean", order))
    assert by_section(statement) == {
        "own_sale": ("96.00", "-19.20", "0.00", "0.00", "76.80", "0.00")
    }


def test_drafting_again_replaces_the_draft_and_takes_no_line_twice(lumiere):
    order = sold_by_card("lumiere")
    month = month_of("lumiere", order)
    (first,) = drafted("lumiere", month)
    (second,) = drafted("lumiere", month)
    assert first.pk == second.pk
    assert StatementLine.objects.filter(party="agency").count() == 1


def test_an_issued_statement_is_not_drawn_again(lumiere):
    order = sold_by_card("lumiere")
    month = month_of("lumiere", order)
    issued("lumiere", month)
    assert drafted("lumiere", month) == []


def test_nothing_sold_makes_no_statement(lumiere, ocean):
    order = sold_by_card("lumiere")
    assert drafted("ocean", month_of("lumiere", order)) == []
    assert not Statement.objects.exists()


def test_the_two_agencies_statements_never_share_a_line(lumiere, ocean):
    order = sold_by_card("lumiere")
    sold_by_card("ocean", "BOAT-DUSK")
    month = month_of("lumiere", order)
    (one,), (two,) = drafted("lumiere", month), drafted("ocean", month)
    assert {line.journal_line.agency_id for line in one.lines.all()} == {lumiere.pk}
    assert {line.journal_line.agency_id for line in two.lines.all()} == {ocean.pk}
    # The western group's 8 %.
    assert two.due == Decimal("5.44")


def test_an_account_is_exactly_one_partys(lumiere):
    with pytest.raises(ValueError, match="an agency's or a provider's"):
        Account()
    with pytest.raises(ValueError, match="an agency's or a provider's"):
        Account(agency=lumiere, provider=account_of("FLEUVE").provider)


def test_cash_given_back_is_taken_off_what_the_agency_holds(lumiere):
    order = sold_for_cash("lumiere")
    with tenant_context(lumiere):
        order_cancel(order=order, reason="ill")
        refund_execute(Refund.objects.get().pk)
    (statement,) = drafted("lumiere", month_of("lumiere", order))
    sections = by_section(statement)
    assert sections["collected"] == ("0.00", "0.00", "68.00", "0.00", "0.00", "-68.00")
    assert sections["given_back"] == ("0.00", "0.00", "-61.20", "0.00", "0.00", "61.20")
    # It keeps 6.80 of the fee for TNP, less its 0.82.
    assert statement.due == Decimal("-5.98")


def test_who_funds_a_special_operation_finds_its_part_in_its_own_statement(lumiere):
    order = sold_by_card("lumiere")
    with tenant_context(lumiere):
        line = order.lines.get()
        funding = Entry(
            kind="funding",
            order_reference=order.reference,
            channel="shop",
            seller_id=order.seller_id,
            currency="EUR",
            line_id=line.pk,
            product_id=line.product_id,
            provider_id=line.provider_id,
            service_date=line.service_date,
            provider_share=Decimal("-2.00"),
            agency_share=Decimal("-1.00"),
            operator_share=Decimal("3.00"),
        )
        journal_append(agency=lumiere, entries=[funding])
    month = month_of("lumiere", order)
    (agency,), (provider,) = drafted("lumiere", month), drafted("FLEUVE", month)
    assert by_section(agency)["funding"] == ("0.00", "-1.00", "0.00", "0.00", "0.00", "-1.00")
    assert by_section(provider)["funding"] == ("0.00", "-2.00", "0.00", "0.00", "0.00", "-2.00")
    assert (agency.due, provider.due) == (Decimal("7.16"), Decimal("55.80"))


def test_currencies_are_settled_apart(lumiere):
    order = sold_by_card("lumiere")
    with tenant_context(lumiere):
        line = order.lines.get()
        swiss = Entry(
            kind="sale",
            order_reference="LUM-SWISS",
            channel="shop",
            seller_id=order.seller_id,
            currency="CHF",
            product_id=line.product_id,
            provider_id=line.provider_id,
            service_date=line.service_date,
            customer_pays=Decimal(100),
            provider_share=Decimal(80),
            agency_share=Decimal(12),
            operator_share=Decimal(8),
        )
        journal_append(agency=lumiere, entries=[swiss])
    found = {one.currency: one.due for one in drafted("lumiere", month_of("lumiere", order))}
    assert found == {"CHF": Decimal(12), "EUR": Decimal("8.16")}
