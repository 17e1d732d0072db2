"""The Plotly template, the palette, and readable axes.

The page that shows a figure sets its background, text and grid lines, so that light and dark both
work. Only marks have colours from here: mid-tones that are visible on white and on near-black.
"""

import math
import textwrap
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.wording import duration, unbroken
from corvana.charts.shapes.plain_figure import PlainFigure

PALETTE: Final = (
    "#2f83c6", "#c78300", "#0a9a7b", "#cf6a32", "#c2739f",
    "#4a9ac7", "#9a8b12", "#8074c4", "#8792a0", "#66727e",
)  # fmt: skip
"""Each colour stands at 3:1 or more on the light and on the dark page."""
INK: Final = "#0b0f14"
"""The colour of text inside a mark, in both looks: 4.5:1 on the colours it is used on."""
ACCENT: Final = PALETTE[0]
CONTEXT: Final = PALETTE[8]

_STEPS: Final = (
    1, 2, 5, 10, 30, 60, 120, 300, 900, 1_800, 3_600, 14_400,
    43_200, 86_400, 259_200, 604_800, 2_592_000,
)  # fmt: skip

_FINE: Final = tuple(
    sorted({*_STEPS, 180, 240, 360, 480, 600, 1_200, 2_700, 7_200, 10_800, 21_600, 28_800, 172_800})
)
_SPARSE: Final = (1, 10, 60, 300, 1_800, 14_400, 86_400, 604_800, 2_592_000)
_LINE: Final = 52

TITLE_LINE: Final = 20
"""The height of a title line in pixels, added to the figure's height."""

TEMPLATE: Final = go.layout.Template(
    layout={
        "colorway": PALETTE,
        "margin": {"l": 8, "r": 16, "t": 56, "b": 8},
        "title": {"x": 0, "xanchor": "left", "yanchor": "top", "font": {"size": 15}},
        "legend": {"x": 1, "xanchor": "right", "y": 0.02, "yanchor": "bottom"},
        "hoverlabel": {"align": "left"},
        "hovermode": "closest",
        "bargap": 0.08,
        "separators": ".,",
        "xaxis": {"automargin": True, "zeroline": False, "showgrid": False},
        "yaxis": {"automargin": True, "zeroline": False, "ticks": ""},
    }
)


def figure(title: str, height: int = 380) -> PlainFigure:
    """Return an empty figure in our style."""
    lines = [line.replace("\u00a0", " ") for line in textwrap.wrap(unbroken(title), _LINE)]
    # Set all properties at once: each later update costs about a millisecond.
    return PlainFigure(
        layout={
            "template": TEMPLATE,
            "title": {"text": "<br>".join(lines), "y": 1 - 12 / height},
            "height": height + TITLE_LINE * max(len(lines) - 1, 0),
            "margin": {"t": 36 + TITLE_LINE * len(lines)},
        }
    )


def lay_out(drawn: go.Figure, **parts: Any) -> go.Figure:
    """Set whole parts of a figure's layout, such as `xaxis`, and return it.

    The new value replaces the whole part. Plotly's `update_layout` and `update_xaxes` merge old and
    new values instead, which takes ten times as long.
    """
    return drawn.replace_layout(**parts)


def add_reference(drawn: go.Figure, at: float, name: str) -> None:
    """Draw a line across the chart at a value of the x axis; the legend names it, because a label
    beside it would cover a mark."""
    line = {"color": PALETTE[9], "width": 1.5, "dash": "dash"}
    drawn.add_vline(x=at, line=line)
    drawn.add_scatter(x=[None], y=[None], mode="lines", line=line, name=name, showlegend=True)


def add_norm(drawn: go.Figure, at: float, label: str) -> None:
    """Draw a norm: a dotted line with its label beside it."""
    drawn.add_vline(
        x=at,
        line={"dash": "dot", "color": PALETTE[1], "width": 1.5},
        annotation={
            "text": label,
            "yref": "paper",
            "y": 1,
            "yanchor": "top",
            "xanchor": "left",
            "font": {"size": 12},
        },
    )


def nothing(message: str, height: int = 240) -> go.Figure:
    """Return a figure that shows only a message: the reason why it is empty."""
    drawn = figure("", height)
    drawn.add_annotation(
        text=message, showarrow=False, x=0.5, y=0.5, xref="paper", yref="paper", font={"size": 14}
    )
    drawn.update_xaxes(visible=False).update_yaxes(visible=False)
    return drawn


def log_time(low: float, high: float, *, sparse: bool = False) -> dict[str, object]:
    """Return axis settings for seconds on a log scale, with ticks at round times.

    `low` and `high` are the smallest and largest value drawn; the range adds a small margin.
    `sparse` sets fewer ticks, for a chart of half the page's width.
    """
    low, high = max(low, 1.0), max(high, low, 1.0)
    low, high = low / 1.25, max(high, low * 2) * 1.25
    ticks: list[float] = [step for step in _STEPS if low <= step <= high]
    if len(ticks) < 4:
        ticks = [step for step in _FINE if low <= step <= high] or [low, high]
    elif sparse:
        ticks = [step for step in _SPARSE if low <= step <= high]
    return {
        "type": "log",
        "range": [math.log10(low), math.log10(high)],
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [duration(step) for step in ticks],
        "showgrid": True,
        "minor": {"ticks": "", "showgrid": False},
    }


def week_axis(weeks: "pd.Series[pd.Timestamp]") -> dict[str, object]:
    """Return axis settings for weeks: at most six are labelled, with the dates of their Mondays,
    because a phone has no room for more."""
    named = weeks.iloc[:: max(1, math.ceil(len(weeks) / 6))]
    return {
        "type": "date",
        "tickformat": "%-d %b",
        "tickvals": named,
        "tickangle": 0,
        "title": "week from Monday",
    }


def ribbon(colour: str, alpha: float = 0.18) -> str:
    """Return a translucent form of a colour of the palette."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"
