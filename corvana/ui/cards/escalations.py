"""The cards of the escalations page."""

from collections.abc import Callable

import pandas as pd

from corvana.analysis import wording
from corvana.analysis.statistics.estimates import Estimate
from corvana.ui.components import Card


def escalation_cards(summary: pd.DataFrame, funnel: pd.DataFrame) -> list[Card]:
    """Return the account's shares, from policy_summary and account_funnel."""
    account = summary[summary["escalation_policy_id"].isna()].iloc[0]
    first = funnel[funnel["level"].eq(1)]
    answers = (
        Estimate(*(float(first[name].iloc[0]) for name in ("ack", "ack_low", "ack_high")))
        if len(first)
        else Estimate(float("nan"), float("nan"), float("nan"))
    )
    n = f"n = {wording.count(account['n'])}"
    return [
        _share("Level 1 answers", answers, "of what reaches it", "Acknowledged on level 1."),
        _share("Escalated", _of(account, "escalated"), n, "At least one escalation, ever."),
        _share(
            "Policy repeated", _of(account, "repeated"), n, "Started over after its last level."
        ),
        _share(
            "Nobody left", _of(account, "exhausted"), n, "Ran out of levels: nobody was paged more."
        ),
        Card(
            "Escalations by hand",
            wording.count(account["manual_escalations"]),
            f"{wording.count(account['timeout_escalations'])} by the timer, "
            f"{wording.count(account['unknown_escalations'])} of unknown cause",
            "Events, one an instant however many targets.",
        ),
    ]


def what_if_cards(predicted: pd.DataFrame) -> list[Card]:
    """Return what the new delays would change, from a row of simulate.what_if."""
    if predicted.empty:
        return [Card("P90 to first ack", "–", "no incident began on this policy", "")]
    row = predicted.iloc[0]
    p90 = Estimate(*(float(row[name]) for name in ("p90", "p90_low", "p90_high")))
    return [
        Card(
            "P90 to first ack",
            wording.duration(p90.value),
            f"{wording.interval(p90)} · {_beside(row, 'p90', wording.duration)}",
            "Nine in ten acknowledged incidents are faster; predicted by replaying them. Below: "
            "where the P90 of another such period would lie.",
        ),
        Card(
            "Acknowledged",
            wording.percent(float(row["acked"])),
            _beside(row, "acked", wording.percent),
            "Share of incidents that began on the policy; predicted by replaying them.",
        ),
        Card(
            "People paged at night",
            wording.count(float(row["night_pages"])),
            _beside(row, "night_pages", wording.count),
            "Pages in sleep hours until the first ack, in the same period; predicted by replaying "
            "its incidents.",
        ),
    ]


def _beside(row: pd.Series, name: str, worded: Callable[[float], str]) -> str:
    """The delays explain the difference between the prediction and the replay with today's delays;
    the model's error explains the difference between that replay and the observation."""
    today, observed = float(row[f"{name}_replayed"]), float(row[f"{name}_observed"])
    return f"with today's delays {worded(today)}, observed {worded(observed)}"


def _of(row: pd.Series, name: str) -> Estimate:
    return Estimate(float(row[name]), float(row[f"{name}_low"]), float(row[f"{name}_high"]))


def _share(label: str, share: Estimate, rest: str, meaning: str) -> Card:
    note = f"{wording.share_interval(share)} · {rest}"
    return Card(label, wording.percent(share.value), note, f"{meaning} Below: 95 % interval.")
