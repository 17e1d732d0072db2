"""A chart of the effect of other escalation delays. Frames come from analysis.simulate."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.wording import duration, percent
from corvana.charts.theme import ACCENT, CONTEXT, figure, lay_out, log_time, nothing


def plot_what_if(prediction: pd.DataFrame) -> go.Figure:
    """Draw the P90 to the first ack as observed, as replayed and with the new delays.

    Parameters
    ----------
    prediction
        One row of simulate.what_if: p90_observed, p90_replayed, p90, p90_low, p90_high (seconds),
        change, backtest (shares).
    """
    if prediction.empty or prediction["p90"].isna().all():
        return nothing("Fewer than 20 acknowledged incidents: not enough for a P90")
    row = prediction.iloc[0]
    drawn = figure(_what_if_title(row), height=230)
    labels = ("observed", "replayed with today's delays", "with the new delays")
    values = (row["p90_observed"], row["p90_replayed"], row["p90"])
    for label, value, colour in zip(labels, values, (CONTEXT, CONTEXT, ACCENT), strict=True):
        is_new = label == labels[-1]
        drawn.add_scatter(
            x=[value],
            y=[label],
            mode="markers",
            marker={"size": 13, "color": colour},
            error_x={
                "type": "data",
                "array": [row["p90_high"] - value],
                "arrayminus": [value - row["p90_low"]],
                "color": colour,
                "width": 4,
            }
            if is_new
            else None,
            text=[duration(value)],
            hovertemplate=f"{label}: %{{text}}<extra></extra>",
        )
    spread = [*values, row["p90_low"], row["p90_high"]]
    return lay_out(
        drawn,
        xaxis={**log_time(float(np.nanmin(spread)), float(np.nanmax(spread)))},
        yaxis={"autorange": "reversed", "showgrid": False},
        showlegend=False,
    )


def _what_if_title(row: Any) -> str:
    """What the model predicts, with what was observed: the two may differ."""
    change, observed = float(row["change"]), f"observed {duration(row['p90_observed'])}"
    if abs(change) < 0.01:
        return f"No change in the predicted P90 ({duration(row['p90'])}; {observed})"
    word = "falls" if change < 0 else "rises"
    return (
        f"Predicted P90 to the first ack {word} by {percent(abs(change))}, to "
        f"{duration(row['p90'])} ({observed})"
    )
