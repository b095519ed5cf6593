"""The estimate of a preview: what new amounts would have meant for the sales of the last days."""

import pytest
from django_tenants.utils import tenant_context
from moneyed import EUR, Money

from shared_apps.commissions.change_sets import change_set_preview, draft_open, rule_draft
from tenant_apps.overrides.models import CommissionOverride
from tenant_apps.payments.actions import payment_record
from tests.selling import accepted, held, sold


@pytest.fixture
def one_sale(lumiere):
    """Two adults and a child on BOAT-DUSK: 86.00 at 12 %, so 10.32 for the agency."""
    with tenant_context(lumiere):
        return sold("BOAT-DUSK", adult=2, child=1)


def test_a_higher_rate_is_computed_on_the_sales_the_rule_won(
    shared, ada, boat_rule, today, one_sale
):
    change_set = draft_open(shared, author=ada)
    rule_draft(shared, change_set=change_set, rule=boat_rule, changes={"percent": 14})
    [effect] = change_set_preview(shared, change_set, today).effects
    assert effect.lines == 1
    # 4.76 + 4.76 + 2.52 instead of 4.08 + 4.08 + 2.16.
    assert (effect.agency_before, effect.agency_after) == (Money("10.32", EUR), Money("12.04", EUR))
    assert (effect.operator_before, effect.operator_after) == (
        Money("2.58", EUR),
        Money("0.86", EUR),
    )


def test_a_cap_and_a_fixed_amount_count_per_unit(shared, ada, boat_rule, today, one_sale):
    change_set = draft_open(shared, author=ada)
    rule_draft(
        shared, change_set=change_set, rule=boat_rule, changes={"fixed": "0.50", "cap": "4.00"}
    )
    [effect] = change_set_preview(shared, change_set, today).effects
    # 4.00 + 4.00 + 2.66.
    assert effect.agency_after == Money("10.66", EUR)
    assert effect.difference == Money("0.34", EUR)


def test_a_change_that_moves_sales_between_rules_is_left_to_the_simulator(
    shared, ada, boat_rule, today, one_sale
):
    change_set = draft_open(shared, author=ada)
    rule_draft(shared, change_set=change_set, rule=boat_rule, changes={"channels": ["api"]})
    assert change_set_preview(shared, change_set, today).effects == []


def test_an_agency_sees_its_own_sales_and_no_share_of_the_operator(own, ocean, admin, today):
    override = CommissionOverride.objects.create(name="Ours", percent=10, status="active")
    sold("BOAT-DUSK", adult=1)
    with tenant_context(ocean):
        CommissionOverride.objects.create(
            pk=override.pk, name="Theirs", percent=10, status="active"
        )
        payment_record(order=accepted(held("BOAT-DUSK", adult=1)), means="transfer")
    change_set = draft_open(own, author=admin)
    rule_draft(own, change_set=change_set, rule=override, changes={"percent": 15})
    [effect] = change_set_preview(own, change_set, today).effects
    assert (effect.lines, effect.agency_before, effect.agency_after) == (
        1,
        Money("3.40", EUR),
        Money("5.10", EUR),
    )
    assert (effect.operator_before, effect.operator_after) == (None, None)
