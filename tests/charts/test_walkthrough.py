"""The walkthrough's pictures: what their titles claim, and what they leave out."""

import pandas as pd

from corvana.analysis.findings.kind import Comparison
from corvana.analysis.findings.registry import kind_of
from corvana.charts.walkthrough import plot_comparison, plot_weeks
from tests.builders.analysis.ledger_of_findings import finding

WORDS = kind_of("exhausted_policy").comparison


def shown(drawn):
    return [one.text for one in drawn.layout.annotations]


def test_the_value_stands_above_what_it_is_held_against():
    drawn = plot_comparison(finding("exhausted_policy"), "share", "Payments", WORDS)
    assert drawn.layout.title.text == "Incidents for which nobody was left to page"
    assert shown(drawn) == ["<b>50 %</b> · Payments", "<b>10 %</b> · Other policies"]
    assert list(drawn.layout.xaxis.range) == [0, 1]


def test_the_interval_is_drawn_where_there_is_one():
    estimated = plot_comparison(finding("exhausted_policy"), "share", "Payments", WORDS)
    assert list(estimated.data[-1].x) == [0.4, 0.5, 0.6]
    exact = finding("exhausted_policy", low=0.5, high=0.5)
    assert [drawn.type for drawn in plot_comparison(exact, "share", "P", WORDS).data] == ["bar"] * 2


def test_durations_are_read_as_durations_and_fit_on_the_picture():
    slow = finding("slow_ack", effect=1_602.0, low=1_296.0, high=1_902.0, reference=250.0)
    drawn = plot_comparison(slow, "seconds", "Payments", kind_of("slow_ack").comparison)
    assert shown(drawn) == ["<b>26 min 42 s</b> · Payments", "<b>4 min 10 s</b> · Elsewhere"]
    assert drawn.layout.xaxis.range[1] > slow.high


def test_a_name_is_no_markup():
    words = Comparison("Measured", "Else<where>")
    drawn = plot_comparison(finding("slow_ack"), "share", "<script>x</script>", words)
    assert "<script>" not in drawn.to_json()
    assert "&lt;script&gt;" in shown(drawn)[0]


def test_weeks_say_what_is_usual():
    weeks = pd.DataFrame({"week": pd.to_datetime(["2026-03-09", "2026-03-16"]), "n": [7, 9]})
    drawn = plot_weeks(weeks)
    assert drawn.layout.title.text == "About 8 incidents in a usual week"
    assert list(drawn.data[0].y) == [7, 9]


def test_without_a_whole_week_that_is_said():
    drawn = plot_weeks(pd.DataFrame({"week": pd.to_datetime([]), "n": []}))
    assert not drawn.data
    assert "first whole one" in drawn.layout.annotations[0].text
