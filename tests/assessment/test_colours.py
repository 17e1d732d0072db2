"""Contrast of colours, by the published examples of WCAG."""

import pytest

from corvana.assessment import colours


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#1f6fb2", "#1f6fb2", 1.0)],
)
def test_the_contrast_is_that_of_wcag_and_the_same_both_ways(one: str, other: str, ratio: float):
    assert colours.contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert colours.contrast(other, one) == colours.contrast(one, other)


@pytest.mark.parametrize("colour", ["#0b1f3f", "#ffcc00", "#d40511", "#ffffff", "#000000"])
def test_every_colour_has_a_shade_for_both_backgrounds(colour: str):
    for background in (colours.WHITE, colours.DARK):
        shade = colours.readable(colour, background)
        assert colours.contrast(shade, background) >= colours.AA
        if colours.contrast(colour, background) >= colours.AA:
            assert shade == colour


def test_a_refused_colour_comes_with_the_nearest_one_that_can_be_read():
    with pytest.raises(ValueError, match="nearest shade that has it is #8f7200"):
        colours.check_on_white("#ffcc00")
    colours.check_on_white("#8f7200")
