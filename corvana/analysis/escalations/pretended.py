"""Replays as if they had been observed: a past in which other delays had held."""

import numpy as np

from corvana.analysis.escalations.latency import Numbers
from corvana.analysis.escalations.model import Chain, Model
from corvana.analysis.escalations.observed import Observed, Paths, Stays
from corvana.analysis.escalations.replay import Steps, replay


def pretended(model: Model, chain: Chain, draws: np.random.Generator) -> Observed:
    """Return what would have been observed of the same incidents with other delays.

    With shorter delays, each answer that came later than the delay is forgotten, and the levels
    after it answer as they are known to.
    """
    observed = model.observed
    steps = _in_order(replay(model, chain, draws, observed.n).steps)
    last = np.flatnonzero(np.r_[steps.replay[1:] != steps.replay[:-1], True])
    nobody = np.zeros(steps.replay.size, dtype=bool)
    return Observed(
        levels=np.unique(steps.level),
        classes=observed.classes,
        stays=Stays(
            path=steps.replay,
            level=steps.level,
            visit=_visits(steps),
            seconds=steps.seconds,
            answered=steps.answered,
            acked=steps.acked,
            by_timer=steps.by_timer,
            hours=observed.paths.hours[steps.replay],
            paged=np.ones(steps.replay.size),
        ),
        paths=Paths(
            hours=observed.paths.hours,
            offset=observed.paths.offset,
            seconds=np.bincount(steps.replay, steps.seconds, minlength=observed.n),
            acked=steps.acked[last],
            alone=~steps.answered[last],
            is_open=nobody[last],
            created=observed.paths.created,
        ),
    )


def _in_order(steps: Steps) -> Steps:
    order = np.argsort(steps.replay, kind="stable")
    return Steps(*(column[order] for column in steps))


def _visits(steps: Steps) -> Numbers:
    """How often the replay had come to the level of each step, this step included."""
    group = steps.replay * (int(steps.level.max(initial=0)) + 1) + steps.level
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    first = np.r_[True, ordered[1:] != ordered[:-1]]
    begins = np.flatnonzero(first)[np.cumsum(first) - 1]
    visits = np.empty(group.size, dtype=np.int64)
    visits[order] = np.arange(group.size) - begins + 1
    return visits
