"""Curves of the share acknowledged or resolved by a time."""

import math
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import count, duration, percent, plural
from corvana.charts.theme import ACCENT, CONTEXT, figure, lay_out, log_time, nothing, ribbon

_GROUND: Final = 0.01
_ROUNDING: Final = 0.01
"""Shares that differ by less are told as the same."""
_READABLE: Final = (60.0, 300.0, 900.0, 3_600.0, 14_400.0, 86_400.0)


def plot_acknowledged_within(
    curve: pd.DataFrame,
    before: pd.DataFrame | None = None,
    *,
    n: int,
    n_done: int,
    sparse: bool = False,
) -> go.Figure:
    """Draw the share of all incidents that a person had acknowledged by a given time.

    Parameters
    ----------
    curve, before
        seconds, share, low, high; of durations.ack_summary, now and of the period before.
    n, n_done
        The number of incidents, and of those acknowledged.
    sparse
        Whether to set fewer ticks, for a chart of half the page's width.
    """
    title = _curve_title(curve, n, n_done, "acknowledged")
    return draw_curve(curve, before, title, "acknowledged", sparse=sparse)


def plot_resolved_within(
    curve: pd.DataFrame, before: pd.DataFrame | None = None, *, n: int, n_done: int
) -> go.Figure:
    """Draw the share of incidents resolved by a given time; open ones count as long as they were
    observed. Parameters: see `plot_acknowledged_within`."""
    title = _curve_title(curve, n, n_done, "resolved")
    return draw_curve(curve, before, title, "resolved")


def draw_curve(
    curve: pd.DataFrame,
    before: pd.DataFrame | None,
    title: str,
    verb: str,
    *,
    sparse: bool = False,
) -> go.Figure:
    """Draw a curve and, pale, another one, under a title."""
    if curve.empty:
        return nothing(f"No incident of this selection was {verb}")
    drawn = figure(title, height=400)
    seconds = curve["seconds"].clip(lower=1.0)
    step = {"shape": "hv", "color": ACCENT, "width": 2.5}
    if before is not None and len(before):
        drawn.add_scatter(
            x=before["seconds"].clip(lower=1.0),
            y=before["share"],
            mode="lines",
            name="previous period",
            line={"shape": "hv", "color": CONTEXT, "width": 1.5, "dash": "dot"},
            hovertemplate="previous period: %{y:.0%}<extra></extra>",
        )
    for bound, fill in (("high", None), ("low", "tonexty")):
        drawn.add_scatter(
            x=seconds,
            y=curve[bound].fillna(curve["share"]),
            mode="lines",
            line={"shape": "hv", "width": 0, "color": ACCENT},
            fill=fill,
            fillcolor=ribbon(ACCENT),
            hoverinfo="skip",
            showlegend=bound == "low",
            name="95 % interval",
        )
    drawn.add_scatter(
        x=seconds,
        y=curve["share"],
        mode="lines" if len(curve) > 1 else "markers",
        name="this selection",
        line=step,
        marker={"color": ACCENT, "size": 9},
        text=[duration(value) for value in curve["seconds"]],
        hovertemplate="%{y:.0%} within %{text}<extra></extra>",
    )
    drawn.add_hline(y=0.5, line={"dash": "dot", "width": 1, "color": CONTEXT})
    return lay_out(
        drawn,
        xaxis={
            "title": "time since the incident was created, log scale",
            **log_time(_begins(curve), seconds.max(), sparse=sparse),
        },
        yaxis={
            "title": f"share of incidents {verb}",
            "tickformat": ".0%",
            "range": [0, 1.02],
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
        },
    )


def _begins(curve: pd.DataFrame) -> float:
    """The first time at which the curve is above zero; the axis need not start earlier."""
    risen = curve.loc[curve["share"] >= _GROUND, "seconds"]
    return float((risen if len(risen) else curve["seconds"]).min())


def _curve_title(curve: pd.DataFrame, n: int, n_done: int, verb: str) -> str:
    """Return the share at the round time at which the curve is nearest to three quarters; a count
    if there are few incidents."""
    if curve.empty:
        return ""
    if n < ENOUGH:
        return f"{count(n_done)} of {plural(n, 'incident', 'incidents')} {verb}"
    reached = {
        step: float(curve.loc[curve["seconds"] <= step, "share"].max()) for step in _READABLE
    }
    known = {step: value for step, value in reached.items() if not math.isnan(value)}
    if not known:
        first = duration(float(curve["seconds"].iloc[0]))
        return f"The first of {count(n)} incidents is {verb} after {first}"
    step = min(known, key=lambda at: abs(known[at] - 0.75))
    if known[step] > n_done / n + _ROUNDING and n_done < ENOUGH:
        return f"{count(n_done)} of {count(n)} incidents {verb} so far"
    if known[step] > n_done / n + _ROUNDING:
        # Incidents that are still open are expected to go on like the others.
        return (
            f"{count(n_done)} of {count(n)} incidents {verb} so far; an estimated "
            f"{percent(known[step])} will be within {duration(step)}"
        )
    return f"{percent(known[step])} of {count(n)} incidents are {verb} within {duration(step)}"
