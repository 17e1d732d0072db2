"""The cards of the escalations page."""

import math
from collections.abc import Callable
from typing import Final

import pandas as pd

from corvana.analysis import wording
from corvana.analysis.answers.escalations import younger_than
from corvana.analysis.escalations.undecided import on_level
from corvana.analysis.statistics.estimates import ENOUGH, Estimate, share
from corvana.ui.components import Card

_BEYOND: Final = "beyond what was observed, so no number"


def escalation_cards(
    summary: pd.DataFrame, funnel: pd.DataFrame, undecided: pd.DataFrame
) -> list[Card]:
    """Return the selection's shares, from policy_summary, account_funnel and undecided."""
    whole = summary[summary["escalation_policy_id"].isna()].iloc[0]
    first = funnel[funnel["level"].eq(1)]
    young = on_level(undecided, 1)
    n = int(whole["n"])
    by_timer, unknown = whole["timeout_escalations"], whole["unknown_escalations"]
    return [
        _first_level(first, len(young), younger_than(young) if len(young) else ""),
        _share(
            "Escalated", _of(whole, "escalated"), n, "At least once, at any time of their life."
        ),
        _share("Policy repeated", _of(whole, "repeated"), n, "Started over after the last level."),
        _share(
            "Ran out of people",
            _of(whole, "exhausted"),
            n,
            "All levels were paged without an answer, and nobody was paged any more.",
        ),
        Card(
            "Escalations by hand",
            wording.count(whole["manual_escalations"]),
            f"{wording.count(by_timer)} by the timer, {wording.count(unknown)} of unknown cause",
            "Escalations, and not incidents: one for each instant, however many people are paged.",
        ),
    ]


def what_if_cards(predicted: pd.DataFrame) -> list[Card]:
    """Return what the new delays would change, from a row of simulate.what_if."""
    if predicted.empty:
        return [Card("P90 to first ack", "–", "no incident began on this policy", "")]
    row = predicted.iloc[0]
    if row["n"] < ENOUGH:
        n = wording.plural(row["n"], "incident", "incidents")
        few = f"needs {ENOUGH} incidents; {n} began on this policy"
        return [Card("P90 to first ack", "–", few, "")]
    return [
        _p90(row),
        _predicted(
            row,
            "Acknowledged",
            "acked",
            wording.percent,
            "Share of all incidents that began on the policy: those acknowledged before somebody "
            "resolved them or passed them on by hand; predicted by replaying them.",
        ),
        _predicted(
            row,
            "Pages in sleep hours",
            "night_pages",
            wording.count,
            "Number of pages in sleep hours until the first ack, in the same period; predicted by "
            "replaying its incidents.",
        ),
    ]


def _p90(row: pd.Series) -> Card:
    p90 = Estimate(*(float(row[name]) for name in ("p90", "p90_low", "p90_high")))
    label = "P90 to first ack"
    meaning = (
        "Of the acknowledged incidents only, nine in ten are faster; predicted from them. "
        "Below: 95 % range for a similar period."
    )
    if math.isnan(p90.low):
        return Card(label, "–", "needs 20 acknowledged incidents", meaning)
    if row["extrapolated"]:
        # The range is all that is known, so it stands where the number would.
        known = wording.interval(p90._replace(value=p90.low))
        observed = wording.duration(float(row["p90_observed"]))
        return Card(label, known, f"{_BEYOND}; observed {observed}", meaning)
    beside = _beside(row, "p90", wording.duration)
    return Card(label, wording.duration(p90.value), f"{wording.interval(p90)} · {beside}", meaning)


def _predicted(
    row: pd.Series, label: str, name: str, worded: Callable[[float], str], meaning: str
) -> Card:
    """A prediction, which rests on how soon incidents were acknowledged."""
    acked = int(row["n_acked"])
    if acked < ENOUGH:
        were = "was" if acked == 1 else "were"
        few = f"needs {ENOUGH} acknowledged incidents; {wording.count(acked)} {were}"
        return Card(label, "–", few, meaning)
    if row["extrapolated"]:
        observed = worded(float(row[f"{name}_observed"]))
        return Card(label, "–", f"{_BEYOND}; observed {observed}", meaning)
    return Card(label, worded(float(row[name])), _beside(row, name, worded), meaning)


def _beside(row: pd.Series, name: str, worded: Callable[[float], str]) -> str:
    """What was observed, and the replay with today's delays where it differs: then the timers ran
    otherwise than today's delays say."""
    today, observed = (worded(float(row[f"{name}_{which}"])) for which in ("replayed", "observed"))
    if today == observed:
        return f"observed {observed}"
    return f"with today's delays {today}, observed {observed}"


def _of(row: pd.Series, name: str) -> Estimate:
    return Estimate(float(row[name]), float(row[f"{name}_low"]), float(row[f"{name}_high"]))


def _first_level(first: pd.DataFrame, young: int, younger: str) -> Card:
    """`young` incidents still wait on the level, and are not counted."""
    meaning = "Incidents whose first acknowledgement came while they were on level 1."
    if first.empty:
        return Card("Level 1 answers", "–", "no incident reached level 1", meaning)
    row = first.iloc[0]
    decided = int(row["n_reached"]) - young
    left_out = f", {wording.count(young)} {younger} left out" if young else ""
    answers = share(int(row["n_acked"]), decided)
    return _share("Level 1 answers", answers, decided, meaning, f"reaching level 1{left_out}")


def _share(label: str, part: Estimate, n: int, meaning: str, which: str = "") -> Card:
    of = " ".join(
        part for part in ("of", wording.plural(n, "incident", "incidents"), which) if part
    )
    if n < ENOUGH:
        return Card(label, wording.proportion(part.value, n), of, meaning)
    note = f"{wording.share_interval(part)} · {of}"
    return Card(label, wording.percent(part.value), note, f"{meaning} Below: 95 % interval.")
