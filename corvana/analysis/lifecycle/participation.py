"""Participation in incidents: who worked on an incident, for how long, and snoozed time.

A responder's participation begins with an acknowledgement or an accepted responder request, and
ends with the resolve that ends the episode. Names and formulas are PagerDuty Analytics'.
"""

import pandas as pd

from corvana.analysis.lifecycle.assignments import ASSIGNMENTS
from corvana.analysis.lifecycle.history import History

_ENDS_SNOOZE = ("unacknowledge", "resolve", "acknowledge", "snooze", *ASSIGNMENTS)


def snoozes(entries: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Snoozed intervals: `incident_id, snoozed_from, snoozed_until`."""
    ending = entries.loc[entries["type"].isin(_ENDS_SNOOZE), ["incident_id", "type", "at", "until"]]
    following = ending.groupby("incident_id")["at"].shift(-1)
    snoozes = ending.assign(following=following)[ending["type"].eq("snooze")]
    until = snoozes[["until", "following"]].assign(as_of=as_of).min(axis=1)
    return (
        snoozes.assign(snoozed_until=until)
        .rename(columns={"at": "snoozed_from"})
        .loc[:, ["incident_id", "snoozed_from", "snoozed_until"]]
    )


def participations(past: History) -> pd.DataFrame:
    """The start of each responder's participation in each episode: an ack or an accepted request.

    Returns `incident_id, episode, responder, engaged_at`.
    """
    entries, joined = past.entries, past.joined
    acks = entries.loc[
        entries["type"].eq("acknowledge") & entries["by_user"],
        ["incident_id", "episode", "agent", "at"],
    ].rename(columns={"agent": "responder"})
    reopenings = entries.loc[entries["reopens"], ["incident_id", "at", "episode"]]
    joins = (
        pd.merge_asof(
            joined.sort_values("at"), reopenings.sort_values("at"), on="at", by="incident_id"
        ).fillna({"episode": 0})
        if not joined.empty
        else joined.assign(episode=0)
    )
    return (
        pd.concat([acks, joins], ignore_index=True)
        .dropna(subset=["responder"])
        .astype({"episode": "int64"})
        .groupby(["incident_id", "episode", "responder"], as_index=False)
        .agg(engaged_at=("at", "min"))
    )


def responders(participations: pd.DataFrame, incidents: pd.DataFrame) -> pd.DataFrame:
    """`responder_count`, `seconds_to_engage` (start of the first → of the last participation) and
    `seconds_to_mobilize` (creation → start of the last participation); both null with fewer than
    two responders, as in PagerDuty."""
    first = participations.groupby(["incident_id", "responder"], as_index=False)["engaged_at"].min()
    spans = first.groupby("incident_id")["engaged_at"].agg(["min", "max", "count"])
    created = incidents["created_at"].reindex(spans.index)
    several = spans["count"] > 1
    return pd.DataFrame(
        {
            "responder_count": spans["count"],
            "seconds_to_engage": seconds(spans["max"] - spans["min"]).where(several),
            "seconds_to_mobilize": seconds(spans["max"] - created).where(several),
        }
    )


def ended(participations: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """Return the participations whose episode is over, with `ended_at` and `engaged_seconds`."""
    ends = (
        entries[entries["type"].eq("resolve")]
        .groupby(["incident_id", "episode"], as_index=False)
        .agg(ended_at=("at", "max"))
    )
    over = participations.merge(ends, on=["incident_id", "episode"])
    lasted = seconds(over["ended_at"] - over["engaged_at"]).clip(lower=0)
    return over.assign(engaged_seconds=lasted)


def effort(spans: pd.DataFrame, snoozes: pd.DataFrame) -> pd.DataFrame:
    """`engaged_seconds`, `snoozed_seconds` and `overlap_seconds` (engaged while snoozed) by
    incident; `spans` are the participations that are over."""
    overlaps = spans.merge(snoozes, on="incident_id")
    overlap = seconds(
        overlaps[["ended_at", "snoozed_until"]].min(axis=1)
        - overlaps[["engaged_at", "snoozed_from"]].max(axis=1)
    ).clip(lower=0)
    return pd.DataFrame(
        {
            "engaged_seconds": spans.groupby("incident_id")["engaged_seconds"].sum(),
            "overlap_seconds": overlap.groupby(overlaps["incident_id"]).sum(),
            "snoozed_seconds": seconds(snoozes["snoozed_until"] - snoozes["snoozed_from"])
            .groupby(snoozes["incident_id"])
            .sum(),
        }
    )


def seconds(delta: pd.Series) -> pd.Series:
    """A duration in seconds."""
    elapsed: pd.Series = delta.dt.total_seconds()
    return elapsed
