"""Charts of findings. Frames come from analysis.findings."""

from typing import Final

import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.answers.findings import WHOLE, size
from corvana.analysis.findings.kind import Finding, Minutes, Unit
from corvana.analysis.findings.registry import kind_of
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import count, duration
from corvana.charts.labels import rows, safe, short, top_of
from corvana.charts.theme import (
    ACCENT,
    CONTEXT,
    PALETTE,
    figure,
    lay_out,
    log_time,
    nothing,
)

_COLOURS: Final[dict[Minutes, str]] = {"incidents wait": ACCENT, "responders work": PALETTE[1]}
_SPENT: Final[dict[Minutes, str]] = {
    "incidents wait": "incidents wait",
    "responders work": "people's time",
}
MOST_TESTED: Final = 150
"""The number of subjects drawn besides the finding's own."""
_SMALL: Final = '<span style="font-size:11px">'
_ROW: Final = 36
_MOST_BARS: Final = 40


def plot_ledger(ledger: pd.DataFrame, opened: str | None = None) -> go.Figure:
    """Draw avoidable time a month, a bar a finding, coloured by the kind of time.

    Parameters
    ----------
    ledger
        key, where, title, minutes (the kind of minutes), sure, avoidable_minutes_per_month; largest
        first. Only the largest findings are drawn.
    opened
        The key of the finding shown below, marked.
    """
    if ledger.empty:
        return nothing("No finding reaches its floor with enough certainty")
    shown = ledger.head(_MOST_BARS)
    drawn = figure(
        _ledger_title(ledger) + top_of(_MOST_BARS, len(ledger)), height=_ROW * len(shown) + 110
    )
    for minutes, colour in _COLOURS.items():
        own = shown[shown["minutes"].eq(minutes)]
        if own.empty:
            continue
        seconds = own["avoidable_minutes_per_month"] * 60
        drawn.add_bar(
            x=seconds,
            y=own["key"],
            customdata=own["key"],
            orientation="h",
            name=_SPENT[minutes],
            showlegend=True,
            marker={"color": colour},
            text=[_told(minutes) for minutes in own["avoidable_minutes_per_month"]],
            textposition="outside",
            cliponaxis=False,
            hovertext=[
                f"<b>{safe(row.where)}</b><br>{row.title}<br>"
                f"avoidable a month: {_told(row.avoidable_minutes_per_month)} · {row.sure}"
                for row in rows(own)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
            # A click opens a finding; do not fade the others.
            unselected={"marker": {"opacity": 1}},
        )
    # Leave room for the text behind the longest bar.
    longest = max(float(shown["avoidable_minutes_per_month"].max()) * 60, 1.0)
    return lay_out(
        drawn,
        yaxis={
            "categoryorder": "array",
            "categoryarray": shown["key"][::-1],
            "tickmode": "array",
            "tickvals": shown["key"],
            "ticktext": [
                _bar_label(row.where, row.title, row.key == opened) for row in rows(shown)
            ],
            "showgrid": False,
        },
        xaxis={"range": [0, longest * 1.55], "visible": False},
        clickmode="event+select",
        bargap=0.4,
        legend={"y": 1, "yanchor": "bottom", "orientation": "h"},
    )


def plot_tested(tests: pd.DataFrame, finding: Finding, unit: Unit, name: str) -> go.Figure:
    """Draw the effect of a finding with its interval beside all subjects that its kind tested.

    Parameters
    ----------
    tests
        TESTS of the kind with `name`. Subjects with too little data are left out; of many, only the
        largest are drawn.
    finding
        The finding to mark.
    unit
        Of effects, intervals and references.
    name
        The name of the finding's subject.
    """
    own = tests["subject_id"].eq(finding.subject_id) & tests["detail"].fillna("").eq(
        finding.detail or ""
    )
    has_enough = tests["n"].ge(ENOUGH) | tests["p_value"].isna()
    others = tests[~own & has_enough & tests["effect"].notna()].nlargest(MOST_TESTED, "effect")
    every = pd.concat([others["effect"], pd.Series([finding.effect])]).rank(method="first")
    reference = size(finding.reference, unit)
    drawn = figure(
        f"{kind_of(finding.kind).comparison.measured}. {short(name, 40)}: "
        f"{size(finding.effect, unit)}; comparison value {reference}",
        height=min(max(240, 140 + 5 * len(every)), 520),
    )
    drawn.add_scatter(
        x=others["effect"],
        y=every.iloc[:-1],
        mode="markers",
        name="others tested",
        marker={"color": CONTEXT},
        error_x=_whisker(others["effect"], others["low"], others["high"], CONTEXT, 1),
        text=[
            f"<b>{safe(row.name)}</b><br>{size(row.effect, unit)}<br>n = {count(row.n)}"
            for row in rows(others)
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    alone = pd.Series([finding.effect])
    drawn.add_scatter(
        x=alone,
        y=every.iloc[-1:],
        mode="markers",
        name=short(name),
        marker={"color": ACCENT, "size": 12},
        error_x=_whisker(alone, pd.Series([finding.low]), pd.Series([finding.high]), ACCENT, 2.5),
        text=[f"<b>{safe(name)}</b><br>{size(finding.effect, unit)}<br>n = {count(finding.n)}"],
        hovertemplate="%{text}<extra></extra>",
    )
    drawn.add_vline(x=finding.reference, line={"dash": "dot", "color": CONTEXT, "width": 1.5})
    bounds = pd.concat([others["effect"], alone, pd.Series([finding.high, finding.reference])])
    return lay_out(
        drawn,
        xaxis={**_axis(unit, bounds), "title": "dotted line: comparison value"},
        yaxis={"visible": False},
        legend={"y": 1, "yanchor": "bottom", "orientation": "h", "traceorder": "reversed"},
    )


def _bar_label(where: str, title: str, is_open: bool) -> str:
    name = short(where)
    return f"{f'▸ <b>{name}</b>' if is_open else name}<br>{_SMALL}{short(title, 46)}</span>"


def _ledger_title(ledger: pd.DataFrame) -> str:
    top = ledger.iloc[0]
    minutes = float(top["avoidable_minutes_per_month"])
    place = "" if top["where"] == WHOLE else f"{short(top['where'])}, "
    worth = (
        f"up to {duration(minutes * 60)} a month" if minutes > 0 else "no avoidable time measured"
    )
    which = "One finding" if len(ledger) == 1 else f"{count(len(ledger))} findings; the largest"
    return f"{which}: {place}{safe(top['title'])}, {worth}"


def _told(minutes: float) -> str:
    return duration(minutes * 60) if minutes > 0 else "not measured"


def _whisker(
    value: pd.Series, low: pd.Series, high: pd.Series, colour: str, thickness: float
) -> dict[str, object]:
    return {
        "type": "data",
        "array": (high - value).clip(lower=0).fillna(0),
        "arrayminus": (value - low).clip(lower=0).fillna(0),
        "thickness": thickness,
        "width": 0,
        "color": colour,
    }


def _axis(unit: Unit, values: pd.Series) -> dict[str, object]:
    known = values.dropna()
    if unit == "seconds":
        return log_time(max(float(known.min()), 5.0), float(known.max()))
    top = max(float(known.max()), 0.01)
    shown: dict[str, object] = {"range": [-0.02 * top, 1.06 * top], "showgrid": True}
    if unit == "share":
        return {**shown, "tickformat": ".0%"}
    return {**shown, "ticksuffix": " ×"} if unit == "times" else shown
