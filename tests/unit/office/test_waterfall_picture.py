"""The picture of a price says what the frozen waterfall says, and nothing else."""

from decimal import Decimal

import pytest

from shared_apps.operator.waterfall_picture import WIDTH, bars_of, picture_of


def _unit(**amounts):
    names = ("listed", "public", "sale", "pays", "provider", "agency", "operator")
    return {name: Decimal(amounts[name]) for name in names}


PLAIN = _unit(
    listed="500", public="500", sale="520", pays="520", provider="440", agency="52", operator="28"
)


def test_a_stage_that_did_not_happen_has_no_bar():
    names = [bar.name for bar in bars_of(PLAIN)]
    assert names == ["listed", "markup", "pays", "provider", "agency", "operator"]


def test_a_discount_and_an_advantage_are_steps_down():
    unit = _unit(
        listed="500", public="450", sale="468", pays="448", provider="396", agency="30",
        operator="22",
    )  # fmt: skip
    steps = {bar.name: bar.amount for bar in bars_of(unit)}
    assert steps["discount"] == Decimal(-50)
    assert steps["markup"] == Decimal(18)
    assert steps["advantage"] == Decimal(-20)


def test_the_shares_lie_end_to_end_under_what_the_customer_pays():
    bars = {bar.name: bar for bar in bars_of(PLAIN)}
    assert bars["operator"].start == 0
    assert bars["operator"].start + bars["operator"].width == bars["agency"].start
    assert bars["agency"].start + bars["agency"].width == bars["provider"].start
    assert bars["provider"].start + bars["provider"].width == WIDTH


def test_a_loss_lies_left_of_nothing_and_stays_inside_the_picture():
    unit = _unit(
        listed="100", public="100", sale="100", pays="100", provider="90", agency="20",
        operator="-10",
    )  # fmt: skip
    bars = {bar.name: bar for bar in bars_of(unit)}
    assert bars["operator"].amount == Decimal(-10)
    assert bars["operator"].start == 0
    assert bars["listed"].start == bars["operator"].start + bars["operator"].width
    assert all(0 <= bar.start <= bar.start + bar.width <= WIDTH for bar in bars.values())


def test_a_free_rate_has_bars_one_can_see_and_no_division_by_zero():
    nothing = _unit(
        listed="0", public="0", sale="0", pays="0", provider="0", agency="0", operator="0"
    )
    assert all(bar.width == 4 for bar in bars_of(nothing))


def test_a_snapshot_that_is_not_one_of_ours_is_refused():
    with pytest.raises(KeyError):
        picture_of({"quantity": 1, "price": {"unit": {}}}, title="Adult")
