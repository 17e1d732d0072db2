"""Which level of the escalation policy an incident was on. PagerDuty's log has no level field.

The level is inferred from who was assigned: the policy's level whose targets (a person, or a
schedule with that person on call at that instant) cover the assignees. When several levels match,
or none, the ordinal of the escalation since the last assignment, delegation or repeat decides.
"""

import pandas as pd

from corvana.frames import INSTANT

ASSIGNMENTS = ("assign", "escalate", "delegate")


def escalation_causes(log: pd.DataFrame) -> pd.DataFrame:
    """Return one row per instant of escalation, however many targets: `incident_id, at, cause`.

    `manual` when a person did it, `timeout` when the service's timer did (agent service, channel
    `timeout`), else `unknown`.

    Parameters
    ----------
    log
        LOG_ENTRIES plus `by_user`.
    """
    entries = log[log["type"] == "escalate"]
    timer = entries["channel_type"].eq("timeout") & entries["agent_type"].eq("service")
    instants = (
        entries.assign(by_timer=timer)
        .groupby(["incident_id", "at"], sort=False, as_index=False)
        .agg(by_user=("by_user", "any"), by_timer=("by_timer", "any"))
    )
    cause = (
        pd.Series("unknown", index=instants.index, dtype="str")
        .mask(instants["by_timer"], "timeout")
        .mask(instants["by_user"], "manual")
    )
    return instants[["incident_id", "at"]].assign(cause=cause)


def assignment_events(log: pd.DataFrame, incidents: pd.DataFrame) -> pd.DataFrame:
    """Return one row per instant at which an incident changed hands, in order.

    Parameters
    ----------
    log
        LOG_ENTRIES plus `position` (order within the account) and `by_user`.
    incidents
        INCIDENT_ROWS plus `service_policy_id`.

    Returns
    -------
    DataFrame
        `incident_id, at, position, kind, by_user, assignees, is_first, is_direct, ordinal,
        policy_id`; `policy_id` is null while it cannot be known.
    """
    entries = log[log["type"].isin(ASSIGNMENTS)]
    repeats = (
        log.loc[log["type"] == "repeat_escalation_path", ["incident_id", "at"]]
        .drop_duplicates()
        .assign(is_repeat=True)
    )
    events = (
        entries.assign(
            is_delegate=entries["type"].eq("delegate"), is_escalate=entries["type"].eq("escalate")
        )
        .groupby(["incident_id", "at"], sort=False, as_index=False)
        .agg(
            position=("position", "min"),
            is_delegate=("is_delegate", "any"),
            is_escalate=("is_escalate", "any"),
            by_user=("by_user", "any"),
        )
        .merge(_assignees(entries), on=["incident_id", "at"])
        .merge(repeats, on=["incident_id", "at"], how="left")
        .merge(
            incidents[["incident_id", "assigned_via", "escalation_policy_id", "service_policy_id"]],
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
        is_first=is_first,
        is_direct=is_direct,
        ordinal=climbs + (segment > 0),
        policy_id=policy,
    )


def _assignees(entries: pd.DataFrame) -> pd.DataFrame:
    """`incident_id, at, assignees`: everybody assigned at that instant.

    One entry an instant is the rule, and joining only the others is many times faster.
    """
    keys = ["incident_id", "at"]
    shared = entries.duplicated(keys, keep=False)
    joined = entries[shared].groupby(keys, as_index=False).agg(assignees=("assignees", " ".join))
    return pd.concat([entries.loc[~shared, [*keys, "assignees"]], joined], ignore_index=True)


def infer_levels(events: pd.DataFrame, rules: pd.DataFrame, shifts: pd.DataFrame) -> pd.DataFrame:
    """Add `level` and `level_source` to `assignment_events`; both null while directly assigned."""
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
    assignees = (
        events.loc[~events["is_direct"], ["policy_id", "at", "assignees"]]
        .assign(responder=lambda frame: frame["assignees"].str.split())
        .explode("responder")
        .dropna(subset=["responder", "policy_id"])
        .rename_axis("event")
        .reset_index()
        .drop_duplicates(["event", "responder"])
    )
    targets = assignees.merge(
        rules[["escalation_policy_id", "level", "target", "target_type"]],
        left_on="policy_id",
        right_on="escalation_policy_id",
    )
    is_person = targets["target_type"].eq("user")
    people = targets[is_person & targets["target"].eq(targets["responder"])]
    on_call = _on_call(targets[~is_person].rename(columns={"target": "schedule_id"}), shifts)
    covered = pd.concat(
        [people.assign(is_target=True), on_call.assign(is_target=False)], ignore_index=True
    )
    sizes = assignees.groupby("event").size().rename("assignee_count")
    return (
        covered.groupby(["event", "level"], as_index=False)
        .agg(covered=("responder", "nunique"), is_target=("is_target", "any"))
        .merge(sizes, left_on="event", right_index=True)
        .query("covered == assignee_count")[["event", "level", "is_target"]]
        .reset_index(drop=True)
    )


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
