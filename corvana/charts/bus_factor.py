"""Charts of how few people each service depends on. The frame comes from bus_factor.bus_factor."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import count, percent, plural
from corvana.charts.labels import rows, safe, short, top_of
from corvana.charts.theme import ACCENT, CONTEXT, PALETTE, add_reference, figure, lay_out, nothing

_NOBODY: Final = "Nobody acknowledged an incident in this selection"
_MOST: Final = 25
_TICKED_SINGLY: Final = 10
_TWO: Final = 2
"""The least number of services that have a middle to compare with."""
_OPACITY: Final = {True: 1.0, False: 0.35}


def plot_bus_factor(services: pd.DataFrame, names: Mapping[str, str]) -> go.Figure:
    """Draw, by service, the effective responders and the smallest groups with 50 and 80 %.

    Parameters
    ----------
    services
        bus_factor.bus_factor; fewest effective responders first, at most 25 are shown.
    names
        Label of each service's id.
    """
    shown = _shown(services)
    if shown.empty:
        return nothing(_NOBODY)
    drawn = figure(_people_title(services), height=150 + 26 * len(shown))
    opacity = [_OPACITY[bool(enough)] for enough in shown["enough"]]
    text = [_told(row, names) for row in rows(shown)]
    marks = (
        ("smallest_group_50", "group with 50 %", "circle-open", 10, PALETTE[9]),
        ("smallest_group_80", "group with 80 %", "diamond-open", 11, PALETTE[9]),
        ("effective_responders", "effective responders", "circle", 9, ACCENT),
    )
    for column, name, symbol, size, colour in marks:
        drawn.add_scatter(
            x=shown[column],
            y=shown["service_id"],
            customdata=shown["service_id"],
            mode="markers",
            name=name,
            marker={"symbol": symbol, "size": size, "color": colour, "opacity": opacity},
            text=text,
            hovertemplate="%{text}<extra></extra>",
        )
    drawn.add_vline(x=1, line={"dash": "dot", "color": CONTEXT, "width": 1})
    _add_median(drawn, services)
    highest = max(shown["smallest_group_80"].max(), shown["effective_responders"].max())
    lay_out(
        drawn,
        xaxis={
            "title": "people",
            "rangemode": "tozero",
            "showgrid": True,
            "dtick": 1 if highest <= _TICKED_SINGLY else None,
        },
    )
    return _finished(drawn, shown, names)


def plot_if_one_leaves(services: pd.DataFrame, names: Mapping[str, str]) -> go.Figure:
    """Draw the share of acknowledgements that is uncovered without the top responder.

    Parameters
    ----------
    services, names
        As in `plot_bus_factor`, and in the same order.
    """
    shown = _shown(services)
    if shown.empty:
        return nothing(_NOBODY)
    drawn = figure(_leaving_title(services, names), height=150 + 26 * len(shown))
    value = shown["uncovered_share"]
    drawn.add_scatter(
        x=value,
        y=shown["service_id"],
        customdata=shown["service_id"],
        mode="markers",
        marker={
            "size": 9,
            "color": ACCENT,
            "opacity": [_OPACITY[bool(enough)] for enough in shown["enough"]],
        },
        error_x={
            "type": "data",
            "array": shown["uncovered_share_high"] - value,
            "arrayminus": value - shown["uncovered_share_low"],
            "thickness": 1.5,
            "width": 0,
            "color": ACCENT,
        },
        text=[_told(row, names) for row in rows(shown)],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )
    lay_out(
        drawn,
        xaxis={
            "title": "share of acknowledgements",
            "tickformat": ".0%",
            "range": [0, 1.05],
            "showgrid": True,
        },
    )
    return _finished(drawn, shown, names)


def _shown(services: pd.DataFrame) -> pd.DataFrame:
    """The services that depend on the fewest people; services with few acknowledgements last."""
    return (
        services.assign(enough=services["acknowledgements"] >= ENOUGH)
        .sort_values(
            ["enough", "effective_responders", "service_id"], ascending=[False, True, True]
        )
        .head(_MOST)
    )


def _add_median(drawn: go.Figure, services: pd.DataFrame) -> None:
    """Draw the median of the services with enough acknowledgements, also of those not drawn."""
    enough = services.loc[services["acknowledgements"] >= ENOUGH, "effective_responders"]
    if len(enough) < _TWO:
        return
    middle = float(enough.median())
    add_reference(drawn, middle, f"median of {count(len(enough))} services: {middle:.1f} effective")


def _finished(drawn: go.Figure, shown: pd.DataFrame, names: Mapping[str, str]) -> go.Figure:
    drawn.update_yaxes(
        categoryorder="array",
        categoryarray=shown["service_id"][::-1],
        tickmode="array",
        tickvals=shown["service_id"],
        ticktext=[
            f"{short(names.get(row.service_id, row.service_id), 24)}  "
            f"({count(row.acknowledgements)})"
            for row in rows(shown)
        ],
        range=[-0.6, len(shown) - 0.4],
        showgrid=False,
    )
    return drawn.update_layout(
        clickmode="event+select",
        legend={"y": 1, "yanchor": "bottom", "orientation": "h"},
        margin={"t": drawn.room_above + 40},
    )


def _told(row: Any, names: Mapping[str, str]) -> str:
    return (
        f"<b>{safe(names.get(row.service_id, row.service_id))}</b><br>"
        f"{plural(row.responders, 'person', 'people')} acknowledged, as concentrated as "
        f"{row.effective_responders:.1f} with equal shares<br>"
        f"smallest group with 50 %: {row.smallest_group_50}, with 80 %: {row.smallest_group_80}"
        f"<br>{percent(row.uncovered_share)} uncovered if one leaves "
        f"({percent(row.uncovered_share_low)} to {percent(row.uncovered_share_high)})<br>"
        f"n = {count(row.acknowledgements)}"
    )


def _people_title(services: pd.DataFrame) -> str:
    enough = services[services["acknowledgements"] >= ENOUGH]
    if enough.empty:
        return f"No service has {ENOUGH} acknowledgements in this selection"
    alone = int(enough["smallest_group_80"].eq(1).sum())
    some = f"{count(alone)} of {plural(len(enough), 'service', 'services')}"
    have = "has" if 1 in (alone, len(enough)) else "have"
    return (
        f"{some} with {ENOUGH} acknowledgements or more {have} at least 80 % of them from one "
        f"person{top_of(_MOST, len(services))}"
    )


def _leaving_title(services: pd.DataFrame, names: Mapping[str, str]) -> str:
    enough = services[services["acknowledgements"] >= ENOUGH]
    if enough.empty:
        return f"No service has {ENOUGH} acknowledgements in this selection"
    top = enough.nlargest(1, "uncovered_share_low").iloc[0]
    alike = int(enough["uncovered_share_low"].eq(top["uncovered_share_low"]).sum())
    rest = top_of(_MOST, len(services))
    if alike > 1:
        return (
            f"{count(alike)} services depend most clearly on one person: "
            f"{percent(top['uncovered_share'])} of the acknowledgements of each{rest}"
        )
    return (
        "Most clearly dependent on one person: "
        f"{short(names.get(top['service_id'], top['service_id']))}, "
        f"{percent(top['uncovered_share'])} of its {count(top['acknowledgements'])} "
        f"acknowledgements{rest}"
    )
