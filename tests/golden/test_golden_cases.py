"""The worked cases that product and code agreed on before the code was written.

Each case is its own test, so that a failure names the case. The counts stand apart: a file that
lost a case would otherwise pass.
"""

import json
from pathlib import Path

import pytest

from shared_apps.commissions.cases import commission_case_answer
from shared_apps.pricing.cases import price_case_answer

HERE = Path(__file__).parent


def read_cases(name):
    return json.loads((HERE / name).read_text(encoding="utf-8"))


PRICE_CASES = read_cases("price_waterfall.json")
COMMISSION_CASES = read_cases("commission_rules.json")


def by_id(case):
    return case["input"]["id"]


@pytest.mark.parametrize("case", PRICE_CASES, ids=by_id)
def test_price_case_comes_out_to_the_cent(case):
    assert price_case_answer(case["input"]) == case["expected"]


@pytest.mark.parametrize("case", COMMISSION_CASES, ids=by_id)
def test_commission_case_has_the_right_winner_and_the_right_reasons(case):
    assert commission_case_answer(case["input"]) == case["expected"]


def test_none_of_the_52_price_cases_is_missing():
    assert len({case["input"]["id"] for case in PRICE_CASES}) == len(PRICE_CASES) == 52


def test_none_of_the_40_commission_cases_is_missing():
    assert len({case["input"]["id"] for case in COMMISSION_CASES}) == len(COMMISSION_CASES) == 40
