"""Replays of one policy: its incidents walk through the levels again.

Each incident keeps what was observed of it for as long as the delays leave it alone. An answer that
came within the new delay comes again; a level that did not answer in time is passed at the new
delay, and the next level answers as long after its page as it did. Only what the other delays would
have changed is drawn: the answer of a person whose level keeps the page longer than it did, the
answer of a level that was never paged, and what becomes of an incident of which nobody is left to
page.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from corvana.analysis.escalations.latency import Numbers
from corvana.analysis.escalations.model import Chain, Model

_FOREVER: Final = 2_592_000.0
"""Seconds after which an incident that nothing ends is left alone: thirty days."""
REPLAYS: Final = 10_000
"""Replays of one policy, spread evenly over its incidents."""


class Steps(NamedTuple):
    """The stays of all replays as columns: replay, level, seconds, answered, acked, by_timer."""

    replay: Numbers
    level: Numbers
    seconds: Numbers
    answered: Numbers
    acked: Numbers
    by_timer: Numbers


@dataclass(frozen=True, slots=True)
class Replayed:
    """`seconds` from creation to the ack of each replay, infinite without one; `steps`;
    `weight`: incidents per replay; `night_pages` in people. Shares of the replays: `unwatched`
    rest on an answer later than ten stays on the level were watched for, or on what becomes of
    incidents of which nobody is left to page, seen fewer than ten times; of `ran_out` nobody is
    left to page."""

    seconds: Numbers
    steps: Steps
    weight: float
    night_pages: float
    unwatched: float
    ran_out: float

    @property
    def to_ack(self) -> Numbers:
        return self.seconds[np.isfinite(self.seconds)]

    @property
    def acked(self) -> float:
        """The number of incidents that are acknowledged."""
        return float(np.isfinite(self.seconds).sum() * self.weight)


def replay(
    model: Model, chain: Chain, draws: np.random.Generator, count: int = REPLAYS
) -> Replayed:
    """Replay every path. With equal random generators, the same people draw the same latencies."""
    n = model.observed.n
    pick = np.arange(count) * n // count
    if n > count:
        pick = np.sort(draws.choice(n, count, replace=False))
    walk = _Walk(model, chain, pick, draws)
    while walk.goes_on.any():
        walk.step()
    ack = walk.ack + model.observed.paths.offset[pick]
    return Replayed(
        seconds=ack,
        steps=walk.steps,
        weight=n / count,
        night_pages=float(walk.night_pages * n / count),
        unwatched=float(walk.unwatched.mean()),
        ran_out=float(walk.ran_out.mean()),
    )


class _Walk:
    """The state of all replays.

    `at` seconds after the first page an incident comes to its level; `ack` is infinite before it.
    `row` is the stay that it follows, −1 as soon as it goes where it did not go.
    """

    def __init__(
        self, model: Model, chain: Chain, pick: Numbers, draws: np.random.Generator
    ) -> None:
        stays, paths = model.observed.stays, model.observed.paths
        self._model, self._chain, self._draws = model, chain, draws
        self._hours = paths.hours[pick]
        self._row = model.observed.first_stays[pick]
        self._first = stays.level[self._row]
        self._level = self._first.copy()
        self._loop = np.zeros(pick.size, dtype=np.int64)
        self._at = np.zeros(pick.size)
        # The time of an end without a person is known where it was seen; otherwise it is later.
        later = model.ends.draw(draws.random(pick.size), paths.seconds[pick])
        self._ends = np.where(paths.alone[pick], paths.seconds[pick], later)
        out = model.run_out
        which = draws.integers(max(out.seconds.size, 1), size=pick.size)
        seen = bool(out.seconds.size)
        self._late = out.seconds[which] if seen else np.full(pick.size, np.inf)
        self._late_ack = out.acked[which] if seen else np.zeros(pick.size, dtype=bool)
        self._taken: list[Steps] = []
        self.ack = np.full(pick.size, np.inf)
        self.goes_on = np.ones(pick.size, dtype=bool)
        self.unwatched = np.zeros(pick.size, dtype=bool)
        self.ran_out = np.zeros(pick.size, dtype=bool)
        self.night_pages = 0.0

    @property
    def steps(self) -> Steps:
        return Steps(*(np.concatenate(column) for column in zip(*self._taken, strict=True)))

    def step(self) -> None:
        """Let every replay that goes on stay on its level, and move on."""
        # Draw for all replays, so that the draws of a step do not depend on the replays that ended.
        ranks, kinds = self._draws.random(self._row.size), self._draws.random(self._row.size)
        levels = np.unique(self._level[self.goes_on])
        for here, who in [(int(each), self.goes_on & (self._level == each)) for each in levels]:
            self._stay(here, np.flatnonzero(who), ranks, kinds)

    def _stay(self, here: int, who: Numbers, ranks: Numbers, kinds: Numbers) -> None:
        """Apply the first of three events: an answer, another end, or the end of the delay."""
        model, stays, row = self._model, self._model.observed.stays, self._row[who]
        follows = row >= 0
        seen = np.where(follows, stays.seconds[row], 0.0)
        known = follows & stays.answered[row]
        waited = np.where(known, seen, self._drawn(here, who, ranks[who], seen))
        is_ack = np.where(known, stays.acked[row], kinds[who] < model.acks.get(here, 1.0))
        delay = np.where(follows & model.untimed[row], np.inf, self._chain.delay(here))
        left = np.maximum(self._ends[who] - self._at[who], 0.0)
        length = np.minimum(np.minimum(waited, delay), left)
        answered = (waited <= length) & np.isfinite(waited)
        by_timer = ~answered & (delay <= length) & np.isfinite(delay)
        people = np.where(follows, stays.paged[row], model.paged.get(here, 1.0))
        self.night_pages += float(people[self._hours[who] == model.observed.night].sum())
        watched = np.maximum(model.watched.get(here, 0.0), seen)
        self.unwatched[who] |= ~known & (length > watched)
        if self._chain.above(here) is None:
            out = by_timer & (self._loop[who] >= self._chain.loops)
            by_timer = by_timer & ~out
            more, is_ack[out] = self._out(
                who[out], waited[out] - delay[out], known[out], is_ack[out]
            )
            length[out] += more
            answered[out] = np.isfinite(more)
        length = np.minimum(length, _FOREVER)
        self._at[who] += length
        acked = answered & is_ack
        self.ack[who] = np.where(acked, self._at[who], np.inf)
        self.goes_on[who] = by_timer
        level = np.full(who.size, here)
        self._taken.append(Steps(who, level, length, answered, acked, by_timer))
        self._move_on(here, who)

    def _drawn(self, here: int, who: Numbers, ranks: Numbers, after: Numbers) -> Numbers:
        """Seconds until an answer that was not seen, and that did not come in `after` seconds."""
        hours, drawn = self._hours[who], np.empty(who.size)
        for each in np.unique(hours):
            then = hours == each
            curve = self._model.latency(here, int(each) if each >= 0 else None)
            drawn[then] = curve.draw(ranks[then], after[then])
        return drawn

    def _out(
        self, who: Numbers, answer: Numbers, known: Numbers, is_ack: Numbers
    ) -> tuple[Numbers, Numbers]:
        """When an incident of which nobody is left to page ends, and whether by an ack.

        The last page stays: its answer, `answer` seconds from now, may come before somebody looks.
        """
        model, row = self._model, self._row[who]
        self.ran_out[who] = True
        since = np.where(row >= 0, model.out[row], np.nan)
        was_out = ~np.isnan(since)
        late = np.where(was_out, since, self._late[who])
        late_ack = np.where(was_out, model.observed.stays.acked[row], self._late_ack[who])
        by_page = ~was_out & (answer <= late)
        if not model.run_out.is_enough:
            self.unwatched[who] |= ~known
        return np.where(by_page, answer, late), np.where(by_page, is_ack, late_ack)

    def _move_on(self, here: int, who: Numbers) -> None:
        """Page the level that was paged next, or the next one of the policy."""
        stays, row = self._model.observed.stays, self._row[who]
        following = np.minimum(row + 1, stays.path.size - 1)
        as_before = (row >= 0) & stays.by_timer[row] & (stays.path[following] == stays.path[row])
        as_before &= following > row
        above = self._chain.above(here)
        otherwise = self._first[who] if above is None else np.full(who.size, above)
        level = np.where(as_before, stays.level[following], otherwise)
        self._loop[who] += level <= here
        self._level[who] = level
        self._row[who] = np.where(as_before, following, -1)
