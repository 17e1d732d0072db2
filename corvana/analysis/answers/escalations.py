"""Who answers when we escalate?"""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis.answers.selection import Selected
from corvana.analysis.escalations.undecided import of_first_level
from corvana.analysis.statistics.estimates import ENOUGH, ENOUGH_FOR_P90, Estimate
from corvana.analysis.wording import (
    TOO_FEW,
    count,
    duration,
    percent,
    plain,
    plural,
    share_interval,
    some_of,
)

_MORE_RUN_OUT: Final = 0.01


def answer(
    summary: pd.DataFrame,
    names: Mapping[str, str],
    selected: Selected,
    undecided: pd.DataFrame | None = None,
) -> str:
    """Return how often incidents escalate, by whom, and which policy runs out of people most often.

    Parameters
    ----------
    summary
        climbing.policy_summary: a row a policy, and the selection (null id) last; without the
        incidents that may still escalate for the first time.
    names
        Label of each policy's id.
    selected
        The selection in words.
    undecided
        undecided.undecided of the selection; None: there are none.
    """
    young = None if undecided is None else of_first_level(undecided)
    whole = summary[summary["escalation_policy_id"].isna()]
    if not whole.empty and whole["n"].iloc[0]:
        return f"{_of_decided(whole.iloc[0], summary, names, selected)}{_younger(young)}"
    if young is not None and len(young):
        return _only_young(young, selected)
    return "No high-urgency incident was paged through a policy in this selection."


def _only_young(young: pd.DataFrame, selected: Selected) -> str:
    incidents = selected.incidents(len(young), "paged through a policy", urgency="high-urgency")
    escalated = "not" if len(young) == 1 else "none of them"
    return f"**{incidents}**, {escalated} escalated so far, {younger_than(young)}."


def _younger(young: pd.DataFrame | None) -> str:
    """A sentence on the incidents that are not counted, because they may still escalate."""
    if young is None or young.empty:
        return ""
    are = "is" if len(young) == 1 else "are"
    return f" {count(len(young))} more {are} not counted: {younger_than(young)}."


def _of_decided(
    row: pd.Series, summary: pd.DataFrame, names: Mapping[str, str], selected: Selected
) -> str:
    incidents = selected.incidents(int(row["n"]), "paged through a policy", urgency="high-urgency")
    if row["n"] < ENOUGH:
        return f"**{incidents}**, {_escalated(row)}; {TOO_FEW}."
    share = Estimate(row["escalated"], row["escalated_low"], row["escalated_high"])
    if not row["n_escalated"]:
        none = f"**None of the {incidents} escalated**: 0 % ({share_interval(share)})."
        return f"{none} {_most(summary, names)}"
    return (
        f"**{percent(share.value)} of the {incidents} escalate** ({share_interval(share)})"
        f"{_by_timer(row)}. {_most(summary, names)}"
    )


def _escalated(row: pd.Series) -> str:
    n, escalated = row["n"], row["n_escalated"]
    if n == 1:
        return "escalated" if escalated else "not escalated"
    return f"{count(escalated) if escalated else 'none'} of them escalated"


def younger_than(rows: pd.DataFrame) -> str:
    """Return "younger than the delay of 15 min" of rows of `undecided`, to follow their number."""
    delays = rows["delay"].unique()
    which = f"the delay of {duration(delays[0])}" if len(delays) == 1 else "their level's delay"
    return f"younger than {which}"


def back_test(prediction: pd.DataFrame) -> str:
    """Return how a prediction was made and how far such ones are off, from a row of
    simulate.what_if."""
    if prediction.empty or prediction["p90_observed"].isna().all():
        return f"A P90 needs {ENOUGH_FOR_P90} acknowledged incidents."
    row = prediction.iloc[0]
    told = (
        f"Of those acknowledged among the {count(row['n'])} incidents that began on this policy.",
        _predicted_by(row),
        _slower(row),
        _tried(row),
        "Whisker: 95 % range for a similar period.",
        _beyond(row),
    )
    return " ".join(sentence for sentence in told if sentence)


def _predicted_by(row: pd.Series) -> str:
    return {
        "shift": "Predicted by shifting every page: in back-tests this was better than a replay.",
        "none": "Predicted as no change: in back-tests this was better than a replay.",
    }.get(str(row["predictor"]), "Predicted by replaying them.")


def _tried(row: pd.Series) -> str:
    """How far predictions of this distance were off."""
    n = int(row["n_backtests"])
    if not n:
        return "No policy of the account has enough incidents for a back-test."
    tests = plural(n, "back-test", "back-tests")
    if row["distance"] == 1:
        return (
            f"With the same delays, one half of a period was typically "
            f"{percent(float(row['backtest']))} off the other half ({tests})."
        )
    return (
        f"Typical error in {tests} with delays changed as much: {percent(float(row['backtest']))}."
    )


def _slower(row: pd.Series) -> str:
    """Why answers come later although people are paged earlier."""
    if not row["distance"] < 1 or not row["p90"] > row["p90_observed"]:
        return ""
    more, now = float(row["ran_out"]), float(row["ran_out_replayed"])
    if more >= now + _MORE_RUN_OUT:
        return (
            f"Paging earlier slows the answer here, because more incidents run out of people "
            f"before anybody answers: {percent(more)} instead of {percent(now)}."
        )
    cut_off = int(row["cut_off"])
    if not cut_off:
        return ""
    answers = plural(cut_off, "answer", "answers")
    return (
        f"Paging earlier slows the answer here: {answers} of a level would come after the next "
        "level is paged, and the next level answers later."
    )


def _beyond(row: pd.Series) -> str:
    if not row["extrapolated"]:
        return ""
    end = " It has no known upper end." if pd.isna(row["p90_high"]) else ""
    return f"The new delays lie beyond what was observed, so there is only a range.{end}"


def _by_timer(row: pd.Series) -> str:
    by_timer = row["timeout_escalations"]
    events = by_timer + row["manual_escalations"] + row["unknown_escalations"]
    if not events:
        return ""
    if events < ENOUGH:
        made = some_of(by_timer, events, "escalation was", "escalations were")
        return f"; {made} by the timer"
    return f"; {percent(by_timer / events)} of the {count(events)} escalations were by the timer"


def foremost(summary: pd.DataFrame) -> str | None:
    """Return the policy that the answer names: the one that runs out of people most often.

    None if no policy did so often enough to be compared. `summary` is climbing.policy_summary.
    """
    found = _run_out(_judged(summary))
    return None if found.empty else str(found["escalation_policy_id"].iloc[0])


def _judged(summary: pd.DataFrame) -> pd.DataFrame:
    return summary[summary["escalation_policy_id"].notna() & summary["n"].ge(ENOUGH)]


def _run_out(policies: pd.DataFrame) -> pd.DataFrame:
    """The row of the policy that runs out of people most often, or no row."""
    return policies[policies["n_exhausted"] >= ENOUGH].nlargest(1, "exhausted_low")


def _most(summary: pd.DataFrame, names: Mapping[str, str]) -> str:
    policies = _judged(summary)
    exhausted = _run_out(policies)
    if exhausted.empty:
        times = int(summary.loc[summary["escalation_policy_id"].isna(), "n_exhausted"].iloc[0])
        if not times:
            return "No incident ran out of people to page."
        ran = plural(times, "incident ran out", "incidents ran out")
        if times < ENOUGH:
            return f"{ran} of people to page: too few to compare policies."
        return f"{ran} of people to page, fewer than {ENOUGH} on each policy."
    row = exhausted.iloc[0]
    policy = row["escalation_policy_id"]
    often = "most often runs" if len(policies) > 1 else "runs"
    return (
        f"**{plain(names.get(policy, policy))}** {often} out of people to page: "
        f"{percent(row['exhausted'])} of its {count(row['n'])} incidents."
    )
