"""Two times compared in a picture: marks, whiskers, titles."""

import math

import pytest

from corvana.charts.assessment.changed import plot_ratios, plot_scores, plot_shares
from tests.builders.charts.changed import dimensions, ratio, share


def trace(figure, name):
    return next(each for each in figure.data if each.name == name)


def test_a_ratio_is_drawn_with_its_interval_and_its_verdict():
    drawn = plot_ratios([ratio(0.5, 0.4, 0.7), ratio(1.1, 0.8, 1.5, "resolved_half")])
    better, unclear = trace(drawn, "better"), trace(drawn, "no clear change")
    assert (list(better.x), list(better.y)) == ([0.5], ["Half acknowledged in"])
    assert list(better.error_x.array) == pytest.approx([0.2])
    assert list(better.error_x.arrayminus) == pytest.approx([0.1])
    assert list(unclear.y) == ["Half resolved in"]
    assert list(trace(drawn, "before").x) == [1.0, 1.0]
    assert drawn.layout.title.text == "Times and rates: 1 of 2 changed clearly"
    assert "10 min → 5 min" in better.text[0]
    assert "−50 % (−60 % to −30 %)" in better.text[0]


def test_changes_that_would_not_show_are_a_bar_on_either_side_of_none():
    measure = ratio(1.0, 0.8, 1.25)
    bar = trace(plot_ratios([measure]), "would not show")
    assert list(bar.x) == pytest.approx([1 / measure.detectable, measure.detectable])


def test_the_axis_of_ratios_is_as_wide_to_either_side_and_a_wide_interval_is_cut():
    drawn = plot_ratios([ratio(0.5, 0.4, 0.7), ratio(3.0, 0.01, 900.0, "interruptions")])
    low, high = drawn.layout.xaxis.range
    assert low == -high
    assert high == pytest.approx(math.log10(20))


def test_a_ratio_without_bounds_has_no_whisker():
    drawn = plot_ratios([ratio(2.0, math.nan, math.nan)])
    assert list(trace(drawn, "no clear change").error_x.array) == [0.0]


def test_a_share_goes_from_before_to_after_with_the_interval_of_the_change():
    drawn = plot_shares([share(0.2, 0.1, 0.25), share(0.0, -0.1, 0.1, "escalated")])
    better = trace(drawn, "better")
    assert list(better.x) == pytest.approx([0.8])
    assert list(better.error_x.array) == pytest.approx([0.05])
    assert list(trace(drawn, "before").x) == [0.6, 0.6]
    assert drawn.layout.title.text == "Shares: 1 of 2 changed clearly"


def test_times_are_not_among_shares_nor_shares_among_times():
    both = [ratio(0.5, 0.4, 0.7), share(0.2, 0.1, 0.25)]
    assert plot_ratios(both).layout.title.text == "Times and rates: 1 of 1 changed clearly"
    assert plot_shares(both).layout.title.text == "Shares: 1 of 1 changed clearly"
    assert plot_shares([share(0, -0.1, 0.1)]).layout.title.text == "Shares: no clear change"


def test_scores_are_drawn_before_and_after_and_the_largest_move_is_named():
    drawn = plot_scores(dimensions(3))
    assert list(trace(drawn, "before").x) == [50, 50, 50]
    assert list(trace(drawn, "after").x) == [40, 60, 60]
    assert drawn.layout.title.text == "Dimension 0 moved most: −10 points"


def test_scores_that_stay_are_said_to_stay():
    same = dimensions(2).assign(after=50.3)
    assert plot_scores(same).layout.title.text == "Every score is as it was"
