"""The table of shared rules: order, filters, one value for many (R55 to R57, R88 to R90)."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from shared_apps.commissions.actions import rule_create
from shared_apps.commissions.models import ChangeSet, CommissionRule
from tests.doors.commissions.books import (
    GRID,
    drafts_of,
    exported,
    published_percent,
    rule_named,
)

MANY = f"{GRID}modifier/"
ADMIN = "admin@tnp.example"


def _names(client, query=""):
    return [row["Rule"] for row in exported(client, f"{GRID}?export=csv{query}")]


def test_rules_stand_in_the_order_in_which_they_are_tried(admin):
    assert _names(admin) == ["Western network", "Sunset boat", "Default of the network"]


def test_position_and_then_the_number_decide_between_equals(admin):
    rule_create(name="Late", percent=Decimal(11), position=200)
    rule_create(name="Early", percent=Decimal(11), position=50)
    assert _names(admin)[-3:] == ["Early", "Default of the network", "Late"]


def test_numbers_sort_as_numbers(admin):
    rule_create(name="Nine", percent=Decimal(9))
    assert _names(admin, "&sort=percent") == [
        "Western network", "Nine", "Default of the network", "Sunset boat",
    ]  # fmt: skip


def test_each_column_filters_by_what_is_typed(admin):
    assert _names(admin, "&name=SUNSET") == ["Sunset boat"]
    assert _names(admin, "&product=gabare") == ["Sunset boat"]
    assert _names(admin, "&group=reseau") == ["Western network"]
    assert _names(admin, "&percent=12") == ["Sunset boat"]
    assert _names(admin, "&percent=<12&band=6") == ["Default of the network"]
    assert _names(admin, "&channels=shop&base=sale_price&state=draft") == []


def test_any_day_can_be_asked(admin):
    published_percent("Sunset boat", "13")
    yesterday = timezone.localdate() - timedelta(days=1)
    now = exported(admin, f"{GRID}?export=csv&name=sunset")
    then = exported(admin, f"{GRID}?export=csv&name=sunset&as_of={yesterday}")
    assert [row["Percent"] for row in now] == ["13"]
    assert [row["Percent"] for row in then] == ["12"]


def test_only_ticked_rules_are_drafted_and_empty_columns_stay_untouched(admin):
    boat, default = rule_named("Sunset boat"), rule_named("Default of the network")
    answer = admin.post(MANY, {"rule": [boat.pk, default.pk], "set-percent": "12,5"})
    drafts = drafts_of(ADMIN)
    assert set(drafts) == {"Sunset boat", "Default of the network"}
    assert {draft.percent for draft in drafts.values()} == {Decimal("12.5")}
    assert drafts["Sunset boat"].product == boat.product
    assert drafts["Sunset boat"].position == boat.position
    # Nothing applies yet.
    assert rule_named("Sunset boat").percent == 12
    assert answer["Location"] == f"{GRID}lots/{drafts['Sunset boat'].change_set_id}/"


def test_the_whole_result_means_every_page_of_the_filter_and_nothing_else(admin):
    for number in range(30):
        rule_create(name=f"Bonus {number}", percent=Decimal(11), position=number)
    page = admin.get(f"{GRID}?name=bonus").content.decode()
    assert "The whole result: 30 rules" in page
    sent = {"whole": "1", "whole_count": "30", "set-percent": "11.5"}
    admin.post(f"{MANY}?name=bonus", sent)
    drafts = drafts_of(ADMIN)
    assert len(drafts) == 30
    assert all(name.startswith("Bonus") for name in drafts)


def test_a_result_that_has_changed_since_it_was_counted_is_shown_again(admin):
    sent = {"whole": "1", "whole_count": "2", "set-percent": "11.5"}
    answer = admin.post(MANY, sent)
    assert answer.status_code == 422
    assert "it now holds 3 rules" in answer.content.decode()
    assert not ChangeSet.objects.exists()


def test_a_dash_empties_a_bound_and_nothing_typed_changes_nothing(admin):
    rule = rule_create(name="Capped", percent=Decimal(11), cap=Decimal(40))
    assert admin.post(MANY, {"rule": [rule.pk]}).status_code == 422
    admin.post(MANY, {"rule": [rule.pk], "set-cap": "-", "set-currency": "-"})
    draft = drafts_of(ADMIN)["Capped"]
    assert (draft.cap, draft.currency, draft.percent) == (None, "", Decimal(11))


def test_a_value_that_makes_no_sense_is_refused_beside_its_field(admin):
    rule = rule_named("Sunset boat")
    page = admin.post(MANY, {"rule": [rule.pk], "set-percent": "101"})
    assert page.status_code == 422
    assert "less than or equal to 100" in page.content.decode()
    assert 'value="101"' in page.content.decode()
    assert not CommissionRule.objects.filter(status="draft").exists()


def test_a_value_that_no_rule_could_take_drafts_none_of_them(admin):
    bounded = rule_create(name="Bounded", percent=Decimal(11), floor=Decimal(30))
    free = rule_named("Sunset boat")
    sent = {"rule": [bounded.pk, free.pk], "set-cap": "20", "set-currency": "EUR"}
    assert admin.post(MANY, sent).status_code == 422
    assert not CommissionRule.objects.filter(status="draft").exists()


def test_ticking_nothing_changes_nothing_and_says_so(admin):
    answer = admin.post(MANY, {"set-percent": "11"})
    assert answer.status_code == 422
    assert "Tick the rules to change" in answer.content.decode()


def test_a_rule_in_the_readers_draft_says_so_in_its_row(admin):
    admin.post(MANY, {"rule": [rule_named("Sunset boat").pk], "set-percent": "14"})
    page = admin.get(GRID).content.decode()
    assert "Your draft: 12 % → 14 %" in page
    assert "1 change waits in your draft." in page


def test_a_choice_of_columns_never_hides_the_boxes_to_tick(admin):
    admin.post(GRID, {"column": ["name", "cap"]})
    page = admin.get(GRID).content.decode()
    assert 'name="set-cap"' in page
    assert 'name="set-percent"' not in page
    assert f'name="rule" value="{rule_named("Sunset boat").pk}"' in page


def test_the_page_costs_the_same_for_three_rules_as_for_many(admin, django_assert_max_num_queries):
    for number in range(60):
        rule_create(name=f"Bonus {number}", percent=Decimal(11), position=number)
    admin.get(GRID)
    with django_assert_max_num_queries(16):
        admin.get(f"{GRID}?per_page=50")


def test_the_address_of_the_many_leads_back_to_the_table(admin):
    assert admin.get(f"{MANY}?name=boat")["Location"] == f"{GRID}?name=boat"
