"""Where a duration differs, drawn: by group and by hour of the week. Frames come from
analysis.response.breakdowns.
"""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.response.breakdowns import slowest
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import count, duration
from corvana.charts.labels import duration_range, rows, safe, short, top_of
from corvana.charts.response import none_done
from corvana.charts.shapes.estimates_by_row import MOST, add_estimates, height, layout
from corvana.charts.theme import (
    ACCENT,
    CONTEXT,
    figure,
    lay_out,
    log_time,
    nothing,
    ribbon,
)

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def plot_breakdown(
    groups: pd.DataFrame,
    names: Mapping[str, str],
    verb: str = "acknowledged",
    kinds: str = "services",
) -> go.Figure:
    """Draw each group's median with its interval; small samples are pale and last.

    Parameters
    ----------
    groups
        From breakdowns.breakdown, in the order to draw; at most 25 are shown, the title says so.
    names
        Label of each id.
    verb
        The end of the duration: "acknowledged" or "resolved".
    kinds
        The name of the groups, in the plural.
    """
    known = groups.dropna(subset=["p50"])
    shown = known.head(MOST).iloc[::-1]
    if shown.empty:
        return nothing(none_done(verb))
    waits = "still waiting" if verb == "acknowledged" else "not resolved yet"
    drawn = figure(_breakdown_title(known, names, verb, kinds), height=height(shown))
    texts = [
        f"<b>{safe(names.get(row.id, row.id))}</b><br>median "
        f"{duration_range(row.p50, row.low, row.high)}<br>n = {count(row.n_done)}, "
        f"{count(row.n_open)} {waits}"
        for row in rows(shown)
    ]
    add_estimates(drawn, shown, "p50", texts)
    spread = shown[["p50", "low", "high"]]
    # A single group is the whole selection: there is nothing to compare it with.
    if len(groups) > 1:
        _add_whole(drawn, known)
    return lay_out(
        drawn,
        xaxis={
            **log_time(spread.min().min(), spread.max().max()),
            "title": f"median until {verb}",
        },
        **layout(shown, names, "n_done"),
    )


def _add_whole(drawn: go.Figure, groups: pd.DataFrame) -> None:
    """Draw the median of the whole selection, of which each group's `times` is a multiple."""
    whole = float((groups["p50"] / groups["times"].where(groups["times"] > 0)).median())
    if math.isnan(whole):
        return
    line = {"dash": "dot", "color": CONTEXT, "width": 1}
    drawn.add_vline(x=whole, line=line)
    # Name the line in the legend: a label beside it would cover a tick or a mark.
    drawn.add_scatter(
        x=[None],
        y=[None],
        mode="lines",
        line=line,
        name=f"median of the whole selection: {duration(whole)}",
    )


def plot_hour_of_week(hours: pd.DataFrame, time_zone: str, verb: str = "acknowledged") -> go.Figure:
    """Draw the median of each hour of the week; hours with fewer than three incidents are blank.

    Parameters
    ----------
    hours
        weekday, hour, n, p50 in seconds, all 168 rows; from breakdowns.hour_of_week.
    """
    told = hours.loc[hours["n"] >= 3]
    if told.empty:
        return nothing(f"No hour of the week has three {verb} incidents")
    drawn = figure(_hours_title(told, verb), height=330)
    grid = hours.assign(p50=hours["p50"].where(hours["n"] >= 3).clip(lower=1.0))
    p50 = grid["p50"].to_numpy(dtype=np.float64).reshape(7, 24)
    low, high = float(np.nanmin(p50)), float(np.nanmax(p50))
    scale = log_time(low, high)
    drawn.add_heatmap(
        x=[f"{hour:02d}" for hour in range(24)],
        y=_DAYS,
        z=np.log10(p50),
        zmin=math.log10(low),
        zmax=max(math.log10(high), math.log10(low) + 0.01),
        # From nearly transparent to the accent colour: readable on light and on dark.
        colorscale=[[0, ribbon(ACCENT, 0.08)], [1, ribbon(ACCENT, 1)]],
        xgap=2,
        ygap=2,
        colorbar={
            "tickvals": [math.log10(tick) for tick in _numbers(scale["tickvals"])],
            "ticktext": scale["ticktext"],
            "thickness": 12,
            "outlinewidth": 0,
            "title": {"text": "median"},
        },
        text=np.array(
            [
                f"{_DAYS[row.weekday]} {row.hour:02d}:00<br>"
                + (f"median {duration(row.p50)}" if row.n >= 3 else "not enough data")
                + f"<br>n = {count(row.n)}"
                for row in rows(grid)
            ]
        ).reshape(7, 24),
        hovertemplate="%{text}<extra></extra>",
    )
    return lay_out(
        drawn,
        yaxis={"autorange": "reversed", "showgrid": False},
        xaxis={"title": f"hour of creation, {time_zone}", "nticks": 24},
    )


def _hours_title(told: pd.DataFrame, verb: str) -> str:
    """The slowest hour, of those with enough incidents."""
    enough = told[told["n"] >= ENOUGH]
    if enough.empty:
        return f"Median until {verb}: no hour has {ENOUGH} {verb} incidents"
    longest = enough.nlargest(1, "p50").iloc[0]
    hour = f"{_DAYS[int(longest['weekday'])]} {int(longest['hour']):02d}:00"
    if len(enough) == 1:
        return f"Median until {verb}, {hour}: {duration(longest['p50'])}, nothing to compare with"
    # Hours with fewer incidents are drawn, too, and may be darker.
    median, which = duration(longest["p50"]), f"Of the hours with {ENOUGH} {verb} incidents or more"
    if enough["p50"].eq(longest["p50"]).sum() > 1:
        return f"{which}, several have the longest median: {median}"
    return f"{which}, {hour} has the longest median: {median}"


def _breakdown_title(known: pd.DataFrame, names: Mapping[str, str], verb: str, kinds: str) -> str:
    enough = known.loc[known["enough"]]
    if enough.empty:
        return f"Median until {verb}: none of the {kinds} has {ENOUGH} {verb} incidents"
    rest = top_of(MOST, len(known))
    if len(enough) == 1:
        only = enough.iloc[0]
        return (
            f"{short(names.get(only['id'], only['id']))}: median {duration(only['p50'])}, nothing "
            f"to compare with{rest}"
        )
    top = slowest(enough)
    if top is None:
        fastest, longest = (duration(enough["p50"].agg(each)) for each in ("min", "max"))
        medians = f"medians {fastest} to {longest}"
        if fastest == longest:
            medians = f"all medians are {longest}"
        return f"None of {count(len(enough))} {kinds} is clearly slower: {medians}{rest}"
    return (
        f"{short(names.get(top['id'], top['id']))} is clearly slower: "
        f"median {duration(top['p50'])}{rest}"
    )


def _numbers(values: object) -> list[float]:
    return [float(value) for value in values] if isinstance(values, list) else []
