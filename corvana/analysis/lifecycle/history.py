"""The log of some incidents, sorted once for all frames that are built from it.

Internally, an incident is identified by its position in the list, because grouping by small
integers is much faster than grouping by texts.
"""

from typing import Final, NamedTuple

import numpy as np
import pandas as pd

_REOPENING: Final = ("trigger", "assign", "acknowledge")
_STATES: Final = ("resolve", *_REOPENING)
_OPEN: Final = ("triggered", "acknowledged")

_LATEST: Final = 9
_FOLLOWS: Final = {
    "trigger": 0,
    "unacknowledge": 1,
    "repeat_escalation_path": 2,
    "assign": 3,
    "escalate": 3,
    "delegate": 3,
    "exhaust_escalation_path": 4,
    "notify": 5,
    "acknowledge": 6,
    "snooze": 7,
    "resolve": _LATEST,
}
"""What can follow what within one second: a smaller number comes first. An incident is triggered
before it is assigned, assigned before somebody is notified, acknowledged before it is snoozed, and
resolved last. An acknowledgement lapses before the timer escalates."""
_OTHERWISE: Final = 8
_CLOCKS_DIFFER: Final = pd.Timedelta(seconds=5)
"""The time of a resolve and of a log entry can differ by so much and mean the same moment."""
_RESOLVED_FIRST: Final = -1


class History(NamedTuple):
    """Incidents by number and their events in order; `incident_id` is the position in `ids`.

    `incidents` are INCIDENT_ROWS with `status_without_log`: no log entry tells how the incident
    came to its present status. `joined` are JOINED. `entries` are LOG_ENTRIES without their place,
    with `position`, `by_user`, `reopens` and `episode` (0 is the first): an episode runs from the
    start, or from a reopening, to the next resolve. A resolve or a reopening that only the incident
    itself tells is an entry like the others.
    """

    ids: pd.Series
    incidents: pd.DataFrame
    entries: pd.DataFrame
    joined: pd.DataFrame

    def named(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `frame` with ids instead of positions."""
        return frame.assign(incident_id=self.ids.array.take(frame["incident_id"].to_numpy()))


def history(
    incidents: pd.DataFrame, log: pd.DataFrame, joined: pd.DataFrame, *, as_of: pd.Timestamp
) -> History:
    """Sort INCIDENT_ROWS, LOG_ENTRIES and JOINED.

    Rows after `as_of` and rows of other incidents are left out.
    """
    ordered = incidents.sort_values("number", ignore_index=True)
    ids = ordered["incident_id"]
    rows = ordered.assign(incident_id=ordered.index)
    logged = in_order(_placed(log, ids, as_of), rows)
    untold = _untold(logged, rows, as_of)
    return History(
        ids,
        rows.assign(status_without_log=rows.index.isin(untold["incident_id"])),
        _entries(_with(logged, untold)),
        _placed(joined, ids, as_of),
    )


def in_order(log: pd.DataFrame, incidents: pd.DataFrame | None = None) -> pd.DataFrame:
    """LOG_ENTRIES by time. PagerDuty's times are whole seconds, and its ids are random.

    Entries of the same instant are in the order in which one can follow the other, and where both
    orders are possible in PagerDuty's own. With the rows of `incidents`: an incident that is open
    was resolved before it was opened again, where its last second has both.
    """
    follows = log["type"].map(_FOLLOWS).astype("float64").fillna(_OTHERWISE)
    if incidents is not None:
        follows = follows.where(~log.index.isin(_reopened_at_once(log, incidents)), _RESOLVED_FIRST)
    place = log["place"].fillna(0).to_numpy(dtype="int64")
    order = np.lexsort((place, follows.to_numpy(), log["at"].astype("int64").to_numpy()))
    return log.iloc[order].reset_index(drop=True)


def _reopened_at_once(log: pd.DataFrame, incidents: pd.DataFrame) -> pd.Index:
    """The entries up to the last resolve of incidents that are open, in the last second that
    changed their state, where that second also has an entry that opens them.

    In PagerDuty's order these are all entries before an entry that opens the incident again. Where
    PagerDuty lists the resolve last, it is the resolve alone.
    """
    is_open = incidents["status"].isin(_OPEN)
    state = log.loc[log["type"].isin(_STATES), ["incident_id", "at", "type", "place"]]
    of_open = state[state["incident_id"].map(is_open)]
    changed_at = of_open["incident_id"].map(incidents["status_changed_at"])
    # Changed in another second, the incident was opened again without an entry, or its row is old.
    is_this_second = changed_at.isna() | changed_at.dt.floor("s").eq(of_open["at"].dt.floor("s"))
    is_last = of_open["at"].eq(of_open.groupby("incident_id")["at"].transform("max"))
    last = of_open[is_last & is_this_second]
    by_place = last.sort_values("place", kind="stable")
    is_resolve = by_place["type"].eq("resolve")
    incident = by_place["incident_id"]
    has_both = is_resolve.groupby(incident).transform("nunique").gt(1)
    ends_resolved = is_resolve.groupby(incident).transform("last")
    before_resolve = is_resolve[::-1].groupby(incident[::-1]).cummax()[::-1]
    found: pd.Index = by_place.index[has_both & (is_resolve | (before_resolve & ~ends_resolved))]
    return found


def _placed(frame: pd.DataFrame, ids: pd.Series, as_of: pd.Timestamp) -> pd.DataFrame:
    """The rows of the incidents until `as_of`, with positions instead of ids."""
    codes, seen = pd.factorize(frame["incident_id"])
    place = pd.Index(ids).get_indexer(pd.Index(seen))[codes]
    placed = frame.assign(incident_id=place)
    wanted: pd.DataFrame = placed[(place >= 0) & frame["at"].le(as_of)]
    return wanted.reset_index(drop=True)


def _untold(log: pd.DataFrame, incidents: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The entries that the log lacks: `incident_id, at, type, agent_type`.

    PagerDuty does not log every change of status. The incident itself has its present status: a
    resolved one was resolved at `resolved_at`, and one that is open although its last entry is a
    resolve was opened again afterwards. A status older than the log's last entry is not used.
    """
    state = log.loc[log["type"].isin(_STATES), ["incident_id", "at", "type"]]
    last = state.drop_duplicates("incident_id", keep="last").set_index("incident_id")
    last_at = last["at"].reindex(incidents.index)
    ends_resolved = last["type"].eq("resolve").reindex(incidents.index, fill_value=False)
    changed_at = incidents["status_changed_at"]
    resolved_at = incidents["resolved_at"].fillna(changed_at)
    is_resolved = (
        incidents["status"].eq("resolved")
        & resolved_at.le(as_of)
        & ~ends_resolved
        & ~resolved_at.lt(last_at - _CLOCKS_DIFFER)
    )
    is_open = (
        incidents["status"].isin(_OPEN)
        & ends_resolved
        & ~changed_at.lt(last_at)
        & ~changed_at.gt(as_of)
    )
    told = pd.DataFrame(
        {
            "incident_id": incidents["incident_id"],
            "at": resolved_at.where(resolved_at.gt(last_at) | last_at.isna(), last_at).where(
                is_resolved, changed_at.fillna(last_at)
            ),
            "type": np.where(is_resolved, "resolve", "trigger"),
            "agent_type": incidents["status_changed_by"],
        }
    )
    return told[is_resolved | is_open]


def _with(log: pd.DataFrame, untold: pd.DataFrame) -> pd.DataFrame:
    """The log with further entries, each after the log's own entries of its instant."""
    if untold.empty:
        return log
    rows = pd.concat([log, untold], ignore_index=True).astype({"assignees": log["assignees"].dtype})
    return rows.sort_values("at", kind="stable", ignore_index=True).fillna({"assignees": ""})


def _entries(log: pd.DataFrame) -> pd.DataFrame:
    entries = log.drop(columns="place").assign(
        position=np.arange(len(log)), by_user=lambda f: f["agent_type"].eq("user")
    )
    incident = entries["incident_id"]
    state = entries.loc[entries["type"].isin(_STATES), "type"]
    is_resolve = state.eq("resolve")
    was_resolved = is_resolve.groupby(incident).shift(fill_value=False)
    reopens = (was_resolved & ~is_resolve).reindex(entries.index, fill_value=False)
    return entries.assign(reopens=reopens, episode=reopens.groupby(incident).cumsum())
