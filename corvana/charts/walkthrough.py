"""The walkthrough's charts: large and plain, a value beside its reference."""

from typing import Final

import pandas as pd
import plotly.graph_objects as go

from corvana.analysis import wording
from corvana.analysis.answers.findings import size
from corvana.analysis.findings.kind import Comparison, Finding, Unit
from corvana.analysis.response.breakdowns import usual_week
from corvana.charts.labels import safe, short
from corvana.charts.theme import ACCENT, CONTEXT, figure, lay_out, nothing, ribbon, week_axis

_LABEL: Final = {"size": 16}
_SMALL_LABEL: Final = {"size": 13}
_HEIGHT: Final = 300
_TRACK: Final = ribbon(CONTEXT, 0.14)
_BAR: Final = 0.42
_WHISKER: Final = 1 - _BAR / 2 - 0.1
"""The interval is drawn below its bar: on the bar, half of the interval would be hard to see."""


def plot_comparison(
    finding: Finding, unit: Unit, name: str, words: Comparison, *, height: int = _HEIGHT
) -> go.Figure:
    """Draw the effect above its reference, with the 95 % interval if the effect was estimated.

    Parameters
    ----------
    finding
        effect, low, high and reference in `unit`.
    name
        The name of the finding's subject.
    words
        The names of the measure and of the reference.
    height
        Pixels. Below the usual height, the texts are smaller, so that they stay clear of the bars.
    """
    drawn = figure(words.measured, height=height)
    font = _LABEL if height >= _HEIGHT else _SMALL_LABEL
    labels = (short(name, 44), safe(words.elsewhere))
    values = (finding.effect, finding.reference)
    if unit == "share":
        drawn.add_bar(
            x=[1.0, 1.0], y=[1, 0], orientation="h", width=_BAR, marker={"color": _TRACK},
            hoverinfo="skip",
        )  # fmt: skip
    drawn.add_bar(
        x=values,
        y=[1, 0],
        orientation="h",
        width=_BAR,
        marker={"color": [ACCENT, CONTEXT]},
        text=[f"{label}: {size(value, unit)}" for label, value in zip(labels, values, strict=True)],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )
    if finding.low < finding.high:  # what is read off has no interval
        drawn.add_scatter(
            x=[finding.low, finding.effect, finding.high],
            y=[_WHISKER] * 3,
            mode="lines+markers",
            line={"color": ACCENT, "width": 3},
            marker={"symbol": ["line-ns", "circle", "line-ns"], "size": [13, 8, 13],
                    "line": {"width": 3, "color": ACCENT}},
            hovertemplate=f"95 % interval: {size(finding.low, unit)} to "
            f"{size(finding.high, unit)}<extra></extra>",
        )  # fmt: skip
    for place, label, value in zip((1, 0), labels, values, strict=True):
        drawn.add_annotation(
            text=f"<b>{size(value, unit)}</b> · {label}", x=0, y=place + _BAR / 2,
            xanchor="left", yanchor="bottom", xref="paper", showarrow=False, font=font,
        )  # fmt: skip
    farthest = 1.0 if unit == "share" else max(*values, finding.high) * 1.05
    # Without axes, the bars align with the left edge of the sentences above.
    drawn.layout.margin.update(l=0, r=0)
    return lay_out(
        drawn,
        xaxis={"visible": False, "range": [0, farthest]},
        yaxis={"visible": False, "range": [-0.35, 1.6]},
        showlegend=False,
        barmode="overlay",
        title_font=_LABEL,
    )


def plot_weeks(weeks: pd.DataFrame) -> go.Figure:
    """Draw how many incidents each whole week had.

    Parameters
    ----------
    weeks
        week (midnight of its Monday, without zone), n.
    """
    if weeks.empty:
        return nothing("Weeks appear here once the first whole one is collected")
    usual = usual_week(weeks)
    drawn = figure(wording.in_a_usual_week(usual), height=260)
    drawn.add_bar(
        x=weeks["week"],
        y=weeks["n"],
        marker={"color": ACCENT},
        hovertemplate="week of %{x|%-d %b}: %{y:,} incidents<extra></extra>",
    )
    drawn.add_hline(y=usual, line={"dash": "dot", "color": CONTEXT, "width": 1.5})
    return lay_out(drawn, xaxis=week_axis(weeks["week"]), title_font=_LABEL, bargap=0.25)
