"""Figures of escalations: empty, one row, large, and what their titles claim."""

import numpy as np
import pandas as pd
import pytest

from corvana.charts import escalations as charts
from corvana.charts.escalation_paths import plot_paths
from corvana.charts.what_if import plot_what_if
from tests.builders.charts.escalations import WHAT_IF, policies

FUNNEL = pd.DataFrame(
    {"level": [1, 2], "n": [100, 100], "n_reached": [100, 40], "n_acked": [60, 0],
     "reach": [1.0, 0.4], "reach_low": [0.96, 0.31], "reach_high": [1.0, 0.5],
     "ack": [0.6, 0.0], "ack_low": [0.5, 0.0], "ack_high": [0.69, 0.09], "p50": [90.0, np.nan]}
)  # fmt: skip
PATHS = pd.DataFrame(
    {"source_round": [1, 1, 1], "source_level": [1, 1, 2], "target_round": [1, None, None],
     "target_level": [2, None, None], "end": [None, "acknowledged", "nobody left to page"],
     "cause": ["timeout", "ack", "timeout"], "n": [40, 60, 40],
     "median_seconds": [300.0, 90.0, 300.0]}
)  # fmt: skip


def words(drawn):
    return drawn.layout.title.text.replace("<br>", " ")


CURVE = pd.DataFrame({"seconds": [60.0, 300.0], "share": [0.2, 0.55]})


@pytest.mark.parametrize(
    "figure",
    [
        charts.plot_funnel(FUNNEL.iloc[:0]),
        plot_paths(PATHS.iloc[:0]),
        charts.plot_policies(policies(1), {}),
        charts.plot_latency({}, {}, {}),
        charts.plot_latency({1: CURVE.iloc[:0]}, {1: 300.0}, {1: (20, 0, 0)}),
        plot_what_if(WHAT_IF.iloc[:0]),
        plot_what_if(WHAT_IF.assign(p90=np.nan, p90_low=np.nan, p90_high=np.nan)),
    ],
)
def test_nothing_to_draw_is_said_in_words(figure):
    assert not figure.data
    assert len(figure.layout.annotations[0].text) > 10


def test_the_funnel_names_the_level_that_answers_least():
    drawn = charts.plot_funnel(FUNNEL)
    assert words(drawn) == "Level 2 acknowledges 0 % of the 40 incidents reaching it"
    assert list(drawn.data[1].x) == [0.6, 0.0]


def test_incidents_younger_than_the_delay_are_no_failures_of_the_level():
    young = pd.DataFrame({"level": [1] * 12, "delay": 900.0})
    begun = FUNNEL.assign(n_reached=[20, 3], n_acked=[8, 0], ack=[0.4, 0.0])
    assert words(charts.plot_funnel(begun, young)) == (
        "8 of 20 acknowledged on level 1 so far; 12 are younger than the delay of 15 min"
    )


def test_a_level_that_few_reach_is_not_named():
    few = FUNNEL.assign(n_reached=[100, 9])
    assert charts.plot_funnel(few).layout.title.text.startswith("Level 1 acknowledges 60 %")
    assert (
        charts.plot_funnel(FUNNEL.assign(n_reached=1)).layout.title.text
        == "No level was reached by 10 incidents"
    )


def test_paths_flow_between_levels_and_ends():
    (sankey,) = plot_paths(PATHS).data
    assert list(sankey.node.label) == ["Level 1", "Level 2", "acknowledged", "nobody left to page"]
    assert list(sankey.link.source) == [0, 0, 1]
    assert list(sankey.link.target) == [1, 2, 3]
    assert len(plot_paths(PATHS.iloc[:1]).data) == 1


def test_a_level_that_hardly_anybody_reaches_is_named_by_the_pointer_alone():
    (sankey,) = plot_paths(PATHS.assign(n=[1, 99, 1])).data
    assert list(sankey.node.label) == ["Level 1", "", "acknowledged", "nobody left to page"]
    assert list(sankey.node.customdata)[:2] == ["Level 1", "Level 2"]
    assert "label" not in sankey.node.hovertemplate + sankey.link.hovertemplate


def test_many_policies_show_the_worst_and_small_ones_last():
    drawn = charts.plot_policies(policies(200), {})
    assert len(drawn.data[0].x) == 25
    small = charts.plot_policies(policies(8), {"P6": "<b>"})
    assert "&lt;b&gt;" in str(small.layout.yaxis.ticktext)
    assert small.data[0].y[-1] in {"P0", "P1", "P2", "P3", "P4"}, "n below ten is last"


def test_a_policy_at_zero_is_drawn_whole_and_the_account_is_named_beside_the_chart():
    drawn = charts.plot_policies(policies(8), {})
    assert drawn.layout.xaxis.range[0] < 0
    assert not drawn.layout.annotations
    assert "escalated, whole selection: 60 %" in {trace.name for trace in drawn.data}


def test_a_level_that_never_answers_is_told_as_zero():
    curves, pages = {1: CURVE, 2: CURVE.iloc[:0]}, {1: (40, 22, 0), 2: (18, 0, 0)}
    drawn = charts.plot_latency(curves, {1: 300.0, 2: 600.0}, pages)
    assert "level 1 answers 55 %, level 2 answers 0 %" in drawn.layout.title.text.replace(
        "<br>", " "
    )
    assert len(drawn.data) == 1


def test_a_level_paged_fewer_than_ten_times_is_counted():
    drawn = charts.plot_latency({1: CURVE, 2: CURVE.iloc[:0]}, {}, {1: (1, 1, 0), 2: (12, 0, 3)})
    assert words(drawn) == "Of its pages, level 1 answers 1 of 1, level 2 answers 0 of 12 so far"


def test_paths_count_incidents_that_reach_level_1():
    assert words(plot_paths(PATHS)) == (
        "80 escalations by the timer, 0 by hand, of 100 incidents reaching level 1"
    )
    one = PATHS.iloc[:1].assign(n=1)
    assert words(plot_paths(one)) == (
        "1 escalation by the timer, 0 by hand, of 1 incident reaching level 1"
    )


def test_a_share_of_a_policy_names_its_incidents_and_what_is_left_out():
    known = policies(3).assign(n=[63, 30, 93], escalated=[0.63, 0.2, 0.5])
    drawn = charts.plot_policies(known, {})
    assert words(drawn) == "P0 escalates most: 63 % of its 63 incidents"
    assert drawn.data[0].text[0].endswith("escalated: 63 % of 63 incidents")
    few = charts.plot_policies(known.assign(n=[3, 3, 6], escalated=[1 / 3, 0, 1 / 6]), {})
    assert few.data[0].text[0].endswith("escalated: 1 of 3 incidents")
    assert words(charts.plot_policies(policies(46), {})).endswith("· top 25 of 45")


@pytest.mark.parametrize(
    ("predicted", "told"),
    [
        (
            {"p90": [1_300.0]},
            "Predicted P90 to the first ack falls by 20 %, to 21 min 40 s (observed 27 min)",
        ),
        (
            {"p90": [2_100.0], "p90_low": [1_700.0], "p90_high": [2_500.0]},
            "Predicted P90 to the first ack rises by 30 %, to 35 min (observed 27 min)",
        ),
        ({"p90": [1_626.0]}, "No change in the predicted P90 (27 min 6 s)"),
    ],
)
def test_the_prediction_says_which_way_it_goes(predicted, told):
    assert words(plot_what_if(WHAT_IF.assign(**predicted))) == told


def test_the_whisker_of_a_prediction_is_its_interval():
    whisker = plot_what_if(WHAT_IF).data[2].error_x
    assert (whisker.array, whisker.arrayminus) == ((200.0,), (200.0,))


@pytest.mark.parametrize("p90", [1_300.0, 1_900.0])
def test_where_the_interval_holds_the_observed_p90_nothing_rises_or_falls(p90):
    title = words(plot_what_if(WHAT_IF.assign(p90=p90, p90_low=900.0, p90_high=2_400.0)))
    assert title.endswith(": its range holds the 27 min observed")
    assert "rises" not in title
    assert "falls" not in title


def test_beyond_what_was_observed_a_range_is_drawn_and_no_point():
    beyond = WHAT_IF.assign(p90=np.nan, change=np.nan, extrapolated=True)
    drawn = plot_what_if(beyond)
    assert words(drawn) == (
        "P90 to the first ack: 18 min 20 s to 25 min, beyond what was observed (observed 27 min)"
    )
    assert list(drawn.data[2].x) == [1_100.0, 1_500.0]
    endless = plot_what_if(beyond.assign(p90_high=np.nan))
    assert words(endless).startswith("P90 to the first ack: at least 18 min 20 s, beyond")
    assert list(endless.data[2].x) == [1_100.0]


def test_a_policy_escalates_most_only_if_it_escalates_and_no_other_as_often():
    none = policies(3).assign(escalated=0.0, n=40)
    assert charts.plot_policies(none, {}).layout.title.text == (
        "No incident of a policy with 10 incidents escalated"
    )
    alike = policies(3).assign(escalated=0.25, n=40)
    assert " escalates: 25 % of its 40" in charts.plot_policies(alike, {}).layout.title.text


def test_pages_that_nobody_acknowledged_are_told_apart_from_no_pages():
    empty = pd.DataFrame({"seconds": [], "share": [], "low": [], "high": []})
    told = [
        charts.plot_latency(curves, {}, {}).layout.annotations[0].text
        for curves in ({1: empty}, {})
    ]
    assert told == ["Nobody acknowledged a page of this policy", charts.NOBODY]
