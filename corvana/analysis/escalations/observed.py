"""The stays and paths that were observed on one policy.

A *path* is the sequence of an incident's levels on its first policy, up to its first ack, or until
somebody resolved it or moved it by hand. A path ends with an ack, with another end, or with the end
of observation.
"""

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from corvana.analysis.escalations.latency import Numbers

NIGHT: Final = "sleep"
_BY_TIMER: Final = ("timeout", "unknown")


class Stays(NamedTuple):
    """Stays as columns, in order of incident and time.

    path (the place among `Observed.paths`, −1 when on none), level, visit (of the incident on this
    level), seconds, answered (by a person: an ack, a resolve or a move by hand), acked, by_timer
    (ended by the timer), hours (the place among `Observed.classes`, −1 for unknown), paged
    (people).
    """

    path: Numbers
    level: Numbers
    visit: Numbers
    seconds: Numbers
    answered: Numbers
    acked: Numbers
    by_timer: Numbers
    hours: Numbers
    paged: Numbers


class Paths(NamedTuple):
    """Paths as columns: hours, offset (seconds from creation to the first page), seconds (first
    page to the path's end), acked, alone (it ended without a person), is_open, created (instants in
    order)."""

    hours: Numbers
    offset: Numbers
    seconds: Numbers
    acked: Numbers
    alone: Numbers
    is_open: Numbers
    created: Numbers

    @property
    def to_ack(self) -> Numbers:
        """Seconds from creation to the ack, of the paths that were acknowledged."""
        return (self.offset + self.seconds)[self.acked]


@dataclass(frozen=True, slots=True)
class Observed:
    """What was observed on one policy: its levels, hour classes, stays and paths."""

    levels: Numbers
    classes: tuple[str, ...]
    stays: Stays
    paths: Paths

    @property
    def n(self) -> int:
        return int(self.paths.seconds.size)

    @property
    def n_acked(self) -> int:
        return int(self.paths.acked.sum())

    @property
    def night(self) -> int:
        """The place of the night among the classes; no incident's when it is not among them."""
        return self.classes.index(NIGHT) if NIGHT in self.classes else -2

    @property
    def night_pages(self) -> int:
        """The people whom the paths paged by night."""
        stays = self.stays
        return int(stays.paged[(stays.path >= 0) & (stays.hours == self.night)].sum())

    @property
    def first_stays(self) -> Numbers:
        """The row of the first stay of each path."""
        first: Numbers = np.searchsorted(np.maximum.accumulate(self.stays.path), np.arange(self.n))
        return first

    def half(self, *, late: bool, most: int) -> "Observed":
        """The earlier or the later half of the incidents, or as many of it, evenly spread."""
        middle = np.median(self.paths.created)
        own = np.flatnonzero((self.paths.created > middle) == late)
        own = own[np.arange(min(own.size, most)) * own.size // max(min(own.size, most), 1)]
        number = np.full(self.n + 1, -1)
        number[own] = np.arange(own.size)
        path = number[self.stays.path]
        stays = Stays(*(column[path >= 0] for column in self.stays))
        return replace(
            self,
            stays=stays._replace(path=path[path >= 0]),
            paths=Paths(*(column[own] for column in self.paths)),
        )


def observed(own: pd.DataFrame) -> Observed | None:
    """Return what was observed on one policy, None when no incident began on it.

    Parameters
    ----------
    own
        `climbing.stays` of the policy with created_at, resolution and hours_class of the incident.
    """
    incident = own["incident"].to_numpy()
    ended_by = own["ended_by"].astype("str").to_numpy()
    by_timer = np.isin(ended_by, _BY_TIMER)
    is_first = np.r_[True, incident[1:] != incident[:-1]]
    start, which = np.flatnonzero(is_first), np.cumsum(is_first) - 1
    over: Numbers = np.cumsum(~by_timer) - ~by_timer
    began_here = own["arrived_by"].eq("first").to_numpy()[start]
    on_path = (over == over[start][which]) & began_here[which]
    if not on_path.any():
        return None
    hours, classes = pd.factorize(own["hours_class"])
    created = own["created_at"].astype("int64").to_numpy()
    begun = start[began_here]
    last = begun + np.bincount(which[on_path], minlength=start.size)[began_here] - 1
    seconds = own["seconds"].to_numpy(dtype=np.float64)
    at, made = _seconds(own["at"]), _seconds(own["created_at"])
    acked, is_open = ended_by == "ack", ended_by == "open"
    alone = (ended_by == "resolved") & own["resolution"].eq("auto").to_numpy()
    level = own["level"].to_numpy(dtype=np.int64)
    return Observed(
        levels=np.unique(level),
        classes=tuple(map(str, classes)),
        stays=Stays(
            path=np.where(on_path, (np.cumsum(began_here) - 1)[which], -1),
            level=level,
            visit=own["visit"].to_numpy(),
            seconds=seconds,
            answered=~by_timer & ~alone & ~is_open,
            acked=acked,
            by_timer=by_timer,
            hours=hours,
            paged=own["paged"].to_numpy(),
        ),
        paths=Paths(
            hours=hours[begun],
            offset=np.maximum(at[begun] - made[begun], 0.0),
            seconds=at[last] - at[begun] + seconds[last],
            acked=acked[last],
            alone=alone[last],
            is_open=is_open[last],
            created=created[begun],
        ),
    )


def _seconds(instants: pd.Series) -> Numbers:
    seconds: Numbers = instants.astype("datetime64[us, UTC]").astype("int64").to_numpy() / 1e6
    return seconds
