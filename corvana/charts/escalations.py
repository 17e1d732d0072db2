"""Charts of how incidents climb their policies. Frames come from analysis.escalations."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.answers.escalations import younger_than
from corvana.analysis.escalations.undecided import on_level
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.statistics.survival import thin
from corvana.analysis.wording import count, duration, percent, plural, proportion
from corvana.charts.labels import rows, safe, short, top_of
from corvana.charts.theme import (
    ACCENT,
    CONTEXT,
    PALETTE,
    figure,
    lay_out,
    log_time,
    nothing,
    ribbon,
)

NOBODY: Final = "No high-urgency incident went through a policy in this selection"
ACKNOWLEDGED: Final = PALETTE[2]
WORSE: Final = PALETTE[3]
_MOST_POLICIES: Final = 25
_STEPS: Final = 250


def plot_funnel(funnel: pd.DataFrame, undecided: pd.DataFrame | None = None) -> go.Figure:
    """Draw, level by level, how many incidents come to it and how many it acknowledges.

    Parameters
    ----------
    funnel
        level, n, n_reached, n_acked; reach and ack with _low and _high (shares), p50 (seconds);
        from level_funnel.account_funnel, or level_funnel.funnel of one policy.
    undecided
        From undecided.undecided of the same incidents; None: there are none.
    """
    if funnel.empty or not funnel["n"].max():
        return nothing(NOBODY)
    levels = [f"Level {level}" for level in funnel["level"]]
    drawn = figure(_funnel_title(funnel, undecided), height=120 + 74 * len(levels))
    n = float(funnel["n"].max())
    parts = (
        ("reached the level", funnel["n_reached"] / n, funnel["reach_low"], funnel["reach_high"],
         ribbon(CONTEXT, 0.5), ""),
        ("acknowledged on it", funnel["n_acked"] / n, funnel["n_reached"] / n * funnel["ack_low"],
         funnel["n_reached"] / n * funnel["ack_high"], ACKNOWLEDGED, "ack"),
    )  # fmt: skip
    for name, share, low, high, colour, told in parts:
        drawn.add_bar(
            x=share,
            y=levels,
            orientation="h",
            name=name,
            marker={"color": colour},
            error_x={
                "type": "data",
                "array": high - share,
                "arrayminus": share - low,
                "thickness": 1.2,
                "width": 3,
                "color": CONTEXT,
            },
            text=[_of_level(row, told) for row in rows(funnel)],
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    return lay_out(
        drawn,
        yaxis={"autorange": "reversed", "showgrid": False},
        xaxis={
            "tickformat": ".0%",
            "rangemode": "tozero",
            "title": f"share of {plural(n, 'incident', 'incidents')}",
        },
        barmode="group",
        bargap=0.3,
        legend={"y": 1, "yanchor": "bottom"},
    )


def plot_policies(summary: pd.DataFrame, names: Mapping[str, str]) -> go.Figure:
    """Draw the share of incidents that escalated, were repeated or exhausted, by policy.

    Parameters
    ----------
    summary
        escalation_policy_id, n; escalated, repeated, exhausted (shares) with _low and _high; from
        climbing.policy_summary. The row of the account (id null) becomes the reference line.
    """
    policies = summary[summary["escalation_policy_id"].notna() & summary["n"].gt(0)]
    if policies.empty:
        return nothing(NOBODY)
    ordered = policies.assign(enough=policies["n"] >= ENOUGH).sort_values(
        ["enough", "escalated"], ascending=False
    )
    shown = ordered.head(_MOST_POLICIES)
    drawn = figure(_policies_title(ordered, names), height=110 + 30 * len(shown))
    ids = shown["escalation_policy_id"]
    marks = (
        ("escalated", "escalated", ACCENT, "circle"),
        ("repeated", "policy repeated", PALETTE[1], "diamond"),
        ("exhausted", "ran out of people", WORSE, "x"),
    )
    for column, name, colour, symbol in marks:
        drawn.add_scatter(
            x=shown[column],
            y=ids,
            customdata=ids,
            mode="markers",
            name=name,
            marker={
                "size": 10,
                "symbol": symbol,
                "color": colour,
                "opacity": [1.0 if enough else 0.4 for enough in shown["enough"]],
            },
            error_x={
                "type": "data",
                "array": shown[f"{column}_high"] - shown[column],
                "arrayminus": shown[column] - shown[f"{column}_low"],
                "thickness": 1.5,
                "width": 0,
                "color": colour,
            },
            text=[
                f"<b>{safe(names.get(row.escalation_policy_id, row.escalation_policy_id))}</b><br>"
                f"{name}: {proportion(getattr(row, column), row.n)}"
                f"{f' of {count(row.n)}' if row.enough else ''} "
                f"{'incident' if row.n == 1 else 'incidents'}"
                for row in rows(shown)
            ],
            hovertemplate="%{text}<extra></extra>",
        )
    account = summary.loc[summary["escalation_policy_id"].isna(), "escalated"]
    if len(account) and not np.isnan(account.iloc[0]):
        drawn.add_vline(
            x=float(account.iloc[0]),
            line={"dash": "dot", "color": CONTEXT, "width": 1},
        )
        # Name the line in the legend: a label beside it would cover a tick or a mark.
        drawn.add_scatter(
            x=[None],
            y=[None],
            mode="lines",
            line={"dash": "dot", "color": CONTEXT, "width": 1},
            name=f"escalated, whole selection: {percent(account.iloc[0])}",
        )
    highest = float(shown[[f"{column}_high" for column, *_ in marks]].max().max())
    # Do not cut off marks at 0 %.
    return lay_out(
        drawn,
        yaxis={
            "categoryorder": "array",
            "categoryarray": ids[::-1],
            "tickmode": "array",
            "tickvals": ids,
            "ticktext": [
                f"{short(names.get(policy, policy))}  ({count(n)})"
                for policy, n in zip(ids, shown["n"], strict=True)
            ],
            "showgrid": False,
        },
        xaxis={
            "tickformat": ".0%",
            "range": [-0.02, min(highest * 1.05, 1) + 0.02],
            "showgrid": True,
            "title": "share of incidents",
        },
        clickmode="event+select",
        legend={"y": 1, "yanchor": "bottom", "orientation": "h"},
    )


def plot_latency(
    curves: Mapping[int, pd.DataFrame],
    delays: Mapping[int, float],
    pages: Mapping[int, tuple[int, int, int]],
) -> go.Figure:
    """Draw the share of pages acknowledged by time since the page, a curve a level.

    Parameters
    ----------
    curves
        By level: seconds, share, low, high; from level_funnel.ack_latency.
    delays
        By level: seconds until the next level is paged.
    pages
        By level: how often it was paged, how often it acknowledged, how many pages still wait.
    """
    known = {level: thin(curve, _STEPS) for level, curve in curves.items() if len(curve)}
    if not known:
        return nothing("Nobody acknowledged a page of this policy" if curves else NOBODY)
    answers = ", ".join(
        f"level {level} answers {_answered(curve, *pages.get(level, (0, 0, 0)))}"
        for level, curve in sorted(curves.items())
    )
    drawn = figure(f"Of its pages, {answers}", height=360)
    longest = 60.0
    for place, (level, curve) in enumerate(known.items()):
        colour = PALETTE[place % len(PALETTE)]
        drawn.add_scatter(
            x=curve["seconds"],
            y=curve["share"],
            mode="lines",
            line={"color": colour, "shape": "hv", "width": 2},
            name=f"level {level}",
            text=[f"{percent(row.share)} within {duration(row.seconds)}" for row in rows(curve)],
            hovertemplate=f"level {level}: %{{text}}<extra></extra>",
        )
        longest = max(longest, float(curve["seconds"].iloc[-1]))
        if level in delays:
            drawn.add_vline(x=delays[level], line={"dash": "dot", "color": colour, "width": 1})
    return lay_out(
        drawn,
        xaxis={**log_time(5.0, longest), "title": "since the page; dotted: the level's delay"},
        yaxis={"tickformat": ".0%", "range": [0, 1.02], "title": "share of the level's pages"},
        # Keep the legend out of the corner, where the curve of a level that seldom answers is.
        legend={"y": 1, "yanchor": "bottom", "orientation": "h"},
    )


def _answered(curve: pd.DataFrame, n: int, n_acked: int, n_open: int) -> str:
    """The end of the curve in words; the counts if fewer than ten pages have ended."""
    if n - n_open < ENOUGH:
        return f"{count(n_acked)} of {count(n)}{' so far' if n_open else ''}"
    return percent(float(curve["share"].iloc[-1]) if len(curve) else 0.0)


def _of_level(row: Any, told: str) -> str:
    if told == "ack":
        half = (
            f"<br>half of the acknowledged within {duration(row.p50)}"
            if row.n_acked >= ENOUGH
            else ""
        )
        return (
            f"Level {row.level} acknowledges {count(row.n_acked)} of the "
            f"{plural(row.n_reached, 'incident', 'incidents')} reaching it{half}"
        )
    return (
        f"{count(row.n_reached)} of {plural(row.n, 'incident', 'incidents')} "
        f"{'reaches' if row.n_reached == 1 else 'reach'} level {row.level}"
    )


def _funnel_title(funnel: pd.DataFrame, undecided: pd.DataFrame | None) -> str:
    """The level with the lowest share of answers, among levels with enough data."""
    enough = funnel[funnel["n_reached"] >= ENOUGH]
    if enough.empty:
        return f"No level was reached by {ENOUGH} incidents"
    young = pd.Series(dtype="int64") if undecided is None else undecided["level"].value_counts()
    decided = enough["n_reached"] - enough["level"].map(young).fillna(0)
    answers = (enough["n_acked"] / decided.where(decided > 0)).fillna(1.0)
    least = enough.iloc[int(answers.argmin())]
    level, reached, acked = (int(least[name]) for name in ("level", "n_reached", "n_acked"))
    if undecided is None or level not in young.index:
        return (
            f"Level {level} acknowledges {percent(float(least['ack']))} of the {count(reached)} "
            "incidents reaching it"
        )
    waiting = on_level(undecided, level)
    are = "is" if len(waiting) == 1 else "are"
    return (
        f"{count(acked)} of {count(reached)} acknowledged on level {level} so far; "
        f"{count(len(waiting))} {are} {younger_than(waiting)}"
    )


def _policies_title(ordered: pd.DataFrame, names: Mapping[str, str]) -> str:
    enough = ordered[ordered["enough"]]
    if enough.empty:
        return f"No policy has {ENOUGH} incidents to judge in this selection"
    top = enough.iloc[0]
    policy = top["escalation_policy_id"]
    rest = top_of(_MOST_POLICIES, len(ordered))
    if not top["escalated"]:
        return f"No incident of a policy with {ENOUGH} incidents escalated{rest}"
    is_most = len(enough) > 1 and enough["escalated"].eq(top["escalated"]).sum() == 1
    escalates = "escalates most" if is_most else "escalates"
    return (
        f"{short(names.get(policy, policy))} {escalates}: {percent(top['escalated'])} of its "
        f"{count(top['n'])} incidents{rest}"
    )
