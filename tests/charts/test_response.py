"""Figures: empty, one row, large, and what their titles claim."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.statistics import survival
from corvana.charts import breakdowns
from corvana.charts import response as charts
from corvana.charts import survival as survival_charts
from corvana.charts.theme import PALETTE, log_time

CURVE = pd.DataFrame(
    {"seconds": [60.0, 300.0], "share": [0.2, 0.75], "low": [0.1, 0.6], "high": [0.3, 0.9],
     "at_risk": [10, 5]}
)  # fmt: skip
GROUPS = pd.DataFrame(
    {"id": ["S1", "S2"], "n": [40, 3], "n_done": [38, 3], "n_open": [2, 0], "p50": [300.0, 900.0],
     "low": [200.0, np.nan], "high": [400.0, np.nan], "enough": [True, False],
     "q_value": 1.0, "times": 1.0}
)  # fmt: skip
WEEKS = pd.DataFrame(
    {"week": pd.to_datetime(["2026-11-02", "2026-11-09"]), "n": [20, 0], "n_done": [18, 0],
     "p50": [120.0, np.nan], "low": [90.0, np.nan], "high": [200.0, np.nan]}
)  # fmt: skip
OF_MANY: dict[str, Any] = {"n": 1_200, "n_done": 900}
BINS = pd.DataFrame({"start": [60.0, 120.0], "end": [120.0, 180.0], "n": [4, 10]})


def week(p50):
    grid = [(day, hour) for day in range(7) for hour in range(24)]
    return pd.DataFrame(grid, columns=["weekday", "hour"]).assign(n=5, p50=p50)


def title(figure):
    return figure.layout.title.text.replace("<br>", " ")


def points(figure):
    return sum(np.size(trace.x) for trace in figure.data if trace.x is not None)


@pytest.mark.parametrize(
    "figure",
    [
        survival_charts.plot_acknowledged_within(CURVE.iloc[:0], **OF_MANY),
        survival_charts.plot_resolved_within(CURVE.iloc[:0], **OF_MANY),
        charts.plot_distribution(BINS.iloc[:0]),
        charts.plot_trend(WEEKS.iloc[:0]),
        charts.plot_trend(WEEKS.iloc[1:]),
        breakdowns.plot_breakdown(GROUPS.iloc[:0], {}),
        breakdowns.plot_hour_of_week(week(np.nan).assign(n=0), "UTC"),
    ],
)
def test_nothing_to_draw_is_said_in_words(figure):
    assert not figure.data
    assert len(figure.layout.annotations[0].text) > 10


@pytest.mark.parametrize(
    "figure",
    [
        survival_charts.plot_acknowledged_within(CURVE.iloc[:1], **OF_MANY),
        charts.plot_distribution(BINS.iloc[:1]),
        charts.plot_trend(WEEKS.iloc[:1]),
        breakdowns.plot_breakdown(GROUPS.iloc[1:], {}),
    ],
)
def test_one_row_is_drawn(figure):
    assert points(figure) >= 1
    assert figure.layout.title.text


def test_titles_state_what_is_seen():
    assert title(survival_charts.plot_acknowledged_within(CURVE, **OF_MANY)) == (
        "75 % of 1,200 incidents are acknowledged within 5 min"
    )
    assert title(breakdowns.plot_breakdown(GROUPS, {"S1": "Pay"})) == (
        "Pay: median 5 min, nothing to compare with"
    )
    assert title(charts.plot_distribution(BINS)) == ("Most common time until acknowledged: 2–3 min")


def test_titles_of_few_incidents_count_and_do_not_conclude():
    one = survival_charts.plot_acknowledged_within(CURVE.iloc[1:], n=1, n_done=1)
    assert title(one) == "1 of 1 incident acknowledged"
    some = survival_charts.plot_resolved_within(CURVE, n=9, n_done=2)
    assert title(some) == "2 of 9 incidents resolved"
    bins = BINS.assign(n=[4, 5])
    assert title(charts.plot_distribution(bins)) == "9 incidents acknowledged"
    few = charts.plot_trend(WEEKS.assign(n_done=[1, 0]))
    assert title(few) == "1 incident acknowledged, by week"


def test_a_most_common_time_has_ten_incidents_and_is_not_only_a_wider_bin():
    few = pd.DataFrame({"start": [60.0, 120.0], "end": [120.0, 180.0], "n": [9, 3]})
    assert title(charts.plot_distribution(few)) == "Times until acknowledged of 12 incidents"
    # Twelve within one minute are more than thirteen within ten.
    wide = pd.DataFrame({"start": [1_800.0, 2_400.0], "end": [2_400.0, 3_600.0], "n": [12, 13]})
    assert title(charts.plot_distribution(wide)) == "Times until acknowledged of 25 incidents"


def test_weeks_with_few_incidents_are_counted_and_no_course_is_told():
    weeks = pd.concat([WEEKS.iloc[:1]] * 4, ignore_index=True).assign(
        n_done=[3, 6, 1, 2], p50=[60.0, 60.0, 600.0, 600.0],
        week=pd.date_range("2026-10-19", periods=4, freq="7D"),
    )  # fmt: skip
    assert title(charts.plot_trend(weeks)) == "12 incidents acknowledged, by week"
    one = pd.DataFrame(
        {"start": [weeks["week"].iloc[0]], "end": [weeks["week"].iloc[3]], "value": [120.0],
         "ratio": [np.nan]}
    )  # fmt: skip
    assert title(charts.plot_trend(weeks, levels=one)) == "12 incidents acknowledged, by week"
    mixed = weeks.assign(n_done=[3, 12, 10, 2])
    assert title(charts.plot_trend(mixed, levels=one)) == (
        "Weekly median until acknowledged: about 5 min 30 s (weeks with 10 incidents or more)"
    )


def test_groups_of_which_none_is_clearly_slower_are_told_by_their_range():
    alike = pd.concat([GROUPS.iloc[:1], GROUPS.iloc[:1].assign(id="S2", p50=360.0)]).assign(
        q_value=0.4, times=1.1
    )
    same = alike.assign(p50=300.0)
    assert title(breakdowns.plot_breakdown(same, {}, kinds="teams")) == (
        "None of 2 teams is clearly slower: all medians are 5 min"
    )
    assert title(breakdowns.plot_breakdown(alike, {}, kinds="teams")) == (
        "None of 2 teams is clearly slower: medians 5 min to 6 min"
    )


def test_a_change_of_the_trend_is_marked_and_told():
    levels = pd.DataFrame(
        {"start": WEEKS["week"], "end": WEEKS["week"] + pd.Timedelta(days=7),
         "value": [120.0, 240.0], "ratio": [np.nan, 2.0]}
    )  # fmt: skip
    drawn = charts.plot_trend(WEEKS, levels=levels)
    assert title(drawn) == "Since 9 Nov, acknowledged later"
    assert [note.text for note in drawn.layout.annotations] == [
        "9 Nov: geometric mean 2 min → 4 min"
    ]
    assert [list(trace.y) for trace in drawn.data[2:]] == [[120.0, 120.0], [240.0, 240.0]]


def test_a_trend_without_a_change_claims_none_and_marks_the_period():
    many = pd.concat([WEEKS.iloc[:1]] * 4, ignore_index=True).assign(
        p50=[60.0, 60.0, 600.0, 600.0], week=pd.date_range("2026-10-19", periods=4, freq="7D")
    )
    assert "from about" in charts.plot_trend(many).layout.title.text
    one = pd.DataFrame(
        {"start": [WEEKS["week"].iloc[0]], "end": [WEEKS["week"].iloc[1]], "value": [120.0],
         "ratio": [np.nan]}
    )  # fmt: skip
    period = (pd.Timestamp("2026-11-05", tz="UTC"), pd.Timestamp("2026-11-09", tz="UTC"))
    drawn = charts.plot_trend(many, levels=one, period=period)
    assert title(drawn) == "Weekly median until acknowledged: about 5 min 30 s"
    assert [shape.type for shape in drawn.layout.shapes] == ["rect"]
    whole = (pd.Timestamp("2026-10-20", tz="UTC"), pd.Timestamp("2026-11-15", tz="UTC"))
    assert not charts.plot_trend(many, levels=one, period=whole).layout.shapes


def test_small_samples_are_pale_and_below():
    marks = breakdowns.plot_breakdown(GROUPS, {}).data[0]
    assert list(marks.y) == ["S2", "S1"]
    assert marks.marker.opacity[0] < marks.marker.opacity[1]


def test_a_label_cannot_bring_markup():
    drawn = breakdowns.plot_breakdown(GROUPS, {"S1": "<a href='x'>Pay</a>"})
    assert "&lt;a" in drawn.layout.yaxis.ticktext[1]


def test_the_slowest_hour_is_in_the_title_and_thin_hours_stay_blank():
    hours = week(60.0)
    hours.loc[30, ["p50", "n"]] = [600.0, 10]
    hours.loc[31, ["p50", "n"]] = [9_000.0, 2]
    drawn = breakdowns.plot_hour_of_week(hours, "Europe/Berlin")
    assert title(drawn) == ("Median until acknowledged, Tue 06:00: 10 min, nothing to compare with")
    hours.loc[40, ["p50", "n"]] = [300.0, 10]
    assert title(breakdowns.plot_hour_of_week(hours, "Europe/Berlin")) == (
        "Of the hours with 10 acknowledged incidents or more, Tue 06:00 has the longest median: "
        "10 min"
    )
    hours.loc[40, "p50"] = 600.0
    assert title(breakdowns.plot_hour_of_week(hours, "Europe/Berlin")) == (
        "Of the hours with 10 acknowledged incidents or more, several have the longest median: "
        "10 min"
    )
    assert np.isnan(drawn.data[0].z[1][7])


def test_an_hour_with_fewer_than_ten_incidents_is_not_called_slow():
    drawn = breakdowns.plot_hour_of_week(week(60.0), "Europe/Berlin")
    assert title(drawn) == "Median until acknowledged: no hour has 10 acknowledged incidents"


def test_many_incidents_stay_few_points():
    rng = np.random.default_rng(3)
    seconds = rng.lognormal(6, 1, 100_000)
    curve = survival.thin(survival.time_to_event(seconds, np.ones(seconds.size, dtype=bool)))
    many = pd.concat([GROUPS.assign(id=f"S{place}") for place in range(200)], ignore_index=True)
    assert points(survival_charts.plot_resolved_within(curve, curve, **OF_MANY)) <= 2_000
    assert points(breakdowns.plot_breakdown(many, {})) <= 200


def test_no_background_or_text_colour_is_fixed():
    layout = survival_charts.plot_acknowledged_within(CURVE, **OF_MANY).to_plotly_json()["layout"]
    assert not {"paper_bgcolor", "plot_bgcolor", "font"} & set(layout)
    assert not {"paper_bgcolor", "plot_bgcolor", "font"} & set(layout["template"]["layout"])
    assert len(set(PALETTE)) == 10


def test_the_time_axis_ticks_at_steps_people_know():
    assert log_time(20, 5_000)["ticktext"] == [
        "30 s", "1 min", "2 min", "5 min", "15 min", "30 min", "1 h",
    ]  # fmt: skip


def test_a_curve_of_half_the_width_has_fewer_ticks():
    wide, narrow = (
        len(
            survival_charts.plot_acknowledged_within(
                days(), sparse=sparse, **OF_MANY
            ).layout.xaxis.tickvals
        )
        for sparse in (False, True)
    )
    assert narrow < wide


def days() -> pd.DataFrame:
    """A curve from half a minute to three days."""
    seconds = np.geomspace(30, 260_000, 50)
    share = np.linspace(0, 0.9, 50)
    return pd.DataFrame({"seconds": seconds, "share": share, "low": share, "high": share})


def test_what_open_incidents_will_do_is_told_as_an_estimate():
    """Fewer than half were acknowledged, and the others had hardly begun."""
    drawn = survival_charts.plot_acknowledged_within(CURVE, n=40, n_done=16)
    assert title(drawn).startswith("16 of 40 incidents acknowledged so far; an estimated ")
    few = survival_charts.plot_acknowledged_within(CURVE, n=20, n_done=8)
    assert title(few) == "8 of 20 incidents acknowledged so far"


def test_two_times_that_are_equally_common_are_not_called_most_common():
    alike = pd.DataFrame({"start": [60.0, 120.0], "end": [120.0, 180.0], "n": [6, 6]})
    assert title(charts.plot_distribution(alike)) == "Times until acknowledged of 12 incidents"


def test_groups_stand_beside_the_median_of_the_whole_selection():
    groups = GROUPS.assign(p50=120.0, times=2.0)
    drawn = breakdowns.plot_breakdown(groups, {})
    assert drawn.layout.shapes[0].x0 == 60.0
    assert [trace.name for trace in drawn.data if trace.showlegend is not False] == [
        "median of the whole selection: 1 min"
    ]


def test_a_single_group_stands_beside_no_median_of_the_whole_selection():
    drawn = breakdowns.plot_breakdown(GROUPS.head(1).assign(p50=120.0, times=1.0), {})
    assert not drawn.layout.shapes
    assert [trace.name for trace in drawn.data if trace.name] == []
