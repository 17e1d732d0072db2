"""Replays of one policy: its incidents walk through the levels again.

A *path* is the sequence of an incident's levels on its first policy, up to its first ack, or until
somebody moved it by hand. A path ends with an ack, with another end, or with the end of
observation.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.escalations.latency import Latency, Numbers, latency
from corvana.analysis.statistics.estimates import ENOUGH

REPLAYS: Final = 10_000
"""Replays of one policy, spread evenly over its incidents."""

_NIGHT: Final = "sleep"
_BY_TIMER: Final = ("timeout", "unknown")
_ENOUGH_BY_HOURS: Final = 30


@dataclass(frozen=True, slots=True)
class Chain:
    """A policy to replay: by level the seconds until the next level, and the number of repeats."""

    delays: Mapping[int, float]
    loops: int

    def above(self, level: int) -> int | None:
        """The next level, None after the last one."""
        return min((each for each in self.delays if each > level), default=None)


@dataclass(frozen=True, slots=True)
class Model:
    """The observations of one policy.

    `paths`: level (the first), hours_class, offset (creation to first page), seconds (first page
    to the path's end), ended_by (`ack`, `other`, `open`). `latencies` by level and hour class;
    class None is all hours, level None all levels. By level: `paged`, people per stay, and
    `watched`, the longest stay in seconds. `night_pages` are the people the paths paged by night.
    """

    paths: pd.DataFrame
    latencies: Mapping[tuple[int | None, str | None], Latency]
    ends: Latency
    paged: Mapping[int, float]
    watched: Mapping[int, float]
    night_pages: int

    def latency(self, level: int, hours: str | None) -> Latency:
        """The level's latency in these hours; with too little data, the nearest one with enough."""
        wanted: list[tuple[int | None, str | None]] = [(level, hours), (level, None), (None, None)]
        return next(self.latencies[key] for key in wanted if key in self.latencies)


@dataclass(frozen=True, slots=True)
class Replayed:
    """`to_ack`: seconds from creation of the replays that were acknowledged; `weight`: incidents
    per replay; `acked` and `night_pages` in incidents and people."""

    to_ack: Numbers
    weight: float
    acked: float
    night_pages: float


def fit(own: pd.DataFrame) -> Model | None:
    """Return the model of one policy, None when no incident began on it.

    Parameters
    ----------
    own
        `climbing.stays` of the policy with created_at and hours_class of the incident.
    """
    on_path, paths = _paths(own)
    if paths.empty:
        return None
    night = own.loc[on_path & own["hours_class"].eq(_NIGHT), "paged"]
    return Model(
        paths=paths,
        latencies=dict(_latencies(own)),
        ends=latency(paths["seconds"].to_numpy(), paths["ended_by"].eq("other").to_numpy()),
        paged=dict(own.groupby("level")["paged"].mean()),
        watched=dict(own.groupby("level")["seconds"].max()),
        night_pages=int(night.sum()),
    )


def replay(model: Model, chain: Chain, draws: np.random.Generator) -> Replayed:
    """Replay every path. With equal random generators, the same people draw the same latencies."""
    pick = np.arange(REPLAYS) * len(model.paths) // REPLAYS
    if len(model.paths) > REPLAYS:
        pick = draws.choice(len(model.paths), REPLAYS, replace=False)
    codes, classes = pd.factorize(model.paths["hours_class"])
    hours = codes[pick]
    is_night = hours == (classes.get_loc(_NIGHT) if _NIGHT in classes else -2)
    walk = _Walk(model.paths["level"].to_numpy()[pick], model.ends.draw(draws.random(REPLAYS)))
    pages = 0.0
    while walk.goes_on.any():
        # Draw for all replays, so that the draws of a step do not depend on the replays that ended.
        ranks = draws.random(REPLAYS)
        for here, who in walk.by_level():
            pages += model.paged.get(here, 1.0) * (who & is_night).sum()
            curves = [model.latency(here, each) for each in (*classes, None)]
            walk.stay(here, who, _waited(curves, hours[who], ranks[who]), chain)
    acked = np.isfinite(walk.ack)
    weight = len(model.paths) / REPLAYS
    return Replayed(
        to_ack=walk.ack[acked] + model.paths["offset"].to_numpy()[pick][acked],
        weight=weight,
        acked=float(acked.sum() * weight),
        night_pages=float(pages * weight),
    )


class _Walk:
    """The state of all replays: `at` seconds after the first page; `ack` is infinite before it."""

    def __init__(self, first: Numbers, ends: Numbers) -> None:
        self._first = first
        self._ends = ends
        self._level = first.copy()
        self._loop = np.zeros(first.size, dtype=np.int64)
        self._at = np.zeros(first.size)
        self.ack = np.full(first.size, np.inf)
        self.goes_on = np.ones(first.size, dtype=bool)

    def by_level(self) -> list[tuple[int, Numbers]]:
        """The replays on each level, computed before any replay moves on."""
        levels = np.unique(self._level[self.goes_on])
        return [(int(here), self.goes_on & (self._level == here)) for here in levels]

    def stay(self, here: int, who: Numbers, waited: Numbers, chain: Chain) -> None:
        """Apply the first of three events: an answer, another end, or the page of the next
        level."""
        above = chain.above(here)
        limit = np.full(waited.size, chain.delays.get(here, np.inf))
        if above is None:
            limit[self._loop[who] >= chain.loops] = np.inf
        until = self._at[who] + np.minimum(waited, limit)
        is_in_time = until <= self._ends[who]
        answered = (waited <= limit) & is_in_time & np.isfinite(until)
        self.ack[who] = np.where(answered, until, np.inf)
        self.goes_on[who] = ~answered & is_in_time & np.isfinite(until)
        self._at[who] = until
        self._level[who] = self._first[who] if above is None else above
        self._loop[who] += above is None


def _waited(curves: Sequence[Latency], hours: Numbers, ranks: Numbers) -> Numbers:
    """Seconds until an answer; the last curve is for replays with unknown hours (-1)."""
    waited = np.empty(ranks.size)
    for each, curve in zip([*range(len(curves) - 1), -1], curves, strict=True):
        here = hours == each
        waited[here] = curve.draw(ranks[here])
    return waited


def _paths(own: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """A flag for each stay that is on a path, and a frame with one row a path."""
    incident = own["incident"]
    ends = (~own["ended_by"].isin(_BY_TIMER)).astype("int64")
    over = ends.groupby(incident).cumsum() - ends
    began_here = own["arrived_by"].eq("first").groupby(incident).transform("first")
    on_path = over.eq(0) & began_here
    kept = own.loc[on_path]
    begin = kept.drop_duplicates("incident").set_index("incident")
    end = kept.drop_duplicates("incident", keep="last").set_index("incident")
    between = (end["at"] - begin["at"]).dt.total_seconds()
    ended_by = end["ended_by"].astype("str")
    return on_path, pd.DataFrame(
        {
            "level": begin["level"],
            "hours_class": begin["hours_class"],
            "offset": (begin["at"] - begin["created_at"]).dt.total_seconds().clip(lower=0),
            "seconds": between + end["seconds"],
            "ended_by": ended_by.where(ended_by.isin(["ack", "open"]), "other"),
        }
    )


def _latencies(
    own: pd.DataFrame,
) -> Iterator[tuple[tuple[int | None, str | None], Latency]]:
    """The latencies that have enough data, and the latency of all levels together."""
    seconds, level = own["seconds"].to_numpy(), own["level"].to_numpy()
    answered = own["ended_by"].eq("ack").to_numpy()
    codes, classes = pd.factorize(own["hours_class"])
    yield (None, None), latency(seconds, answered)
    for each in np.unique(level):
        here = level == each
        if here.sum() >= ENOUGH:
            yield (int(each), None), latency(seconds[here], answered[here])
        for code, hours in enumerate(classes):
            then = here & (codes == code)
            if then.sum() >= _ENOUGH_BY_HOURS:
                yield (int(each), str(hours)), latency(seconds[then], answered[then])
