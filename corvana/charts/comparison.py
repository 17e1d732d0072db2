"""Charts of groups with the limits of chance. Frames come from analysis.comparison."""

from collections.abc import Callable, Mapping
from typing import Final, Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.response.comparison import Funnel
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import count, duration, percent
from corvana.charts.labels import rows, safe, short, top_of
from corvana.charts.stages import LEGEND_BELOW
from corvana.charts.theme import ACCENT, CONTEXT, PALETTE, figure, lay_out, log_time, nothing

Unit = Literal["seconds", "share"]

_EMPTY: Final = "Not enough values to tell what chance allows"
_ALONE: Final = "Only one in this selection: nothing to compare it with"
_MOST_POINTS: Final = 1_000
_WORSE: Final = PALETTE[3]
_BETTER: Final = PALETTE[2]
_LINES: Final = (("95", "95 %", "dot"), ("998", "99.8 %", "dash"))
_OPACITY: Final = {True: 1.0, False: 0.4}


def plot_funnel(funnel: Funnel, names: Mapping[str, str], groups: str, unit: Unit) -> go.Figure:
    """Draw each group's value against its size, with the limits of chance.

    Parameters
    ----------
    funnel
        From comparison.typical_times (seconds) or comparison.still_waiting (share).
    names
        Label of each group's id.
    groups
        The name of the groups, in the plural: "services".
    """
    known = funnel.groups.dropna(subset=["value", "low_998"])
    if known.empty:
        return nothing(_EMPTY)
    if len(known) == 1:
        return nothing(_ALONE)
    shown = known.head(_MOST_POINTS)
    told = duration if unit == "seconds" else percent
    drawn = figure(
        _title(known, funnel.centre, names, groups) + top_of(_MOST_POINTS, len(known)), height=460
    )
    _add_limits(drawn, funnel, told, "geometric mean, " if unit == "seconds" else "")
    above = shown["value"] > funnel.centre
    far = shown["beyond"] == "99.8 %"
    for is_kind, colour, name in (
        (far & above, _WORSE, "above chance"),
        (far & ~above, _BETTER, "below chance"),
        (~far, ACCENT, "within chance"),
    ):
        _add_groups(drawn, shown.loc[is_kind], names, told, colour=colour, name=name)
    middle = float(np.sqrt(shown["n"].min() * shown["n"].max()))
    _name_highest(drawn, shown.loc[far & above & shown["enough"]].head(1), names, middle)
    if unit == "seconds":
        bounds = shown["value"].min(), shown["value"].max()
        values = {"title": "geometric mean, log scale", **log_time(*bounds)}
    else:
        top = max(float(shown["value"].max()) * 1.12, 0.1)
        values = {
            "title": "share of incidents", "tickformat": ".0%", "range": [-0.02, min(top, 1.05)],
            "showgrid": True,
        }  # fmt: skip
    return lay_out(
        drawn,
        xaxis={"title": "number of incidents, log scale", **_sizes(shown["n"])},
        yaxis=values,
        clickmode="event+select",
        legend=LEGEND_BELOW,
    )


def _add_limits(drawn: go.Figure, funnel: Funnel, told: Callable[[float], str], of: str) -> None:
    limits = funnel.limits
    for reach, name, dash in _LINES:
        drawn.add_scatter(
            x=[*limits["n"], None, *limits["n"]],
            y=[*limits[f"low_{reach}"], None, *limits[f"high_{reach}"]],
            mode="lines",
            line={"color": CONTEXT, "width": 1.2, "dash": dash},
            name=f"{name} limits",
            hoverinfo="skip",
        )
    drawn.add_scatter(
        x=limits["n"],
        y=np.full(len(limits), funnel.centre),
        mode="lines",
        line={"color": CONTEXT, "width": 1.2},
        name=f"{of}whole selection: {told(funnel.centre)}",
        hoverinfo="skip",
    )


def _add_groups(
    drawn: go.Figure,
    some: pd.DataFrame,
    names: Mapping[str, str],
    told: Callable[[float], str],
    *,
    colour: str,
    name: str,
) -> None:
    if some.empty:
        return
    drawn.add_scatter(
        x=some["n"],
        y=some["value"],
        customdata=some["id"],
        mode="markers",
        name=name,
        marker={
            "size": 10,
            "color": colour,
            "opacity": [_OPACITY[bool(enough)] for enough in some["enough"]],
        },
        text=[
            f"<b>{safe(names.get(row.id, row.id))}</b><br>{told(row.value)}, n = {count(row.n)}"
            f"<br>allowing for size: {told(row.shrunken)} ({told(row.low)} to {told(row.high)})"
            for row in rows(some)
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _name_highest(
    drawn: go.Figure, highest: pd.DataFrame, names: Mapping[str, str], middle: float
) -> None:
    for row in rows(highest):
        is_right = row.n > middle
        drawn.add_scatter(
            x=[row.n],
            y=[row.value],
            mode="text",
            text=[f"\u00a0\u00a0{short(names.get(row.id, row.id), 24)}\u00a0\u00a0"],
            textposition="middle left" if is_right else "middle right",
            hoverinfo="skip",
            showlegend=False,
        )


def _sizes(n: pd.Series) -> dict[str, object]:
    """Return axis settings for numbers of incidents on a log scale."""
    low, high = max(float(n.min()) / 1.3, 0.8), float(n.max()) * 1.5
    steps = [step * 10**power for power in range(8) for step in range(1, 10)]
    ticks = [step for step in steps if low <= step <= high]
    if len(ticks) > 6:
        ticks = [tick for tick in ticks if str(tick)[0] in "125"]
    return {
        "type": "log",
        "range": [np.log10(low), np.log10(high)],
        "tickvals": ticks,
        "ticktext": [count(tick) for tick in ticks],
    }


def _title(known: pd.DataFrame, centre: float, names: Mapping[str, str], groups: str) -> str:
    enough = known.loc[known["enough"]]
    if len(enough) < 2:
        return f"Fewer than two {groups} have {ENOUGH} values: nothing to compare"
    far = enough.loc[(enough["beyond"] == "99.8 %") & (enough["value"] > centre)]
    if far.empty:
        return f"None of {count(len(enough))} {groups} lies above the 99.8 % limit of chance"
    top = far.iloc[0]
    lie = "lies" if len(far) == 1 else "lie"
    return (
        f"{count(len(far))} of {count(len(enough))} {groups} {lie} above the 99.8 % limit of "
        f"chance; highest, allowing for size: {short(names.get(top['id'], top['id']))}"
    )
