"""Who an incident was handed to, and why: the log's assignments joined to events.

PagerDuty writes one click, or one timer, as several entries: one for each target, and a delegation
beside its assignment. All of them are one event here.
"""

from typing import Final

import pandas as pd

from corvana.analysis.lifecycle.history import History
from corvana.analysis.lifecycle.in_force import in_force

ASSIGNMENTS: Final = ("assign", "escalate", "delegate")
JOINED_WITHIN: Final = pd.Timedelta(seconds=2)
"""The entries of one event can lie on both sides of a second. Two events of one kind are further
apart: the shortest escalation delay is a minute."""

_ONE_CLICK: Final = pd.Timedelta(seconds=1)
"""What one person does within a second is one click; later it is another one."""

_AT: Final = ["incident_id", "at"]
_KIND: Final = ["type", "agent_type", "agent", "channel_type"]
_READ: Final = [*_AT, "position", "episode", "by_user", "assignees", *_KIND]
_FLAGS: Final = ["is_delegate", "is_escalate", "by_user", "escalated_by_user", "escalated_by_timer"]


def changes_of_hands(history: History, services: pd.DataFrame) -> pd.DataFrame:
    """Return one row per event that assigned an incident, in order.

    Parameters are the history and SERVICE_VERSIONS.

    Returns
    -------
    DataFrame
        `incident_id, at, position, created_at, assignees, policy_id, cause, is_assign, is_delegate,
        is_escalate, is_repeat, is_direct, may_be_direct`. `policy_id` is null while it cannot be
        known. `cause` is that of ESCALATION_STEPS. `is_direct`: to people, not through a policy;
        `may_be_direct`: the log alone does not tell.
    """
    log, incidents = history.entries, history.incidents
    entries = _without_takeovers(log.loc[log["type"].isin(ASSIGNMENTS), _READ], log)
    of_service = in_force(incidents, services, "service_id")["escalation_policy_id"]
    of_incident = incidents[["incident_id", "created_at", "assigned_via", "escalation_policy_id"]]
    events = (
        _joined(entries)
        .merge(
            of_incident.assign(
                service_policy_id=of_service,
                opened_by_hand=incidents["incident_id"].isin(_opened_by_hand(log)),
            ),
            on="incident_id",
        )
        .sort_values("position", ignore_index=True)
        .pipe(_with_repeats, log)
    )
    is_first = ~events.duplicated("incident_id")
    caused = events.assign(
        is_assign=~events["is_delegate"] & ~events["is_escalate"],
        policy_id=_policies(events),
        cause=_causes(events, is_first),
    )
    return caused.assign(**_directness(caused, is_first))


def _without_takeovers(entries: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """Leave out the assignment that PagerDuty logs when somebody who was not assigned acknowledges.

    Nobody decided it, and the policy goes on from the level it was on.
    """
    later = entries[entries.duplicated("incident_id") & entries["type"].eq("assign")]
    acks = log.loc[log["type"].eq("acknowledge") & log["by_user"], [*_AT, "agent"]]
    pairs = (
        later.rename_axis("entry")
        .reset_index()
        .merge(acks, on="incident_id", suffixes=("", "_of_ack"))
    )
    who = pairs["agent_of_ack"].astype("str")
    near = (pairs["at_of_ack"] - pairs["at"]).abs() <= JOINED_WITHIN
    is_own = ~pairs["by_user"] | pairs["agent"].astype("str").eq(who)
    taken = pairs.loc[near & is_own & pairs["assignees"].eq(who), "entry"]
    return entries[~entries.index.isin(taken)]


def _joined(entries: pd.DataFrame) -> pd.DataFrame:
    """One row per event: `incident_id, at, position, assignees` and the flags."""
    by_timer = entries["channel_type"].eq("timeout") & entries["agent_type"].eq("service")
    is_escalate = entries["type"].eq("escalate")
    flagged = entries.assign(
        is_delegate=entries["type"].eq("delegate"),
        is_escalate=is_escalate,
        escalated_by_user=is_escalate & entries["by_user"],
        escalated_by_timer=is_escalate & by_timer,
    ).sort_values(["incident_id", "position"], kind="stable")
    events = flagged.assign(event=_begins(flagged).cumsum())
    by_event = events.groupby("event", sort=False)
    return (
        by_event[_FLAGS]
        .any()
        .assign(**{name: by_event[name].first() for name in (*_AT, "position")})
        .join(_assignees(events))
        .reset_index(drop=True)
    )


def _begins(entries: pd.DataFrame) -> pd.Series:
    """Whether an entry begins another event than the entry before it; by incident and position."""
    # Comparing small numbers is many times faster than comparing texts; -1 stands for null.
    kinds = pd.DataFrame({name: pd.factorize(entries[name])[0] for name in _KIND})
    is_alike = kinds.eq(kinds.shift()).all(axis=1).to_numpy()
    kind, before = entries["type"], entries["type"].shift()
    is_handed = (kind.eq("assign") & before.eq("delegate")) | (
        kind.eq("delegate") & before.eq("assign")
    )
    gap = entries["at"].diff()
    is_same = entries["incident_id"].diff().eq(0) & entries["episode"].diff().eq(0)
    is_close = gap.le(JOINED_WITHIN) & (gap.le(_ONE_CLICK) | ~entries["by_user"] | is_handed)
    is_escalation = kind.eq("escalate") & before.eq("escalate") & gap.eq(pd.Timedelta(0))
    begins: pd.Series = ~(is_same & is_close & (is_alike | is_handed | is_escalation))
    return begins


def _assignees(events: pd.DataFrame) -> pd.Series:
    """All people assigned by an event, as `assignees` by event.

    Most events have one entry, and joining only the others is many times faster.
    """
    named = events.set_index("event")["assignees"]
    shared = named.index.duplicated(keep=False)
    joined = named[shared].groupby(level=0).agg(" ".join)
    every: pd.Series = pd.concat([named[~shared], joined])
    return every


def _opened_by_hand(log: pd.DataFrame) -> pd.Series:
    """The incidents that a person opened."""
    triggers = log.loc[log["type"].eq("trigger"), ["incident_id", "by_user"]]
    first = triggers.drop_duplicates("incident_id")
    opened: pd.Series = first.loc[first["by_user"], "incident_id"]
    return opened


def _with_repeats(events: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """Add `is_repeat`: with this event the policy began again at its first level."""
    repeats = log.loc[log["type"].eq("repeat_escalation_path"), _AT].drop_duplicates()
    if repeats.empty or events.empty:
        return events.assign(is_repeat=False)
    nearest = pd.merge_asof(
        repeats.sort_values("at"),
        events.loc[events["is_escalate"], _AT].rename_axis("event").reset_index(),
        on="at",
        by="incident_id",
        direction="nearest",
        tolerance=JOINED_WITHIN,
    )
    return events.assign(is_repeat=events.index.isin(nearest["event"]))


def _policies(events: pd.DataFrame) -> pd.Series:
    """The policy of each event. The incident has its last one; before the first delegation it had
    its service's, and between two delegations nobody knows."""
    delegations = events["is_delegate"].groupby(events["incident_id"])
    seen, total = delegations.cumsum(), delegations.transform("sum")
    return (
        events["escalation_policy_id"]
        .where(seen == total)
        .mask((seen == 0) & (total > 0), events["service_policy_id"])
        .astype("str")
    )


def _causes(events: pd.DataFrame, is_first: pd.Series) -> pd.Series:
    """An escalation is `manual` when a person did it, `timeout` when the service's timer did (agent
    service, channel `timeout`), else `unknown`; another assignment by a person after the first one
    is a `reassignment` or a `delegation`, and all others are `first`."""
    by_hand = events["by_user"] & ~is_first
    return (
        pd.Series("first", index=events.index, dtype="str")
        .mask(by_hand, "reassignment")
        .mask(by_hand & events["is_delegate"], "delegation")
        .mask(events["is_escalate"], "unknown")
        .mask(events["escalated_by_timer"], "timeout")
        .mask(events["escalated_by_user"], "manual")
    )


def _directness(events: pd.DataFrame, is_first: pd.Series) -> dict[str, pd.Series]:
    """`is_direct` and `may_be_direct`.

    `assigned_via` is the incident's present state, so it tells how the incident was first assigned
    only while nobody handed it on. The agent of the first assignment can be the service, also when
    a person opened the incident for a person. What a machine opened goes through a policy.
    """
    is_first_assign = is_first & events["is_assign"]
    handed_on = events["cause"].isin(["reassignment", "delegation"])
    handed_on_later = handed_on.groupby(events["incident_id"]).transform("any")
    via = events["assigned_via"]
    told = (events["by_user"] & via.ne("escalation_policy")) | (
        events["opened_by_hand"] & via.eq("direct_assignment")
    )
    by_hand = events["by_user"] | events["opened_by_hand"]
    return {
        "is_direct": (is_first_assign & told & ~handed_on_later)
        | (~is_first & events["is_assign"] & events["by_user"]),
        "may_be_direct": is_first_assign & by_hand & handed_on_later,
    }
