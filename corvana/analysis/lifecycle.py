"""The incident lifecycle: log entries in, one row an incident out.

Everything is built from the log, never from an incident's assignments or acknowledgements, which
empty on resolve. An *episode* runs from the start, or from a reopening, to the next resolve.
Definitions follow PagerDuty Analytics; where they differ the column says so.
"""

import pandas as pd

from corvana.analysis import engagement
from corvana.analysis.levels import assignment_events, escalation_causes, infer_levels
from corvana.frames import ENGAGEMENTS, INCIDENTS, conform, empty

PAGES = ("push", "phone", "sms")
_WORDS = ("type", "agent_type", "channel_type", "notification_type")
_REOPENING = ("trigger", "assign", "acknowledge")


def build_lifecycle(
    incidents: pd.DataFrame,
    log: pd.DataFrame,
    joined: pd.DataFrame,
    rules: pd.DataFrame,
    shifts: pd.DataFrame,
    services: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Return the INCIDENTS frame, in order of incident number.

    Parameters are frames of `corvana.frames`: INCIDENT_ROWS, LOG_ENTRIES, JOINED, RULES, SHIFTS
    and SERVICES. Log entries after `as_of` are ignored.
    """
    if incidents.empty:
        return empty(INCIDENTS)
    base = _with_service_policy(incidents, services)
    entries = _ordered(log, base, as_of)
    events = infer_levels(assignment_events(entries, base), rules, shifts)
    snoozes = engagement.snoozes(entries, as_of)
    resolves = _resolves(entries)
    is_open = _is_open(resolves, base)
    acks = _first_acks(entries, events)
    engagements = engagement.engagements(entries, joined, base, as_of)
    columns = pd.concat(
        [
            base.set_index("incident_id"),
            _urgency(entries, base),
            _paging(entries),
            acks,
            resolves.drop(columns=["last_episode", "resolved_episode"]),
            engagement.responders(engagements, base),
            engagement.effort(engagement.ended(engagements, entries), snoozes),
            _counts(entries, events),
        ],
        axis=1,
    ).loc[base["incident_id"]]
    return (
        columns.assign(is_open=is_open)
        .rename_axis("incident_id")
        .reset_index()
        .pipe(_derive)
        .sort_values("number", ignore_index=True)
        .pipe(conform, INCIDENTS)
    )


def engagement_spans(
    incidents: pd.DataFrame, log: pd.DataFrame, joined: pd.DataFrame, *, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Return ENGAGEMENTS; their seconds add up to the lifecycle's `engaged_seconds`.

    Parameters are INCIDENT_ROWS, LOG_ENTRIES and JOINED.
    """
    entries = _ordered(log, incidents, as_of)
    found = engagement.engagements(entries, joined, incidents, as_of)
    return conform(engagement.ended(found, entries), ENGAGEMENTS)


def _with_service_policy(incidents: pd.DataFrame, services: pd.DataFrame) -> pd.DataFrame:
    policy = services.set_index("service_id")["escalation_policy_id"]
    return incidents.assign(service_policy_id=incidents["service_id"].map(policy))


def _ordered(log: pd.DataFrame, incidents: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The log up to `as_of` in order, with `position`, `by_user` and `episode` (0 = first)."""
    found = pd.Index(incidents["incident_id"]).get_indexer(log["incident_id"])
    is_known = pd.Series(found >= 0, index=log.index)
    entries = (
        log[(log["at"] <= as_of) & is_known]
        .sort_values(["at", "log_entry_id"], ignore_index=True)
        .astype(dict.fromkeys(_WORDS, "category"))
        .assign(
            position=lambda frame: frame.index,
            by_user=lambda frame: frame["agent_type"].eq("user"),
        )
    )
    state = entries[entries["type"].isin(["resolve", *_REOPENING])]
    is_resolve = state["type"].eq("resolve")
    was_resolved = is_resolve.groupby(state["incident_id"]).shift(fill_value=False)
    reopens = (was_resolved & ~is_resolve).reindex(entries.index, fill_value=False)
    return entries.assign(reopens=reopens, episode=reopens.groupby(entries["incident_id"]).cumsum())


def _urgency(entries: pd.DataFrame, incidents: pd.DataFrame) -> pd.Series:
    """There are two urgencies, so an odd number of changes means it began as the other one."""
    changes = entries.loc[entries["type"] == "urgency_change"].groupby("incident_id").size()
    base = incidents.set_index("incident_id")["urgency"]
    odd = changes.reindex(base.index, fill_value=0) % 2 == 1
    other = base.map({"high": "low", "low": "high"})
    return base.mask(odd, other).rename("urgency_at_creation")


def _paging(entries: pd.DataFrame) -> pd.DataFrame:
    """`first_paged_at`, `pages_proxy` and `notification_count`."""
    notifies = entries[entries["type"] == "notify"]
    paged = notifies[notifies["notification_type"].isin(PAGES)].groupby("incident_id")["at"].min()
    count = notifies.groupby("incident_id").size()
    assigned = (
        entries[entries["type"].isin(["assign", "escalate"])].groupby("incident_id")["at"].min()
    )
    proxy = assigned[~assigned.index.isin(count.index)]
    return pd.DataFrame(
        {
            "first_paged_at": pd.concat([paged, proxy]),
            "notification_count": count,
            "pages_proxy": pd.Series(True, index=proxy.index),
        }
    )


def _first_acks(entries: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """First acknowledge by a person in the first episode, and the level in force."""
    acks = (
        entries[entries["type"].eq("acknowledge") & entries["by_user"] & entries["episode"].eq(0)]
        .drop_duplicates("incident_id")
        .set_index("incident_id")[["at", "agent", "position"]]
    )
    before = events.merge(
        acks[["position"]].add_prefix("ack_"), left_on="incident_id", right_index=True
    ).query("position < ack_position")
    level = before.drop_duplicates("incident_id", keep="last").set_index("incident_id")
    return pd.DataFrame(
        {
            "first_acknowledged_at": acks["at"],
            "acknowledged_by": acks["agent"],
            "acknowledged_level": level["level"],
            "level_source": level["level_source"],
        }
    )


def _resolves(entries: pd.DataFrame) -> pd.DataFrame:
    """First and last resolve, by whom, and whether anything reopened the incident after it."""
    resolves = entries[entries["type"] == "resolve"]
    last = resolves.drop_duplicates("incident_id", keep="last").set_index("incident_id")
    by_incident = entries.groupby("incident_id")
    return pd.DataFrame(
        {
            "first_resolved_at": resolves.groupby("incident_id")["at"].min(),
            "last_resolved_at": last["at"],
            "resolved_by_user": last["by_user"],
            "resolved_episode": last["episode"],
            "last_episode": by_incident["episode"].max(),
            "reopened": by_incident["reopens"].any(),
        }
    )


def _is_open(resolves: pd.DataFrame, incidents: pd.DataFrame) -> pd.Series:
    resolved = resolves["resolved_episode"].eq(resolves["last_episode"])
    return ~resolved.reindex(incidents["incident_id"], fill_value=False)


def _counts(entries: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Counts of what happened; escalations are counted by instant, however many targets."""
    kind, by_user = entries["type"], entries["by_user"]
    escalations = escalation_causes(entries)
    cause = escalations["cause"]
    moved = ~events["is_escalate"] & events["by_user"] & ~events["is_first"]

    def count(which: pd.Series, of: pd.DataFrame) -> pd.Series:
        return of.loc[which].groupby("incident_id").size()

    return pd.DataFrame(
        {
            "manual_escalation_count": count(cause.eq("manual"), escalations),
            "timeout_escalation_count": count(cause.eq("timeout"), escalations),
            "unknown_escalation_count": count(cause.eq("unknown"), escalations),
            "reassignment_count": count(moved, events),
            "acknowledgement_count": count(kind.eq("acknowledge") & by_user, entries),
            "service_acknowledgement_count": count(kind.eq("acknowledge") & ~by_user, entries),
            "ack_timeout_count": count(kind.eq("unacknowledge") & ~by_user, entries),
            "snooze_count": count(kind.eq("snooze"), entries),
            "repeated": count(kind.eq("repeat_escalation_path"), entries).gt(0),
            "exhausted": count(kind.eq("exhaust_escalation_path"), entries).gt(0),
            "max_level_reached": events.groupby("incident_id")["level"].max(),
        }
    )


def _derive(frame: pd.DataFrame) -> pd.DataFrame:
    """Fill what did not happen and derive the durations."""
    is_open = frame["is_open"]
    to_ack = engagement.seconds(frame["first_acknowledged_at"] - frame["created_at"])
    resolution = (
        pd.Series("auto", index=frame.index, dtype="str")
        .mask(frame["resolved_by_user"].eq(True), "responder")
        .mask(frame["merged"], "merged")
        .mask(is_open, "open")
    )
    counts = [name for name, dtype in INCIDENTS.items() if dtype == "int32"]
    flags = ["pages_proxy", "repeated", "exhausted", "reopened"]
    engaged = frame["engaged_seconds"].fillna(0.0)
    return frame.assign(
        **{name: frame[name].fillna(0) for name in counts},
        **{name: frame[name].eq(True) for name in flags},
        resolution=resolution,
        seconds_to_first_ack=to_ack.clip(lower=0),
        clock_skew=to_ack.lt(0),
        resolved_at=frame["last_resolved_at"].mask(is_open),
        seconds_to_resolve=engagement.seconds(
            frame["first_resolved_at"] - frame["created_at"]
        ).mask(is_open),
        engaged_seconds=engaged.mask(is_open),
        active_seconds=(engaged - frame["overlap_seconds"].fillna(0.0)).mask(is_open),
        snoozed_seconds=frame["snoozed_seconds"].fillna(0.0),
        max_level_reached=frame["max_level_reached"].astype("Int16"),
        acknowledged_level=frame["acknowledged_level"].astype("Int16"),
    )
