"""What a sale gives to its seller and point of sale, from confirmation to cancellation."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.audit.models import AuditEntry
from shared_apps.catalog.models import Category, Product
from shared_apps.commissions.actions import rule_create
from shared_apps.commissions.models import SpecialOperation
from tenant_apps.orders.actions import LineRequest, order_cancel, order_hold
from tenant_apps.orders.models import OrderLine
from tenant_apps.payments.actions import payment_record
from tenant_apps.subcommissions import queries
from tenant_apps.subcommissions.actions import (
    beneficiary_end,
    order_attribute,
    rule_add,
    rule_end,
    seller_add,
)
from tenant_apps.subcommissions.errors import SharingRefused
from tenant_apps.subcommissions.models import (
    PointOfSale,
    Seller,
    SubCommissionLine,
    SubCommissionRule,
)
from tenants.isolation import as_owner
from tests.selling import accepted, departure_of, sold


def _sold_by(seller, place=None, *, days=45, **quantities):
    request = LineRequest(departure_of("BOAT-DUSK", days=days).pk, quantities or {"adult": 2})
    order = order_hold(
        requests=[request],
        channel="shop",
        language="fr",
        sold_by_id=seller.pk if seller else None,
        point_of_sale_id=place.pk if place else None,
    )
    payment_record(order=accepted(order), means="cash")
    return order


def _ledger(order):
    return [
        (str(line.seller or line.point_of_sale), line.kind, line.amount)
        for line in queries.shares_of_order(order)
    ]


def test_a_confirmed_sale_shares_the_agencys_commission(sharing, zoe, desk):
    order = _sold_by(zoe, desk)
    # 12 % of 68.00 is 8.16; 30 % and 10 % of it.
    assert _ledger(order) == [
        ("Desk", "share", Decimal("0.820")),
        ("Zoé", "share", Decimal("2.450")),
    ]
    line = SubCommissionLine.objects.get(seller=zoe)
    assert (line.commission, line.currency) == (Decimal("8.160"), "EUR")
    assert line.explanation[0]["values"] == {
        "beneficiary": "Zoé",
        "percent": "30",
        "commission": "8.16 EUR",
        "amount": "2.45 EUR",
    }


def test_a_sale_of_nobody_in_particular_shares_nothing_and_asks_nothing(sharing):
    with CaptureQueriesContext(connection) as captured:
        order = sold("BOAT-DUSK", adult=2)
        order_cancel(order=order, reason="", waive_fee=True)
    asked = [q["sql"] for q in captured if '"subcommissions_subcommission' in q["sql"]]
    assert asked == []
    assert _ledger(order) == []


def test_what_the_agency_funds_of_an_operation_is_not_shared(sharing, zoe):
    today = timezone.localdate()
    with as_owner():
        operation = SpecialOperation.objects.create(
            code="summer",
            name="Summer",
            starts_on=today,
            ends_on=today,
            operator_percent=0,
            agency_percent=100,
        )
        rule_create(
            name="Summer",
            percent=Decimal(20),
            product=Product.objects.get(reference="BOAT-DUSK"),
            operation=operation,
        )
    order = _sold_by(zoe)
    # 13.60 at 20 %, of which the agency funds 5.44 itself: 8.16 remain, as without it.
    assert SubCommissionLine.objects.get(order=order).commission == Decimal("8.160")


def test_cancelling_without_fee_takes_everything_back(sharing, zoe, desk):
    order = _sold_by(zoe, desk)
    order_cancel(order=order, reason="storm", waive_fee=True)
    assert [row[1:] for row in _ledger(order)][2:] == [
        ("reversal", Decimal("-0.820")),
        ("reversal", Decimal("-2.450")),
    ]


def test_a_fee_keeps_its_part_of_the_share(sharing, zoe):
    order = _sold_by(zoe, days=20)  # 50 % of the price is kept
    order_cancel(order=order, reason="ill")
    assert [row[1:] for row in _ledger(order)] == [
        ("share", Decimal("2.450")),
        ("reversal", Decimal("-2.450")),
        ("fee", Decimal("1.230")),
    ]


def test_the_office_gives_a_sale_to_somebody_else_and_it_is_audited(sharing, zoe, desk):
    order = sold("BOAT-DUSK", adult=2)
    order_attribute(order=order, seller=zoe, point_of_sale=None)
    order_attribute(order=order, seller=None, point_of_sale=desk)
    assert _ledger(order) == [
        ("Zoé", "share", Decimal("2.450")),
        ("Zoé", "reversal", Decimal("-2.450")),
        ("Desk", "share", Decimal("0.820")),
    ]
    entry = AuditEntry.objects.filter(verb="order.attribute").order_by("-id").first()
    assert entry.before == {"seller": f"V{zoe.pk}", "point_of_sale": None}
    assert entry.after == {"seller": None, "point_of_sale": f"P{desk.pk}"}
    order_cancel(order=order, reason="storm", waive_fee=True)
    assert sum(row[2] for row in _ledger(order)) == 0


def test_the_shared_audit_trail_holds_neither_names_nor_amounts(sharing, zoe, desk):
    order = sold("BOAT-DUSK", adult=2)
    order_attribute(order=order, seller=zoe, point_of_sale=desk)
    rule_end(sharing[0], last_day=timezone.localdate())
    beneficiary_end(zoe)
    entries = AuditEntry.objects.filter(object_type__startswith="subcommissions.")
    assert entries.count() == 6
    for entry in (*entries, AuditEntry.objects.get(verb="order.attribute")):
        said = f"{entry.object_label} {entry.before} {entry.after}"
        assert not any(word in said for word in ("Zoé", "Desk", "zoe", "desk", "30", "%"))


def test_an_earned_sale_and_one_that_is_over_stay_with_who_sold_them(sharing, zoe):
    earned, over = sold("BOAT-DUSK", adult=1), sold("BOAT-DUSK", adult=1)
    yesterday = timezone.localdate() - timedelta(days=1)
    OrderLine.objects.filter(order=earned).update(service_date=yesterday)
    order_cancel(order=over, reason="storm", waive_fee=True)
    for order, code in ((earned, "earned"), (over, "over")):
        with pytest.raises(SharingRefused) as refused:
            order_attribute(order=order, seller=zoe, point_of_sale=None)
        assert refused.value.code == code


def test_shares_are_provisional_until_the_service_has_taken_place(sharing, zoe):
    _sold_by(zoe)
    assert queries.lines().get().state == "provisional"
    (row,) = queries.lines_totals(queries.lines())
    assert (str(row.label), row.amounts) == ("Provisoire", {"amount": Decimal("2.450")})


def test_rules_that_would_give_away_more_than_the_commission_are_refused(sharing, zoe, desk):
    today = timezone.localdate()
    with pytest.raises(SharingRefused) as refused:
        rule_add(seller=zoe, percent=Decimal("90.5"), valid_from=today)
    assert refused.value.code == "too_much"
    assert "100,5\u00a0%" in refused.value.message
    rule_add(seller=zoe, percent=Decimal(90), valid_from=today)


def test_a_rule_for_a_category_applies_to_its_products_only(zoe):
    today = timezone.localdate()
    tour = Category.objects.get(code="tour")
    rule_add(seller=zoe, percent=Decimal(50), category=tour, valid_from=today)
    assert [row[2] for row in _ledger(_sold_by(zoe))] == [Decimal("4.080")]


def test_rules_begin_today_at_the_earliest_and_end_today_at_the_earliest(sharing):
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    with pytest.raises(SharingRefused) as refused:
        rule_add(seller=sharing[0].seller, percent=Decimal(1), valid_from=yesterday)
    assert refused.value.code == "past"
    with pytest.raises(SharingRefused):
        rule_end(sharing[0], last_day=yesterday)
    rule_end(sharing[0], last_day=today)
    assert SubCommissionRule.objects.get(pk=sharing[0].pk).valid_to == today


def test_codes_of_links_are_unique_among_sellers_and_points_of_sale(desk):
    twin = seller_add(name="Desk")
    assert (desk.code, twin.code) == ("desk", "desk-2")
    assert queries.by_code("desk-2") == (twin, None)
    beneficiary_end(twin)
    assert queries.by_code("desk-2") == (None, None)


def test_the_ledger_is_never_changed(sharing, zoe):
    _sold_by(zoe)
    for attempt in (
        lambda: SubCommissionLine.objects.update(amount=0),
        lambda: SubCommissionLine.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_another_agency_has_none_of_it(sharing, zoe, ocean):
    _sold_by(zoe)
    with tenant_context(ocean):
        for model in (Seller, PointOfSale, SubCommissionRule, SubCommissionLine):
            assert not model.objects.exists()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM agency_lumiere.subcommissions_subcommissionline")
