"""The load of each on-call turn, and the loads of people if those of the turns were dealt anew.

A bad week, a broken service, a storm: what makes nights bad comes for days, and falls on whoever is
on call then. So what is dealt by chance is not the single page and not the night, but the *turn*: a
person's unbroken time on call, and all of it that begins in one week (a rotation that changes every
day has turns of several days apart). A person who is on call for more than 31 days without a break
has a turn of each week.

By chance, every turn has the load of another turn, and a load is what was expected of the turn's
time on call (the same for every hour) and a deviation.

- *One turn after the other* (a rotation of one person at a time): the deviations are permuted over
  the turns, in standard deviations, so that short and long turns can be compared. The variance of a
  load with mean μ has a part for single events and one for turns that differ, s · μ + τ² · μ²
  (s: Σ size² / Σ size; τ² from the turns, by moments). If all turns are as long, this is a
  permutation of their loads.
- *Several turns in most weeks* (short turns, or several people at a time): a bad week is bad for
  all of them. Each week has a factor, its load over what was expected; the factors are drawn
  towards 1 as far as they differ by single events only, and permuted over the weeks. What remains
  of each turn, in standard deviations √(s · μ), is drawn anew from that of all turns.

Turns and weeks with less than a quarter of the usual time are not dealt to others.

Assumed: apart from the time on call, the order in which the turns came means nothing; two turns of
different weeks have nothing in common. A month that is bad throughout, in a rotation in which it
falls on one person, is one bad turn only if that person was on call without a break.

Sources: Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses, section 3.7
(blocks); McCullagh & Nelder (1989), Generalized Linear Models, sections 4.5 and 9.2 (variances by
moments).
"""

from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from corvana.analysis.statistics import time_intervals
from corvana.analysis.statistics.estimates import ENOUGH, Numbers
from corvana.frames import INSTANT

_WEEK: Final = pd.Timedelta(days=7)
_LONGEST: Final = pd.Timedelta(days=31)
_MONDAY: Final = pd.Timestamp("1970-01-05", tz="UTC")
_SHORT: Final = 0.25
_DEALT_ONE_BY_ONE: Final = 5_000


class _Turns(NamedTuple):
    """All turns in order of the person: who and which week (as numbers from 0), the load expected
    of the time on call and the one that came; and Σ size² / Σ size of the events."""

    person: Numbers
    week: Numbers
    mean: Numbers
    load: Numbers
    size: float

    def by_person(self, values: Numbers) -> Numbers:
        """Return the sums of a value of each turn."""
        total: Numbers = np.bincount(self.person, values)
        return total

    def added(self, drawn: Numbers) -> Numbers:
        """Return the sums (draws, people) of drawn loads (draws, turns)."""
        starts = np.flatnonzero(np.diff(self.person, prepend=-1))
        total: Numbers = np.add.reduceat(drawn, starts, axis=1)
        return total


def turn_loads(burden: pd.DataFrame, on_call: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """Return one row a turn with time on call, in order of responder and week.

    Parameters
    ----------
    burden
        One row an event: `responder`, `at`, `size`. An event outside all turns of its responder
        counts for the turn before it. People without time on call are left out.
    on_call
        The time that counts, `responder, start, end`, disjoint for each responder.
    turns
        All time on call, `responder, start, end`, disjoint for each responder; contains `on_call`.

    Returns
    -------
    DataFrame
        `responder` · `week`, a number · `seconds` on call · `load`.
    """
    pieces = _cut(turns).sort_values(["responder", "start"], ignore_index=True)
    pieces = pieces.assign(week=(pieces["start"] - _MONDAY) // _WEEK)
    counted = _cut(on_call)
    seconds = time_intervals.lengths(counted).to_numpy()
    place = _latest(counted["responder"], counted["start"], pieces)
    served = np.bincount(place[place >= 0], seconds[place >= 0], minlength=len(pieces))
    kept = pieces.assign(seconds=served)[served > 0].reset_index(drop=True)
    place = _latest(burden["responder"], burden["at"], kept)
    size = burden["size"].to_numpy(dtype=np.float64)
    fell = np.bincount(place[place >= 0], size[place >= 0], minlength=len(kept))
    return (
        kept.assign(load=fell)
        .groupby(["responder", "week"], as_index=False)[["seconds", "load"]]
        .sum()
    )


def dealt_anew(
    loads: pd.DataFrame, size: float, generator: np.random.Generator, draws: int
) -> Numbers:
    """Return the loads (draws, responders) if each turn had the deviation of another one.

    Parameters
    ----------
    loads
        From `turn_loads`, with some load.
    size
        Σ size² / Σ size of the events.
    """
    seconds, load = (loads[name].to_numpy(dtype=np.float64) for name in ("seconds", "load"))
    person, week = (pd.factorize(loads[name])[0] for name in ("responder", "week"))
    turns = _Turns(person, week, seconds * load.sum() / seconds.sum(), load, size)
    beside = len(loads) - (int(week.max()) + 1)
    if beside >= max(ENOUGH, (int(week.max()) + 1) / 2):
        return _by_weeks(turns, generator, draws)
    return _one_by_one(turns, generator, draws)


def _one_by_one(turns: _Turns, generator: np.random.Generator, draws: int) -> Numbers:
    mean, load = turns.mean, turns.load
    events = turns.size * load.sum()
    between = max(np.square(load - mean).sum() - events, 0) / np.square(mean).sum()
    spread = np.sqrt(turns.size * mean + between * np.square(mean))
    is_long = mean >= _SHORT * np.median(mean)
    own = ((load - mean) / spread)[is_long]
    if mean.size > _DEALT_ONE_BY_ONE:
        centre = turns.by_person(mean + own.mean() * spread)
        width = np.sqrt(own.var() * turns.by_person(np.square(spread)))
        normal = generator.standard_normal((draws, centre.size))
        limit: Numbers = np.maximum(centre + width * normal, 0.0)
        return limit
    dealt = np.empty((draws, mean.size))
    dealt[:, is_long] = generator.permuted(np.tile(own, (draws, 1)), axis=1)
    dealt[:, ~is_long] = generator.choice(own, (draws, int((~is_long).sum())))
    return turns.added(np.maximum(mean + spread * dealt, 0.0))


def _by_weeks(turns: _Turns, generator: np.random.Generator, draws: int) -> Numbers:
    expected = np.bincount(turns.week, turns.mean)
    factor = np.bincount(turns.week, turns.load) / expected
    present = turns.mean * factor[turns.week]
    # A week's own share of its deviation is lost when its factor is measured.
    inside = turns.size * (present * (1 - turns.mean / expected[turns.week])).sum()
    events = max(np.square(turns.load - present).sum() / inside, 0.0) if inside > 0 else 1.0
    is_long = expected >= _SHORT * np.median(expected)
    factors = _drawn_to_one(factor[is_long], events * turns.size / expected[is_long])
    dealt = np.empty((draws, expected.size))
    dealt[:, is_long] = generator.permuted(np.tile(factors, (draws, 1)), axis=1)
    dealt[:, ~is_long] = generator.choice(factors, (draws, int((~is_long).sum())))
    if turns.mean.size > _DEALT_ONE_BY_ONE:
        of_weeks = np.zeros((int(turns.person.max()) + 1, expected.size))
        np.add.at(of_weeks, (turns.person, turns.week), turns.mean)
        mean = dealt @ of_weeks.T
        normal = generator.standard_normal(mean.shape)
        limit: Numbers = np.maximum(mean + np.sqrt(events * turns.size * mean) * normal, 0.0)
        return limit
    is_known = present > 0
    own = (turns.load - present)[is_known] / np.sqrt(turns.size * present[is_known])
    own = _scaled(own, events)
    mean = turns.mean * dealt[:, turns.week]
    drawn = mean + np.sqrt(turns.size * mean) * generator.choice(own, mean.shape)
    return turns.added(np.maximum(drawn, 0.0))


def _drawn_to_one(factor: Numbers, by_events: Numbers) -> Numbers:
    """The factors of weeks, as far as they differ by more than single events (`by_events`: the
    variance that these give each)."""
    seen = np.square(factor - 1).mean()
    if not seen > 0:
        return np.ones_like(factor)
    kept = np.sqrt(max(seen - by_events.mean(), 0.0) / seen)
    drawn: Numbers = 1 + kept * (factor - 1)
    return drawn


def _scaled(values: Numbers, variance: float) -> Numbers:
    present = np.square(values).mean() if values.size else 0.0
    scaled: Numbers = values * np.sqrt(variance / present) if present > 0 else np.zeros(1)
    return scaled


def _cut(spans: pd.DataFrame) -> pd.DataFrame:
    """Spans of more than 31 days in pieces of a week from their start."""
    lasting = time_intervals.lengths(spans).to_numpy()
    weeks = np.ceil(lasting / _WEEK.total_seconds())
    pieces = np.where(lasting > _LONGEST.total_seconds(), weeks, 1).astype(np.int64)
    number = np.arange(pieces.sum()) - np.repeat(pieces.cumsum() - pieces, pieces)
    row = np.repeat(np.arange(len(spans)), pieces)
    several = spans[["responder", "start", "end"]].iloc[row].reset_index(drop=True)
    start = several["start"] + number * _WEEK
    end = several["end"].where(number == np.repeat(pieces, pieces) - 1, start + _WEEK)
    cut: pd.DataFrame = several.assign(start=start.astype(INSTANT), end=end.astype(INSTANT))
    return cut


def _latest(whose: pd.Series, when: pd.Series, pieces: pd.DataFrame) -> Numbers:
    """The position of the latest of the responder's pieces that began until then, or of their first
    piece; -1 for a responder without one. `pieces` are in order of responder and start."""
    owners = pd.Index(pieces["responder"].unique())
    owner, wanted = owners.get_indexer(pieces["responder"]), owners.get_indexer(pd.Index(whose))
    if not len(pieces) or not len(wanted):
        return np.full(len(wanted), -1)
    starts, at = (
        each.astype(INSTANT).astype("int64").to_numpy() for each in (pieces["start"], when)
    )
    first = min(int(starts.min()), int(at.min()))
    width = max(int(starts.max()), int(at.max())) - first + 1
    place = np.searchsorted(
        owner * width + (starts - first), wanted * width + (at - first), "right"
    )
    begins = np.searchsorted(owner, wanted)
    latest: Numbers = np.where(wanted < 0, -1, np.maximum(place - 1, begins))
    return latest
