"""Thin lines on charts of weeks."""

from datetime import date, timedelta

import plotly.graph_objects as go

from corvana.charts.assessment.event_lines import Mark, mark

FIRST, LAST = date(2026, 1, 5), date(2026, 6, 21)


def drawn(*marks: Mark) -> go.Figure:
    return mark(go.Figure(), marks, FIRST, LAST)


def labels(figure: go.Figure) -> list[str]:
    return [each.text for each in figure.layout.annotations]


def test_each_day_has_a_line_and_a_label() -> None:
    figure = drawn((date(2026, 2, 2), "Release"), (date(2026, 5, 4), "New teams"))
    assert [each.x0 for each in figure.layout.shapes] == ["2026-02-02", "2026-05-04"]
    assert labels(figure) == ["Release", "New teams"]


def test_days_outside_the_weeks_are_left_out() -> None:
    figure = drawn((FIRST - timedelta(days=1), "before"), (LAST + timedelta(days=1), "after"))
    assert not figure.layout.shapes
    assert not figure.layout.annotations


def test_lines_that_are_close_together_share_a_label_that_tells_all() -> None:
    figure = drawn(
        (date(2026, 2, 2), "One"), (date(2026, 2, 2), "Two"), (date(2026, 2, 9), "<b>Three")
    )
    assert len(figure.layout.shapes) == 2
    assert labels(figure) == ["3 changes"]
    assert figure.layout.annotations[0].hovertext == (
        "2 Feb: One<br>2 Feb: Two<br>9 Feb: &lt;b&gt;Three"
    )


def test_however_many_there_are_no_more_labels_than_a_phone_can_show() -> None:
    every = [(FIRST + timedelta(days=day), f"Change {day}") for day in range(160)]
    figure = drawn(*every)
    assert len(labels(figure)) <= 9
    assert len(figure.layout.shapes) == 60


def test_a_long_name_is_cut_and_markup_is_text() -> None:
    figure = drawn((date(2026, 2, 2), "<i>" + "x" * 100))
    assert labels(figure) == [f"&lt;i&gt;{'x' * 16}…"]


def test_without_marks_the_figure_stays_as_it_is() -> None:
    assert drawn() == go.Figure()
