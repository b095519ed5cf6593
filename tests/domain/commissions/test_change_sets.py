"""Change sets of the operator's rules: drafted, published from a day, never touching the past."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.formats import date_format

from shared_apps.audit.models import AuditEntry
from shared_apps.commissions.books import rules_as_of
from shared_apps.commissions.change_sets import (
    change_set_preview,
    change_set_publish,
    draft_discard,
    draft_open,
    rule_draft,
    rule_retire,
)
from shared_apps.commissions.models import CommissionRule


def percents(book, day):
    return {rule.name: rule.percent for rule in rules_as_of(book, day)}


def test_a_published_change_applies_from_its_day_and_the_days_before_keep_the_old_rate(
    shared, ada, boat_rule, today
):
    change_set = draft_open(shared, author=ada)
    rule_draft(shared, change_set=change_set, rule=boat_rule, changes={"percent": "14"})
    day = today + timedelta(days=3)
    change_set_publish(shared, change_set=change_set, by=ada, reason="Season", applies_from=day)
    assert percents(shared, day - timedelta(days=1))["Sunset boat"] == Decimal(12)
    assert percents(shared, day)["Sunset boat"] == Decimal(14)
    codes = [rule.code for rule in CommissionRule.objects.filter(name="Sunset boat").order_by("id")]
    assert codes == [f"R{boat_rule.pk}.1", f"R{boat_rule.pk}.2"]


def test_a_draft_counts_for_no_sale(shared, ada, boat_rule, today):
    rule_draft(
        shared, change_set=draft_open(shared, author=ada), rule=boat_rule, changes={"percent": 50}
    )
    assert percents(shared, today)["Sunset boat"] == Decimal(12)


def test_a_new_rule_begins_as_its_own_first_version(shared, ada, today):
    change_set = draft_open(shared, author=ada)
    draft = rule_draft(shared, change_set=change_set, changes={"name": "Winter", "percent": "40"})
    change_set_publish(
        shared,
        change_set=change_set,
        by=ada,
        reason="New",
        applies_from=today,
        accept_findings=True,
    )
    assert percents(shared, today)["Winter"] == Decimal(40)
    draft.refresh_from_db()
    assert draft.code == f"R{draft.pk}.1"


def test_a_retired_rule_ends_the_day_before(shared, ada, boat_rule, in_notice):
    change_set = draft_open(shared, author=ada)
    rule_retire(shared, change_set=change_set, rule=boat_rule)
    change_set_publish(shared, change_set=change_set, by=ada, reason="End", applies_from=in_notice)
    assert "Sunset boat" in percents(shared, in_notice - timedelta(days=1))
    assert "Sunset boat" not in percents(shared, in_notice)


def test_nothing_applies_in_the_past(shared, ada, boat_rule, today):
    change_set = draft_open(shared, author=ada)
    rule_draft(shared, change_set=change_set, rule=boat_rule, changes={"percent": 14})
    with pytest.raises(ValidationError) as refusal:
        change_set_publish(
            shared,
            change_set=change_set,
            by=ada,
            reason="Late",
            applies_from=today - timedelta(days=1),
        )
    assert refusal.value.message_dict == {
        "applies_from": [f"The set can apply from {date_format(today)} at the earliest."]
    }


def test_nothing_is_published_without_a_reason(shared, ada, boat_rule, today):
    change_set = draft_open(shared, author=ada)
    rule_draft(shared, change_set=change_set, rule=boat_rule, changes={"percent": 14})
    with pytest.raises(ValidationError) as refusal:
        change_set_publish(shared, change_set=change_set, by=ada, reason=" ", applies_from=today)
    assert set(refusal.value.message_dict) == {"reason"}


def test_publishing_is_audited_with_what_changed(shared, ada, boat_rule, today):
    change_set = draft_open(shared, author=ada)
    rule_draft(shared, change_set=change_set, rule=boat_rule, changes={"percent": 14})
    change_set_publish(shared, change_set=change_set, by=ada, reason="Season", applies_from=today)
    entry = AuditEntry.objects.get(verb="change_set_publish")
    code = f"R{boat_rule.pk}.2"
    assert entry.before == {code: {"percent": "12"}}
    assert entry.after == {
        "reason": "Season",
        "applies_from": today.isoformat(),
        "rules": 1,
        code: {"percent": "14"},
    }


def test_the_same_rule_is_drafted_once_a_set(shared, ada, boat_rule):
    change_set = draft_open(shared, author=ada)
    first = rule_draft(shared, change_set=change_set, rule=boat_rule, changes={"percent": 14})
    again = rule_draft(shared, change_set=change_set, rule=boat_rule, changes={"position": 5})
    assert first.pk == again.pk
    assert (again.percent, again.position) == (Decimal(14), 5)


def test_a_preview_says_before_and_after_and_writes_nothing(shared, ada, boat_rule, today):
    change_set = draft_open(shared, author=ada)
    rule_draft(shared, change_set=change_set, rule=boat_rule, changes={"percent": 11})
    preview = change_set_preview(shared, change_set, today)
    [change] = preview.changes
    assert (change.before["percent"], change.after["percent"]) == ("12", "11")
    assert change.after["product"] == "BOAT-DUSK"
    assert preview.lowers and preview.notice_days == 30
    assert percents(shared, today)["Sunset boat"] == Decimal(12)


def test_a_discarded_set_leaves_no_draft(shared, ada, boat_rule):
    change_set = draft_open(shared, author=ada)
    rule_draft(shared, change_set=change_set, rule=boat_rule, changes={"percent": 11})
    draft_discard(shared, change_set=change_set)
    assert not CommissionRule.objects.filter(status="draft").exists()
    assert draft_open(shared, author=ada).pk != change_set.pk
