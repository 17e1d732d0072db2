"""The funnel: empty, one row, large, and what its title claims."""

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.response.comparison import Funnel
from corvana.charts.comparison import plot_funnel

LIMITS = pd.DataFrame(
    {"n": [1.0, 100.0], "low_95": [10.0, 90.0], "high_95": [900.0, 110.0], "low_998": [5.0, 80.0],
     "high_998": [2_000.0, 120.0]}
)  # fmt: skip


def funnel(*rows):
    """Of (id, n, value, beyond)."""
    groups = pd.DataFrame(rows, columns=["id", "n", "value", "beyond"])
    return Funnel(
        groups.assign(
            shrunken=groups["value"],
            low=groups["value"] / 2,
            high=groups["value"] * 2,
            low_998=1.0,
            enough=groups["n"] >= 10,
        ),
        LIMITS,
        100.0,
    )


def title(drawn):
    return drawn.layout.title.text.replace("<br>", " ")


@pytest.mark.parametrize("unit", ["seconds", "share"])
def test_nothing_to_draw_is_said_in_words(unit):
    unknown = funnel(("S1", 1, 240.0, ""))
    unknown.groups["low_998"] = np.nan
    for drawn in (
        plot_funnel(funnel(("S1", 40, 100.0, "")), {}, "services", unit),
        plot_funnel(funnel(), {}, "services", unit),
        plot_funnel(unknown, {}, "services", unit),
    ):
        assert not drawn.data
        assert len(drawn.layout.annotations[0].text) > 10


def test_the_title_names_the_highest_of_those_above_chance_with_enough_data():
    drawn = plot_funnel(
        funnel(("tiny", 4, 900.0, "99.8 %"), ("slow", 40, 500.0, "99.8 %"), ("S3", 50, 90.0, "")),
        {"slow": "<b>Pay"},
        "services",
        "seconds",
    )
    assert title(drawn) == (
        "1 of 2 services lies above the 99.8 % limit of chance; highest, allowing for size: "
        "&lt;b&gt;Pay"
    )


def test_below_the_limits_is_not_above_chance():
    drawn = plot_funnel(
        funnel(("fast", 40, 20.0, "99.8 %"), ("T2", 40, 90.0, "")), {}, "teams", "seconds"
    )
    assert title(drawn) == "None of 2 teams lies above the 99.8 % limit of chance"
    assert {"below chance", "within chance"} == {
        trace.name for trace in drawn.data if trace.mode == "markers"
    }


def test_small_groups_are_pale():
    drawn = plot_funnel(
        funnel(("S1", 40, 110.0, ""), ("S2", 4, 90.0, "")), {}, "services", "seconds"
    )
    (marks,) = (trace for trace in drawn.data if trace.mode == "markers")
    assert marks.marker.opacity[1] < marks.marker.opacity[0]


def test_a_share_of_nothing_is_drawn_whole():
    drawn = plot_funnel(funnel(("S1", 40, 0.0, ""), ("S2", 40, 0.1, "")), {}, "services", "share")
    assert drawn.layout.yaxis.range[0] < 0


def test_many_groups_stay_few_points():
    many = funnel(*((f"S{place}", place, 100.0 + place, "") for place in range(1, 20_000)))
    drawn = plot_funnel(many, {}, "services", "seconds")
    assert sum(np.size(trace.x) for trace in drawn.data) <= 3_000
