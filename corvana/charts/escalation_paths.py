"""A chart of the paths of incidents from level to level. Frames come from escalations.paths."""

from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.escalations.paths import ENDS, NOBODY_LEFT
from corvana.analysis.wording import count, duration, plural
from corvana.charts.escalations import ACKNOWLEDGED, NOBODY, WORSE
from corvana.charts.labels import rows
from corvana.charts.theme import ACCENT, CONTEXT, PALETTE, figure, nothing, ribbon

_FLOW_COLOURS: Final = {"ack": ACKNOWLEDGED, "timeout": PALETTE[1], "manual": ACCENT}
_CAUSES: Final = {"timeout": "by the timer", "manual": "by hand", "unknown": "cause unknown"}
_WIDE_ENOUGH: Final = 0.02
"""The least share of a policy's incidents that leave a level, for the level to have a label."""


def plot_paths(paths: pd.DataFrame) -> go.Figure:
    """Draw the flows from level to level and to how they end.

    Parameters
    ----------
    paths
        paths.paths.
    """
    if paths.empty:
        return nothing(NOBODY)
    sources = list(zip(paths["source_round"], paths["source_level"], strict=True))
    targets = [
        row.end if pd.isna(row.target_level) else (row.target_round, row.target_level)
        for row in rows(paths)
    ]
    places = sorted({*sources, *(target for target in targets if not isinstance(target, str))})
    ends = [end for end in (*ENDS.values(), NOBODY_LEFT) if end in targets]
    position: dict[Any, int] = {place: i for i, place in enumerate([*places, *ends])}
    called = [*(_place(*place) for place in places), *ends]
    leave = paths.groupby(["source_round", "source_level"])["n"].sum()
    # The label of a very thin node would overlap the labels of its neighbours.
    wide = [leave.get(place, leave.max()) >= _WIDE_ENOUGH * leave.max() for place in places]
    drawn = figure(_paths_title(paths), height=420)
    drawn.add_sankey(
        arrangement="snap",
        node={
            "label": [
                # In two lines, because a phone has no room beside the last level.
                label.replace(", ", "<br>") if shown else ""
                for label, shown in zip(called, [*wide, *[True] * len(ends)], strict=True)
            ],
            "customdata": called,
            "color": [
                *[CONTEXT] * len(places),
                *[ACKNOWLEDGED if end == ENDS["ack"] else WORSE for end in ends],
            ],
            "pad": 18,
            "thickness": 12,
            "line": {"width": 0},
            "hovertemplate": "%{customdata}: %{value:,}<extra></extra>",
        },
        link={
            "source": [position[source] for source in sources],
            "target": [position[target] for target in targets],
            "value": paths["n"],
            "color": [ribbon(_FLOW_COLOURS.get(str(c), CONTEXT), 0.35) for c in paths["cause"]],
            "customdata": [
                f"{count(row.n)} {_CAUSES.get(row.cause, '')}<br>after "
                f"{duration(row.median_seconds)} on the level (median)"
                for row in rows(paths)
            ],
            "hovertemplate": "%{source.customdata} → %{target.customdata}<br>%{customdata}"
            "<extra></extra>",
        },
    )
    return drawn


def _paths_title(paths: pd.DataFrame) -> str:
    started = paths.loc[paths["source_round"].eq(1) & paths["source_level"].eq(1), "n"].sum()
    by = paths.groupby("cause")["n"].sum()
    timed, manual = int(by.get("timeout", 0)), int(by.get("manual", 0))
    return (
        f"{plural(timed, 'escalation', 'escalations')} by the timer, {count(manual)} by hand, of "
        f"{plural(started, 'incident', 'incidents')} reaching level 1"
    )


def _place(round_: int, level: int) -> str:
    if round_ == 1:
        return f"Level {level}"
    return f"Level {level}, again"
