"""Bars of stages: empty, one row, large, and what their titles claim."""

import pandas as pd
import pytest

from corvana.analysis.response.stages import STAGES
from corvana.charts.stages import plot_stages, plot_stages_of


def summary(n=20, seconds=(60.0, 120.0, 0.0, 20.0, 200.0)):
    total = sum(seconds)
    return pd.DataFrame(
        {"stage": [*STAGES, "total"], "n": n, "n_any": n, "median_any": 60.0,
         "seconds": [*seconds, total], "share": [*(part / max(total, 1) for part in seconds), 1.0]}
    )  # fmt: skip


def groups(*sizes):
    return pd.concat(
        [
            summary(n, (60.0 * n, 0.0, 0.0, 0.0, 60.0 * n)).assign(id=f"S{place}")
            for place, n in enumerate(sizes)
        ]
    )


@pytest.mark.parametrize(
    "figure",
    [
        plot_stages(summary().iloc[:0]),
        plot_stages(summary(0, (0.0,) * 5)),
        plot_stages_of(groups(20).iloc[:0], {}),
    ],
)
def test_nothing_to_draw_is_said_in_words(figure):
    assert not figure.data
    assert len(figure.layout.annotations[0].text) > 10


def test_the_stages_of_one_bar_add_up_and_the_title_names_the_longest():
    drawn = plot_stages(summary())
    assert sum(trace.x[0] for trace in drawn.data) == pytest.approx(1)
    assert drawn.layout.title.text.replace("<br>", " ") == (
        "50 % of the time of 20 resolved incidents passes between the last responder's ack and the "
        "resolve"
    )
    assert [trace.text[0] for trace in drawn.data] == ["15 %", "30 %", "", "", "50 %"]


def test_groups_are_in_order_of_their_time_small_ones_pale_and_last():
    drawn = plot_stages_of(groups(20, 9, 30), {"S2": "<i>Pay"})
    assert list(drawn.data[0].y) == ["S2", "S0", "S1"]
    assert drawn.data[0].marker.opacity[2] < drawn.data[0].marker.opacity[1]
    assert drawn.layout.title.text.replace("<br>", " ") == (
        "&lt;i&gt;Pay takes most: 51 % of the time of resolved incidents"
    )


def test_one_group_is_no_comparison():
    drawn = plot_stages_of(groups(20), {})
    assert drawn.layout.title.text == "Where the time of resolved incidents goes"
    assert len(drawn.data) == len(STAGES)


def test_groups_have_a_line_where_the_first_ack_of_all_together_lies():
    two = pd.concat(
        [
            summary(20, (60.0, 120.0, 0.0, 0.0, 220.0)).assign(id="S0"),
            summary(20, (0.0, 20.0, 0.0, 0.0, 380.0)).assign(id="S1"),
        ]
    )
    drawn = plot_stages_of(two, {})
    assert drawn.layout.shapes[0].x0 == 200 / 800
    assert drawn.data[-1].name == "first ack of all together: after 25 % of the time"


def test_many_groups_show_those_with_most_time():
    drawn = plot_stages_of(groups(*range(10, 310)), {})
    assert len(drawn.data[0].y) == 25
    assert drawn.data[0].y[0] == "S299"
    assert "· top 25 of 300" in drawn.layout.title.text.replace("<br>", " ")


def test_the_time_of_few_incidents_is_counted_and_not_judged():
    drawn = plot_stages(summary(1))
    assert drawn.layout.title.text == "1 resolved incident: where the time went"


def test_a_group_takes_most_only_if_no_other_takes_as_much():
    """Few incidents come last, however long they took, and then no group is said to take most."""
    few_take_more = pd.concat(
        [
            summary(20, (60.0, 0.0, 0.0, 0.0, 60.0)).assign(id="S0"),
            summary(3, (900.0, 0.0, 0.0, 0.0, 900.0)).assign(id="S1"),
        ]
    )
    title = "Where the time of resolved incidents goes"
    assert plot_stages_of(few_take_more, {}).layout.title.text == title
    assert plot_stages_of(groups(20, 20), {}).layout.title.text == title
    assert plot_stages_of(groups(20, 30), {}).layout.title.text.startswith("S1 takes most: 60 %")
