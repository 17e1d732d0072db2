"""Who answers when we escalate?"""

from collections.abc import Mapping

import pandas as pd

from corvana.analysis.statistics.estimates import ENOUGH, Estimate
from corvana.analysis.wording import count, percent, plain, share_interval


def answer(summary: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Return how often incidents escalate, by whom, and which policy most.

    Parameters
    ----------
    summary
        climbing.policy_summary: a row a policy, and the account (null id) last.
    """
    account = summary[summary["escalation_policy_id"].isna()]
    if account.empty or not account["n"].iloc[0]:
        return "No high-urgency incident was paged through a policy in this selection."
    row = account.iloc[0]
    share = Estimate(row["escalated"], row["escalated_low"], row["escalated_high"])
    events = row["timeout_escalations"] + row["manual_escalations"] + row["unknown_escalations"]
    by_timer = (
        f", {percent(row['timeout_escalations'] / events)} of the escalations by the timer"
        if events
        else ""
    )
    return (
        f"**{percent(share.value)} of incidents escalate** ({share_interval(share)}){by_timer}. "
        f"{_most(summary, names)}"
    ).strip()


def back_test(prediction: pd.DataFrame) -> str:
    """Return how well the model repeats what was observed, from a row of simulate.what_if."""
    if prediction.empty or prediction["backtest"].isna().all():
        return "A P90 needs 20 acknowledged incidents."
    row = prediction.iloc[0]
    error = abs(float(row["backtest"]))
    beyond = " Part of it lies beyond any delay observed: extrapolated." * bool(row["extrapolated"])
    return (
        f"Replayed with today's delays, the model is {percent(error)} off the P90 observed "
        f"(n = {count(row['n'])}). The whisker holds the P90 of another period like this one."
        f"{beyond}"
    )


def _most(summary: pd.DataFrame, names: Mapping[str, str]) -> str:
    policies = summary[summary["escalation_policy_id"].notna() & summary["n"].ge(ENOUGH)]
    exhausted = policies[policies["n_exhausted"] >= ENOUGH].nlargest(1, "exhausted_low")
    if exhausted.empty:
        return "No policy runs out of people to page often enough to tell."
    row = exhausted.iloc[0]
    policy = row["escalation_policy_id"]
    return (
        f"**{plain(names.get(policy, policy))}** most often runs out of people to page: "
        f"{percent(row['exhausted'])} of {count(row['n'])}."
    )
