"""Changing thousands of rules in one step (R56, R57)."""

import time
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from shared_apps.commissions.books import rules_as_of
from shared_apps.commissions.change_sets import (
    change_set_publish,
    draft_open,
    rule_draft,
    rules_draft_many,
)
from shared_apps.commissions.models import CommissionRule

MANY = 10_000


@pytest.fixture
def many_rules(db):
    CommissionRule.objects.bulk_create(
        [
            CommissionRule(
                name=f"Rule {number}", percent=10, position=number, status="active", floor=None
            )
            for number in range(MANY)
        ]
    )
    return CommissionRule.objects.filter(name__startswith="Rule ")


def test_ten_thousand_rules_are_drafted_and_published_in_seconds(shared, ada, many_rules, today):
    change_set = draft_open(shared, author=ada)
    began = time.monotonic()
    count = rules_draft_many(
        shared, change_set=change_set, rules=many_rules, changes={"percent": "11.5"}
    )
    drafted = time.monotonic() - began
    assert count == MANY
    change_set_publish(
        shared,
        change_set=change_set,
        by=ada,
        reason="All",
        applies_from=today,
        accept_findings=True,
    )
    published = time.monotonic() - began - drafted
    now = rules_as_of(shared, today).filter(name__startswith="Rule ")
    assert set(now.values_list("percent", flat=True)) == {Decimal("11.5")}
    assert now.count() == MANY
    # The bounds are wide because test machines are busy. They catch a loop over rows.
    assert drafted < 15, drafted
    assert published < 75, published


def test_only_the_chosen_rules_and_fields_change(shared, ada, default, boat_rule):
    change_set = draft_open(shared, author=ada)
    chosen = CommissionRule.objects.filter(pk=boat_rule.pk)
    assert rules_draft_many(shared, change_set=change_set, rules=chosen, changes={"cap": None}) == 1
    assert (
        rules_draft_many(shared, change_set=change_set, rules=chosen, changes={"percent": 13}) == 1
    )
    [draft] = change_set.rules.all()
    assert (draft.series, draft.version, draft.percent) == (boat_rule.pk, 2, Decimal(13))
    assert (draft.product_id, draft.name) == (boat_rule.product_id, "Sunset boat")


def test_a_draft_of_the_set_is_changed_in_place(shared, ada, boat_rule):
    change_set = draft_open(shared, author=ada)
    draft = rule_draft(shared, change_set=change_set, changes={"name": "Winter", "percent": 7})
    chosen = CommissionRule.objects.filter(pk__in=[draft.pk, boat_rule.pk])
    changed = rules_draft_many(
        shared, change_set=change_set, rules=chosen, changes={"percent": "9"}
    )
    assert changed == 2
    assert sorted(change_set.rules.values_list("name", "percent")) == [
        ("Sunset boat", Decimal(9)),
        ("Winter", Decimal(9)),
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"percent": "101"}, "percent"),
        ({"percent": "much"}, "percent"),
        ({"cap": "2"}, "cap"),
        ({"fixed": "1", "currency": ""}, "currency"),
        ({"sale_from": "2030-01-02", "sale_to": "2030-01-01"}, "sale_to"),
        ({"status": "active"}, "status"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_its_field_and_nothing_is_drafted(
    shared, ada, boat_rule, changes, field
):
    change_set = draft_open(shared, author=ada)
    rule_draft(
        shared,
        change_set=change_set,
        changes={"name": "Floor", "percent": 1, "floor": 3, "currency": "EUR"},
    )
    everything = CommissionRule.objects.all()
    with pytest.raises(ValidationError) as refusal:
        rules_draft_many(shared, change_set=change_set, rules=everything, changes=changes)
    assert set(refusal.value.message_dict) == {field}
    assert change_set.rules.count() == 1
