"""A run over real sales of the test world, to the cent."""

from decimal import Decimal

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.commissions.models import ChangeSet, CommissionRule
from shared_apps.identity.models import User
from shared_apps.network.models import Agreement
from shared_apps.simulation.carrying import simulation_carry_out
from shared_apps.simulation.models import SimulationRun
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
