"""The model that the incidents of one policy are replayed with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from corvana.analysis.escalations.latency import NO_POOL, Latency, Numbers, Pool, latency, pool
from corvana.analysis.escalations.observed import Observed, Stays
from corvana.analysis.statistics.estimates import ENOUGH

_ENOUGH_BY_HOURS: Final = 30
_ENOUGH_ENDS: Final = 30
_LATENESS: Final = 30.0
"""Seconds by which a timer may be late."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A policy to replay: by level the seconds until the next level, and the number of repeats."""

    delays: Mapping[int, float]
    loops: int

    @property
    def last(self) -> int | None:
        return max(self.delays, default=None)

    def above(self, level: int) -> int | None:
        """The next level, None after the last one."""
        return min((each for each in self.delays if each > level), default=None)

    def delay(self, level: int) -> float:
        """The seconds until the next level; without end where the policy has no such level."""
        return self.delays.get(level, np.inf)


class RunOut(NamedTuple):
    """What became of incidents of which nobody was left to page: seconds from the end of the last
    delay, and acked (False: they ended otherwise)."""

    seconds: Numbers
    acked: Numbers

    @property
    def is_enough(self) -> bool:
        return bool(self.seconds.size >= ENOUGH)


NEVER_RAN_OUT: Final = RunOut(np.empty(0), np.empty(0, dtype=bool))


class Elsewhere(NamedTuple):
    """What the account's other policies say: how soon pages are answered, when incidents end
    without a person, and what becomes of incidents of which nobody is left to page (of all
    policies)."""

    pages: Pool
    ends: Pool
    run_out: RunOut


NOTHING_ELSEWHERE: Final = Elsewhere(NO_POOL, NO_POOL, NEVER_RAN_OUT)


@dataclass(frozen=True, slots=True)
class Model:
    """What a policy is replayed with.

    `latencies` by level and place of the hour class; class None is all hours, level None all
    levels. `ends` are ends without a person, from the first page. By level: `acks`, the share of
    the answers that are acks; `paged`, people per stay; `watched`, the seconds that ten stays or
    more were watched for. By stay: `untimed` (it outlasted its delay although a level was left) and
    `out` (seconds since nobody was left to page, NaN where somebody was).
    """

    observed: Observed
    latencies: Mapping[tuple[int | None, int | None], Latency]
    ends: Latency
    run_out: RunOut
    acks: Mapping[int, float]
    paged: Mapping[int, float]
    watched: Mapping[int, float]
    untimed: Numbers
    out: Numbers

    def latency(self, level: int, hours: int | None) -> Latency:
        """The level's latency in these hours; with too little data, the nearest one with enough."""
        wanted: list[tuple[int | None, int | None]] = [(level, hours), (level, None), (None, None)]
        return next(self.latencies[key] for key in wanted if key in self.latencies)


def learn(observed: Observed, chain: Chain, elsewhere: Elsewhere = NOTHING_ELSEWHERE) -> Model:
    """Return the model of one policy with its present chain."""
    stays, own = timed(observed, chain), run_outs(observed, chain)
    out = out_since(observed, chain)
    overlong = observed.stays.seconds > stays.seconds + _LATENESS
    until, alone = _until_run_out(observed, out)
    return Model(
        observed=observed,
        latencies=dict(_latencies(observed, stays, elsewhere.pages)),
        ends=latency(until, alone, elsewhere.ends, least=_ENOUGH_ENDS),
        run_out=own if own.is_enough else elsewhere.run_out,
        acks=_acks(observed, stays),
        paged={level: float(stays.paged[here].mean()) for level, here in _by_level(observed)},
        watched={level: _watched(stays.seconds[here]) for level, here in _by_level(observed)},
        untimed=overlong & np.isnan(out) & ~stays.by_timer,
        out=out,
    )


def timed(observed: Observed, chain: Chain) -> Stays:
    """Return the stays, cut short at the longest delay that their level was seen to have.

    A stay that outlasts it had no timer: nobody was left to page, or the urgency was low for a
    while. How late it was answered says nothing of a page whose timer runs.
    """
    stays = observed.stays
    limit = np.full(stays.seconds.size, np.inf)
    for level, here in _by_level(observed):
        ended = np.sort(stays.seconds[here & stays.by_timer])
        seen = float(ended[-ENOUGH]) if ended.size >= ENOUGH else 0.0
        limit[here] = max(chain.delay(level), seen)
    in_time = stays.seconds <= limit
    return stays._replace(
        seconds=np.minimum(stays.seconds, limit), answered=stays.answered & in_time
    )


def pages(observed: Observed, chain: Chain) -> Pool:
    """Return how soon the policy's pages were answered while their timers ran."""
    stays = timed(observed, chain)
    return pool(stays.seconds, stays.answered)


def ends(observed: Observed, chain: Chain) -> Pool:
    """Return when the policy's incidents ended without a person, while one was left to page."""
    return pool(*_until_run_out(observed, out_since(observed, chain)))


def out_since(observed: Observed, chain: Chain) -> Numbers:
    """Return for each stay the seconds since nobody was left to page; NaN where somebody was."""
    stays, delay = observed.stays, chain.delay(chain.last or 0)
    is_out = (stays.level == (chain.last or 0)) & (stays.visit > chain.loops)
    is_out &= (stays.seconds > delay + _LATENESS) & ~stays.by_timer
    return np.where(is_out, stays.seconds - delay, np.nan) if is_out.any() else is_out * np.nan


def run_outs(observed: Observed, chain: Chain) -> RunOut:
    """Return what became of the policy's incidents of which nobody was left to page."""
    stays, since = observed.stays, out_since(observed, chain)
    # A stay that is open has no end to draw; in an account it is a rare one.
    ended = ~np.isnan(since) & (stays.path >= 0)
    ended &= ~observed.paths.is_open[stays.path]
    return RunOut(since[ended], stays.acked[ended])


def _until_run_out(observed: Observed, out: Numbers) -> tuple[Numbers, Numbers]:
    """The seconds of each path until it ended or nobody was left, and whether it ended alone."""
    paths, on_path = observed.paths, observed.stays.path >= 0
    after = np.zeros(observed.n)
    np.add.at(after, observed.stays.path[on_path], np.nan_to_num(out[on_path]))
    return paths.seconds - after, paths.alone & (after == 0)


def _by_level(observed: Observed) -> Iterator[tuple[int, Numbers]]:
    for each in observed.levels:
        here = observed.stays.level == each
        if here.any():
            yield int(each), here


def _acks(observed: Observed, stays: Stays) -> Mapping[int, float]:
    """The share of acks among a level's answers; among all answers where it has too few."""
    every = float(stays.acked[stays.answered].mean()) if stays.answered.any() else 1.0
    answers = {level: here & stays.answered for level, here in _by_level(observed)}
    return {
        level: float(stays.acked[own].mean()) if own.sum() >= _ENOUGH_BY_HOURS else every
        for level, own in answers.items()
    }


def _watched(seconds: Numbers) -> float:
    """The seconds that ten stays were watched for; 0 with fewer stays."""
    if seconds.size < ENOUGH:
        return 0.0
    return float(np.partition(seconds, seconds.size - ENOUGH)[seconds.size - ENOUGH])


def _latencies(
    observed: Observed, stays: Stays, others: Pool
) -> Iterator[tuple[tuple[int | None, int | None], Latency]]:
    """The latencies that have enough data, and the latency of all levels together."""
    yield (None, None), latency(stays.seconds, stays.answered, others)
    for level, here in _by_level(observed):
        if here.sum() >= ENOUGH:
            yield (level, None), latency(stays.seconds[here], stays.answered[here], others)
        for hours in range(len(observed.classes)):
            then = here & (stays.hours == hours)
            if then.sum() >= _ENOUGH_BY_HOURS:
                yield (level, hours), latency(stays.seconds[then], stays.answered[then], others)
