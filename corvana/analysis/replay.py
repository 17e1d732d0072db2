"""Incidents of one policy, walked through its levels again.

A *path* is what an incident did on the policy it began on, up to its first ack, as long as nobody
moved it by hand. Its end is an ack, something else, or the end of observation.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.latency import Latency, Numbers, latency

REPLAYS: Final = 20_000
"""Replays of one policy, spread evenly over its incidents."""

_NIGHT: Final = "sleep"
_BY_TIMER: Final = ("timeout", "unknown")
_ENOUGH: Final = 10
_ENOUGH_BY_HOURS: Final = 30


@dataclass(frozen=True, slots=True)
class Chain:
    """A policy to walk: seconds until the next level by level, and how often it starts over."""

    delays: Mapping[int, float]
    loops: int

    def above(self, level: int) -> int | None:
        """The next level, None after the last one."""
        return min((each for each in self.delays if each > level), default=None)


@dataclass(frozen=True, slots=True)
class Model:
    """What was observed of one policy.

    `paths`: level (the first), hours_class, offset (creation to first page), seconds (first page
    to the path's end), ended_by (`ack`, `other`, `open`). `latencies` by level and hour class;
    class None is all hours, level None all levels. `paged` are people per stay by level.
    `night_pages` are the people the paths paged by night.
    """

    paths: pd.DataFrame
    latencies: Mapping[tuple[int | None, str | None], Latency]
    ends: Latency
    paged: Mapping[int, float]
    night_pages: int

    def latency(self, level: int, hours: str | None) -> Latency:
        """The level's own latency in these hours, or the nearest of which enough is known."""
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
        `escalations.stays` of the policy with created_at and hours_class of the incident.
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
        night_pages=int(night.sum()),
    )


def replay(model: Model, chain: Chain, draws: np.random.Generator) -> Replayed:
    """Walk every path again; equal generators give the same people the same luck."""
    pick = np.arange(REPLAYS) * len(model.paths) // REPLAYS
    if len(model.paths) > REPLAYS:
        pick = draws.choice(len(model.paths), REPLAYS, replace=False)
    first = model.paths["level"].to_numpy()[pick]
    codes, classes = pd.factorize(model.paths["hours_class"])
    hours = codes[pick]
    is_night = hours == (classes.get_loc(_NIGHT) if _NIGHT in classes else -2)
    ends = model.ends.draw(draws.random(REPLAYS))
    at = np.zeros(REPLAYS)
    ack = np.full(REPLAYS, np.inf)
    level, loop = first.copy(), np.zeros(REPLAYS, dtype=int)
    walking = np.ones(REPLAYS, dtype=bool)
    pages = 0.0
    while walking.any():
        ranks = draws.random(REPLAYS)
        for here, who in _by_level(level, walking):
            pages += model.paged.get(here, 1.0) * (who & is_night).sum()
            curves = [model.latency(here, each) for each in (*classes, None)]
            waited = _waited(curves, hours[who], ranks[who])
            limit = _limits(chain, here, loop, who)
            until = at[who] + np.minimum(waited, limit)
            answered = (waited <= limit) & (until <= ends[who])
            ack[who] = np.where(answered, until, np.inf)
            at[who] = until
            going_on = ~answered & (until < ends[who]) & np.isfinite(until)
            walking[who] = going_on
            above = chain.above(here)
            if above is None:
                loop[who] += 1
            level[who] = first[who] if above is None else above
    acked = np.isfinite(ack)
    weight = len(model.paths) / REPLAYS
    return Replayed(
        to_ack=ack[acked] + model.paths["offset"].to_numpy()[pick][acked],
        weight=weight,
        acked=float(acked.sum() * weight),
        night_pages=float(pages * weight),
    )


def _by_level(level: Numbers, walking: Numbers) -> list[tuple[int, Numbers]]:
    """Who is on which level, before anybody moves on."""
    return [(int(here), walking & (level == here)) for here in np.unique(level[walking])]


def _waited(curves: Sequence[Latency], hours: Numbers, ranks: Numbers) -> Numbers:
    """Seconds until an answer; the last curve is for those whose hours are unknown (-1)."""
    waited = np.empty(ranks.size)
    for each, curve in zip([*range(len(curves) - 1), -1], curves, strict=True):
        here = hours == each
        waited[here] = curve.draw(ranks[here])
    return waited


def _limits(chain: Chain, level: int, loop: Numbers, who: Numbers) -> Numbers:
    """Seconds until the timer goes on; none runs after the last level of the last loop."""
    limit = np.full(int(who.sum()), chain.delays.get(level, np.inf))
    if chain.above(level) is None:
        limit[loop[who] >= chain.loops] = np.inf
    return limit


def _paths(own: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """Which stays are on a path, and one row a path."""
    incident = own["incident_id"]
    ends = (~own["ended_by"].isin(_BY_TIMER)).astype("int64")
    over = ends.groupby(incident).cumsum() - ends
    began_here = own["arrived_by"].eq("first").groupby(incident).transform("first")
    on_path = over.eq(0) & began_here
    kept = own.loc[on_path]
    begin = kept.drop_duplicates("incident_id").set_index("incident_id")
    end = kept.drop_duplicates("incident_id", keep="last").set_index("incident_id")
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
    """The latencies of which enough is known, and that of all levels."""
    yield (None, None), _latency(own)
    for level in own["level"].unique():
        stays = own[own["level"] == level]
        if len(stays) >= _ENOUGH:
            yield (int(level), None), _latency(stays)
        for hours, some in stays.groupby("hours_class", observed=True):
            if len(some) >= _ENOUGH_BY_HOURS:
                yield (int(level), str(hours)), _latency(some)


def _latency(stays: pd.DataFrame) -> Latency:
    return latency(stays["seconds"].to_numpy(), stays["ended_by"].eq("ack").to_numpy())
