"""A chart of the exposure of services to failures. The frame comes from analysis.blast_radius."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import duration, plural
from corvana.charts.labels import rows, safe, short, top_of
from corvana.charts.theme import ACCENT, CONTEXT, figure, nothing

_MOST: Final = 15
_SMALL: Final = '<span style="font-size:11px">'


def plot_blast_radius(
    radius: pd.DataFrame, names: Mapping[str, str], chosen: Sequence[str] = ()
) -> go.Figure:
    """Draw the services with the largest exposure: time of incidents × services that need it.

    Parameters
    ----------
    radius
        blast_radius.blast_radius.
    names
        Label of each service's id, business services too.
    chosen
        Services in the accent colour; they are drawn at any rank.
    """
    exposing = radius[radius["exposed_seconds"] > 0].assign(enough=lambda f: f["n"] >= ENOUGH)
    if exposing.empty:
        return nothing("No service that others are declared to need had an incident")
    ranked = exposing.sort_values(["enough", "exposed_seconds"], ascending=False, kind="stable")
    wanted = ranked["service_id"].isin([*ranked["service_id"].head(_MOST), *chosen])
    top = ranked[wanted]
    drawn = figure(
        _radius_title(top, names) + top_of(len(top), len(ranked)), height=110 + 36 * len(top)
    )
    ids = top["service_id"]
    marked = ids.isin(list(chosen)) if len(chosen) else pd.Series(True, index=ids.index)
    drawn.add_bar(
        x=top["exposed_seconds"] / 3_600,
        y=ids,
        orientation="h",
        customdata=[each if each in names else None for each in ids],
        marker={
            "color": [ACCENT if each else CONTEXT for each in marked],
            "opacity": [1.0 if enough else 0.4 for enough in top["enough"]],
        },
        hovertext=[_exposed(row, names) for row in rows(top)],
        hovertemplate="%{hovertext}<extra></extra>",
        unselected={"marker": {"opacity": 1.0}},
    )
    drawn.update_yaxes(
        categoryorder="array",
        categoryarray=ids[::-1],
        tickmode="array",
        tickvals=ids,
        # Beside a bar, a phone has no room for it.
        ticktext=[
            f"{short(names.get(row.service_id, 'unnamed'), 26)}  ({row.n})<br>"
            f"{_SMALL}{_at_stake(row)}</span>"
            for row in rows(top)
        ],
        showgrid=False,
    )
    drawn.update_xaxes(title="incident hours × services", rangemode="tozero", showgrid=True)
    return drawn.update_layout(clickmode="event+select", showlegend=False)


def _at_stake(row: Any) -> str:
    return f"{duration(row.seconds)} × {plural(row.downstream, 'service', 'services')}"


def _exposed(row: Any, names: Mapping[str, str]) -> str:
    nearest = [] if pd.isna(row.nearest_business) else row.nearest_business.split()
    business = ", ".join(safe(_name(each, names)) for each in nearest[:4])
    steps = (
        f"<br>nearest business service, {plural(row.steps_to_business, 'edge', 'edges')} away: "
        f"{business}"
        if nearest
        else ""
    )
    return (
        f"<b>{safe(_name(row.service_id, names))}</b><br>"
        f"{plural(row.n, 'incident', 'incidents')}, {duration(row.seconds)} in all<br>"
        f"{_needing(row.downstream)}{steps}"
    )


def _needing(n: int) -> str:
    return plural(n, "service needs it", "services need it")


def _radius_title(top: pd.DataFrame, names: Mapping[str, str]) -> str:
    first = next(iter(rows(top)))
    return (
        f"{short(_name(first.service_id, names))} exposes most: {duration(first.seconds)} of "
        f"incidents, {_needing(first.downstream)}"
    )


def _name(service: str, names: Mapping[str, str]) -> str:
    return names.get(service, "unnamed")
