"""The declaration of a check of the scorecard, and its result."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np

from corvana.analysis.account.analysed import Account
from corvana.analysis.statistics import estimates
from corvana.analysis.statistics.estimates import ENOUGH

Unit = Literal["seconds", "share", "per month"]
_WORDS: Final = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


class Measured(NamedTuple):
    """A value with its 95 % interval (NaN if it is read off and not estimated) from `n`
    observations.

    An unknown value is NaN; a time that is never reached is infinite.
    """

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Check:
    """A question that is shown, and its two thresholds.

    `measures` names the measure and its population. `says` tells the value in a sentence without
    its full stop: `{value}` and `{rest}` stand for a percentage, a duration or a number and, of a
    share, for what is left to 100 %; `{some}` and `{others}` for the same as "38 % of", or as "1
    of 2" if there are few; `{n}` for the number of observations. `says_never` tells it if the value
    is a time without end. Below (or above) `fails_at` there are no
    points, from `meets_at` on 100, in between linearly. `source` is the source of both thresholds,
    `setting` the place in PagerDuty to look at.
    """

    name: str
    measures: str
    says: str
    unit: Unit
    fails_at: float
    meets_at: float
    source: str
    setting: str
    measure: Callable[[Account], Measured]
    says_never: str = ""

    def points(self, value: float) -> float:
        """Return 0 to 100; NaN for an unknown value."""
        return float(
            np.clip(100 * (value - self.fails_at) / (self.meets_at - self.fails_at), 0, 100)
        )


def as_usual_or_set(source: str, *, is_usual: bool) -> str:
    """Return the source of a norm, or that the assessment set another value than it."""
    return source if is_usual else f"Set for this assessment; otherwise {source}"


def in_words(number: int, noun: str) -> str:
    """Return a small number with its noun, as a sentence tells it: "two incidents"."""
    told = _WORDS.get(number, str(number))
    return f"{told} {noun}" if number == 1 else f"{told} {noun}s"


def share_of(successes: float, n: float, *, enough: int = ENOUGH) -> Measured:
    """Return a share with its Wilson interval, unknown below `enough` observations."""
    if n < enough:
        return unknown(n)
    found = estimates.share(int(successes), int(n))
    return Measured(*found.interval, int(n))


def read_off(value: float, n: float) -> Measured:
    """Return a value that is read off, not estimated; unknown if there is nothing to read."""
    return Measured(value, np.nan, np.nan, int(n)) if n else unknown(n)


def unknown(n: float) -> Measured:
    """Return an unknown value from `n` observations."""
    return Measured(np.nan, np.nan, np.nan, int(n))
