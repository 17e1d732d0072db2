"""The level of the escalation policy that an incident was on. PagerDuty's log has no level field.

The level is inferred from the assignees: it is the policy's level whose targets (a person, or a
schedule with that person on call at that instant) cover the assignees. If several levels match, or
none, the number of escalations since the last assignment, delegation or repeat decides.
"""

import pandas as pd

from corvana.analysis.lifecycle.history import History
from corvana.frames import INSTANT

ASSIGNMENTS = ("assign", "escalate", "delegate")
_INSTANT = ["incident_id", "at"]
_READ = [*_INSTANT, "position", "type", "by_user", "agent_type", "channel_type", "assignees"]
_FLAGS = ["is_delegate", "is_escalate", "by_user", "escalated_by_user", "escalated_by_timer"]


def assignment_events(
    history: History, rules: pd.DataFrame, shifts: pd.DataFrame, services: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per instant at which an incident was assigned, in order, with its level.

    Parameters are the history, RULES, SHIFTS and SERVICES.

    Returns
    -------
    DataFrame
        `incident_id, at, position, assignees, is_direct, ordinal, policy_id, cause, level,
        level_source`; `policy_id` is null while it cannot be known, level and source while directly
        assigned. `cause` is that of ESCALATION_STEPS.
    """
    return _with_levels(_changes_of_hands(history, services), rules, shifts)


def _changes_of_hands(history: History, services: pd.DataFrame) -> pd.DataFrame:
    log, incidents = history.entries, history.incidents
    policy = services.set_index("service_id")["escalation_policy_id"]
    entries = log.loc[log["type"].isin(ASSIGNMENTS), _READ]
    is_escalate = entries["type"].eq("escalate")
    by_timer = entries["channel_type"].eq("timeout") & entries["agent_type"].eq("service")
    repeats = (
        log.loc[log["type"].eq("repeat_escalation_path"), _INSTANT]
        .drop_duplicates()
        .assign(is_repeat=True)
    )
    instants = entries.assign(
        is_delegate=entries["type"].eq("delegate"),
        is_escalate=is_escalate,
        escalated_by_user=is_escalate & entries["by_user"],
        escalated_by_timer=is_escalate & by_timer,
    ).groupby(_INSTANT, sort=False)
    events = (
        instants[_FLAGS]
        .any()
        .assign(position=instants["position"].min())
        .reset_index()
        .merge(_assignees(entries), on=_INSTANT)
        .merge(repeats, on=_INSTANT, how="left")
        .merge(
            incidents[["incident_id", "assigned_via", "escalation_policy_id"]].assign(
                service_policy_id=incidents["service_id"].map(policy)
            ),
            on="incident_id",
        )
        .sort_values("position", ignore_index=True)
    )
    is_first = ~events.duplicated("incident_id")
    is_assign = ~events["is_delegate"] & ~events["is_escalate"]
    by_hand_via_policy = is_first & events["assigned_via"].eq("escalation_policy")
    is_direct = is_assign & events["by_user"] & ~by_hand_via_policy
    resets = (is_assign & ~is_direct) | events["is_delegate"] | events["is_repeat"].eq(True)
    incident = events["incident_id"]
    segment = resets.groupby(incident).cumsum()
    climbs = (events["is_escalate"] & ~resets).groupby([incident, segment]).cumsum()
    delegations = events["is_delegate"].groupby(incident)
    seen, total = delegations.cumsum(), delegations.transform("sum")
    policy = (
        events["escalation_policy_id"]
        .where(seen == total)
        .mask((seen == 0) & (total > 0), events["service_policy_id"])
    )
    return events.assign(
        is_direct=is_direct,
        ordinal=climbs + (segment > 0),
        policy_id=policy,
        cause=_causes(events, is_first),
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


def _assignees(entries: pd.DataFrame) -> pd.DataFrame:
    """`incident_id, at, assignees`: all people assigned at that instant.

    Most instants have one entry, and joining only the others is many times faster.
    """
    named = entries[[*_INSTANT, "assignees"]]
    shared = named.duplicated(_INSTANT, keep=False)
    joined = named[shared].groupby(_INSTANT, as_index=False).agg(assignees=("assignees", " ".join))
    return pd.concat([named[~shared], joined], ignore_index=True)


def _with_levels(events: pd.DataFrame, rules: pd.DataFrame, shifts: pd.DataFrame) -> pd.DataFrame:
    matched = _best_match(_covering_levels(events, rules, shifts), events)
    levels = events.join(matched)
    level = levels["level"].fillna(levels["ordinal"]).astype("Int16")
    source = levels["level_source"].fillna("ordinal")
    return events.assign(
        level=level.mask(events["is_direct"]), level_source=source.mask(events["is_direct"])
    )


def _covering_levels(
    events: pd.DataFrame, rules: pd.DataFrame, shifts: pd.DataFrame
) -> pd.DataFrame:
    """Levels whose targets cover every assignee: `event, level, is_target`."""
    assigned = (
        events.loc[~events["is_direct"], ["policy_id", "at", "assignees"]]
        .rename_axis("event")
        .reset_index()
        .merge(_responders(events["assignees"]), on="assignees")
        .dropna(subset="policy_id")
    )
    candidates = assigned.merge(_posts(rules, shifts), on=["policy_id", "responder"])
    is_target = candidates["is_target"]
    sizes = assigned.groupby("event").size()
    levels = (
        pd.concat([candidates[is_target], _on_call(candidates[~is_target], shifts)])
        .groupby(["event", "level"], as_index=False)
        .agg(covered=("responder", "nunique"), is_target=("is_target", "any"))
    )
    covers_all = levels["covered"].eq(levels["event"].map(sizes))
    return levels.loc[covers_all, ["event", "level", "is_target"]]


def _responders(assignees: pd.Series) -> pd.DataFrame:
    """`assignees, responder`: the responders named in each distinct text."""
    different = assignees.drop_duplicates()
    return (
        pd.DataFrame({"assignees": different, "responder": different.str.split()})
        .explode("responder")
        .dropna()
        .drop_duplicates()
    )


def _posts(rules: pd.DataFrame, shifts: pd.DataFrame) -> pd.DataFrame:
    """The possible responders of each level: `policy_id, responder, level, is_target,
    schedule_id`."""
    is_person = rules["target_type"].eq("user")
    people = rules[is_person].rename(columns={"target": "responder"})
    schedules = rules[~is_person].rename(columns={"target": "schedule_id"})
    rotas = shifts[["schedule_id", "responder"]].drop_duplicates()
    posts = pd.concat(
        [people.assign(is_target=True), schedules.merge(rotas).assign(is_target=False)],
        ignore_index=True,
    )
    return posts.rename(columns={"escalation_policy_id": "policy_id"})[
        ["policy_id", "responder", "level", "is_target", "schedule_id"]
    ]


def _on_call(candidates: pd.DataFrame, shifts: pd.DataFrame) -> pd.DataFrame:
    """Keep the candidates whose responder was on the schedule at `at`."""
    if candidates.empty or shifts.empty:
        return candidates.iloc[:0]
    joined = pd.merge_asof(
        candidates.astype({"at": INSTANT}).sort_values("at"),
        shifts.astype({"start": INSTANT, "end": INSTANT}).sort_values("start"),
        left_on="at",
        right_on="start",
        by=["schedule_id", "responder"],
    )
    return joined[joined["at"] < joined["end"]]


def _best_match(levels: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """The smallest matching level not below the ordinal, else the smallest: by event."""
    ordinal = levels["event"].map(events["ordinal"])
    return (
        levels.assign(is_below=levels["level"] < ordinal)
        .sort_values(["event", "is_below", "level"])
        .drop_duplicates("event")
        .set_index("event")
        .assign(level_source=lambda f: f["is_target"].map({True: "target", False: "schedule"}))[
            ["level", "level_source"]
        ]
    )
