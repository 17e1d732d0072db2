"""How long told incidents took, and what came on a level, in plain Python."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from tests.builders.sentences.estimates import quantile


class Waits(NamedTuple):
    """How long some incidents took to be acknowledged, or resolved.

    `done` are their seconds in order; `otherwise` are those of incidents that were resolved without
    an acknowledgement, `still` the ages of those that wait.
    """

    done: Sequence[float]
    otherwise: Sequence[float]
    still: Sequence[float]

    @property
    def n(self) -> int:
        return len(self.done) + len(self.otherwise) + len(self.still)

    @property
    def median(self) -> float:
        return quantile(self.done, 0.5)

    def share_by(self, seconds: float) -> float:
        """The share acknowledged by then, of all; those still waiting count while they were seen.

        At each end of a wait, those who got so far divide by how it ended (Aalen-Johansen).
        """
        events = [(each, 1) for each in self.done] + [(each, 2) for each in self.otherwise]
        share, left = 0.0, 1.0
        for at in sorted({each for each, _ in events if each <= seconds}):
            there = sum(each >= at for each in (*self.done, *self.otherwise, *self.still))
            ended = [cause for each, cause in events if each == at]
            share += left * ended.count(1) / there
            left *= 1 - len(ended) / there
        return round(share, 12)

    @property
    def half(self) -> float:
        """The time by which half of all were; NaN if it never came to that."""
        reached = (at for at in self.done if self.share_by(at) >= 0.5 - 1e-9)
        return next(reached, math.nan)


class Level(NamedTuple):
    """Pages while somebody was on call on a level, and the hours on call on it."""

    pages: int
    hours: float
