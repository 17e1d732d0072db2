"""Sentences that say how fast we respond, where the speed differs, and whether it changed."""

import math
from collections.abc import Mapping

import pandas as pd

from corvana.analysis.response.durations import Change, Summary
from corvana.analysis.statistics.estimates import Estimate
from corvana.analysis.statistics.splits import LASTING
from corvana.analysis.wording import (
    UNCLEAR,
    count,
    duration,
    instant,
    interval,
    is_bounded,
    percent,
    plain,
    point_change,
    share_interval,
)

_FEWEST = 10
_SIGNIFICANT = 0.1

_MANY = 10


def change(levels: pd.DataFrame, split: pd.DataFrame) -> str:
    """Return since when a duration differs, or the smallest change that would have been seen.

    Parameters
    ----------
    levels
        The stretches between changes, of changes.segments.
    split
        The one row of changes.trends for the same duration.
    """
    whole, detectable = int(split["weeks"].iloc[0]), float(split["detectable"].iloc[0])
    if whole < 2 * LASTING:
        return f"A change can be told from chance from {count(2 * LASTING)} whole weeks on."
    if math.isnan(detectable):
        return f"Too few values in {count(whole)} weeks to tell a change from chance."
    if len(levels) < 2:
        return f"No lasting change in {count(whole)} whole weeks; {_smallest(detectable)}"
    last, before = levels.iloc[-1], levels.iloc[-2]
    return (
        f"Typically {duration(before['value'])} before {instant(last['start'])}, "
        f"{duration(last['value'])} since: {_times(last)}. Its place was chosen by the data, which "
        f"overstates it; {_smallest(detectable)}"
    )


def _smallest(detectable: float) -> str:
    if detectable > _MANY:
        return "this much data would hardly have shown any."
    return (
        f"one of {(detectable - 1) * 100:.0f} % longer or {(1 - 1 / detectable) * 100:.0f} % "
        "shorter would most likely have shown."
    )


def _times(level: pd.Series) -> str:
    low, high = level["ratio_low"], level["ratio_high"]
    within = "" if math.isnan(low) or math.isnan(high) else f" ({low:.2f} to {high:.2f})"
    return f"{level['ratio']:.2f} times{within}"


def answer(
    summary: Summary,
    verb: str,
    slowest: str | None = None,
    *,
    change: Change | None = None,
    of: str = "all incidents",
) -> str:
    """Return the page's answer from its numbers.

    Parameters
    ----------
    summary
        Of the selection.
    verb
        "acknowledged" or "resolved".
    slowest
        A sentence about where it differs, from `standout`.
    change
        The change against the period before, of the number with which the answer begins.
    of
        The name of the selection.
    """
    if summary.n == 0:
        return "No incident matches this selection."
    if summary.n < _FEWEST:
        return f"Not enough data to say (n = {count(summary.n)})."
    parts = [_half(summary, verb, of), _since_before(change), slowest or ""]
    return " ".join(part for part in parts if part)


def standout(groups: pd.DataFrame, names: Mapping[str, str]) -> str | None:
    """Return a sentence on the group that costs most time, more than chance explains, or None.

    Cost is incidents × seconds above the overall median, so that a small group seldom wins.

    Parameters
    ----------
    groups
        From breakdowns.breakdown.
    names
        Label of each group's id.
    """
    clear = groups.loc[
        groups["enough"] & (groups["q_value"] <= _SIGNIFICANT) & (groups["times"] >= 1.25)
    ]
    if clear.empty:
        return None
    cost = clear["n_done"] * clear["p50"] * (1 - 1 / clear["times"])
    top = clear.assign(cost=cost).nlargest(1, "cost").iloc[0]
    name = names.get(str(top["id"]), str(top["id"]))
    return (
        f"*{plain(name)}* takes {_times_the_median(float(top['times']))}, and it is not chance "
        f"(n = {count(top['n_done'])})."
    )


def composition(summary: Summary, done: str) -> str:
    """Return the counts behind the figures: all, done, open, ended otherwise, merged."""
    parts = [f"n = {count(summary.n)}", f"{count(summary.n_done)} {done}"]
    if summary.n_open:
        waits = "waiting" if done == "acknowledged" else "open"
        parts.append(f"{count(summary.n_open)} still {waits}")
    if summary.n_competing:
        parts.append(f"{count(summary.n_competing)} resolved without an acknowledgement")
    if summary.n_merged:
        parts.append(f"{count(summary.n_merged)} merged and left out")
    return " · ".join(parts)


def _half(summary: Summary, verb: str, of: str) -> str:
    if math.isnan(summary.half.value):
        return (
            f"Fewer than half of {count(summary.n)} incidents were {verb}: "
            f"{percent(summary.share_done.value)} ({share_interval(summary.share_done)})."
        )
    return (
        f"Half of {of} are {verb} within **{duration(summary.half.value)}** "
        f"({interval(summary.half)})."
    )


def _since_before(change: Change | None) -> str:
    """The change of the answer's first number: the time until half were done, or, where too few
    were done, the share."""
    if change is None:
        return ""
    half, share = change.half, change.share_done
    if not is_bounded(half):
        return _share_since_before(share)
    if half.low <= 1 <= half.high:
        return _compared(UNCLEAR)
    shorter = half.value < 1
    sizes = sorted(abs(ratio - 1) * 100 for ratio in (half.low, half.high))
    return _compared(
        f"{abs(half.value - 1) * 100:.0f} % {'shorter' if shorter else 'longer'} "
        f"({sizes[0]:.0f} to {sizes[1]:.0f} %)"
    )


def _share_since_before(share: Estimate) -> str:
    if not is_bounded(share):
        return ""
    if share.low <= 0 <= share.high:
        return _compared(UNCLEAR)
    points = (f"{bound * 100:+.1f}".replace("-", "−") for bound in (share.low, share.high))
    return _compared(f"{point_change(share)} ({' to '.join(points)})")


def _compared(change: str) -> str:
    return f"Against the period before: {change}."


def _times_the_median(times: float) -> str:
    words = {2: "twice", 3: "three times", 4: "four times", 5: "five times"}
    near = round(times)
    if near in words and abs(times - near) <= 0.15 * near:
        return f"{words[near]} the overall median"
    return f"{times:.1f} times the overall median"
