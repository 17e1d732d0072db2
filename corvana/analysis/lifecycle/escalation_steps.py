"""Every assignment of an incident: its instant, the people before and after, level and cause.

Built from the same events and levels as the lifecycle, so counts of steps are the lifecycle's
escalation and reassignment counts.
"""

import pandas as pd

from corvana.analysis.lifecycle.history import History, history
from corvana.analysis.lifecycle.levels import assignment_events
from corvana.frames import ESCALATION_STEPS, JOINED, conform, empty


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

    Parameters are frames of `corvana.frames`: INCIDENT_ROWS, LOG_ENTRIES, RULE_VERSIONS, SHIFTS
    and SERVICE_VERSIONS. Log entries after `as_of` are ignored.

    Several targets of one event are one step, also when PagerDuty wrote them on both sides of a
    second. `cause` is that of the lifecycle's counts: an escalation is `timeout`, `manual` or
    `unknown`; an assignment by a person after the first one is a `reassignment` (directly to
    people) or a `delegation` (to another policy); the start, and every restart without a person's
    decision (after a reopening), is `first`. Somebody who was not assigned and acknowledges is no
    step. `from_responders` are the people of the step before, null at a start and after a resolve;
    people who acknowledged in between are not included. Policy and level are null while directly
    assigned. The level is inferred (`analysis.levels`), because the log does not record it.
    """
    if incidents.empty:
        return empty(ESCALATION_STEPS)
    past = history(incidents, log, empty(JOINED), as_of=as_of)
    return steps(past, assignment_events(past, rules, shifts, services))


def steps(past: History, events: pd.DataFrame) -> pd.DataFrame:
    """Return ESCALATION_STEPS, in order of time, from `levels.assignment_events`."""
    entries = past.entries
    resolved = entries["type"].eq("resolve").groupby(entries["incident_id"]).cumsum()
    resolves = resolved.take(events["position"].to_numpy()).set_axis(events.index)
    before = (
        events.assign(resolves=resolves).groupby("incident_id")[["assignees", "resolves"]].shift()
    )
    return (
        events.assign(
            escalation_policy_id=events["policy_id"].mask(events["is_direct"]),
            from_responders=before["assignees"].where(before["resolves"] == resolves),
        )
        .rename(columns={"assignees": "to_responders"})
        .pipe(past.named)
        .pipe(conform, ESCALATION_STEPS)
    )
