"""Every chart: what it does with an empty, a one-row and a large frame."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.builders.charts.every_chart import (
    CASES,
    FEWER,
    FEWEST_LETTERS,
    MANY,
    MISSING,
    MOST_BYTES,
    MOST_POINTS,
    TOO_FEW,
)
from tests.builders.charts.public_charts import public_charts


@cache
def drawn(chart: str, n: int) -> go.Figure:
    return public_charts()[chart](**CASES[chart](n))


def points(figure: go.Figure) -> int:
    """How many the largest trace holds: marks, cells, or nodes and flows."""
    held = [0]
    for trace in figure.data:
        if trace.type == "sankey":
            held += [len(trace.node.label), len(trace.link.value)]
        axes = (getattr(trace, axis, None) for axis in ("x", "y", "z"))
        held += [np.size(values) for values in axes if values is not None]
    return max(held)


def headlines(figure: go.Figure) -> str:
    notes = (note.text for note in figure.layout.annotations)
    return " ".join((figure.layout.title.text or "", *notes)).strip()


def written(part: Any) -> Iterator[str]:
    """Every text of a figure, hover boxes and ticks included; numbers are no text."""
    if isinstance(part, str):
        yield part.replace("<br>", " ")
    elif isinstance(part, dict):
        for name, value in part.items():
            yield from written(value) if name != "bdata" else ()
    elif isinstance(part, list):
        for value in part:
            yield from written(value)


every_chart = pytest.mark.parametrize("chart", sorted(CASES))


def test_every_public_chart_has_a_case():
    assert set(CASES) == set(public_charts())


@every_chart
def test_an_empty_frame_is_answered_with_words(chart):
    figure = drawn(chart, 0)
    assert isinstance(figure, go.Figure)
    assert len(headlines(figure)) > FEWEST_LETTERS


@every_chart
def test_one_row_is_drawn_or_it_is_said_why_it_is_not(chart):
    figure = drawn(chart, 1)
    assert isinstance(figure, go.Figure)
    assert (points(figure) == 0) == (chart in TOO_FEW)
    assert len(headlines(figure)) > FEWEST_LETTERS


@every_chart
def test_a_large_frame_stays_few_points_and_a_small_figure(chart):
    figure = drawn(chart, FEWER.get(chart, MANY))
    sent = len(figure.to_json().encode())
    assert isinstance(figure, go.Figure)
    assert 0 < points(figure) <= MOST_POINTS
    assert sent < MOST_BYTES


@every_chart
@pytest.mark.parametrize("size", ["empty", "one row", "large"])
def test_nothing_missing_is_written_out(chart, size):
    n = {"empty": 0, "one row": 1, "large": FEWER.get(chart, MANY)}[size]
    texts = written(json.loads(drawn(chart, n).to_json()))
    assert [text for text in texts if MISSING.search(text)] == []
