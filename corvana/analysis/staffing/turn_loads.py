"""The load of each on-call turn, and the loads of people if those of the turns were dealt anew.

A bad week, a broken service, a storm: what makes nights bad comes for days, and falls on whoever is
on call then. So what is dealt by chance is not the single page and not the night, but the *turn*: a
person's unbroken time on call, and all of it that begins in one week (a rotation that changes every
day has turns of several days apart). A person who is on call for more than 31 days without a break
has a turn of each week.

By chance, every turn has the load of another turn. A turn's load is what was expected of its time
on call (the same for every hour) and a deviation. Deviations are measured in standard deviations,
so that short and long turns can be compared; the variance of a load with mean μ has a part for
single events and one for turns that differ, s · μ + τ² · μ² (s: Σ size² / Σ size; τ² from the
turns, by moments). A deviation has a part of its week, shared by all turns that began then, and a
part of its own, with variances by the analysis of variance. The weeks' parts are permuted over the
weeks and the own parts over the turns. If all turns are as long and each week has one, this is a
permutation of the turns' loads. The deviations of turns shorter than a quarter of the usual one are
not dealt to others.

Assumed: apart from the time on call, the order in which the turns came means nothing; two turns of
different weeks have nothing in common. A month that is bad throughout, in a rotation in which it
falls on one person, is one bad turn only if that person was on call without a break.

Sources: Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses, section 3.7
(blocks); Searle, Casella & McCulloch (1992), Variance Components, section 3.6 (variances by
moments).
"""

from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.statistics import time_intervals
from corvana.analysis.statistics.estimates import Numbers
from corvana.frames import INSTANT

_WEEK: Final = pd.Timedelta(days=7)
_LONGEST: Final = pd.Timedelta(days=31)
_MONDAY: Final = pd.Timestamp("1970-01-05", tz="UTC")
_SHORT: Final = 0.25
_DEALT_ONE_BY_ONE: Final = 5_000


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
    mean = seconds * load.sum() / seconds.sum()
    between = max(np.square(load - mean).sum() - size * load.sum(), 0) / np.square(mean).sum()
    spread = np.sqrt(size * mean + between * np.square(mean))
    is_long = seconds >= _SHORT * np.median(seconds)
    week, weeks = pd.factorize(loads["week"])
    shared, own = _parts((load - mean) / spread, week, is_long)
    person, people = pd.factorize(loads["responder"])
    starts = np.flatnonzero(np.diff(person, prepend=-1))
    dealt = generator.permuted(np.tile(shared, (draws, 1)), axis=1)
    if len(loads) > _DEALT_ONE_BY_ONE:
        return _in_the_limit(mean, spread, (person, week, weeks.size), dealt, own, generator)
    turns = np.empty((draws, len(loads)))
    turns[:, is_long] = generator.permuted(np.tile(own, (draws, 1)), axis=1)
    turns[:, ~is_long] = generator.choice(own, (draws, int((~is_long).sum())))
    drawn = np.maximum(mean + spread * (turns + dealt[:, week]), 0.0)
    total: Numbers = np.add.reduceat(drawn, starts, axis=1)
    return total[:, : people.size]


def _parts(deviation: Numbers, week: Numbers, is_long: Numbers) -> tuple[Numbers, Numbers]:
    """The parts of the weeks (one a week) and of the long turns, with the variances of each by the
    analysis of variance."""
    z, of_week = deviation[is_long], week[is_long]
    n, weeks = z.size, int(week.max()) + 1
    count = np.bincount(of_week, minlength=weeks)
    centre = z.mean()
    mean = np.bincount(of_week, z, minlength=weeks) / np.maximum(count, 1)
    inner = z - mean[of_week]
    known = int((count > 0).sum())
    outer = np.where(count > 0, mean - centre, 0.0)
    if n == known:  # one turn a week: nothing tells the week's part from the turn's
        return outer, np.full(n, centre)
    if known == 1:
        return np.zeros(weeks), z
    within = np.square(inner).sum() / (n - known)
    between = (count * np.square(outer)).sum() / (known - 1)
    turns_a_week = (n - np.square(count).sum() / n) / (known - 1)
    of_weeks = max(between - within, 0.0) / turns_a_week
    if not of_weeks:
        return np.zeros(weeks), z
    return _scaled(outer, of_weeks), centre + _scaled(inner, within)


def _scaled(values: Numbers, variance: float) -> Numbers:
    present = np.square(values).mean()
    scaled: Numbers = values * np.sqrt(variance / present) if present > 0 else values
    return scaled


def _in_the_limit(
    mean: Numbers,
    spread: Numbers,
    places: tuple[Numbers, Numbers, int],
    dealt: Numbers,
    own: Numbers,
    generator: np.random.Generator,
) -> Numbers:
    """The loads of people with many turns: the own parts of their turns add up to a normal."""
    person, week, weeks = places
    people = int(person.max()) + 1
    of_weeks = np.zeros((people, weeks))
    np.add.at(of_weeks, (person, week), spread)
    centre = np.bincount(person, mean) + own.mean() * np.bincount(person, spread)
    width = np.sqrt(own.var() * np.bincount(person, np.square(spread)))
    noise = width * generator.standard_normal((len(dealt), people))
    total: Numbers = np.maximum(centre + dealt @ of_weeks.T + noise, 0.0)
    return total


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
