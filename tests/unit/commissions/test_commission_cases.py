"""``manage.py commission_resolve FILE`` answers each case, and names those that are malformed."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from shared_apps.commissions.cases import commission_case_answer
from shared_apps.commissions.engine import RuleError
from tests.unit.commissions.situations import SALE

GOLDEN = Path(__file__).parents[2] / "golden" / "commission_rules.json"


def a_rule(**changes):
    return {"id": "r1", "position": 1, "status": "active", **changes}


def a_case(*rules, **changes):
    return {"id": "good", "sale": SALE.to_json(), "rules": list(rules), **changes}


def without(field, source):
    return {name: value for name, value in source.items() if name != field}


def refusal_of(case):
    with pytest.raises(RuleError) as caught:
        commission_case_answer(case)
    return caught.value


def test_a_case_is_answered_with_winner_band_and_reasons():
    case = a_case(a_rule(), a_rule(id="r2", agency="alpes"))
    assert commission_case_answer(case) == {
        "winner": "r2",
        "band": "agency",
        "rejected": {"r1": "lower_band"},
    }


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (a_rule(status="retired"), "unknown_status"),
        (a_rule(position="1"), "malformed_number"),
        (a_rule(position=True), "malformed_number"),
        (a_rule(id=""), "malformed_text"),
        (a_rule(agency=7), "malformed_text"),
        (a_rule(agencey="alpes"), "unknown_field"),
        (a_rule(channels="shop"), "malformed_list"),
        (a_rule(channels=[1]), "malformed_list"),
        (a_rule(sale_from="2026-02-30"), "malformed_date"),
        (a_rule(sale_from="20260713"), "malformed_date"),
        (a_rule(sale_from="2026-07-13T10:00"), "malformed_date"),
        (a_rule(sale_from=20260713), "malformed_date"),
        (a_rule(service_from="2026-07-13", service_to="2026-07-12"), "reversed_window"),
        (without("status", a_rule()), "missing_field"),
        (without("position", a_rule()), "missing_field"),
        (without("id", a_rule()), "missing_field"),
        ("r1", "not_an_object"),
    ],
)
def test_a_malformed_rule_is_refused(rule, code):
    assert refusal_of(a_case(rule)).code == code


def test_the_complaint_names_the_rule():
    refusal = refusal_of(a_case(a_rule(), a_rule(id="r7", status="retired")))
    assert refusal.message.startswith("rule 'r7' needs one of active, draft, pending, archived")


@pytest.mark.parametrize("field", ["product", "agency", "group", "channel", "service_date"])
def test_a_sale_must_say_everything_that_rules_ask_about(field):
    refusal = refusal_of(a_case(sale=without(field, SALE.to_json())))
    assert refusal.code == "missing_field"
    assert refusal.message == f"sale lacks the field '{field}'."


def test_rules_of_one_id_are_refused():
    assert refusal_of(a_case(a_rule(), a_rule())).code == "duplicate_rule_id"


def test_rules_that_are_no_list_are_refused():
    assert refusal_of(a_case(rules={"r1": {}})).code == "malformed_list"


def test_null_limits_nothing():
    case = a_case(a_rule(agency=None, channels=None, sale_from=None))
    assert commission_case_answer(case)["winner"] == "r1"


def test_the_golden_file_is_answered_with_its_own_expectations():
    out = StringIO()
    call_command("commission_resolve", str(GOLDEN), stdout=out)
    cases = json.loads(GOLDEN.read_text())
    assert json.loads(out.getvalue()) == [case["expected"] for case in cases]


def test_a_malformed_case_is_named_and_its_neighbours_are_answered(tmp_path):
    path = tmp_path / "cases.json"
    path.write_text(json.dumps([a_case(a_rule()), a_case(a_rule(status="?"), id="C7"), "C8"]))
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="2 of 3 cases could not be answered"):
        call_command("commission_resolve", str(path), stdout=out, stderr=err)
    answered, unknown, misshapen = json.loads(out.getvalue())
    assert answered["winner"] == "r1"
    assert (unknown["error"], unknown["case"]) == ("unknown_status", "C7")
    assert (misshapen["error"], misshapen["case"]) == ("not_an_object", 2)
    assert err.getvalue().splitlines() == [
        f'case "C7": unknown_status: {unknown["message"]}',
        f"case 2: not_an_object: {misshapen['message']}",
    ]
