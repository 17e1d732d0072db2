"""Charts of the evidence of a finding: waits, weekly medians, and intervals of time."""

import math
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.statistics.survival import time_until
from corvana.analysis.wording import count, duration, instant, percent, span
from corvana.charts.labels import safe, top_of
from corvana.charts.response import plot_trend
from corvana.charts.survival import draw_curve
from corvana.charts.theme import ACCENT, CONTEXT, PALETTE, figure, lay_out, nothing

_MOST_SPANS: Final = 3_000
_MOST_MEMBERS: Final = 20
_HOUR: Final = 3_600
_HOURS: Final = 24
_DAY_MILLISECONDS: Final = 86_400_000


def plot_waits(
    own: pd.DataFrame,
    others: pd.DataFrame,
    circumstance: str,
    otherwise: str,
    *,
    ended: str = "acknowledged",
    halves: tuple[float, float] | None = None,
) -> go.Figure:
    """Draw the share that ended by a time under a circumstance, and otherwise.

    Parameters
    ----------
    own, others
        seconds, share, low, high; curves of durations.ack_summary or of survival.
    ended
        The end of a wait.
    halves
        The times until half ended, under the circumstance and otherwise; None: from the curves.
    """
    if own.empty:
        return nothing(f"None of these incidents was {ended}")
    half, usual = halves or tuple(time_until(curve, 0.5).value for curve in (own, others))
    apart = "" if math.isnan(usual) else f", {duration(usual)} {otherwise}"
    title = (
        f"Fewer than half are {ended} {circumstance}"
        if math.isnan(half)
        else f"Half are {ended} within {duration(half)} {circumstance}{apart}"
    )
    drawn = draw_curve(own, others, title, ended)
    drawn.update_traces(name=safe(circumstance), selector={"name": "this selection"})
    drawn.update_traces(
        name=safe(otherwise),
        hovertemplate="%{y:.0%}<extra></extra>",
        selector={"name": "previous period"},
    )
    return drawn


def plot_course(weeks: pd.DataFrame, since: pd.Timestamp) -> go.Figure:
    """Draw the weekly median to first ack, and the week from which it is longer.

    Parameters
    ----------
    weeks
        breakdowns.weekly_trend.
    since
        Monday of the change, without zone.
    """
    drawn = plot_trend(weeks)
    if not drawn.data:
        return drawn
    drawn.add_vline(x=since.isoformat(), line={"dash": "dot", "color": CONTEXT, "width": 1.5})
    drawn.add_annotation(
        text=f"longer from {instant(since)}",
        x=since.isoformat(), y=1, yref="paper", xanchor="left", yanchor="top", showarrow=False,
    )  # fmt: skip
    return drawn


def plot_timeline(
    spans: pd.DataFrame, as_of: datetime, time_zone: str, what: str = "Nobody is on call"
) -> go.Figure:
    """Draw intervals of time day by day: a column a day, the hours from top to bottom.

    Parameters
    ----------
    spans
        start, end.
    as_of
        The time of collection; later intervals are planned.
    """
    if spans.empty:
        return nothing("No such time in what is collected")
    zone = ZoneInfo(time_zone)
    parts = _by_day(spans.head(_MOST_SPANS), zone)
    when = span(spans["start"].min(), spans["end"].max())
    stretches = f" in {count(len(spans))} stretches" if len(spans) > 1 else ""
    drawn = figure(f"{what}{stretches} from {when}", height=380)
    drawn.add_bar(
        x=parts["day"],
        y=parts["hours"],
        base=parts["hour"].tolist(),
        width=0.9 * _DAY_MILLISECONDS,
        marker={"color": ACCENT, "line": {"width": 0}},
        text=parts["text"],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )
    if spans["end"].max() > pd.Timestamp(as_of):
        now = pd.Timestamp(as_of).tz_convert(zone).tz_localize(None).isoformat()
        drawn.add_vline(x=now, line={"dash": "dot", "color": CONTEXT, "width": 1.5})
        drawn.add_annotation(
            text="data ends here; planned to the right", x=now, y=1, yref="paper",
            yanchor="bottom", showarrow=False,
        )  # fmt: skip
    return lay_out(
        drawn,
        yaxis={
            "range": [_HOURS, 0],
            "tickvals": [0, 6, 12, 18, _HOURS],
            "ticktext": ["00:00", "06:00", "12:00", "18:00", "24:00"],
            "title": f"time of day, {time_zone}",
            "showgrid": True,
        },
        xaxis={"tickformat": "%-d %b", "type": "date", "title": f"day, {time_zone}"},
    )


def plot_members(members: pd.DataFrame, what: str) -> go.Figure:
    """Draw how a quantity is distributed over people, and the expected distribution if it is known.

    Parameters
    ----------
    members
        name, value; expected (missing: unknown).
    what
        The name of the quantity.
    """
    if members.empty:
        return nothing("Nobody to compare")
    shown = members.nlargest(_MOST_MEMBERS, "value")
    part = shown["value"].iloc[0] / max(float(members["value"].sum()), 1e-9)
    drawn = figure(
        f"{safe(shown['name'].iloc[0])} has {percent(float(part))} of the {what}"
        f"{top_of(_MOST_MEMBERS, len(members))}",
        height=130 + 34 * len(shown),
    )
    drawn.add_bar(
        x=shown["value"],
        y=shown["name"],
        orientation="h",
        name=what,
        marker={"color": [ACCENT, *[CONTEXT] * (len(shown) - 1)]},
        text=[count(value) for value in shown["value"]],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:,}<extra></extra>",
        showlegend=False,
    )
    if shown["expected"].notna().any():
        drawn.add_scatter(
            x=shown["expected"],
            y=shown["name"],
            mode="markers",
            name="in proportion",
            marker={
                "symbol": "line-ns-open",
                "size": 18,
                "color": PALETTE[1],
                "line": {"width": 3},
            },
            hovertemplate="in proportion: %{x:,.1f}<extra></extra>",
            showlegend=True,
        )
    return lay_out(
        drawn,
        yaxis={"autorange": "reversed"},
        xaxis={"title": what, "rangemode": "tozero", "showgrid": True},
        legend={"y": 1, "yanchor": "bottom", "orientation": "h"},
    )


def _by_day(spans: pd.DataFrame, zone: ZoneInfo) -> pd.DataFrame:
    """Cut intervals at midnight: day, hour (of its start), hours (how long), text."""
    local = spans.assign(
        **{edge: spans[edge].dt.tz_convert(zone).dt.tz_localize(None) for edge in ("start", "end")}
    )
    first = local["start"].dt.normalize()
    last = (local["end"] - pd.Timedelta(microseconds=1)).dt.normalize()
    days = local.loc[local.index.repeat((last - first).dt.days.clip(lower=0) + 1)]
    passed = pd.to_timedelta(days.groupby(level=0).cumcount(), unit="D")
    day = days["start"].dt.normalize() + passed
    began = days["start"].where(days["start"] > day, day)
    after = day + pd.Timedelta(days=1)
    ended = days["end"].where(days["end"] < after, after)
    return pd.DataFrame(
        {
            "day": day,
            "hour": (began - day).dt.total_seconds() / _HOUR,
            "hours": (ended - began).dt.total_seconds() / _HOUR,
            "text": [
                f"{start.day} {start:%b %H:%M} to {end.day} {end:%b %H:%M}"
                for start, end in zip(days["start"], days["end"], strict=True)
            ],
        }
    )
