"""The numbers of the escalations page, worded."""

import pandas as pd

from corvana.analysis import wording
from corvana.analysis.statistics import Estimate
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
    return [
        Card(
            "P90 to first ack",
            wording.duration(float(row["p90"])),
            f"now {wording.duration(float(row['p90_observed']))}, "
            f"{wording.interval(Estimate(row['p90'], row['p90_low'], row['p90_high']))}",
            "Nine in ten acknowledged incidents are faster; predicted by replaying them.",
        ),
        Card(
            "Acknowledged",
            wording.percent(float(row["acked"])),
            f"now {wording.percent(float(row['acked_observed']))}",
            "Share of incidents that began on the policy.",
        ),
        Card(
            "People paged at night",
            wording.count(float(row["night_pages"])),
            f"now {wording.count(float(row['night_pages_observed']))}, in the same period",
            "Pages in sleep hours until the first ack.",
        ),
    ]


def _of(row: pd.Series, name: str) -> Estimate:
    return Estimate(float(row[name]), float(row[f"{name}_low"]), float(row[f"{name}_high"]))


def _share(label: str, share: Estimate, rest: str, meaning: str) -> Card:
    note = f"{wording.share_interval(share)} · {rest}"
    return Card(label, wording.percent(share.value), note, f"{meaning} Below: 95 % interval.")
