"""Figures that are kept as plain values, held against Plotly's own."""

import copy
import json
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from corvana.charts import theme
from corvana.charts.shapes.plain_figure import PlainFigure
from tests.builders.charts.every_chart import CASES
from tests.builders.charts.public_charts import public_charts

ROWS = 40
LOOKED_INTO = {
    "escalation_paths.plot_paths",
    "rests_on.plot_course",
    "rests_on.plot_waits",
    "walkthrough.plot_comparison",
    "walkthrough.plot_weeks",
}
"""Charts that need something of Plotly that is not plain, so that they are slower; no page with
filters shows them, but for the paths."""


class OfPlotly(PlainFigure):
    """A figure that Plotly builds from the beginning."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        if self.is_plain:
            self._build()


def sent(figure: go.Figure) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(figure.to_json())
    return said


@pytest.mark.parametrize("n", [0, 1, ROWS])
@pytest.mark.parametrize("chart", sorted(CASES))
def test_every_chart_sends_what_plotly_would_send(chart, n, monkeypatch):
    plot = public_charts()[chart]
    plain = plot(**CASES[chart](n))
    assert plain.is_plain or chart in LOOKED_INTO
    monkeypatch.setattr(theme, "PlainFigure", OfPlotly)
    assert sent(plain) == sent(plot(**CASES[chart](n)))


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([1, 2, 127]),
        pd.Series([1, 128]),
        pd.Series([1, -40_000]),
        pd.Series([1, 2**40]),
        pd.Series([0.5, np.nan]),
        pd.Series(["a", None]),
        pd.Series([True, False]),
        pd.Series([], dtype="float64"),
        pd.Series(pd.to_datetime(["2026-03-02T10:00", "2026-03-03T00:00"])),
        pd.Series(pd.to_datetime(["2026-03-02T10:00Z"])).dt.tz_convert("Europe/Berlin"),
        pd.Index(["a", "b"]),
        np.array([1.5], dtype=np.float32),
        np.array([[1.0, 2.0], [3.0, 4.0]]),
        np.array([1, 2], dtype=np.uint8),
        [1.0, float("nan"), None],
        (np.float64(1.5), np.int64(2)),
        [pd.Timestamp("2026-03-02")],
    ],
    ids=repr,
)
def test_values_are_sent_as_plotly_sends_them(values):
    plain = theme.figure("values").add_scatter(x=values)
    assert plain.is_plain
    assert sent(plain)["data"] == sent(OfPlotly(layout={}).add_scatter(x=values))["data"]


def test_parts_of_the_layout_are_merged_or_replaced_as_by_plotly():
    def changed(figure):
        figure.update_layout(margin={"l": 1}, legend={"x": 0})
        figure.update_layout(margin={"b": 2}, legend={"y": None})
        figure.replace_layout(xaxis={"title": "old", "type": "log"})
        figure.update_xaxes(title="minutes", nticks=3).update_yaxes(visible=False)
        figure.add_vline(x=1, annotation={"text": "one", "y": 0.5})
        figure.add_hline(y=2, line={"width": 1}, annotation={"text": "two", "x": 0})
        figure.add_vrect(x0=1, x1=2, fillcolor="red")
        return figure.add_annotation(text="three", x=1, y=1, showarrow=False)

    before = {"template": theme.TEMPLATE, "margin": {"l": 5, "t": 9}}
    plain = changed(PlainFigure(layout=before))
    assert plain.is_plain
    assert sent(plain) == sent(changed(OfPlotly(layout=before)))


def test_heading_and_room_above_are_known_without_looking_into_a_figure():
    plain = theme.figure("A title").update_layout(margin={"t": 70})
    assert (plain.heading, plain.room_above, plain.is_plain) == ("A title", 70, True)
    assert plain.layout.title.text == "A title"
    assert (plain.heading, plain.room_above, plain.is_plain) == ("A title", 70, False)
    empty = PlainFigure(layout={})
    assert (empty.heading, empty.room_above) == ("", 0)


def test_a_figure_that_was_looked_into_goes_on_as_plotlys():
    drawn = theme.figure("A title").add_bar(x=[1], y=[2])
    assert [trace.type for trace in drawn.data] == ["bar"]
    drawn.add_bar(x=[3], y=[4]).update_layout(bargap=0.5).replace_layout(yaxis={"nticks": 2})
    drawn.add_vline(x=1)
    assert len(drawn.data) == 2
    assert (drawn.layout.bargap, drawn.layout.yaxis.nticks) == (0.5, 2)
    assert len(sent(drawn)["layout"]["shapes"]) == 1


def test_what_is_not_plain_is_left_to_plotly():
    drawn = theme.figure("A title").add_scatter(x=[1], y=[2], line_width=3)
    assert not drawn.is_plain
    assert drawn.data[0].line.width == 3
    with pytest.raises(ValueError, match="bogus"):
        theme.figure("A title").add_scatter(x=[1], bogus_name=2)


def test_a_change_after_the_text_was_made_is_in_the_next_text():
    drawn = theme.figure("A title").add_bar(x=[1], y=[2])
    first = sent(drawn)
    drawn.add_bar(x=[3], y=[4]).update_layout(bargap=0.5)
    assert len(first["data"]) == 1
    assert len(sent(drawn)["data"]) == 2
    assert sent(drawn)["layout"]["bargap"] == 0.5


def test_the_same_text_is_made_once():
    drawn = theme.figure("A title")
    assert drawn.to_json() is drawn.to_json()


def test_copies_are_ordinary_figures_and_do_not_change_the_first():
    drawn = theme.figure("A title").add_bar(x=[1], y=[2])
    for copied in (go.Figure(drawn), copy.deepcopy(drawn)):
        copied.update_layout(bargap=0.5)
        assert copied.layout.bargap == 0.5
    assert "bargap" not in sent(drawn)["layout"]


def test_what_no_figure_has_is_an_attribute_error():
    with pytest.raises(AttributeError):
        _ = theme.figure("A title").no_such_thing
