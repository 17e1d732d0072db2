"""Every instant an incident changed hands: from whom, to whom, to which level, and why.

Built from the same events and levels as the lifecycle, so counts of steps are the lifecycle's
escalation and reassignment counts.
"""

import pandas as pd

from corvana.analysis.levels import (
    ASSIGNMENTS,
    assignment_events,
    escalation_causes,
    infer_levels,
)
from corvana.frames import ESCALATION_STEPS, conform, empty

_READ = (*ASSIGNMENTS, "repeat_escalation_path", "resolve")


def escalation_steps(
    incidents: pd.DataFrame,
    log: pd.DataFrame,
    rules: pd.DataFrame,
    shifts: pd.DataFrame,
    services: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Return the ESCALATION_STEPS frame, in order of time.

    Parameters are frames of `corvana.frames`: INCIDENT_ROWS, LOG_ENTRIES, RULES, SHIFTS and
    SERVICES. Log entries after `as_of` are ignored.

    Several targets at one instant are one step. `cause` is that of the lifecycle's counts: an
    escalation is `timeout`, `manual` or `unknown`; what a person did after the first assignment is
    a `reassignment` (directly to people) or a `delegation` (to another policy); the start, and
    every restart without a person's decision (after a reopening), is `first`.
    `from_responders` are those of the step before, null at a start and after a resolve; who
    acknowledged in between is not in it. Policy and level are null while directly assigned. The
    level is inferred (`analysis.levels`), the log has none.
    """
    if incidents.empty:
        return empty(ESCALATION_STEPS)
    policy = services.set_index("service_id")["escalation_policy_id"]
    base = incidents.assign(service_policy_id=incidents["service_id"].map(policy))
    entries = _entries(log, base, as_of)
    events = infer_levels(assignment_events(entries, base), rules, shifts)
    resolved = entries["type"].eq("resolve").groupby(entries["incident_id"]).cumsum()
    episode = resolved.iloc[events["position"]].set_axis(events.index)
    before = events.assign(episode=episode).groupby("incident_id")[["assignees", "episode"]].shift()
    direct = events["is_direct"]
    return (
        events.merge(escalation_causes(entries), on=["incident_id", "at"], how="left")
        .assign(
            escalation_policy_id=lambda f: f["policy_id"].mask(direct),
            from_responders=before["assignees"].where(before["episode"] == episode),
            cause=_causes,
        )
        .rename(columns={"assignees": "to_responders"})
        .pipe(conform, ESCALATION_STEPS)
    )


def _entries(log: pd.DataFrame, incidents: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The entries that matter, in the order of the account: with `position` and `by_user`."""
    known = pd.Index(incidents["incident_id"]).get_indexer(log["incident_id"]) >= 0
    kept: pd.DataFrame = log[log["type"].isin(_READ) & (log["at"] <= as_of) & known]
    ordered = kept.sort_values(["at", "log_entry_id"], ignore_index=True)
    entries: pd.DataFrame = ordered.assign(
        position=ordered.index, by_user=ordered["agent_type"].eq("user")
    )
    return entries


def _causes(events: pd.DataFrame) -> pd.Series:
    """Fill the causes of what was no escalation."""
    by_hand = events["by_user"] & ~events["is_first"] & ~events["is_escalate"]
    return (
        events["cause"]
        .mask(by_hand, "reassignment")
        .mask(by_hand & events["is_delegate"], "delegation")
        .fillna("first")
    )
