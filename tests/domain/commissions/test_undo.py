"""The one undo: withdrawn before its first day, reversed after it, refused with the reason."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from shared_apps.commissions.books import rules_as_of
from shared_apps.commissions.change_sets import (
    change_set_publish,
    change_set_undo,
    draft_open,
    rule_draft,
    rule_retire,
)
from shared_apps.commissions.change_sets.undoing import undo_refusal
from shared_apps.commissions.models import ChangeSet, CommissionRule


@pytest.fixture
def publish(shared, ada):
    """Publish one change: of a rule, of none (a new rule), or its end."""

    def run(rule, day, *, retire=False, **changes):
        change_set = draft_open(shared, author=ada)
        if retire:
            rule_retire(shared, change_set=change_set, rule=rule)
        else:
            rule_draft(shared, change_set=change_set, rule=rule, changes=changes)
        return change_set_publish(
            shared,
            change_set=change_set,
            by=ada,
            reason="Because",
            applies_from=day,
            accept_findings=True,
        )

    return run


def percent_on(book, name, day):
    return rules_as_of(book, day).filter(name=name).values_list("percent", flat=True).first()


def test_a_set_that_has_not_begun_is_withdrawn_and_the_old_version_goes_on(
    shared, ada, boat_rule, today, publish
):
    later = today + timedelta(days=10)
    change_set = publish(boat_rule, later, percent=14)
    undoing = change_set_undo(shared, change_set=change_set, by=ada)
    assert percent_on(shared, "Sunset boat", later + timedelta(days=500)) == Decimal(12)
    assert not undoing.rules.exists()
    change_set.refresh_from_db()
    assert change_set.status == "undone"


def test_a_set_that_has_begun_is_answered_by_its_opposite_from_today(
    shared, ada, boat_rule, today, publish
):
    change_set = publish(boat_rule, today, percent=14)
    undoing = change_set_undo(shared, change_set=change_set, by=ada)
    assert percent_on(shared, "Sunset boat", today) == Decimal(12)
    assert [rule.code for rule in undoing.rules.all()] == [f"R{boat_rule.pk}.3"]


def test_undoing_a_new_rule_ends_it(shared, ada, today, publish):
    change_set = publish(None, today, name="Winter", percent=40)
    assert percent_on(shared, "Winter", today) == Decimal(40)
    change_set_undo(shared, change_set=change_set, by=ada)
    assert percent_on(shared, "Winter", today) is None


def test_undoing_an_announced_end_keeps_the_rule(shared, ada, boat_rule, in_notice, publish):
    change_set = publish(boat_rule, in_notice, retire=True)
    assert percent_on(shared, "Sunset boat", in_notice) is None
    change_set_undo(shared, change_set=change_set, by=ada)
    assert percent_on(shared, "Sunset boat", in_notice) == Decimal(12)


def test_a_rule_can_be_changed_after_an_undoing(shared, ada, boat_rule, today, publish):
    later = today + timedelta(days=10)
    change_set_undo(shared, change_set=publish(boat_rule, later, percent=14), by=ada)
    publish(boat_rule, later, percent=15)
    assert percent_on(shared, "Sunset boat", later - timedelta(days=1)) == Decimal(12)
    assert percent_on(shared, "Sunset boat", later) == Decimal(15)


def test_a_version_replaced_on_its_own_first_day_comes_back_when_that_is_undone(
    shared, ada, boat_rule, today, publish
):
    later = today + timedelta(days=10)
    publish(boat_rule, later, percent=14)
    second = publish(boat_rule, later, percent=15)
    assert percent_on(shared, "Sunset boat", later) == Decimal(15)
    change_set_undo(shared, change_set=second, by=ada)
    assert percent_on(shared, "Sunset boat", later) == Decimal(14)


def test_a_set_is_undone_once_and_an_undoing_never(shared, ada, boat_rule, today, publish):
    change_set = publish(boat_rule, today, percent=14)
    undoing = change_set_undo(shared, change_set=change_set, by=ada)
    with pytest.raises(ValidationError, match="undone already"):
        change_set_undo(shared, change_set=change_set, by=ada)
    with pytest.raises(ValidationError, match="An undoing cannot be undone"):
        change_set_undo(shared, change_set=undoing, by=ada)


def test_a_set_whose_rules_have_changed_again_is_not_undone(shared, ada, boat_rule, today, publish):
    first = publish(boat_rule, today, percent=14)
    publish(boat_rule, today + timedelta(days=2), percent=15)
    assert undo_refusal(shared, first) == "Changed again since: Sunset boat."


def test_a_set_that_applied_for_more_than_a_day_is_not_undone(
    shared, ada, boat_rule, today, publish
):
    change_set = publish(boat_rule, today, percent=14)
    assert undo_refusal(shared, change_set) == ""
    long_ago = timezone.now() - timedelta(hours=25)
    ChangeSet.objects.filter(pk=change_set.pk).update(published_at=long_ago)
    CommissionRule.objects.filter(pk=boat_rule.pk).update(applies_to=today)
    change_set.refresh_from_db()
    # Its first day began at midnight: the hours count from the later of the two.
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    late = timezone.now() > max(long_ago, midnight) + timedelta(hours=24)
    assert bool(undo_refusal(shared, change_set)) is late


def test_a_new_rule_that_was_withdrawn_can_be_drafted_again(shared, ada, today, publish):
    later = today + timedelta(days=10)
    change_set_undo(shared, change_set=publish(None, later, name="Winter", percent=40), by=ada)
    winter = CommissionRule.objects.get(name="Winter")
    publish(winter, later, percent=41)
    assert percent_on(shared, "Winter", later) == Decimal(41)
