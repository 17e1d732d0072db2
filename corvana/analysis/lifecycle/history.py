"""The log of some incidents, sorted once for all frames that are built from it.

Internally, an incident is identified by its position in the list, because grouping by small
integers is much faster than grouping by texts.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

_REOPENING = ("trigger", "assign", "acknowledge")


class History(NamedTuple):
    """Incidents by number and their events in order; `incident_id` is the position in `ids`.

    `incidents` are INCIDENT_ROWS, `joined` are JOINED. `entries` are LOG_ENTRIES without their id,
    with `position`, `by_user`, `reopens` and `episode` (0 is the first): an episode runs from the
    start, or from a reopening, to the next resolve.
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
    return History(
        ids,
        ordered.assign(incident_id=ordered.index),
        _entries(_placed(log, ids, as_of)),
        _placed(joined, ids, as_of),
    )


def in_order(log: pd.DataFrame) -> pd.DataFrame:
    """LOG_ENTRIES by time; those of the same instant by id, so that nothing depends on the order
    in which they were given."""
    by_id = log["log_entry_id"].argsort().to_numpy()
    by_time = log["at"].astype("int64").to_numpy()[by_id].argsort(kind="stable")
    return log.iloc[by_id[by_time]].reset_index(drop=True)


def _placed(frame: pd.DataFrame, ids: pd.Series, as_of: pd.Timestamp) -> pd.DataFrame:
    """The rows of the incidents until `as_of`, with positions instead of ids."""
    codes, seen = pd.factorize(frame["incident_id"])
    place = pd.Index(ids).get_indexer(pd.Index(seen))[codes]
    placed = frame.assign(incident_id=place)
    wanted: pd.DataFrame = placed[(place >= 0) & frame["at"].le(as_of)]
    return wanted


def _entries(log: pd.DataFrame) -> pd.DataFrame:
    entries = (
        in_order(log)
        .drop(columns="log_entry_id")
        .assign(position=np.arange(len(log)), by_user=lambda f: f["agent_type"].eq("user"))
    )
    incident = entries["incident_id"]
    state = entries.loc[entries["type"].isin(["resolve", *_REOPENING]), "type"]
    is_resolve = state.eq("resolve")
    was_resolved = is_resolve.groupby(incident).shift(fill_value=False)
    reopens = (was_resolved & ~is_resolve).reindex(entries.index, fill_value=False)
    return entries.assign(reopens=reopens, episode=reopens.groupby(incident).cumsum())
