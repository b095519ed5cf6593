"""Contrast between colours: the WCAG numbers, and the refusal that names the pair (L10)."""

import pytest

from tenant_apps.branding.contrast import (
    BLACK,
    PART_MINIMUM,
    WHITE,
    Colour,
    ContrastRefused,
    Pair,
    contrast_ratio,
    refuse_low_contrast,
)


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast_ratio(BLACK, WHITE) == pytest.approx(21.0)


def test_the_order_of_the_two_colours_does_not_matter() -> None:
    grey = Colour.parse("#767676")
    assert contrast_ratio(grey, WHITE) == contrast_ratio(WHITE, grey)


def test_the_palest_grey_that_wcag_allows_on_white_passes_and_the_next_one_fails() -> None:
    assert Pair("text", Colour.parse("#767676"), "surface", WHITE).passes
    assert not Pair("text", Colour.parse("#777777"), "surface", WHITE).passes


def test_a_part_of_the_interface_needs_three_to_one_only() -> None:
    grey = Colour.parse("#949494")
    assert Pair("line", grey, "surface", WHITE, PART_MINIMUM).passes
    assert not Pair("line", grey, "surface", WHITE).passes


@pytest.mark.parametrize(
    "text",
    ["red", "#fff", "#12345g", "rgb(0,0,0)", "", "#123456; } body { display: none", "#1234567"],
)
def test_only_six_hexadecimal_digits_are_a_colour(text: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        Colour.parse(text)


def test_a_colour_is_read_in_either_case_and_printed_in_lower_case() -> None:
    assert Colour.parse(" #AbCdEf ").hex == "#abcdef"


def test_mixing_lays_a_share_of_one_colour_over_the_other() -> None:
    assert WHITE.mix(BLACK, 0.5).hex == "#808080"
    assert WHITE.mix(BLACK, 0).hex == "#ffffff"
    with pytest.raises(ValueError, match="between 0 and 1"):
        WHITE.mix(BLACK, 1.1)


def test_a_refusal_names_every_failing_pair_and_puts_the_worst_first() -> None:
    pale, paler = Colour.parse("#999999"), Colour.parse("#dddddd")
    pairs = [
        Pair("text", BLACK, "surface", WHITE),
        Pair("muted", pale, "surface", WHITE),
        Pair("line", paler, "surface", WHITE),
    ]
    with pytest.raises(ContrastRefused) as refusal:
        refuse_low_contrast(pairs)
    assert [pair.name for pair in refusal.value.pairs] == ["line on surface", "muted on surface"]
    assert "muted on surface: #999999 on #ffffff is 2.84, needs 4.5" in str(refusal.value)


def test_a_ratio_just_below_the_minimum_is_not_rounded_up() -> None:
    pair = Pair("text", Colour.parse("#777777"), "surface", WHITE)
    assert 4.4 < pair.ratio < 4.5
    assert "is 4.47" in str(pair)


def test_pairs_that_all_pass_are_let_through() -> None:
    assert refuse_low_contrast([Pair("text", BLACK, "surface", WHITE)]) is None
