"""Charts of failures together. Frames come from analysis.cascades and failures."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.answers.dependencies import TOO_FEW_FAILURES
from corvana.analysis.dependencies.cascades import by_evidence, that_count
from corvana.analysis.dependencies.failures import WINDOW
from corvana.analysis.wording import count, duration, percent
from corvana.charts.dependency_graph import TOGETHER
from corvana.charts.labels import duration_range, rows, safe, short, top_of
from corvana.charts.theme import ACCENT, CONTEXT, figure, lay_out, nothing

_MOST_PAIRS: Final = 20
_MINUTES: Final = WINDOW.total_seconds() / 60
_FEW: Final = 6
_LAG_TICKS: Final = (-10, -5, 0, 5, 10)


def plot_pairs(
    pairs: pd.DataFrame,
    names: Mapping[str, str],
    *,
    of_chosen: bool = False,
    can_tell: bool = True,
) -> go.Figure:
    """Draw how often one service's failure was followed by another's, and who fails first.

    Left: share followed with its interval, and the share by chance. Right: median time from the
    failure of the first service to that of the second; left of zero, the second fails first.

    Parameters
    ----------
    pairs
        cascades.cascades. Pairs with fewer than ten failures are pale and last.
    of_chosen
        Whether the pairs are limited to those with a chosen service.
    can_tell
        Whether any such pair has enough failures to be told from chance.
    """
    of = " with a chosen service" if of_chosen else ""
    if pairs.empty:
        fails = "none fails together beyond chance" if can_tell else TOO_FEW_FAILURES
        return nothing(f"No pair{of} to compare: no edge joins two that failed, and {fails}")
    ranked = by_evidence(that_count(pairs))
    top = ranked.head(_MOST_PAIRS).assign(
        key=lambda f: f["supporting_id"] + ">" + f["dependent_id"],
        chance=lambda f: f["expected"] / 2 / f["n_supporting"],
    )
    drawn = figure(_pairs_title(top, len(ranked), names, of, can_tell), height=230 + 42 * len(top))
    kinds = (
        ("declared, beyond chance", top["is_declared"] & top["beyond_chance"], TOGETHER, "circle"),
        ("not declared, beyond chance", ~top["is_declared"], TOGETHER, "diamond"),
        ("declared, not clearly beyond chance", top["is_declared"] & ~top["beyond_chance"],
         CONTEXT, "circle"),
    )  # fmt: skip
    for name, chosen, colour, symbol in kinds:
        group = top[chosen]
        if group.empty:
            continue
        texts = [_followed(row, names) for row in rows(group)]
        for axis, values, scale in (("x", "followed", 1.0), ("x2", "lag", 1 / 60)):
            drawn.add_scatter(
                **_dots(group, values, scale, colour, symbol),
                xaxis=axis,
                name=name,
                showlegend=axis == "x",
                legendgroup=name,
                text=texts,
                hovertemplate="%{text}<extra></extra>",
            )
    drawn.add_scatter(
        x=top["chance"],
        y=top["key"],
        mode="markers",
        name="by chance",
        marker={"symbol": "line-ns-open", "size": 14, "color": CONTEXT, "line": {"width": 2}},
        hovertemplate="by chance %{x:.1%}<extra></extra>",
    )
    lay_out(
        drawn,
        yaxis={
            "categoryorder": "array",
            "categoryarray": top["key"][::-1],
            "tickmode": "array",
            "tickvals": top["key"],
            "ticktext": [_two_lines(row, names) for row in rows(top)],
            "showgrid": True,
        },
    )
    drawn.add_vline(x=0, xref="x2", line={"color": CONTEXT, "width": 1})
    return drawn.update_layout(
        xaxis={"domain": [0, 0.6], "tickformat": ".0%", "rangemode": "tozero", "showgrid": True,
               "title": "share of failures followed"},
        xaxis2={"domain": [0.66, 1], "anchor": "y", "range": [-_MINUTES - 0.5, _MINUTES + 0.5],
                "tickvals": _LAG_TICKS, "showgrid": True, "zeroline": False,
                "title": "minutes later"},
        # Put the legend below the chart, where it can wrap on a narrow screen.
        legend={"orientation": "h", "x": 0, "xanchor": "left",
                "yref": "container", "y": 0.0, "yanchor": "bottom"},
        margin={"b": 130},
    )  # fmt: skip


def plot_lags(lags: pd.DataFrame, pair: pd.DataFrame, names: Mapping[str, str]) -> go.Figure:
    """Draw the times at which the other service failed, before or after, minute by minute.

    Parameters
    ----------
    lags
        lag: signed seconds from the first service's failure to the second's.
    pair
        The pair's row of cascades.cascades; by chance, failures fall evenly on both sides.
    """
    if lags.empty or pair.empty:
        return nothing(_never(pair))
    row = next(iter(rows(pair)))
    edges = np.arange(-_MINUTES, _MINUTES + 1)
    n, _ = np.histogram(lags["lag"] / 60, bins=edges)
    before = edges[:-1] < 0
    drawn = figure(_lags_title(row, names), height=320)
    sides = (
        (f"{short(_name(row.dependent_id, names), 24)} first", before, CONTEXT),
        (f"{short(_name(row.supporting_id, names), 24)} first", ~before, ACCENT),
    )
    for name, side, colour in sides:
        drawn.add_bar(
            x=edges[:-1][side] + 0.5,
            y=n[side],
            width=0.92,
            name=name,
            marker={"color": colour},
            hovertemplate="failures: %{y}<extra></extra>",
        )
    drawn.add_hline(
        y=row.expected / (2 * _MINUTES),
        line={"dash": "dot", "color": CONTEXT, "width": 1.5},
        annotation={"text": "by chance", "x": 0, "xanchor": "left"},
    )
    return lay_out(
        drawn,
        xaxis={
            "tickvals": _LAG_TICKS,
            "range": [-_MINUTES - 0.3, _MINUTES + 0.3],
            "title": f"minutes from {short(_name(row.supporting_id, names), 24)}’s failure",
        },
        yaxis={"title": "failures", "rangemode": "tozero", "dtick": 1 if n.max() < _FEW else None},
        barmode="overlay",
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom"},
    )


def _dots(
    group: pd.DataFrame, values: str, scale: float, colour: str, symbol: str
) -> dict[str, Any]:
    middle, low, high = (group[f"{values}{end}"] * scale for end in ("", "_low", "_high"))
    return {
        "x": middle,
        "y": group["key"],
        "mode": "markers",
        "marker": {
            "size": 10,
            "symbol": symbol,
            "color": colour,
            "opacity": [1.0 if enough else 0.4 for enough in group["enough"]],
        },
        "error_x": {
            "type": "data",
            "array": high - middle,
            "arrayminus": middle - low,
            "thickness": 1.5,
            "width": 0,
            "color": colour,
        },
    }


def _name(service: str, names: Mapping[str, str]) -> str:
    return names.get(service, "unnamed")


def _two_lines(row: Any, names: Mapping[str, str]) -> str:
    one, other = (short(_name(each, names), 22) for each in (row.supporting_id, row.dependent_id))
    return f"{one}<br>→ {other}"


def _followed(row: Any, names: Mapping[str, str]) -> str:
    one, other = (safe(_name(each, names)) for each in (row.supporting_id, row.dependent_id))
    return (
        f"<b>{one} → {other}</b><br>followed {percent(row.followed)} of "
        f"{count(row.n_supporting)} failures ({percent(row.followed_low)} to "
        f"{percent(row.followed_high)}), by chance {percent(row.chance)}<br>"
        f"{_lag(row, one, other)}"
    )


def _never(pair: pd.DataFrame) -> str:
    """Why there is no lag to draw; failures at the same instant have none."""
    if len(pair) and pair["together"].iloc[0]:
        return "The two failed together at the same instant only: neither follows the other"
    return "The two never failed within ten minutes of each other"


def _lag(row: Any, one: str, other: str) -> str:
    if pd.isna(row.lag):
        return "never together"
    if not row.lag and row.direction == "unclear":
        return "at the same instant (median)"
    first, low, high = (
        (one, row.lag_low, row.lag_high) if row.lag >= 0 else (other, -row.lag_high, -row.lag_low)
    )
    sure = "" if row.direction != "unclear" else "; which is first is not clear"
    return f"{first} first by {duration_range(abs(row.lag), low, high)} (median){sure}"


def _pairs_title(
    top: pd.DataFrame, n: int, names: Mapping[str, str], of: str, can_tell: bool
) -> str:
    first = next(iter(rows(top)))
    if not first.beyond_chance and not can_tell:
        return f"Pairs{of}: {TOO_FEW_FAILURES}{top_of(_MOST_PAIRS, n)}"
    if not first.beyond_chance:
        return f"No pair{of} fails together beyond chance{top_of(_MOST_PAIRS, n)}"
    one, other = (
        short(_name(each, names), 26) for each in (first.supporting_id, first.dependent_id)
    )
    if first.followed <= first.chance:
        return (
            f"{one} and {other} fail together {first.lift:.0f} times as often as by chance"
            f"{top_of(_MOST_PAIRS, n)}"
        )
    return (
        f"{other} follows {percent(first.followed)} of {one}’s {count(first.n_supporting)} "
        f"failures; by chance {percent(first.chance)}{top_of(_MOST_PAIRS, n)}"
    )


def _lags_title(row: Any, names: Mapping[str, str]) -> str:
    one, other = (short(_name(each, names), 26) for each in (row.supporting_id, row.dependent_id))
    if row.direction == "unclear" or pd.isna(row.lag):
        return f"Neither {one} nor {other} clearly fails first"
    first, second = (one, other) if row.direction == "supporting" else (other, one)
    return f"{first} fails first, {second} {duration(abs(row.lag))} later (median)"
