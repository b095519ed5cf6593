"""A file of cases gets an answer for each, whatever is wrong with the others."""

import json

import pytest

from shared_apps.pricing.casefile import cases_answer, cases_read
from shared_apps.pricing.cases import price_case_answer
from shared_apps.pricing.errors import InputError
from tests.unit.pricing.strategies import some_terms


def a_case(**changes):
    return {"id": "good", **some_terms().to_json(), **changes}


def answer(*cases):
    return cases_answer(list(cases), price_case_answer)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"stay": "twelve"}, "malformed_amount"),
        ({"stay": "NaN"}, "malformed_amount"),
        ({"stay": "Infinity"}, "malformed_amount"),
        ({"stay": "-5"}, "negative_amount"),
        ({"stay": "9" * 40}, "amount_too_large"),
        ({"currency": "ZZZ"}, "bad_currency"),
        ({"quantity": -1}, "negative_quantity"),
        ({"quantity": None}, "malformed_number"),
        ({"advantage": {"amount": "5", "funder": "nobody"}}, "unknown_funder"),
        ({"surprise": 1}, "unknown_field"),
    ],
)
def test_a_malformed_case_is_named_and_its_neighbours_are_answered(changes, code):
    answers = answer(a_case(), a_case(id="bad", **changes), a_case())
    before, bad, after = answers.slots
    assert before == after == some_answer()
    assert (bad["error"], bad["case"]) == (code, "bad")
    assert answers.complaints == (f'case "bad": {code}: {bad["message"]}',)


def some_answer():
    return price_case_answer(a_case())


def test_a_case_without_an_id_is_named_by_its_place_in_the_list():
    slots = answer(a_case(), 7, {"id": "", "stay": "5"}, []).slots
    assert [slot.get("case") for slot in slots] == [None, 1, 2, 3]
    assert [slot.get("error") for slot in slots[1:]] == [
        "not_an_object",
        "missing_field",
        "not_an_object",
    ]


@pytest.mark.parametrize(
    ("field", "amount", "code"),
    [
        ("reduction", "500.01", "reduction_out_of_range"),
        ("advantage", "520.01", "advantage_out_of_range"),
    ],
)
def test_a_price_that_the_rules_refuse_is_an_answer_and_not_a_complaint(field, amount, code):
    answers = answer(a_case(**{field: {"amount": amount, "funder": "agency"}}))
    assert answers.slots == ({"error": code},)
    assert answers.complaints == ()


def test_a_case_may_stand_beside_what_is_expected_of_it():
    assert answer({"input": a_case(), "expected": {}}).slots == (some_answer(),)


def test_numbers_in_the_file_never_become_floats():
    assert [type(number).__name__ for number in cases_read("[1.5, 1e3, 2, NaN]")] == [
        "Decimal",
        "Decimal",
        "int",
        "str",
    ]


def test_a_number_of_absurd_length_spoils_its_case_only():
    case = json.dumps(a_case(quantity="?")).replace('"?"', "9" * 10_000)
    bad, good = answer(*cases_read(f"[{case}, {json.dumps(a_case())}]")).slots
    assert bad["error"] == "malformed_number"
    assert good == some_answer()


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "not_json"), ("{", "not_json"), ("{}", "not_a_list"), ("[" * 100_000, "not_json")],
    ids=["empty", "cut short", "an object", "nested without end"],
)
def test_a_file_that_is_no_list_of_cases_is_refused_whole(text, code):
    with pytest.raises(InputError) as caught:
        cases_read(text)
    assert caught.value.code == code


def test_a_name_that_cannot_be_printed_is_escaped():
    answers = answer(a_case(id="\ud800\n", stay="?"))
    assert answers.complaints[0].startswith('case "\\ud800\\n": malformed_amount: ')
