"""The incident lifecycle: log entries in, one row an incident out.

Everything is built from the log, never from an incident's assignments or acknowledgements, because
PagerDuty empties these lists on resolve. An *episode* runs from the start, or from a reopening, to
the next resolve. Definitions follow PagerDuty Analytics; the description of a column says where it
differs.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from corvana.analysis.lifecycle import participation
from corvana.analysis.lifecycle.escalation_steps import steps
from corvana.analysis.lifecycle.history import History, history
from corvana.analysis.lifecycle.interruptions import INTERRUPTING, interrupting
from corvana.analysis.lifecycle.levels import assignment_events
from corvana.frames import (
    ESCALATION_STEPS,
    INTERRUPTIONS,
    LIFECYCLES,
    PARTICIPATIONS,
    conform,
    empty,
)

_OTHER_URGENCY = {"high": "low", "low": "high"}


class Rebuilt(NamedTuple):
    """The frames built from some incidents and their log: LIFECYCLES by number, ESCALATION_STEPS
    and arrivals (INTERRUPTIONS not merged yet) by time, PARTICIPATIONS by incident number."""

    incidents: pd.DataFrame
    escalation_steps: pd.DataFrame
    arrivals: pd.DataFrame
    participations: pd.DataFrame


def rebuild_frames(
    incidents: pd.DataFrame,
    log: pd.DataFrame,
    joined: pd.DataFrame,
    rules: pd.DataFrame,
    shifts: pd.DataFrame,
    services: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
) -> Rebuilt:
    """Make all four frames in one pass over the log.

    Parameters are frames of `corvana.frames`: INCIDENT_ROWS, LOG_ENTRIES, JOINED, RULE_VERSIONS,
    SHIFTS and SERVICE_VERSIONS. Log entries after `as_of` are ignored. An incident's rows depend
    only on its own log, so the incidents may be processed in parts.
    """
    if incidents.empty:
        return Rebuilt(
            empty(LIFECYCLES), empty(ESCALATION_STEPS), empty(INTERRUPTIONS), empty(PARTICIPATIONS)
        )
    past = history(incidents, log, joined, as_of=as_of)
    events = assignment_events(past, rules, shifts, services)
    participations = participation.participations(past)
    spans = participation.ended(participations, past.entries)
    return Rebuilt(
        past.named(_lifecycles(past, events, participations, spans, as_of)).pipe(
            conform, LIFECYCLES
        ),
        steps(past, events),
        past.named(interrupting(past.entries)).pipe(conform, INTERRUPTIONS),
        past.named(spans).pipe(conform, PARTICIPATIONS),
    )


def _lifecycles(
    past: History,
    events: pd.DataFrame,
    participations: pd.DataFrame,
    spans: pd.DataFrame,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """LIFECYCLES and further columns, by position."""
    base, entries = past.incidents, past.entries
    resolves = _resolves(entries)
    columns = pd.concat(
        [
            base,
            _urgency(entries, base),
            _paging(entries),
            _first_acks(entries, events),
            resolves.drop(columns=["last_episode", "resolved_episode"]),
            participation.responders(participations, base),
            participation.effort(spans, participation.snoozes(entries, as_of)),
            _counts(entries, events, len(base)),
        ],
        axis=1,
    )
    return _derive(columns.assign(is_open=_is_open(resolves, base)))


def _urgency(entries: pd.DataFrame, incidents: pd.DataFrame) -> pd.Series:
    """The urgency at creation. There are two urgencies, so after an odd number of changes it began
    as the other one."""
    is_change = entries["type"].eq("urgency_change")
    changes = _count(entries.loc[is_change, "incident_id"], len(incidents))
    now = incidents["urgency"]
    return now.mask(changes % 2 == 1, now.map(_OTHER_URGENCY)).rename("urgency_at_creation")


def _paging(entries: pd.DataFrame) -> pd.DataFrame:
    """`first_paged_at`, `pages_proxy` and `notification_count`."""
    notifies = entries.loc[entries["type"].eq("notify"), ["incident_id", "at", "notification_type"]]
    paged = (
        notifies[notifies["notification_type"].isin(INTERRUPTING)]
        .groupby("incident_id")["at"]
        .min()
    )
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
    """The first acknowledgement by a person in the first episode, and the level at that time."""
    is_ack = entries["type"].eq("acknowledge") & entries["by_user"] & entries["episode"].eq(0)
    acks = (
        entries.loc[is_ack, ["incident_id", "at", "agent", "position"]]
        .drop_duplicates("incident_id")
        .set_index("incident_id")
    )
    before = events["position"] < events["incident_id"].map(acks["position"])
    last = events[before].drop_duplicates("incident_id", keep="last")
    # With a clock that is behind, an ack can come before the assignment it answers.
    first = events[~events["incident_id"].isin(last["incident_id"])]
    level = pd.concat([last, first.drop_duplicates("incident_id")]).set_index("incident_id")
    return pd.DataFrame(
        {
            "first_acknowledged_at": acks["at"],
            "acknowledged_by": acks["agent"],
            "acknowledged_level": level["level"].reindex(acks.index),
            "level_source": level["level_source"].reindex(acks.index),
        }
    )


def _resolves(entries: pd.DataFrame) -> pd.DataFrame:
    """The first and last resolve, the resolver, and whether the incident was reopened
    afterwards."""
    resolves = entries.loc[
        entries["type"].eq("resolve"), ["incident_id", "at", "by_user", "episode"]
    ]
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


def _counts(entries: pd.DataFrame, events: pd.DataFrame, incidents: int) -> pd.DataFrame:
    """Counts of events; an escalation with several targets at one instant counts once."""
    kind, by_user = entries["type"], entries["by_user"]
    cause = events["cause"]

    def count(which: pd.Series, of: pd.DataFrame) -> np.ndarray:
        return _count(of.loc[which, "incident_id"], incidents)

    return pd.DataFrame(
        {
            "manual_escalation_count": count(cause.eq("manual"), events),
            "timeout_escalation_count": count(cause.eq("timeout"), events),
            "unknown_escalation_count": count(cause.eq("unknown"), events),
            "reassignment_count": count(cause.isin(["reassignment", "delegation"]), events),
            "acknowledgement_count": count(kind.eq("acknowledge") & by_user, entries),
            "service_acknowledgement_count": count(kind.eq("acknowledge") & ~by_user, entries),
            "ack_timeout_count": count(kind.eq("unacknowledge") & ~by_user, entries),
            "snooze_count": count(kind.eq("snooze"), entries),
            "repeated": count(kind.eq("repeat_escalation_path"), entries) > 0,
            "exhausted": count(kind.eq("exhaust_escalation_path"), entries) > 0,
            "max_level_reached": events.groupby("incident_id")["level"].max(),
        },
        index=range(incidents),
    )


def _count(places: pd.Series, incidents: int) -> np.ndarray:
    """The number of rows of each incident, by position."""
    return np.bincount(places, minlength=incidents)


def _derive(frame: pd.DataFrame) -> pd.DataFrame:
    """Fill in the values of events that did not happen, and derive the durations."""
    is_open = frame["is_open"]
    to_ack = participation.seconds(frame["first_acknowledged_at"] - frame["created_at"])
    resolution = (
        pd.Series("auto", index=frame.index, dtype="str")
        .mask(frame["resolved_by_user"].eq(True), "responder")
        .mask(frame["merged"], "merged")
        .mask(is_open, "open")
    )
    counts = [name for name, dtype in LIFECYCLES.items() if dtype == "int32"]
    flags = ["pages_proxy", "repeated", "exhausted", "reopened"]
    engaged = frame["engaged_seconds"].fillna(0.0)
    return frame.assign(
        **{name: frame[name].fillna(0) for name in counts},
        **{name: frame[name].eq(True) for name in flags},
        resolution=resolution,
        seconds_to_first_ack=to_ack.clip(lower=0),
        clock_skew=to_ack.lt(0),
        resolved_at=frame["last_resolved_at"].mask(is_open),
        seconds_to_resolve=participation.seconds(
            frame["first_resolved_at"] - frame["created_at"]
        ).mask(is_open),
        engaged_seconds=engaged.mask(is_open),
        active_seconds=(engaged - frame["overlap_seconds"].fillna(0.0)).mask(is_open),
        snoozed_seconds=frame["snoozed_seconds"].fillna(0.0),
        max_level_reached=frame["max_level_reached"].astype("Int16"),
        acknowledged_level=frame["acknowledged_level"].astype("Int16"),
    )
