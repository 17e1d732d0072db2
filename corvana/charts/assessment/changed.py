"""Charts of two times compared. Frames and measures come from analysis.assessment.changed."""

import math
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.answers import changed as words
from corvana.analysis.assessment.changed.measure import Measure
from corvana.analysis.wording import count, plural
from corvana.charts.labels import rows, safe
from corvana.charts.theme import ACCENT, CONTEXT, PALETTE, figure, lay_out, nothing, ribbon

_BETTER: Final = PALETTE[2]
_WORSE: Final = PALETTE[3]
_ROW: Final = 38
_WIDEST: Final = 20.0
_STEPS: Final = (1 / 16, 1 / 4, 1 / 2, 1.0, 2.0, 4.0, 16.0)
_GROUPS: Final = (
    ("better", _BETTER, ("better",)),
    ("worse", _WORSE, ("worse",)),
    ("otherwise different", ACCENT, ("more", "less")),
    ("no clear change", CONTEXT, ("not clear", "mix", "too few weeks")),
)
"""By legend entry the colour of the mark of after, and the verdicts."""
_MOST: Final = 60


def plot_ratios(measures: Sequence[Measure]) -> go.Figure:
    """Draw how times and rates changed, as a ratio to before with its interval.

    Parameters
    ----------
    measures
        From measures.measures; shares are left out, and what cannot be compared. A hollow mark is
        the change at the same mix, a light bar the changes that this much data would not show.
    """
    shown = [each for each in measures if each.is_ratio and each.change.value > 0][:_MOST]
    if not shown:
        return nothing("Too few incidents on one of the sides to compare times and rates")
    drawn = figure(_title(shown, "Times and rates"), height=_ROW * len(shown) + 150)
    reach = _reach(shown)
    _add_undetected(drawn, shown)
    _add_before(drawn, [1.0] * len(shown), shown)
    for name, colour, verdicts in _GROUPS:
        own = [each for each in shown if each.verdict in verdicts]
        bounds = [(each.change.low, each.change.high) for each in own]
        _add_after(drawn, own, [each.change.value for each in own], bounds, name, colour)
    mixed = [each for each in shown if each.same_mix.value > 0]
    _add_same_mix(drawn, mixed, [each.same_mix.value for each in mixed])
    ticks = [step for step in _STEPS if 1 / reach <= step <= reach]
    return _laid_out(
        drawn,
        shown,
        {
            "type": "log",
            "range": [-math.log10(reach), math.log10(reach)],
            "tickvals": ticks,
            "ticktext": ["as before" if step == 1 else _percent(step) for step in ticks],
            "tickangle": 0,
            "showgrid": True,
            "title": "change against before, log scale",
        },
    )


def plot_shares(measures: Sequence[Measure]) -> go.Figure:
    """Draw shares before and after, with the interval of the change at the latter.

    Parameters
    ----------
    measures
        From measures.measures; only shares that can be compared are drawn. A hollow mark is the
        share after at the same mix.
    """
    shown = [each for each in measures if not each.is_ratio and not math.isnan(each.change.value)]
    shown = shown[:_MOST]
    if not shown:
        return nothing("Too few incidents on one of the sides to compare shares")
    drawn = figure(_title(shown, "Shares"), height=_ROW * len(shown) + 150)
    _add_before(drawn, [each.before.value for each in shown], shown)
    for name, colour, verdicts in _GROUPS:
        own = [each for each in shown if each.verdict in verdicts]
        bounds = [
            (each.before.value + each.change.low, each.before.value + each.change.high)
            for each in own
        ]
        values = [each.before.value + each.change.value for each in own]
        _add_after(drawn, own, values, bounds, name, colour)
    mixed = [each for each in shown if not math.isnan(each.same_mix.value)]
    _add_same_mix(drawn, mixed, [each.before.value + each.same_mix.value for each in mixed])
    top = max(each.before.value + max(each.change.value, 0) for each in shown)
    return _laid_out(
        drawn,
        shown,
        {
            "tickformat": ".0%",
            "range": [-0.03, min(max(top * 1.2, 0.1), 1.03)],
            "showgrid": True,
            "title": "share",
        },
    )


def plot_scores(dimensions: pd.DataFrame) -> go.Figure:
    """Draw the scores of two times, dimension by dimension.

    Parameters
    ----------
    dimensions
        From scores.dimensions; a dimension of which no check is known on both sides is left out.
    """
    shown = dimensions.dropna(subset=["before", "after"]).head(_MOST)
    if shown.empty:
        return nothing("No check is known on both sides")
    drawn = figure(_score_title(shown), height=_ROW * len(shown) + 150)
    for row in rows(shown):
        drawn.add_scatter(
            x=[row.before, row.after],
            y=[row.dimension] * 2,
            mode="lines",
            line={"color": CONTEXT, "width": 2},
            hoverinfo="skip",
            showlegend=False,
        )
    for column, colour, size in (("before", CONTEXT, 10), ("after", ACCENT, 13)):
        drawn.add_scatter(
            x=shown[column],
            y=shown["dimension"],
            mode="markers",
            name=column,
            marker={"color": colour, "size": size},
            text=[
                f"<b>{safe(row.dimension)}</b><br>{row.before:.0f} → {row.after:.0f} points"
                f"<br>from {row.known} of {plural(row.checks, 'check', 'checks')}"
                for row in rows(shown)
            ],
            hovertemplate="%{text}<extra></extra>",
        )
    return lay_out(
        drawn,
        xaxis={"range": [-3, 103], "showgrid": True, "title": "points of 100"},
        yaxis={
            "categoryorder": "array",
            "categoryarray": shown["dimension"][::-1],
            "showgrid": False,
        },
        legend={"y": 1, "yanchor": "bottom", "orientation": "h", "traceorder": "normal"},
    )


def _title(shown: Sequence[Measure], what: str) -> str:
    clear = sum(each.verdict in {"better", "worse", "more", "less"} for each in shown)
    if not clear:
        return f"{what}: no clear change"
    return f"{what}: {count(clear)} of {count(len(shown))} changed clearly"


def _score_title(shown: pd.DataFrame) -> str:
    moved = (shown["after"].round() - shown["before"].round()).to_numpy()
    place = int(abs(moved).argmax())
    points = round(float(moved[place]))
    if not points:
        return "Every score is as it was"
    told = f"{points:+d}".replace("-", "−")
    noun = "point" if abs(points) == 1 else "points"
    return f"{shown['dimension'].iloc[place]} moved most: {told} {noun}"


def _reach(shown: Sequence[Measure]) -> float:
    """How far the axis reaches on either side, as a ratio; a very wide interval is cut."""
    ends = [
        bound for each in shown for bound in each.change[:3] if bound > 0 and math.isfinite(bound)
    ]
    return min(max(*(max(end, 1 / end) for end in ends), 2.0) * 1.15, _WIDEST)


def _add_undetected(drawn: go.Figure, shown: Sequence[Measure]) -> None:
    known = [each for each in shown if not math.isnan(each.detectable)]
    for place, each in enumerate(known):
        reach = min(each.detectable, _WIDEST)
        drawn.add_scatter(
            x=[1 / reach, reach],
            y=[words.LABELS[each.name]] * 2,
            mode="lines",
            line={"color": ribbon(CONTEXT, 0.25), "width": 16},
            name="would not show",
            showlegend=place == 0,
            hoverinfo="skip",
        )


def _add_before(drawn: go.Figure, values: list[float], shown: Sequence[Measure]) -> None:
    drawn.add_scatter(
        x=values,
        y=[words.LABELS[each.name] for each in shown],
        mode="markers",
        name="before",
        marker={"color": CONTEXT, "size": 10, "symbol": "line-ns-open", "line": {"width": 3}},
        hoverinfo="skip",
    )


def _add_after(
    drawn: go.Figure,
    own: Sequence[Measure],
    values: list[float],
    bounds: list[tuple[float, float]],
    name: str,
    colour: str,
) -> None:
    if not own:
        return
    drawn.add_scatter(
        x=values,
        y=[words.LABELS[each.name] for each in own],
        mode="markers",
        name=name,
        marker={"color": colour, "size": 12},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [_arm(high - value) for value, (_, high) in zip(values, bounds, strict=True)],
            "arrayminus": [
                _arm(value - low) for value, (low, _) in zip(values, bounds, strict=True)
            ],
            "color": colour,
            "thickness": 1.5,
            "width": 5,
        },
        text=[_hover(each) for each in own],
        hovertemplate="%{text}<extra></extra>",
    )


def _add_same_mix(drawn: go.Figure, own: Sequence[Measure], values: list[float]) -> None:
    if not own:
        return
    drawn.add_scatter(
        x=values,
        y=[words.LABELS[each.name] for each in own],
        mode="markers",
        name="at the same mix",
        marker={"color": ACCENT, "size": 9, "symbol": "diamond-open", "line": {"width": 1.5}},
        text=[
            f"<b>{words.LABELS[each.name]}</b><br>at the same mix: "
            f"{words.change(each, each.same_mix)} ({words.interval(each, each.same_mix)})"
            for each in own
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _hover(each: Measure) -> str:
    bounds = words.interval(each)
    return (
        f"<b>{words.LABELS[each.name]}</b><br>{words.value(each, each.before, each.n)} → "
        f"{words.value(each, each.after, each.n_after)}<br>{words.change(each)} ({bounds})"
        f"<br>{words.TOLD[each.verdict]}<br>would show: {words.detectable(each)}"
        f"<br>n = {count(each.n)} → {count(each.n_after)}"
    )


def _laid_out(drawn: go.Figure, shown: Sequence[Measure], axis: dict[str, Any]) -> go.Figure:
    labels = [words.LABELS[each.name] for each in shown]
    return lay_out(
        drawn,
        xaxis=axis,
        yaxis={"categoryorder": "array", "categoryarray": labels[::-1], "showgrid": False},
        legend={"y": 1, "yanchor": "bottom", "orientation": "h", "traceorder": "normal"},
    )


def _arm(length: float) -> float:
    """The length of a whisker's arm; none where a bound is not known."""
    return length if math.isfinite(length) and length > 0 else 0.0


def _percent(ratio: float) -> str:
    return f"{(ratio - 1) * 100:+.0f} %".replace("-", "−")
