"""Notice is due when a set may lower somebody's commission, and the reason is said."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.formats import date_format
from django_tenants.utils import tenant_context

from shared_apps.catalog.models import Product
from shared_apps.commissions.actions import notice_set, operation_create, rule_create
from shared_apps.commissions.change_sets import (
    change_set_preview,
    change_set_publish,
    draft_open,
    rule_draft,
    rule_retire,
)
from shared_apps.commissions.models import CommissionPolicy
from shared_apps.commissions.policies import notice_days_on
from shared_apps.network.models import AgencyGroup
from tenant_apps.overrides.models import CommissionOverride


@pytest.fixture
def reason(shared, ada, today):
    """Draft one change and return why it would lower a commission, or None."""

    def run(rule=None, **changes):
        change_set = draft_open(shared, author=ada)
        rule_draft(shared, change_set=change_set, rule=rule, changes=changes)
        [change] = change_set_preview(shared, change_set, today).changes
        return change.lowered and change.lowered.text

    return run


@pytest.fixture
def rich(db):
    """A rule with every amount and both windows, in euros."""
    return rule_create(
        name="Rich",
        percent=Decimal(9),
        fixed=Decimal(2),
        floor=Decimal(3),
        cap=Decimal(30),
        position=50,
        channels=["shop", "api"],
        product=Product.objects.get(reference="BOAT-DUSK"),
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"percent": 8}, "Rule “Rich” gives 8 % instead of 9 %."),
        ({"fixed": 1}, "Rule “Rich” gives a lower fixed amount."),
        ({"floor": None}, "Rule “Rich” has a lower floor, or none any more."),
        ({"cap": 29}, "Rule “Rich” has a lower cap, or a new one."),
        ({"base": "margin"}, "Rule “Rich” takes its percentage of something else."),
        ({"channels": ["shop"]}, "Rule “Rich” is for fewer days or channels than before."),
        ({"service_to": "2040-01-01"}, "Rule “Rich” is for fewer days or channels than before."),
        ({"position": 51}, "Rule “Rich” comes later among its equals."),
        ({"product": None}, "Rule “Rich” is for other sales than before."),
    ],
)
def test_what_gets_worse_is_said(reason, rich, changes, why):
    assert reason(rich, **changes) == why


@pytest.mark.parametrize(
    "changes",
    [
        {"percent": 10, "fixed": 3, "floor": 4, "cap": None},
        {"name": "Richer", "reason": "Renamed"},
    ],
)
def test_what_gets_no_worse_needs_no_notice(reason, rich, changes):
    assert reason(rich, **changes) is None


def test_a_rule_moved_before_a_better_one_lowers_it(reason, rich):
    """“Sunset boat” gives 12 % at position 100, without a cap."""
    assert reason(rich, position=40, channels=[]) == (
        "Rule “Rich” comes before rule “Sunset boat”, which may give more."
    )


def test_a_new_rule_that_gives_less_than_what_it_comes_before_lowers_it(reason):
    boat = Product.objects.get(reference="BOAT-DUSK")
    assert reason(name="Boat again", percent=11, product=boat, position=1) == (
        "Rule “Boat again” comes before rule “Sunset boat”, which may give more."
    )


def test_a_new_rule_that_gives_as_much_lowers_nobody(reason):
    boat = Product.objects.get(reference="BOAT-DUSK")
    assert reason(name="Boat again", percent=12, product=boat, position=1) is None


def test_a_new_rule_behind_all_others_lowers_nobody(reason):
    assert reason(name="Last resort", percent=1, position=999) is None


def test_a_campaign_below_what_an_agency_negotiated_lowers_it(reason, lumiere, today):
    with tenant_context(lumiere):
        CommissionOverride.objects.create(name="Ours", percent=14, status="active")
    summer = operation_create(
        code="summer", name="Summer", starts_on=today, ends_on=today + timedelta(days=9)
    )
    assert reason(name="Summer", percent=13, operation=summer) == (
        "Rule “Summer” comes before the rate “Ours” that an agency has negotiated, which may give "
        "more."
    )


def test_a_campaign_for_another_group_takes_nothing_from_that_agency(reason, lumiere, today):
    """“ouest” has 8 %, and only ``ocean`` is in it: the override of ``lumiere`` is not read."""
    with tenant_context(lumiere):
        CommissionOverride.objects.create(name="Ours", percent=14, status="active")
    west = AgencyGroup.objects.get(code="ouest")
    boat = Product.objects.get(reference="BOAT-DUSK")
    assert reason(name="West boat", percent=12, group=west, product=boat) is None


def test_an_end_is_announced_by_the_notice_the_operator_has_set(shared, ada, boat_rule, today):
    CommissionPolicy.objects.create(notice_days=45, valid_from=today - timedelta(days=1))
    CommissionPolicy.objects.create(notice_days=5, valid_from=today + timedelta(days=1))
    change_set = draft_open(shared, author=ada)
    rule_retire(shared, change_set=change_set, rule=boat_rule)
    with pytest.raises(ValidationError) as refusal:
        change_set_publish(
            shared,
            change_set=change_set,
            by=ada,
            reason="End",
            applies_from=today + timedelta(days=44),
        )
    earliest = today + timedelta(days=45)
    [words] = refusal.value.messages
    assert words == (
        "The set lowers somebody's commission: 45 days of notice are due, so it can apply from "
        f"{date_format(earliest)} at the earliest."
    )
    published = change_set_publish(
        shared, change_set=change_set, by=ada, reason="End", applies_from=earliest
    )
    assert published.notice_days == 45


def test_a_longer_notice_holds_at_once_and_a_shorter_one_is_announced_itself(db, today):
    assert notice_days_on(today) == 30
    notice_set(days=40, valid_from=today)
    assert notice_days_on(today) == 40
    with pytest.raises(ValidationError) as refusal:
        notice_set(days=10, valid_from=today + timedelta(days=39))
    assert set(refusal.value.message_dict) == {"valid_from"}
    later = today + timedelta(days=40)
    notice_set(days=10, valid_from=later)
    assert (notice_days_on(later - timedelta(days=1)), notice_days_on(later)) == (40, 10)


def test_an_agency_writes_neither_rules_nor_sets_of_the_operator(in_lumiere, admin, ada, shared):
    for write in (
        lambda: draft_open(shared, author=admin),
        lambda: rule_create(name="Ours", percent=Decimal(50)),
        lambda: notice_set(days=90, valid_from=date(2040, 1, 1)),
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            write()
