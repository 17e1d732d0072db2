"""The distribution of the time a level takes to answer, to draw random values from.

A level's latency runs from its page to the ack. A stay that ended otherwise (the next escalation, a
resolve, `as_of`) is right-censored: the ack would have come later. The distribution is
Kaplan-Meier's, which assumes that stays which were cut short would have been acknowledged like all
others.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from corvana.analysis.statistics import survival

Numbers = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Latency:
    """Waiting times for an event: the event has happened to `shares` of the cases by `seconds`.

    `observed` is the length of the longest observation. Later events come at `rate` per second,
    which is an extrapolation.
    """

    n: int
    seconds: Numbers
    shares: Numbers
    observed: float
    rate: float

    def draw(self, ranks: Numbers) -> Numbers:
        """Return the waiting times at these ranks (0 to 1); infinite if the event never comes."""
        if not self.seconds.size:
            return np.full(ranks.shape, np.inf)
        place = np.searchsorted(self.shares, ranks, side="left")
        within = place < self.seconds.size
        known = self.seconds[np.where(within, place, 0)]
        if within.all() or self.rate == 0:
            return np.where(within, known, np.inf)
        # Here the rank is above the curve's last share, so the remaining rank lies in (0, 1).
        left = np.where(within, 0.5, (1 - ranks) / (1 - self.shares[-1]))
        return np.where(within, known, self.observed - np.log(left) / self.rate)


def latency(seconds: Numbers, happened: Numbers) -> Latency:
    """Return the distribution of waiting times; `happened` is False for a censored time.

    `rate` is events per second of observation, after the median wait of the observed events.
    """
    # Without a competing end, this is Kaplan-Meier's curve and faster to compute.
    curve = survival.cumulative_incidence(seconds, happened.astype(np.int64))
    observed = float(seconds.max(initial=0.0))
    if curve.empty:
        return Latency(seconds.size, np.empty(0), np.empty(0), observed, 0.0)
    half = float(np.median(seconds[happened]))
    exposure = float(np.maximum(seconds - half, 0).sum())
    late = int((happened & (seconds > half)).sum())
    return Latency(
        seconds.size,
        curve["seconds"].to_numpy(),
        curve["share"].to_numpy(),
        observed,
        late / exposure if exposure > 0 else 0.0,
    )
