"""Sentences that say how fast we respond, where the speed differs, and whether it changed."""

import math
from collections.abc import Mapping

import pandas as pd

from corvana.analysis.answers.selection import Selected
from corvana.analysis.response.breakdowns import slowest
from corvana.analysis.response.durations import Summary
from corvana.analysis.response.period_change import Change
from corvana.analysis.statistics.estimates import ENOUGH, Estimate
from corvana.analysis.statistics.possible_changes import LASTING
from corvana.analysis.wording import (
    TOO_FEW,
    count,
    duration,
    instant,
    interval,
    percent,
    plain,
    plural,
    point_change,
    share_interval,
    why_not_told,
)

_MANY = 10


def change(levels: pd.DataFrame, split: pd.DataFrame, alike: int = 0) -> str:
    """Return since when a duration differs, or the smallest change that would have been seen.

    Parameters
    ----------
    levels
        The stretches between changes, of changes.segments.
    split
        The one row of changes.trends for the same duration.
    alike
        The number of durations if all are the same; else 0.
    """
    whole, detectable = int(split["weeks"].iloc[0]), float(split["detectable"].iloc[0])
    if whole < 2 * LASTING:
        return f"A change can be tested once {count(2 * LASTING)} whole weeks are collected."
    if alike >= ENOUGH:
        return f"No change: all {count(alike)} took the same time."
    if math.isnan(detectable):
        return f"Too few values in {count(whole)} weeks to tell a change from chance."
    if len(levels) < 2:
        return f"No lasting change in {count(whole)} whole weeks; {_smallest(detectable)}"
    last, before = levels.iloc[-1], levels.iloc[-2]
    return (
        f"Geometric mean {duration(before['value'])} before {instant(last['start'])}, "
        f"{duration(last['value'])} since: {_times(last)}. The date was chosen from the data, "
        f"which overstates the change; {_smallest(detectable)}"
    )


def _smallest(detectable: float) -> str:
    if detectable > _MANY:
        return "with this much data, hardly any change would have shown."
    return (
        f"a change to {(detectable - 1) * 100:.0f} % longer or {(1 - 1 / detectable) * 100:.0f} % "
        "shorter would most likely have shown."
    )


def _times(level: pd.Series) -> str:
    low, high = level["ratio_low"], level["ratio_high"]
    within = "" if math.isnan(low) or math.isnan(high) else f" ({low:.2f} to {high:.2f})"
    return f"{level['ratio']:.2f} times{within}"


def answer(
    summary: Summary,
    verb: str,
    selected: Selected,
    slow: str | None = None,
    *,
    change: Change | None = None,
) -> str:
    """Return the page's answer from its numbers.

    Parameters
    ----------
    summary
        Of the selection.
    verb
        "acknowledged" or "resolved".
    selected
        The selection in words.
    slow
        A sentence about where it differs, from `standout`.
    change
        The change against the period before, of the number with which the answer begins.
    """
    if summary.n == 0:
        return _none_counts(summary, selected)
    if summary.n < ENOUGH:
        return _counted(summary, verb, selected)
    if is_forecast(summary) and summary.n_done < ENOUGH:
        return " ".join(part for part in (_so_far(summary, verb, selected), slow or "") if part)
    parts = [_half(summary, verb, selected), _since_before(change), slow or ""]
    return " ".join(part for part in parts if part)


def standout(
    groups: pd.DataFrame, names: Mapping[str, str], summary: Summary, verb: str
) -> str | None:
    """Return a sentence on the slowest group that is clearly slower (`breakdowns.slowest`), or
    None.

    Parameters
    ----------
    groups
        From breakdowns.breakdown.
    names
        Label of each group's id.
    summary
        Of the whole selection: its median is that of the same population as the groups' medians;
        where all are done, it is the time until half were, with which the answer begins.
    verb
        "acknowledged" or "resolved".
    """
    top = slowest(groups)
    if top is None:
        return None
    name = names.get(str(top["id"]), str(top["id"]))
    usual, times = summary.p50.value, float(top["times"])
    if summary.n_done == summary.n and summary.half.value:
        usual = summary.half.value
        times = float(top["p50"]) / usual
    return (
        f"*{plain(name)}* is slowest: a median of {duration(top['p50'])} among its "
        f"{count(top['n_done'])} {verb} incidents, {_as_long(times)} as the "
        f"{duration(usual)} of all {count(summary.n_done)} {verb} in the selection, "
        "more than chance explains."
    )


def composition(summary: Summary, done: str) -> str:
    """Return the counts behind the figures: all, done, open, ended otherwise, left out."""
    parts = [f"n = {count(summary.n)}", f"{count(summary.n_done)} {done}"]
    if summary.n_open:
        waits = "still waiting" if done == "acknowledged" else "not resolved yet"
        parts.append(f"{count(summary.n_open)} {waits}")
    if summary.n_competing:
        parts.append(f"{count(summary.n_competing)} resolved without an acknowledgement")
    if summary.n_merged:
        parts.append(f"{count(summary.n_merged)} merged and left out")
    if summary.n_in_maintenance:
        n = count(summary.n_in_maintenance)
        parts.append(f"{n} left out: created in a maintenance window")
    return " · ".join(parts)


def _none_counts(summary: Summary, selected: Selected) -> str:
    if summary.n_all == 0:
        return "No incident matches this selection."
    verb = "was" if summary.n_all == 1 else "were"
    reasons = {
        "merged into others": summary.n_merged,
        "created in a maintenance window": summary.n_in_maintenance,
    }
    why = " or ".join(reason for reason, n in reasons.items() if n)
    return f"{selected.incidents(summary.n_all)} {verb} {why}: no times to measure."


def _counted(summary: Summary, verb: str, selected: Selected) -> str:
    """The counts of a selection that is too small to conclude from."""
    incidents = f"**{selected.incidents(summary.n)}**"
    done = summary.n_done
    if not done:
        return f"{incidents}, {'not' if summary.n == 1 else 'none of them'} {verb}; {TOO_FEW}."
    seconds = summary.curve["seconds"]
    first, last = duration(seconds.iloc[0]), duration(seconds.iloc[-1])
    after = f"after {first}" if first == last else f"after {first} to {last}"
    if done == summary.n:
        return f"{incidents}, {verb} {after}; {TOO_FEW}."
    return f"{incidents}, {count(done)} of them {verb} {after}; {TOO_FEW}."


def is_forecast(summary: Summary) -> bool:
    """Return whether fewer than half are done, so that the time until half are is an expectation:
    the open incidents go on like the others."""
    return not math.isnan(summary.half.value) and 2 * summary.n_done < summary.n


def _so_far(summary: Summary, verb: str, selected: Selected) -> str:
    """The counts where too few are done to expect anything of the open ones."""
    done, seconds = summary.n_done, summary.curve["seconds"]
    first, last = duration(seconds.iloc[0]), duration(seconds.iloc[-1])
    after = f"after {first}" if first == last else f"after {first} to {last}"
    were = "was" if done == 1 else "were"
    still = "is" if summary.n_open == 1 else "are"
    return (
        f"**{count(done)} of the {selected.incidents(summary.n)} {were} {verb} so far**, {after}; "
        f"{count(summary.n_open)} {still} still open, and fewer than {ENOUGH} tell nothing of them."
    )


def _half(summary: Summary, verb: str, selected: Selected) -> str:
    incidents = f"the {selected.incidents(summary.n)}"
    done, half = summary.n_done, duration(summary.half.value)
    share = f"{percent(summary.share_done.value)} ({share_interval(summary.share_done)})"
    if not done:
        return f"None of {incidents} was {verb}: {share}."
    if math.isnan(summary.half.value):
        return f"Fewer than half of {incidents} were {verb}: {share}."
    if done == summary.n and len(summary.curve) == 1:
        return f"Each of {incidents} was {verb} after **{half}**."
    within = f"within **{half}** ({interval(summary.half)})"
    if is_forecast(summary):
        waits = plural(summary.n_open, "incident that is", "incidents that are")
        return (
            f"Half of {incidents} will be {verb} {within}, if the {waits} still open "
            f"{'goes' if summary.n_open == 1 else 'go'} on like the others. "
            f"So far it is {share}."
        )
    return f"Half of {incidents} are {verb} {within}."


def _since_before(change: Change | None) -> str:
    """The change of the answer's first number: the time until half were done, or, where too few
    were done, the share."""
    if change is None:
        return ""
    half, share = change.half, change.share_done
    if math.isnan(half.value):
        return _share_since_before(share)
    if unsure := why_not_told(half, 1.0):
        return _compared(unsure)
    shorter = half.value < 1
    sizes = sorted(abs(ratio - 1) * 100 for ratio in (half.low, half.high))
    return _compared(
        f"{abs(half.value - 1) * 100:.0f} % {'shorter' if shorter else 'longer'} "
        f"({sizes[0]:.0f} to {sizes[1]:.0f} %)"
    )


def _share_since_before(share: Estimate) -> str:
    if math.isnan(share.value):
        return ""
    if unsure := why_not_told(share, 0.0):
        return _compared(unsure)
    points = (f"{bound * 100:+.1f}".replace("-", "−") for bound in (share.low, share.high))
    return _compared(f"{point_change(share)} ({' to '.join(points)})")


def _compared(change: str) -> str:
    return f"Against the period before: {change}."


def _as_long(times: float) -> str:
    words = {2: "twice", 3: "three times", 4: "four times", 5: "five times"}
    near = round(times)
    if near in words and abs(times - near) <= 0.05 * near:
        return f"{words[near]} as long"
    return f"{times:.1f} times as long"
