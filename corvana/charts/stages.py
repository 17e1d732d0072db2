"""Charts of the stages of incidents. Frames come from analysis.stages."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.response.stages import STAGES
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import count, duration, percent, plural
from corvana.charts.labels import rows, safe, short, top_of
from corvana.charts.theme import (
    ACCENT,
    CONTEXT,
    INK,
    PALETTE,
    add_reference,
    figure,
    lay_out,
    nothing,
)

NAMES: Final[Mapping[str, str]] = {
    "unpaged": "until the first page",
    "unanswered": "until the first ack",
    "gathering": "until the last joined",
    "snoozed": "snoozed",
    "working": "until the resolve",
}
_PASSES: Final[Mapping[str, str]] = {
    "unpaged": "before anybody is paged",
    "unanswered": "waiting for an ack after the first page",
    "gathering": "between the first ack and the last joiner",
    "snoozed": "snoozed",
    "working": "between the last responder's ack and the resolve",
}
_COLOURS: Final[Mapping[str, str]] = {
    "unpaged": PALETTE[4],
    "unanswered": PALETTE[1],
    "gathering": PALETTE[7],
    "snoozed": CONTEXT,
    "working": ACCENT,
}
_EMPTY: Final = "No incident of this selection is resolved yet"
_MOST_GROUPS: Final = 25
_WIDE_ENOUGH: Final = 0.09
LEGEND_BELOW: Final = {
    "orientation": "h", "x": 0, "xanchor": "left", "yref": "container", "y": 0, "yanchor": "bottom",
}  # fmt: skip

_SHARES: Final = {
    "tickformat": ".0%", "tickvals": [0, 0.25, 0.5, 0.75, 1], "range": [-0.01, 1.01],
    "showgrid": False,
}  # fmt: skip
_GROUPS: Final = {"showgrid": False, "type": "category"}
_STACKED: Final = {
    "barmode": "stack", "bargap": 0.25, "legend": {**LEGEND_BELOW, "traceorder": "normal"},
}  # fmt: skip


def plot_stages(summary: pd.DataFrame) -> go.Figure:
    """Draw one bar of all time from creation to resolve, cut into its stages.

    Parameters
    ----------
    summary
        stages.stage_summary of the whole selection.
    """
    known = summary.loc[summary["seconds"] > 0].set_index("stage")
    if "total" not in known.index:
        return nothing(_EMPTY)
    shares = known["share"].drop("total")
    longest = str(shares.idxmax())
    drawn = figure(_stages_title(summary, longest, shares), height=200)
    _add_bars(
        drawn, summary.assign(id=""), pd.DataFrame({"id": [""], "label": [""], "n": [ENOUGH]})
    )
    return lay_out(
        drawn,
        xaxis={
            **_SHARES,
            "title": f"share of {duration(known['seconds']['total'])} from creation to resolve",
        },
        yaxis={**_GROUPS, "showticklabels": False},
        **_STACKED,
    )


def plot_stages_of(summary: pd.DataFrame, names: Mapping[str, str]) -> go.Figure:
    """Draw a bar a group, at most 25, most time first; small samples are pale and last.

    Parameters
    ----------
    summary
        id; stage, n, median_any, seconds, share; from stages.stage_summary by one column.
    names
        Label of each group's id.
    """
    totals = summary.loc[(summary["stage"] == "total") & (summary["seconds"] > 0)]
    if totals.empty:
        return nothing(_EMPTY)
    ordered = totals.assign(enough=totals["n"] >= ENOUGH).sort_values(
        ["enough", "seconds"], ascending=False
    )
    shown = ordered.head(_MOST_GROUPS).assign(
        label=[f"{short(names.get(row.id, row.id))}  ({count(row.n)})" for row in rows(ordered)][
            :_MOST_GROUPS
        ]
    )
    drawn = figure(_groups_title(totals, shown, names), height=150 + max(26 * len(shown), 60))
    _add_bars(drawn, summary.loc[summary["id"].isin(shown["id"])], shown, names)
    if len(totals) > 1:
        _add_first_ack(drawn, summary)
    return lay_out(
        drawn,
        xaxis={**_SHARES, "title": "share of the group's time"},
        yaxis={
            **_GROUPS,
            "categoryorder": "array",
            "categoryarray": shown["id"][::-1],
            "tickmode": "array",
            "tickvals": shown["id"],
            "ticktext": shown["label"],
        },
        clickmode="event+select",
        **_STACKED,
    )


def _add_first_ack(drawn: go.Figure, summary: pd.DataFrame) -> None:
    """Draw where the first ack lies in the time of all groups together, also of those not drawn:
    each bar has it where its second part ends."""
    seconds = summary.groupby("stage")["seconds"].sum()
    share = float(seconds.reindex(["unpaged", "unanswered"]).sum() / seconds["total"])
    add_reference(drawn, share, f"first ack of all together: after {percent(share)} of the time")


def _add_bars(
    drawn: go.Figure,
    summary: pd.DataFrame,
    groups: pd.DataFrame,
    names: Mapping[str, str] | None = None,
) -> None:
    """Stack the stages of each of `groups` (id, n), in their order."""
    opacity = [1.0 if n >= ENOUGH else 0.4 for n in groups["n"]]
    wanted = pd.MultiIndex.from_product([STAGES, groups["id"]], names=["stage", "id"])
    every = summary.set_index(["stage", "id"]).reindex(wanted).reset_index()
    for place, stage in enumerate(STAGES):
        part = every.iloc[place * len(groups) : (place + 1) * len(groups)]
        told = list(rows(part))
        labels = [safe((names or {}).get(identity, "")) for identity in part["id"]]
        drawn.add_bar(
            x=part["share"],
            y=part["id"],
            customdata=part["id"],
            orientation="h",
            name=NAMES[stage],
            marker={"color": _COLOURS[stage], "opacity": opacity, "line": {"width": 0}},
            text=[
                percent(row.share) if row.share >= _WIDE_ENOUGH and row.n >= ENOUGH else ""
                for row in told
            ],
            textposition="inside",
            insidetextanchor="middle",
            insidetextfont={"color": INK},
            textangle=0,
            constraintext="none",
            hovertext=[_told(row, stage, label) for row, label in zip(told, labels, strict=True)],
            hovertemplate="%{hovertext}<extra></extra>",
        )


def _told(row: Any, stage: str, label: str) -> str:
    head = f"<b>{label}</b><br>" if label else ""
    return (
        f"{head}{NAMES[stage]}: {percent(row.share)} of the time<br>in {count(row.n_any)} of "
        f"{plural(row.n, 'incident', 'incidents')}, median of those {duration(row.median_any)}"
    )


def _stages_title(summary: pd.DataFrame, longest: str, shares: pd.Series) -> str:
    n = int(summary["n"].iloc[0])
    if n < ENOUGH:
        return f"{plural(n, 'resolved incident', 'resolved incidents')}: where the time went"
    return (
        f"{percent(shares.max())} of the time of {count(n)} resolved incidents passes "
        f"{_PASSES[longest]}"
    )


def _groups_title(totals: pd.DataFrame, shown: pd.DataFrame, names: Mapping[str, str]) -> str:
    top = shown.iloc[0]
    is_most = bool(totals["seconds"].lt(top["seconds"]).sum() == len(totals) - 1)
    if len(totals) == 1 or not top["enough"] or not is_most:
        return "Where the time of resolved incidents goes"
    share = float(top["seconds"] / np.sum(totals["seconds"]))
    rest = top_of(_MOST_GROUPS, len(totals))
    return (
        f"{short(names.get(top['id'], top['id']))} takes most: {percent(share)} of the time of "
        f"resolved incidents{rest}"
    )
