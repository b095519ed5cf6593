"""A run over real sales of the test world, to the cent."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.commissions.models import ChangeSet, CommissionRule, SpecialOperation
from shared_apps.identity.models import User
from shared_apps.network.models import Agreement
from shared_apps.simulation.carrying import RunRefused, simulation_carry_out
from shared_apps.simulation.models import SaleUnit, SimulationRun
from shared_apps.simulation.projection import journal_copy
from tenant_apps.orders.actions import order_cancel
from tenant_apps.overrides.models import CommissionOverride, OverrideChangeSet
from tests.selling import sold


@pytest.fixture
def operator(db):
    """The operator's administrator."""
    return User.objects.get(email="admin@tnp.example")


@pytest.fixture(autouse=True)
def _cash_in_ocean(ocean):
    """The second agency may be paid in cash too."""
    Agreement.objects.filter(agency=ocean).update(payment_means=["card", "cash"])


@pytest.fixture
def drafts(operator):
    """An open change set of the operator's book."""
    return ChangeSet.objects.create(name="Autumn", author=operator)


def run_of(drafts, operator, **fields):
    """A run over today, carried out."""
    today = timezone.localdate()
    run = SimulationRun.objects.create(
        author=operator,
        change_set=drafts,
        name=drafts.name,
        period_from=today,
        period_to=today,
        **fields,
    )
    return simulation_carry_out(run)


def total(run, *, scope="past", part="network", **of):
    """The one total of that part, as plain numbers."""
    return run.totals.get(scope=scope, part=part, **of)


def test_a_changed_rate_moves_what_it_moves_between_agency_and_operator(
    lumiere, ocean, operator, drafts
):
    with tenant_context(lumiere):
        sold("BOAT-DUSK", adult=2)
    with tenant_context(ocean):
        sold("FERRY-DAY", adult=1)
    boat = CommissionRule.objects.get(name="Sunset boat")
    CommissionRule.objects.create(
        name="Sunset boat", product=boat.product, percent=Decimal(15), series=boat.pk,
        version=2, change_set=drafts,
    )  # fmt: skip
    run = run_of(drafts, operator)
    network = total(run)
    # 2 × 34.00 at 12 % is 8.16, at 15 % 10.20; the ferry pays ocean 8 % of 36.00, unchanged.
    assert (network.lines, network.changed_lines, network.pays) == (2, 1, Decimal(104))
    assert (network.paid, network.present, network.new) == (
        Decimal("11.04"), Decimal("11.04"), Decimal("13.08"),
    )  # fmt: skip
    # 68.00 less 57.80 for the provider and 8.16; the ferry's transport is passed on whole.
    assert (network.operator_present, network.operator_new) == (Decimal("-0.84"), Decimal("-2.88"))
    mine = total(run, part="agency", agency=lumiere)
    assert (mine.present, mine.new) == (Decimal("8.16"), Decimal("10.20"))
    theirs = total(run, part="agency", agency=ocean)
    assert (theirs.present, theirs.new, theirs.changed_lines) == (
        Decimal("2.88"), Decimal("2.88"), 0,
    )  # fmt: skip
    assert run.changes["shown"] == [
        {"name": "Sunset boat", "code": f"R{boat.pk}", "kind": "changed", "present": 1, "new": 1}
    ]


def test_a_cancelled_sale_is_not_replayed_even_when_it_was_read_before(lumiere, operator, drafts):
    with tenant_context(lumiere):
        kept, undone = sold("BOAT-DUSK", adult=1), sold("BOAT-DUSK", adult=2)
    assert total(run_of(drafts, operator)).lines == 2
    with tenant_context(lumiere):
        order_cancel(order=undone, reason="Ill", waive_fee=True)
    network = total(run_of(drafts, operator))
    assert (network.lines, network.pays) == (1, Decimal(34))
    assert set(SaleUnit.objects.values_list("order_reference", flat=True)) == {
        kept.reference,
        undone.reference,
    }


def test_the_journal_is_read_once_and_only_what_is_new(lumiere, operator, drafts):
    with tenant_context(lumiere):
        sold("BOAT-DUSK", adult=1, child=1)
    run_of(drafts, operator)
    assert SaleUnit.objects.count() == 2
    assert list(journal_copy()) == []
    with tenant_context(lumiere):
        sold("FERRY-DAY", adult=1)
    assert list(journal_copy()) == [1.0]
    assert SaleUnit.objects.count() == 3


def test_open_bookings_are_found_whenever_they_were_sold(lumiere, operator, drafts):
    with tenant_context(lumiere):
        sold("BOAT-DUSK", adult=1)
    today = timezone.localdate()
    run = SimulationRun.objects.create(
        author=operator,
        change_set=drafts,
        name="Long ago",
        period_from=today - timedelta(days=60),
        period_to=today - timedelta(days=30),
    )
    simulation_carry_out(run)
    assert run.totals.filter(scope="past").count() == 0
    assert total(run, scope="open").lines == 1


def test_the_operator_losing_money_is_named_and_what_was_already_a_loss_is_not(
    lumiere, operator, drafts
):
    with tenant_context(lumiere):
        boat = sold("BOAT-DUSK", adult=1)
        sold("FERRY-DAY", adult=1)
    rule = CommissionRule.objects.get(name="Sunset boat")
    CommissionRule.objects.create(
        name="Too much", product=rule.product, percent=Decimal(40), series=rule.pk,
        version=2, change_set=drafts,
    )  # fmt: skip
    run = run_of(drafts, operator)
    # The ferry's transport is passed on whole, so its commission is a loss in both worlds.
    assert (total(run).breaches_present, total(run).breaches_new) == (1, 2)
    (named,) = run.named_lines.filter(scope="past", part="breach")
    assert (named.order_reference, named.operator_new) == (boat.reference, Decimal("-8.50"))
    assert named.rule_new == f"R{rule.pk}.2 Too much"


def test_a_special_operation_is_paid_by_those_who_fund_it(lumiere, operator, drafts):
    with tenant_context(lumiere):
        sold("BOAT-DUSK", adult=2)
    operation = SpecialOperation.objects.create(
        code="autumn", name="Autumn", status="draft", starts_on=timezone.localdate(),
        ends_on=timezone.localdate(), operator_percent=50, provider_percent=30, agency_percent=20,
    )  # fmt: skip
    CommissionRule.objects.create(
        name="Autumn boost", operation=operation, percent=Decimal(20), change_set=drafts
    )
    run = run_of(drafts, operator)
    network = total(run)
    # 20 % of 68.00 is 13.60, that is 5.44 above the 8.16 of today: 2.72, 1.63 and 1.09.
    assert (network.present, network.new) == (Decimal("8.16"), Decimal("12.51"))
    assert network.provider_present - network.provider_new == Decimal("1.63")
    assert network.operator_present - network.operator_new == Decimal("2.72")
    paid = sum((network.provider_new, network.new, network.operator_new))
    assert paid == network.pays == Decimal(68)


def test_an_agencys_own_overrides_count_and_its_neighbours_do_not(lumiere, ocean, operator, drafts):
    for agency, percent in ((lumiere, 20), (ocean, 30)):
        with tenant_context(agency):
            sold("FERRY-DAY", adult=1)
            CommissionOverride.objects.create(name="Ours", percent=percent, status="active")
    run = run_of(drafts, operator)
    assert total(run, part="agency", agency=lumiere).present == Decimal("7.20")
    assert total(run, part="agency", agency=ocean).present == Decimal("10.80")


def test_an_agencys_draft_overrides_are_replayed_over_its_own_sales_alone(lumiere, ocean, operator):
    with tenant_context(ocean):
        sold("FERRY-DAY", adult=1)
    with tenant_context(lumiere):
        sold("FERRY-DAY", adult=1)
        own = OverrideChangeSet.objects.create(name="Ours", author=operator)
        CommissionOverride.objects.create(name="Ours", percent=15, status="draft", change_set=own)
    today = timezone.localdate()
    run = SimulationRun.objects.create(
        author=operator, agency=lumiere, override_set_id=own.pk, name="Ours",
        period_from=today, period_to=today,
    )  # fmt: skip
    simulation_carry_out(run)
    network = total(run)
    assert (network.lines, network.present, network.new) == (1, Decimal("3.60"), Decimal("5.40"))
    assert not run.totals.filter(agency=ocean).exists()


def test_a_draft_that_decides_nothing_is_counted_as_idle(lumiere, operator, drafts):
    with tenant_context(lumiere):
        sold("FERRY-DAY", adult=1)
    boat = CommissionRule.objects.get(name="Sunset boat")
    CommissionRule.objects.create(
        name="Boat ends", product=boat.product, series=boat.pk, version=2, retires=True,
        change_set=drafts,
    )  # fmt: skip
    run = run_of(drafts, operator)
    assert run.changes["idle"] == run.changes["total"] == 1
    assert run.changes["shown"][0]["kind"] == "retired"
    assert total(run).changed_lines == 0


def test_a_run_again_replaces_its_result(lumiere, operator, drafts):
    with tenant_context(lumiere):
        sold("FERRY-DAY", adult=1)
    run = run_of(drafts, operator)
    before = run.totals.count()
    simulation_carry_out(run)
    assert run.totals.count() == before


def test_a_set_that_is_no_draft_is_refused(operator, drafts):
    drafts.status = "published"
    drafts.save()
    with pytest.raises(RunRefused, match="not_a_draft"):
        run_of(drafts, operator)


def test_an_agencys_database_role_reads_none_of_it(in_lumiere):
    for table in ("saleunit", "cancelledline", "copiedchain", "simulationrun", "simulationtotal"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT 1 FROM shared.simulation_{table}")
