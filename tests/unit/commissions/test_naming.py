"""Kept sentences name codes; a reader is told names."""

from datetime import date

import pytest

from shared_apps.commissions.engine import resolve
from shared_apps.commissions.explain import explain_decision
from shared_apps.commissions.naming import Names, codes_in
from shared_apps.pricing.steps import Step
from tests.unit.commissions.lines import another_sale
from tests.unit.commissions.situations import SALE, a_candidate

NAMES = Names(
    {
        "product": {"boat": "Sunset boat", "cellar-tour": "Cellar tour"},
        "provider": {"port": "The port"},
        "group": {"offices": "Tourist offices"},
        "channel": {"api": "Partner API", "shop": "Shop"},
    }
)


def told(names=NAMES, sale=SALE, **changes):
    step = explain_decision(resolve(sale, [a_candidate("r1", **changes)]))[1]
    kept = Step.from_json(step.to_json())
    return names.named(kept).text


JULY = date(2026, 7, 1)
AUTUMN = date(2026, 10, 1)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"product": "boat"}, "for the product Sunset boat, and this sale is of Cellar tour."),
        ({"provider": "port"}, "for the provider The port, and this sale is of maison-rive."),
        ({"channels": frozenset({"api"})}, "for the channels Partner API, and this sale came"),
        ({"channels": frozenset({"api", "fax"})}, "for the channels Partner API, fax, and this"),
        ({"sale_from": AUTUMN}, "made from 2026-10-01 on, and this one is of 2026-07-10."),
        ({"sale_to": JULY}, "sales made until 2026-07-01, and this one is of 2026-07-10."),
        ({"service_from": AUTUMN}, "services from 2026-10-01 on, and this one is on 2026-09-01."),
        ({"service_to": JULY}, "services until 2026-07-01, and this one is on 2026-09-01."),
        (
            {"sale_from": AUTUMN, "sale_to": AUTUMN},
            "made from 2026-10-01 to 2026-10-01, and this one is of 2026-07-10.",
        ),
    ],
)
def test_a_code_is_told_by_its_name_and_stays_where_nobody_knows_one(changes, text):
    assert text in told(**changes)


def test_a_sale_of_an_agency_without_a_group_says_so_in_a_word():
    assert told(sale=another_sale(group=None), group="offices") == (
        "Rule “r1” is for the group Tourist offices, and the agency of this sale is in no group."
    )


def test_a_sentence_without_codes_is_left_alone():
    step = Step("commission.alone", "No other rule was considered.")
    assert NAMES.named(step) is step


def test_the_codes_to_look_up_are_those_in_the_sentences():
    rules = [
        a_candidate("r1", product="boat"),
        a_candidate("r2", group="offices"),
        a_candidate("r3", channels=frozenset({"api"})),
    ]
    steps = list(explain_decision(resolve(SALE, rules)))
    assert codes_in(steps) == {
        "product": {"boat", "cellar-tour"},
        "group": {"offices", "receptives"},
    }
