"""A chart of the effect of other escalation delays. Frames come from
analysis.escalations.simulate."""

import math
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.wording import duration, percent
from corvana.charts.theme import ACCENT, CONTEXT, figure, lay_out, log_time, nothing

_NO_CHANGE: Final = 0.01


def plot_what_if(prediction: pd.DataFrame) -> go.Figure:
    """Draw the P90 to the first ack as observed, as replayed and with the new delays.

    Parameters
    ----------
    prediction
        One row of simulate.what_if: p90_observed, p90_replayed, p90 (NaN: there is only the range),
        p90_low, p90_high (NaN: no upper end) in seconds; extrapolated.
    """
    if prediction.empty or prediction["p90_low"].isna().all():
        return nothing("Fewer than 20 acknowledged incidents: not enough for a P90")
    row = prediction.iloc[0]
    drawn = figure(_what_if_title(row), height=230)
    for label, value in (
        ("observed", row["p90_observed"]),
        ("replayed with today's delays", row["p90_replayed"]),
    ):
        drawn.add_scatter(**_point(label, value, CONTEXT))
    drawn.add_scatter(**_new(row))
    ends = ("p90_observed", "p90_replayed", "p90", "p90_low", "p90_high")
    spread = np.array([float(row[name]) for name in ends])
    return lay_out(
        drawn,
        xaxis={**log_time(float(np.nanmin(spread)), float(np.nanmax(spread)))},
        yaxis={"autorange": "reversed", "showgrid": False},
        showlegend=False,
    )


def _point(label: str, value: float, colour: str) -> dict[str, Any]:
    return {
        "x": [value],
        "y": [label],
        "mode": "markers",
        "marker": {"size": 13, "color": colour},
        "text": [duration(value)],
        "hovertemplate": f"{label}: %{{text}}<extra></extra>",
    }


def _new(row: Any) -> dict[str, Any]:
    """The prediction with its whisker; of an extrapolation only the range, without a point."""
    label, low, high = "with the new delays", float(row["p90_low"]), float(row["p90_high"])
    if row["extrapolated"]:
        known = [low] if math.isnan(high) else [low, high]
        return {
            "x": known,
            "y": [label] * len(known),
            "mode": "lines+markers",
            "line": {"color": ACCENT, "width": 4},
            "marker": {"symbol": "line-ns-open", "size": 13, "color": ACCENT},
            "text": [duration(end) for end in known],
            "hovertemplate": f"{label}, an end of the range: %{{text}}<extra></extra>",
        }
    value = float(row["p90"])
    whisker = {
        "type": "data",
        "array": [high - value],
        "arrayminus": [value - low],
        "color": ACCENT,
        "width": 4,
    }
    return _point(label, value, ACCENT) | {"error_x": whisker}


def _what_if_title(row: Any) -> str:
    """What is predicted, beside what was observed. It rises or falls only beyond the interval."""
    low, high, observed = (float(row[f"p90_{name}"]) for name in ("low", "high", "observed"))
    if row["extrapolated"]:
        known = f"at least {duration(low)}" if math.isnan(high) else _between(low, high)
        return (
            f"P90 to the first ack: {known}, beyond what was observed "
            f"(observed {duration(observed)})"
        )
    predicted = float(row["p90"])
    change = (predicted - observed) / max(observed, 1.0)
    if abs(change) < _NO_CHANGE:
        return f"No change in the predicted P90 ({duration(predicted)})"
    if observed >= low and not observed > high:
        return (
            f"Predicted P90 to the first ack {duration(predicted)}: its range holds the "
            f"{duration(observed)} observed"
        )
    word = "falls" if change < 0 else "rises"
    return (
        f"Predicted P90 to the first ack {word} by {percent(abs(change))}, to "
        f"{duration(predicted)} (observed {duration(observed)})"
    )


def _between(low: float, high: float) -> str:
    return f"{duration(low)} to {duration(high)}"
