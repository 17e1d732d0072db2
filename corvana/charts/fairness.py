"""Charts of how evenly a burden is distributed, over people and in each rotation, beside chance."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.staffing.fairness import Fairness
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import count, percent, plural, some_of
from corvana.charts.labels import rows, safe, short, top_of
from corvana.charts.theme import ACCENT, CONTEXT, figure, lay_out, nothing, ribbon

_MOST_POINTS: Final = 400
_MOST_ROTATIONS: Final = 25


def plot_lorenz(shared: Fairness, what: str) -> go.Figure:
    """Draw the Lorenz curve over its band by chance, and the line of equal shares; without the band
    if there are too few turns to tell.

    Parameters
    ----------
    shared
        From burden.shared.
    what
        The name of the burden, a plural or a mass noun: "nights with pages", "engaged time".
    """
    curve = shared.lorenz.iloc[_spread(len(shared.lorenz))]
    if math.isnan(shared.gini):
        return nothing(f"No {what} to share among people on call in this selection")
    drawn = figure(_title(shared, what), height=420)
    x = curve["share_of_responders"]
    if shared.can_tell:
        _add_band(drawn, curve)
    drawn.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": CONTEXT, "width": 1, "dash": "dot"},
        name="equal shares",
        hoverinfo="skip",
    )
    drawn.add_scatter(
        x=x,
        y=curve["share_of_load"],
        mode="lines",
        line={"color": ACCENT, "width": 2.5},
        name="observed",
        text=[_point(*point, can_tell=shared.can_tell) for point in _points(curve)],
        hovertemplate="%{text}<extra></extra>",
    )
    return lay_out(
        drawn,
        xaxis={
            "title": f"share of {count(shared.responders)} people, least burdened first",
            "tickformat": ".0%",
            "range": [0, 1],
        },
        yaxis={"title": f"share of {what}", "tickformat": ".0%", "range": [0, 1.01]},
        legend={"x": 0.02, "xanchor": "left", "y": 0.98, "yanchor": "top"},
    )


def _add_band(drawn: go.Figure, curve: pd.DataFrame) -> None:
    x = curve["share_of_responders"]
    drawn.add_scatter(
        x=[*x, *x[::-1]],
        y=[*curve["high"], *curve["low"][::-1]],
        fill="toself",
        mode="lines",
        line={"width": 0},
        fillcolor=ribbon(CONTEXT, 0.3),
        name="by chance (95 %)",
        hoverinfo="skip",
    )


def _points(curve: pd.DataFrame) -> Iterator[tuple[float, float, float, float]]:
    columns = ("share_of_responders", "share_of_load", "low", "high")
    yield from zip(*(curve[name] for name in columns), strict=True)


def _point(people: float, load: float, low: float, high: float, *, can_tell: bool) -> str:
    told = f"the {percent(people)} with least take {percent(load)}"
    return f"{told}<br>by chance {percent(low)} to {percent(high)}" if can_tell else told


def _spread(people: int) -> npt.NDArray[np.int64]:
    """Positions along the curve, including both ends; all positions if there are few people."""
    return np.unique(np.linspace(0, people - 1, min(people, _MOST_POINTS)).round().astype(np.int64))


def _title(shared: Fairness, what: str) -> str:
    """The share of the burden on the half of the people with more, from the middle of the curve."""
    if shared.events < ENOUGH:
        return f"{what.capitalize()}: n = {count(shared.events)}, too few to compare"
    curve, middle = shared.lorenz, len(shared.lorenz) // 2
    load, expected = curve[["share_of_load", "expected"]].iloc[middle]
    most = shared.responders - middle
    who = (
        "Half the responders"
        if 2 * most == shared.responders
        else f"{count(most)} of {count(shared.responders)} responders"
    )
    take = "takes" if most == 1 and not who.startswith("Half") else "take"
    carried = f"{who} {take} {percent(1 - load)} of {what}"
    if not shared.can_tell:
        turns = plural(shared.turns, "turn", "turns")
        return f"{carried}; {turns}, too few to compare with chance"
    return f"{carried}; {percent(1 - expected)} by chance"


def plot_evenness(rotations: pd.DataFrame, names: Mapping[str, str]) -> go.Figure:
    """Draw how unevenly the nights with pages fall in each rotation, beside what chance gives.

    Parameters
    ----------
    rotations
        schedule_id, gini with low and high, by_chance, nights, is_clear; from
        questions.on_call.evenness, in the order to draw; at most 25 are shown.
    names
        Label of each schedule's id.
    """
    shown = rotations.head(_MOST_ROTATIONS)
    if shown.empty:
        return nothing("No rotation has turns enough to tell an unfair share from a bad turn")
    drawn = figure(_rotations_title(rotations), height=150 + 26 * len(shown))
    opacity = [1.0 if n >= ENOUGH else 0.4 for n in shown["nights"]]
    drawn.add_scatter(
        x=shown["by_chance"],
        y=shown["schedule_id"],
        mode="markers",
        name="by chance",
        marker={
            "symbol": "line-ns-open",
            "size": 14,
            "color": CONTEXT,
            "opacity": opacity,
            "line": {"width": 2},
        },
        hovertemplate="by chance %{x:.2f}<extra></extra>",
    )
    drawn.add_scatter(
        x=shown["gini"],
        y=shown["schedule_id"],
        mode="markers",
        name="Gini of nights with pages",
        marker={"size": 10, "color": ACCENT, "opacity": opacity},
        error_x={
            "type": "data",
            "array": shown["high"] - shown["gini"],
            "arrayminus": shown["gini"] - shown["low"],
            "thickness": 1.5,
            "width": 0,
            "color": ribbon(ACCENT, 0.6),
        },
        text=[_told_rotation(row, names) for row in rows(shown)],
        hovertemplate="%{text}<extra></extra>",
    )
    return lay_out(
        drawn,
        xaxis={
            "title": "Gini: 0 all alike, 1 one has all",
            "range": [-0.02, min(float(shown["high"].max()) * 1.05 + 0.02, 1.02)],
            "showgrid": True,
        },
        yaxis={
            "categoryorder": "array",
            "categoryarray": shown["schedule_id"][::-1],
            "tickmode": "array",
            "tickvals": shown["schedule_id"],
            "ticktext": [
                f"{short(names.get(row.schedule_id, row.schedule_id))}  ({count(row.nights)})"
                for row in rows(shown)
            ],
            "showgrid": False,
        },
        legend={"y": 1, "yanchor": "bottom", "orientation": "h"},
    )


def _rotations_title(rotations: pd.DataFrame) -> str:
    judged = rotations[rotations["nights"] >= ENOUGH]
    if judged.empty:
        return f"No rotation has {ENOUGH} nights with pages to compare"
    clear = int(judged["is_clear"].sum())
    which = some_of(clear, len(judged), "rotation shares", "rotations share")
    rest = top_of(_MOST_ROTATIONS, len(rotations))
    return f"{which} nights clearly less evenly than chance{rest}"


def _told_rotation(row: Any, names: Mapping[str, str]) -> str:
    return (
        f"<b>{safe(names.get(row.schedule_id, row.schedule_id))}</b><br>Gini {row.gini:.2f} "
        f"({row.low:.2f} to {row.high:.2f}), by chance {row.by_chance:.2f}<br>"
        f"{plural(row.nights, 'night', 'nights')} with pages"
    )
