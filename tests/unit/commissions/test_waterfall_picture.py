"""The picture of a price says what its viewer may see of the frozen waterfall, and nothing else."""

from decimal import Decimal

import pytest

from shared_apps.commissions.sight import SeenPrice, Viewer, price_seen
from shared_apps.commissions.waterfall_picture import THINNEST, WIDTH, bars_of, slices_of
from tests.unit.commissions.lines import a_price

FULL = ("listed", "public", "sale", "pays", "provider", "agency", "operator")


def _seen(**amounts):
    unit = {name: Decimal(amount) for name, amount in amounts.items()}
    return SeenPrice("EUR", 1, unit, {}, None, None)


PLAIN = _seen(
    listed="500", public="500", sale="520", pays="520", provider="440", agency="52", operator="28"
)


def _names(seen):
    return [bar.name for bar in bars_of(seen)]


def test_a_stage_that_did_not_happen_has_no_bar():
    assert _names(PLAIN) == ["listed", "markup", "pays", "provider", "agency", "operator"]


def test_a_discount_and_an_advantage_are_steps_down():
    seen = _seen(
        listed="500", public="450", sale="468", pays="448", provider="396", agency="30",
        operator="22",
    )  # fmt: skip
    steps = {bar.name: bar.amount for bar in bars_of(seen)}
    assert steps["discount"] == Decimal(-50)
    assert steps["markup"] == Decimal(18)
    assert steps["advantage"] == Decimal(-20)


def test_the_shares_lie_end_to_end_under_what_the_customer_pays():
    bars = {bar.name: bar for bar in bars_of(PLAIN)}
    assert bars["operator"].start == 0
    assert bars["operator"].start + bars["operator"].width == bars["agency"].start
    assert bars["agency"].start + bars["agency"].width == bars["provider"].start
    assert bars["provider"].start + bars["provider"].width == WIDTH


def test_a_line_leads_from_the_end_of_each_bar_to_the_next():
    bars = {bar.name: bar for bar in bars_of(PLAIN)}
    assert bars["listed"].level == bars["markup"].start
    assert bars["pays"].level == WIDTH
    assert bars["provider"].level == bars["provider"].start
    assert [bar.name for bar in bars_of(PLAIN) if bar.last] == ["operator"]


def test_a_loss_lies_left_of_nothing_and_stays_inside_the_picture():
    seen = _seen(
        listed="100", public="100", sale="100", pays="100", provider="90", agency="20",
        operator="-10",
    )  # fmt: skip
    bars = {bar.name: bar for bar in bars_of(seen)}
    assert bars["operator"].amount == Decimal(-10)
    assert bars["operator"].loss
    assert bars["operator"].start == 0
    assert bars["listed"].start == bars["operator"].start + bars["operator"].width
    assert all(0 <= bar.start <= bar.start + bar.width <= WIDTH for bar in bars.values())


def test_a_free_rate_has_bars_one_can_see_and_no_division_by_zero():
    nothing = _seen(**dict.fromkeys(FULL, "0"))
    assert all(bar.width == THINNEST for bar in bars_of(nothing))
    assert slices_of(nothing) == []


def test_the_slices_fill_the_whole_of_what_is_paid():
    slices = slices_of(PLAIN)
    assert [(part.name, part.amount) for part in slices] == [
        ("provider", Decimal(440)), ("agency", Decimal(52)), ("operator", Decimal(28)),
    ]  # fmt: skip
    assert [part.percent for part in slices] == [Decimal("84.6"), Decimal("10.0"), Decimal("5.4")]
    assert slices[0].start == 0
    assert slices[-1].start + slices[-1].width == WIDTH


def test_a_loss_has_no_slices_for_parts_of_a_whole_are_never_negative():
    assert slices_of(_seen(pays="100", provider="90", agency="20", operator="-10")) == []


@pytest.mark.parametrize(
    ("viewer", "bars"),
    [
        (Viewer.OPERATOR, ["listed", "discount", "markup", "pays", "provider", "agency",
                           "operator"]),
        (Viewer.BUYING, ["listed", "discount", "markup", "pays", "provider", "agency",
                         "operator"]),
        (Viewer.AGENCY, ["listed", "discount", "markup", "pays", "network", "agency"]),
        (Viewer.PROVIDER, ["listed", "discount", "provider_commission", "provider"]),
        (Viewer.CLIENT, ["undiscounted", "discount", "pays"]),
    ],
)  # fmt: skip
def test_each_party_has_a_chain_of_its_own(viewer, bars):
    assert _names(price_seen(a_price(), viewer)) == bars


def test_a_discount_that_the_operator_funds_is_no_step_for_the_provider():
    funded = a_price(discount=("20", "operator"))
    assert _names(price_seen(funded, Viewer.PROVIDER)) == [
        "listed", "provider_commission", "provider",
    ]  # fmt: skip
