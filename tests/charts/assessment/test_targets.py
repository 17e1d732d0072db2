"""The charts of targets say what is seen, and draw what they say."""

import json

import numpy as np
import pandas as pd
import pytest

from corvana.charts.assessment.targets import NONE_JUDGED, plot_attained, plot_attained_weeks


def groups(*rows):
    """Groups of `attainment.by_group`: id, n, n_met."""
    frame = pd.DataFrame(rows, columns=["id", "n", "n_met"])
    value = frame["n_met"] / frame["n"]
    return frame.assign(
        n_missed=frame["n"] - frame["n_met"], value=value, low=value - 0.1, high=value + 0.1,
        effective_n=frame["n"] * 1.0, n_young=0, p_value=0.5, q_value=0.5,
        enough=frame["n"].ge(10),
    )  # fmt: skip


def weeks(*rows):
    """Weeks of `attainment.weekly`: n, n_met, n_young."""
    frame = pd.DataFrame(rows, columns=["n", "n_met", "n_young"])
    value = (frame["n_met"] / frame["n"].where(frame["n"] > 0)).where(frame["n_young"].eq(0))
    start = pd.Timestamp("2026-03-02")
    return frame.assign(
        week=pd.date_range(start, periods=len(frame), freq="7D"), value=value,
        low=value - 0.1, high=value + 0.1, effective_n=frame["n"] * 1.0,
    )  # fmt: skip


def title(drawn):
    return (drawn.layout.title.text or "").replace("<br>", " ")


def plot(frame, names=None, kinds="services"):
    return plot_attained(frame, names or {}, "acknowledged", kinds)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("a", 9, 3)], "None of the services has 10 judged incidents"),
        ([("a", 20, 15)], "a: 75 % acknowledged in time, nothing to compare with"),
        (
            [("a", 20, 15), ("b", 20, 18), ("c", 3, 0)],
            "None of 2 services is clearly lower: 75 to 90 % acknowledged in time",
        ),
        (
            [("a", 20, 15), ("b", 40, 30)],
            "None of 2 services is clearly lower: all 75 % acknowledged in time",
        ),
    ],
)
def test_a_title_states_what_is_seen(rows, said):
    assert title(plot(groups(*rows))) == said


def test_a_clearly_lower_group_is_named_with_its_share():
    frame = groups(("a", 40, 10), ("b", 40, 36)).assign(q_value=[0.001, 1.0])
    said = title(plot(frame, {"a": "Payments"}))
    assert said == "Payments is clearly lowest: 25 % acknowledged in time"


def test_marks_carry_ids_names_n_and_whiskers_and_small_groups_are_pale():
    drawn = plot(groups(("a", 20, 15), ("c", 3, 0)), {"a": "<b>Pay</b>"})
    marks = drawn.data[0]
    assert list(marks.customdata) == ["c", "a"]
    assert list(marks.x) == [0.0, 0.75]
    assert list(marks.marker.opacity) == [0.4, 1.0]
    assert "15 of 20 acknowledged in time" in marks.text[1]
    assert "&lt;b&gt;Pay&lt;/b&gt;" in marks.text[1]
    assert drawn.layout.yaxis.ticktext[1].endswith("(20)")
    assert list(drawn.data[1].x)[:2] == [0.65, 0.85]


def test_the_line_of_all_groups_together_is_in_the_legend():
    drawn = plot(groups(("a", 20, 15), ("b", 20, 19)))
    assert [each.name for each in drawn.data if each.showlegend is not False] == [
        "all together: 85 %"
    ]
    assert drawn.layout.shapes[0].x0 == 34 / 40


@pytest.mark.parametrize("frame", [groups(), groups(("a", 0, 0))])
def test_without_a_judged_incident_the_reason_stands_there(frame):
    assert plot(frame).layout.annotations[0].text == NONE_JUDGED


def test_of_many_groups_the_first_25_are_drawn_and_the_title_says_so():
    drawn = plot(groups(*((f"s{n}", 20, 10) for n in range(60))))
    assert len(drawn.data[0].x) == 25
    assert "top 25 of 60" in title(drawn)


def test_weeks_have_a_ribbon_that_no_missing_week_crosses():
    drawn = plot_attained_weeks(weeks((20, 10, 0), (0, 0, 0), (20, 15, 0), (20, 5, 3)), "resolved")
    *ribbons, line = drawn.data
    assert [len(each.x) for each in ribbons] == [2, 2]
    np.testing.assert_array_equal(line.y, [0.5, np.nan, 0.75, np.nan])
    assert title(drawn) == "Resolved in time, by week: 50 to 75 %"
    assert "3 not judged yet" in line.text[3]
    assert line.text[1].endswith("no incident with a target")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(9, 3, 0), (20, 10, 0)], "29 judged incidents, by week"),
        ([(9, 3, 0), (20, 10, 0), (20, 10, 0)],
         "Resolved in time, by week: 50 % (weeks with 10 incidents or more)"),
    ],
)  # fmt: skip
def test_a_title_of_weeks_rests_on_weeks_with_enough_incidents(rows, said):
    assert title(plot_attained_weeks(weeks(*rows), "resolved")) == said


def test_a_period_shorter_than_the_weeks_is_marked():
    frame = weeks(*[(20, 10, 0)] * 8)
    period = (pd.Timestamp("2026-04-01", tz="UTC"), pd.Timestamp("2026-04-10", tz="UTC"))
    assert len(plot_attained_weeks(frame, "resolved", period).layout.shapes) == 1
    every = (pd.Timestamp("2026-03-01", tz="UTC"), pd.Timestamp("2026-05-10", tz="UTC"))
    assert not plot_attained_weeks(frame, "resolved", every).layout.shapes


def test_without_a_week_the_reason_stands_there():
    drawn = plot_attained_weeks(weeks((0, 0, 0), (5, 2, 1)), "resolved")
    assert "No week is over" in drawn.layout.annotations[0].text


def test_a_thousand_groups_and_weeks_stay_a_small_figure():
    many = [plot(groups(*((f"s{n}", 20, 10) for n in range(1_000)))),
            plot_attained_weeks(weeks(*[(20, 10, 0)] * 400), "resolved")]  # fmt: skip
    assert all(len(json.dumps(json.loads(each.to_json()))) < 150_000 for each in many)
