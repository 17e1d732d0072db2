"""How long a level takes to answer, as a distribution to draw from.

A level's latency runs from its page to the ack. Whatever else ended the stay only says that the
ack took longer (right-censored): the next escalation, a resolve, `as_of`. Kaplan-Meier, so an ack
is assumed to be no likelier or less likely on stays that were cut short.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from corvana.analysis.statistics import survival

Numbers = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Latency:
    """Waiting times for one event, seconds: `shares` have had it by `seconds`.

    `observed` is how long the longest case was watched; beyond it the event goes on at `rate` per
    second, which is an extrapolation.
    """

    n: int
    seconds: Numbers
    shares: Numbers
    observed: float
    rate: float

    def draw(self, ranks: Numbers) -> Numbers:
        """Return the waiting times at these ranks (0 to 1); never is infinite."""
        if not self.seconds.size:
            return np.full(ranks.shape, np.inf)
        place = np.searchsorted(self.shares, ranks, side="left")
        within = place < self.seconds.size
        known = self.seconds[np.where(within, place, 0)]
        if within.all() or self.rate == 0:
            return np.where(within, known, np.inf)
        # The rank is above the curve's last share here, so what is left of it lies in (0, 1).
        left = np.where(within, 0.5, (1 - ranks) / (1 - self.shares[-1]))
        return np.where(within, known, self.observed - np.log(left) / self.rate)


def latency(seconds: Numbers, happened: Numbers) -> Latency:
    """Return the distribution of waiting times, of which those that `happened` are complete.

    `rate` is that of events after the median wait of those observed, per second watched.
    """
    # Without a competing end this is Kaplan-Meier's curve, and the cheaper way to it.
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
