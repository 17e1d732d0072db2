"""The chart of all teams."""

from corvana.charts.teams import plot_teams
from tests.builders.charts.teams import ranked

NAMES = {"t0": "Money", "t1": "Web"}


def test_bars_are_counted_once_and_the_whisker_reaches_what_is_added_up():
    drawn = plot_teams(ranked(2), NAMES)
    waiting, work, whisker = drawn.data
    assert list(waiting.x) == [1.5, 0.75]
    assert list(work.x) == [0.5, 0.25]
    assert list(whisker.error_x.array) == [1.0, 0.5]
    assert list(drawn.layout.yaxis.ticktext) == ["Money  (2)", "Web  (1)"]
    assert drawn.layout.yaxis.categoryarray[-1] == "t0"
    assert drawn.layout.title.text == "Money has most avoidable time: up to 2 days a month"


def test_of_many_teams_the_first_are_drawn_and_the_title_says_so():
    drawn = plot_teams(ranked(40), {})
    assert len(drawn.data[0].y) == 25
    assert "top 25 of 40" in drawn.layout.title.text.replace("<br>", " ")


def test_without_findings_the_chart_says_so():
    assert (
        "No finding belongs to a team"
        in plot_teams(ranked(2).assign(findings=0), NAMES).layout.annotations[0].text
    )


def test_without_measured_time_no_team_has_the_most():
    free = ranked(2).assign(once=0.0, added=0.0, waiting=0.0, work=0.0)
    assert plot_teams(free, NAMES).layout.title.text.startswith("No avoidable time is measured")
