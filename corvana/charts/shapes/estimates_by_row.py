"""A row for each group: its estimate as a dot, the interval as a whisker, small groups pale."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.wording import count
from corvana.charts.labels import rows, short
from corvana.charts.theme import ACCENT

MOST: Final = 25
"""So many groups are drawn at most."""
OPACITY: Final = {True: 1.0, False: 0.4}
"""Of a dot, by whether its group is large enough."""
_WHISKERS: Final = {True: 0.7, False: 0.3}


def add_estimates(drawn: go.Figure, shown: pd.DataFrame, value: str, texts: Sequence[str]) -> None:
    """Draw `shown` from the bottom up: `id`, `enough`, the column `value`, and `low` and `high`,
    which may be unknown. `texts` is told when a dot is pointed at.

    Ids set the positions of the dots, so that two equal names are two rows.
    """
    drawn.add_scatter(
        x=shown[value],
        y=shown["id"],
        customdata=shown["id"],
        mode="markers",
        marker={
            "size": 10,
            "color": ACCENT,
            "opacity": [OPACITY[bool(enough)] for enough in shown["enough"]],
        },
        text=texts,
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )
    is_bounded = shown["low"].notna() & shown["high"].notna()
    for enough, opacity in _WHISKERS.items():
        some = shown[shown["enough"].eq(enough) & is_bounded]
        gap = pd.Series(None, index=some.index, dtype="object")
        drawn.add_scatter(
            x=np.column_stack([some["low"], some["high"], np.full(len(some), np.nan)]).ravel(),
            y=np.column_stack([some["id"], some["id"], gap]).ravel(),
            mode="lines",
            line={"color": ACCENT, "width": 2.5},
            opacity=opacity,
            hoverinfo="skip",
            showlegend=False,
        )


def height(shown: pd.DataFrame) -> int:
    """Return the height in pixels of a chart with these rows."""
    return 120 + max(26 * len(shown), 90)


def layout(shown: pd.DataFrame, names: Mapping[str, str], n: str) -> dict[str, Any]:
    """Return what the layout of such a chart has besides its x axis.

    The axis names the rows with the number in the column `n`; a click on a row selects it.
    """
    return {
        "yaxis": {
            "categoryorder": "array",
            "categoryarray": shown["id"],
            "tickmode": "array",
            "tickvals": shown["id"],
            "ticktext": [
                f"{short(names.get(row.id, row.id))}  ({count(getattr(row, n))})"
                for row in rows(shown)
            ],
            "showgrid": False,
        },
        "showlegend": True,
        "legend": {"y": 1, "yanchor": "bottom", "orientation": "h"},
        "clickmode": "event+select",
    }
