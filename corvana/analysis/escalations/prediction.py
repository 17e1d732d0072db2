"""Three ways to predict the time to the first ack under other delays.

- `replay`: the incidents walk through the levels again (see how incidents are replayed).
- `shift`: every page comes as much earlier or later as the delays before it change. The levels that
  incidents come to, and how long after its page each of them answers, stay as they were.
- `none`: nothing changes.
"""

from typing import Final, NamedTuple

import numpy as np

from corvana.analysis.escalations.latency import Numbers
from corvana.analysis.escalations.model import Chain
from corvana.analysis.escalations.observed import Observed
from corvana.analysis.escalations.replay import Replayed

PREDICTORS: Final = ("replay", "shift", "none")
_Z: Final = 1.96


class Sample(NamedTuple):
    """Seconds to the first ack, and the number of incidents that each of them stands for."""

    seconds: Numbers
    weights: Numbers


class Bounds(NamedTuple):
    """Logarithms of one second more than the P90 and than the bounds of its interval: the second
    keeps acknowledgements at once finite."""

    value: float
    low: float
    high: float


def predictions(
    observed: Observed, now: Chain, new: Chain, replayed: Replayed
) -> dict[str, Sample]:
    """Return the times to the first ack by predictor."""
    to_ack = replayed.to_ack
    every = np.ones(observed.n_acked)
    return {
        "replay": Sample(to_ack, np.full(to_ack.size, replayed.weight)),
        "shift": Sample(shifted(observed, now, new), every),
        "none": Sample(observed.paths.to_ack, every),
    }


def bounds(sample: Sample, n_acked: int) -> Bounds:
    """Return the P90 of a sample, with the bounds for another period like the one observed.

    They are the quantiles at 0.9 ± √2 · 1.96 · √(0.9 · 0.1 / n_acked): the period observed is one
    sample, and so is the other one (normal approximation of the order statistic's rank).
    """
    if not sample.seconds.size or not n_acked:
        return Bounds(np.nan, np.nan, np.nan)
    spread = np.sqrt(2) * _Z * np.sqrt(0.09 / n_acked)
    at = (0.9, max(0.9 - spread, 0.0), min(0.9 + spread, 1.0))
    return Bounds(*np.log1p(quantiles(sample, at)).tolist())


def quantiles(sample: Sample, at: tuple[float, ...]) -> Numbers:
    """Return quantiles of a sample that is not empty."""
    found: Numbers = np.quantile(sample.seconds, at, weights=sample.weights, method="inverted_cdf")
    return found


def shifted(observed: Observed, now: Chain, new: Chain) -> Numbers:
    """Return the seconds to the ack if every page came as much later as the delays grow."""
    stays, paths = observed.stays, observed.paths
    passed = stays.by_timer & (stays.path >= 0)
    longer = {int(each): new.delay(each) - now.delay(each) for each in now.delays}
    more = np.array([longer.get(int(each), 0.0) for each in stays.level[passed]])
    moved = np.bincount(stays.path[passed], more, minlength=observed.n)
    found: Numbers = np.maximum((paths.offset + paths.seconds + moved)[paths.acked], 0.0)
    return found
