"""The distribution of the time a level takes to answer, to draw random values from.

A level's latency runs from its page to the ack. A stay that ended otherwise (the next escalation, a
resolve, `as_of`) is right-censored: the ack would have come later. The distribution is
Kaplan-Meier's, which assumes that stays which were cut short would have been acknowledged like all
others.

Kaplan-Meier's curve is used as long as five stays were still waiting. Later answers are taken from
the pages of the other policies that waited as long (`Pool`): this assumes that people who have not
answered for so long are alike in all policies of the account. Where no other policy waited so long
either, answers come at the rate of the last half of the curve.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from corvana.analysis.statistics.estimates import ENOUGH

Numbers = npt.NDArray[Any]

_LEAST_WAITING: Final = 5
_AS_OTHERS: Final = 2
_LAST_CELLS: Final = 8
_EDGES: Final = np.r_[0.0, np.geomspace(10.0, 2_592_000.0, 150)]
"""Edges of the cells of waiting time in seconds, up to thirty days."""


@dataclass(frozen=True, slots=True)
class Pool:
    """How often pages were answered, by cells of the time waited (`_EDGES`).

    `reached` waits reached the beginning of each cell; of these, `answered` were answered in it,
    after `waited` seconds of waiting in it, all waits together.
    """

    reached: Numbers
    answered: Numbers
    waited: Numbers

    def __add__(self, other: "Pool") -> "Pool":
        return Pool(
            self.reached + other.reached,
            self.answered + other.answered,
            self.waited + other.waited,
        )

    @property
    def hazards(self) -> Numbers:
        """Answers per second of each cell up to the horizon."""
        known = self.reached >= ENOUGH
        rates: Numbers = np.divide(
            self.answered, self.waited, out=np.zeros_like(self.waited), where=self.waited > 0
        )
        return rates[known]


def pool(seconds: Numbers, answered: Numbers) -> Pool:
    """Return the waits by cells; `answered` is False for a wait that ended otherwise."""
    lengths = np.diff(_EDGES)
    cell = np.clip(np.searchsorted(_EDGES, seconds, side="right") - 1, 0, lengths.size - 1)
    ended = np.bincount(cell, minlength=lengths.size)
    reached = ended[::-1].cumsum()[::-1].astype(np.float64)
    within = np.bincount(cell, seconds - _EDGES[cell], minlength=lengths.size)
    return Pool(
        reached,
        np.bincount(cell[answered], minlength=lengths.size).astype(np.float64),
        within + (reached - ended) * lengths,
    )


NO_POOL: Final = pool(np.empty(0), np.empty(0, dtype=bool))


@dataclass(frozen=True, slots=True)
class Latency:
    """Waiting times for an event: the event has happened to `shares` of the cases by `seconds`.

    The curve holds until `horizon`. The later events come at `rates` per second, each from one of
    the times `since` until the next one, the last rate for ever.
    """

    n: int
    seconds: Numbers
    shares: Numbers
    horizon: float
    since: Numbers
    rates: Numbers

    def draw(self, ranks: Numbers, after: Numbers | float = 0.0) -> Numbers:
        """Return the waiting times at these ranks (0 to 1) of cases that still waited `after`
        seconds; infinite if the event never comes."""
        if np.any(after):
            gone = self._share(np.asarray(after))
            ranks = gone + (1 - gone) * ranks
        place = np.searchsorted(self.shares, ranks, side="left")
        within = place < self.seconds.size
        drawn = np.full(ranks.shape, np.inf)
        drawn[within] = self.seconds[place[within]]
        happened = self.shares[-1] if self.shares.size else 0.0
        if not within.all() and happened < 1:
            drawn[~within] = self._later((1 - ranks[~within]) / (1 - happened))
        waits: Numbers = np.maximum(drawn, after)
        return waits

    def _share(self, seconds: Numbers) -> Numbers:
        """The share of the cases to which the event has happened by these times."""
        place = np.searchsorted(self.seconds, seconds, side="right")
        curve = np.r_[0.0, self.shares][place]
        cell = np.clip(np.searchsorted(self.since, seconds, side="right") - 1, 0, None)
        since = np.maximum(seconds - self.since[cell], 0.0)
        later = 1 - np.exp(-self._hazard[cell] - since * self.rates[cell])
        shares: Numbers = curve + (1 - curve) * later
        return shares

    @property
    def _hazard(self) -> Numbers:
        """The hazard since the horizon, summed up to each of the times `since`."""
        hazard: Numbers = np.r_[0.0, np.cumsum(np.diff(self.since) * self.rates[:-1])]
        return hazard

    def _later(self, left: Numbers) -> Numbers:
        """The times at which the share that still waits at the horizon has fallen to `left`."""
        hazard = self._hazard
        wanted = -np.log(np.maximum(left, np.finfo(np.float64).tiny))
        cell = np.searchsorted(hazard, wanted, side="right") - 1
        rates = self.rates[cell]
        more = np.divide(
            wanted - hazard[cell], rates, out=np.full(left.shape, np.inf), where=rates > 0
        )
        later: Numbers = self.since[cell] + more
        return later


def latency(
    seconds: Numbers,
    happened: Numbers,
    others: Pool = NO_POOL,
    *,
    least: int = _LEAST_WAITING,
) -> Latency:
    """Return the distribution of waiting times; `happened` is False for a censored time.

    The curve is used while `least` cases still wait; then `others` say what comes.
    """
    at, shares, horizon = _curve(seconds, happened, least)
    since, rates = _after(horizon, others)
    rates = rates * _against(others, seconds, happened, horizon)
    if not rates.size:
        since, rates = np.array([horizon]), np.array([_last_rate(seconds, happened, horizon)])
    return Latency(seconds.size, at, shares, horizon, since, rates)


def _curve(seconds: Numbers, happened: Numbers, least: int) -> tuple[Numbers, Numbers, float]:
    """Kaplan-Meier's times and shares while enough cases wait, and the time until then."""
    if not seconds.size:
        return np.empty(0), np.empty(0), 0.0
    order = np.argsort(seconds, kind="stable")
    ordered = seconds[order]
    # Events at one time count together: the cases at risk are those at its first case.
    first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    at = ordered[first]
    at_risk = ordered.size - first
    events = np.add.reduceat(happened[order].astype(np.float64), first)
    known = at_risk >= min(least, ordered.size)
    shares = 1 - np.cumprod(1 - events[known] / at_risk[known])
    is_step = events[known] > 0
    return at[known][is_step], shares[is_step], float(at[known][-1])


def _after(horizon: float, others: Pool) -> tuple[Numbers, Numbers]:
    """The rates of the other policies from the horizon on; empty when none waited so long."""
    rates = others.hazards
    first = int(np.searchsorted(_EDGES, horizon, side="right")) - 1
    if first >= rates.size:
        return np.empty(0), np.empty(0)
    # The last cells have few answers each, so that what comes after them rests on several.
    last = slice(max(rates.size - _LAST_CELLS, 0), rates.size)
    ever = others.answered[last].sum() / max(others.waited[last].sum(), 1.0)
    return np.r_[horizon, _EDGES[first + 1 : rates.size + 1]], np.r_[rates[first:], ever]


def _against(others: Pool, seconds: Numbers, happened: Numbers, horizon: float) -> float:
    """How much faster or slower answers came than the others' in the second half of the curve.

    Few answers say little, so the ratio is drawn towards 1: it is the mean of the gamma
    distribution that results from `_AS_OTHERS` answers as expected.
    """
    rates = others.hazards
    half = horizon / 2
    starts = np.clip(_EDGES[:-1][: rates.size], half, horizon)
    ends = np.clip(_EDGES[1:][: rates.size], half, horizon)
    ordered = np.sort(np.minimum(seconds, horizon))
    waited = _waited(ordered, ends) - _waited(ordered, starts)
    expected = float((rates * waited).sum())
    late = int((happened & (seconds > half) & (seconds <= horizon)).sum())
    return (late + _AS_OTHERS) / (expected + _AS_OTHERS)


def _waited(ordered: Numbers, until: Numbers) -> Numbers:
    """The seconds of waiting of all cases together, by these times; the cases are sorted."""
    over = np.searchsorted(ordered, until)
    waited: Numbers = np.r_[0.0, np.cumsum(ordered)][over] + until * (ordered.size - over)
    return waited


def _last_rate(seconds: Numbers, happened: Numbers, horizon: float) -> float:
    """Events per second of waiting in the second half of the time until the horizon."""
    half = horizon / 2
    exposure = float(np.clip(seconds - half, 0.0, horizon - half).sum())
    late = int((happened & (seconds > half) & (seconds <= horizon)).sum())
    return late / exposure if exposure > 0 else 0.0
